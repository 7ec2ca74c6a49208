"""What the tests of stages share."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP


def check_types(stage: Any, output: dict[str, list[Any]]) -> None:
    """The output has the columns a stage declares, and their types."""
    assert set(output) - {DROP} == set(stage.outputs)
    for name, kind in stage.outputs.items():
        pa.array(output[name], kind)
