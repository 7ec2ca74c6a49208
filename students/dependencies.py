"""The packages that training needs."""

from __future__ import annotations

import importlib.util
from typing import Any

from silverner.projection.errors import MissingEngineError
from silverner.projection.neural.checkpoint import require_neural_packages


def require_student_packages() -> None:
    """Check that the packages that training needs are installed.

    :raises MissingEngineError: when one is not installed.
    """
    require_neural_packages()
    if importlib.util.find_spec("accelerate") is None:
        raise MissingEngineError("the package 'accelerate' is not installed: pip install 'silverner[students]'")


def silence_libraries() -> None:
    """Turn off the progress bars and reports of libraries, since ours are shown."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    logging: Any = transformers.utils.logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
