"""What every test shares: no network, a home of its own, one thread."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

import pytest

# Set before anything imports huggingface_hub or datasets, which read these once.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="silverner-tests-")
os.environ["OMP_NUM_THREADS"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", help="folder with real corpora (europarl/, pud/, uner/), for the tests that need it")


def pytest_collection_finish() -> None:
    """Hide from the garbage collector what the imports left: it would look through that whenever a model is freed."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def quickstart_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the links of the embedded corpus are learned once for all tests and their processes."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "quickstart-store"


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Path:
    """The folder with real corpora, or a skip that says how to give it."""
    folder = request.config.getoption("--data")
    if folder is None:
        pytest.skip("needs real corpora: pytest --data=DIR")
    return Path(folder)
