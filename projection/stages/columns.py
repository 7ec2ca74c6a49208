"""Columns: types that several stages share, and the sentences of a batch by column name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from silverner.projection.chain.stage import Batch

SPANS = pa.list_(pa.struct({"start": pa.int32(), "end": pa.int32(), "label": pa.string()}))
PROJECTED = pa.list_(
    pa.struct(
        {
            "start": pa.int32(),
            "end": pa.int32(),
            "label": pa.string(),
            "score": pa.float64(),
            "source_start": pa.int32(),
            "source_end": pa.int32(),
            "confidence": pa.float64(),
        }
    )
)
TOKENS = pa.list_(pa.string())
DISTRIBUTION = pa.list_(pa.list_(pa.float16()))


def rows_of(batch: Batch, columns: Iterable[str]) -> list[dict[str, Any]]:
    """Turn columns of a batch into one mapping a sentence.

    :param batch: The batch.
    :param columns: The columns a stage reads.
    :returns: For every sentence the value of each column by its name.

    >>> rows_of({"id": ["a", "b"], "target.tokens": [["x"], []]}, ["id", "target.tokens"])
    [{'id': 'a', 'target.tokens': ['x']}, {'id': 'b', 'target.tokens': []}]
    """
    names = tuple(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*(batch[name] for name in names), strict=True)]
