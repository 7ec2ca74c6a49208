"""All errors that this project raises on purpose.

All are subclasses of :class:`SilvernerError`, and of the builtin exception that a caller would expect. A message says
what is wrong, where, with which value, what is allowed, and which command to run next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SilvernerError(Exception):
    """Base class of these errors; the command line prints the message and exits with :attr:`exit_code`."""

    exit_code = 1
    page: str | None = None
    """The file of the documentation that says how it is done right; the command line names it after the message."""


class UsageError(SilvernerError, ValueError):
    """The command, an option or an argument is wrong (exit code 2)."""

    exit_code = 2


class RecipeError(UsageError):
    """A recipe cannot be read or does not follow the schema (exit code 2)."""

    page = "docs/pages/how-to/recipe.md"


class DataError(SilvernerError, ValueError):
    """Input text, labels or links break a rule; the message names the file and line, or the sentence."""


class MissingFileError(SilvernerError, FileNotFoundError):
    """An input file or folder does not exist or cannot be read."""


class NotDownloadedError(MissingFileError):
    """A model or data set of the Hub is not on this machine, and the Hub was not asked; a build would download it."""


class MissingEngineError(SilvernerError, ImportError):
    """A program or an optional package is not installed; the message ends with the command that installs it."""


class PluginError(SilvernerError, ImportError):
    """Another package adds an engine, a filter or a strategy that cannot be loaded; the message names the package."""

    page = "CONTRIBUTING.md"


class EngineError(SilvernerError, RuntimeError):
    """An engine failed, or returned an invalid result."""


class LanguagesError(SilvernerError, RuntimeError):
    """Some languages of a corpus could not be built; the message gives the reason for each."""


class OutputError(SilvernerError, OSError):
    """The output cannot be written, or belongs to another corpus."""


def nearest(value: str, allowed: Iterable[str]) -> str:
    """Write which values are allowed, and which of them has the most similar spelling.

    :param value: The value that is not allowed.
    :param allowed: The allowed values.
    :returns: Text to end an error message with.

    >>> nearest("exat", ["exact", "greedy"])
    'allowed: exact, greedy (did you mean exact?)'
    """
    names = sorted(allowed)
    close = difflib.get_close_matches(value, names, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"allowed: {', '.join(names) or 'none'}{hint}"
