"""The pages of the reference are made by modules beside the site, not by the package."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="session")
def reference() -> Iterator[dict[str, str]]:
    """Every page of the reference, by its file."""
    sys.path.insert(0, str(DOCS))
    try:
        from reference import PAGES

        yield {name: make() for name, make in PAGES.items()}
    finally:
        sys.path.remove(str(DOCS))
