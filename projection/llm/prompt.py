"""Prompts: files of this package, which a recipe can replace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from silverner.projection.errors import DataError
from silverner.projection.parsing.text_file import read_text
from silverner.projection.paths import regular_file

_LARGEST = 256 * 1024
_ROOM = Path(__file__).with_name("prompts")


def read_prompt(task: str, *, replaced_by: str | None, base: Path, values: Mapping[str, str]) -> str:
    """Read the prompt of a task, and fill in what it says about the corpus.

    :param task: The task: the name of a file of this package.
    :param replaced_by: A file in the folder of the recipe, instead of ours.
    :param base: The folder of the recipe.
    :param values: What stands for ``$name`` in the prompt, by name.
    :returns: The prompt.
    :raises MissingFileError: when the file is not there.
    :raises DataError: when it is no plain text file, is empty, or has a ``$`` that nothing stands for.
    """
    path, text = prompt_text(task, replaced_by=replaced_by, base=base)
    allowed = ", ".join(f"${name}" for name in sorted(values))
    try:
        return Template(text).substitute(values)
    except KeyError as error:
        raise DataError(f"the prompt {path} has ${error.args[0]}; allowed: {allowed} (write $$ for a $)") from error
    except ValueError as error:
        raise DataError(f"the prompt {path}: a $ stands alone; allowed: {allowed} (write $$ for a $)") from error


def prompt_text(task: str, *, replaced_by: str | None, base: Path) -> tuple[Path, str]:
    """Read the prompt of a task as it was written.

    :param task: As in :func:`read_prompt`.
    :param replaced_by: As in :func:`read_prompt`.
    :param base: As in :func:`read_prompt`.
    :returns: The file, and its text.
    :raises MissingFileError: when the file is not there.
    :raises DataError: when it is no plain text file, or is empty.
    """
    path = _ROOM / f"{task}.txt" if replaced_by is None else regular_file(base, replaced_by)
    text = read_text(path, largest=_LARGEST).strip()
    if not text:
        raise DataError(f"the prompt {path} is empty; leave the key 'prompt' out to use the prompt of silverner")
    return path, text
