"""What training needs to be installed."""

from __future__ import annotations

import importlib.util

from projection.errors import MissingEngineError
from projection.models import need_neural


def need_students() -> None:
    """Look for the packages that training needs.

    :raises MissingEngineError: when one is not installed.
    """
    need_neural()
    if importlib.util.find_spec("accelerate") is None:
        raise MissingEngineError("the package 'accelerate' is not installed: pip install 'silverner[students]'")
