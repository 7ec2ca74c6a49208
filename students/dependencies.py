"""The packages that training needs."""

from __future__ import annotations

from typing import Any

from silverner.projection.neural.safe_loading import require_neural_packages
from silverner.projection.registry import require_package


def require_student_packages() -> None:
    """Check that the packages that training needs are installed.

    :raises MissingEngineError: when one is not installed.
    """
    require_neural_packages()
    require_package("accelerate", "students")


def silence_libraries() -> None:
    """Turn off the progress bars and reports of libraries, since ours are shown."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    logging: Any = transformers.utils.logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
