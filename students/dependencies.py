"""What training needs to be installed."""

from __future__ import annotations

import importlib.util
from typing import Any

from silverner.projection.errors import MissingEngineError
from silverner.projection.neural.checkpoint import need_neural


def need_students() -> None:
    """Look for the packages that training needs.

    :raises MissingEngineError: when one is not installed.
    """
    need_neural()
    if importlib.util.find_spec("accelerate") is None:
        raise MissingEngineError("the package 'accelerate' is not installed: pip install 'silverner[students]'")


def quiet() -> None:
    """Keep the libraries' own bars and reports from a terminal that shows ours."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    logging: Any = transformers.utils.logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
