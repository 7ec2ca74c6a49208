"""Reads parts of a model with ``transformers``: no code of its own runs, and every error is one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from silverner.projection.errors import DataError, MissingEngineError, MissingFileError
from silverner.projection.neural.model_files import fetch_hint
from silverner.projection.neural.unsafe_model import needs_code, refuse_unsafe_model
from silverner.projection.registry import require_package


def load_safely(read: Callable[..., Any], name: str, revision: str | None) -> Any:
    """Read something of a model.

    :param read: A ``from_pretrained`` of ``transformers``.
    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: What it reads.
    :raises MissingEngineError: when the model needs a package that is not installed.
    :raises DataError: when the model needs code of its own.
    :raises MissingFileError: when it is not in the folder or the cache, cannot be fetched, or is broken.
    """
    refuse_unsafe_model(name, revision=revision)
    try:
        return read(name, revision=revision, trust_remote_code=False)
    except ImportError as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise MissingEngineError(
            f"the model {name!r} needs a package that is not installed ({reason}): pip install 'silverner[neural]'"
        ) from error
    except Exception as error:  # a broken file makes the libraries raise errors of any type
        if "trust_remote_code" in str(error):
            raise DataError(needs_code(name)) from error
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise MissingFileError(
            f"cannot load the model {name!r} (revision {revision}): {reason}{fetch_hint(name, revision)}"
        ) from error


@contextmanager
def silent_transformers() -> Iterator[None]:
    """Hide the progress bars of transformers and its tables of weights; ours are shown, and we check the weights."""
    import transformers

    logging: Any = transformers.utils.logging
    had_bars, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if had_bars:
            logging.enable_progress_bar()


def with_spaces(read: Callable[..., Any], name: str, **more: Any) -> Any:
    """Read a tokenizer that splits words one by one; byte-level BPE needs a space before each word for that.

    :param read: A ``from_pretrained`` of ``transformers``.
    :param name: A folder, or an id on the Hub.
    :param more: Its options.
    :returns: The tokenizer.
    """
    tokenizer = read(name, **more)
    if getattr(tokenizer, "add_prefix_space", None) is False:
        tokenizer = read(name, add_prefix_space=True, **more)
    return tokenizer


def require_neural_packages() -> None:
    """Check that the packages of neural engines are installed.

    :raises MissingEngineError: when one is not installed.
    """
    for package in ("torch", "transformers"):
        require_package(package, "neural")
