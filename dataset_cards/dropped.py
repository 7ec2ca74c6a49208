"""Examples of the sentences that a build dropped: a file of a corpus folder that is not published."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from silverner.dataset_cards.facts.base import Facts, first_error
from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json, read_text
from silverner.projection.paths import DROPPED, regular_file

EXAMPLES = 5
"""Examples of a reason."""
_LARGEST_FILE = 1 << 26


class DroppedSentence(Facts):
    """A sentence that was dropped.

    :param reason: Why.
    :param id: Its id.
    :param tokens: Its tokens; none where the text of the corpus was not there yet.
    :param source_tokens: The tokens of the text that the labels come from, likewise.
    """

    reason: str
    id: str
    tokens: list[str]
    source_tokens: list[str]


def dropped_name(code: str) -> str:
    """Name the file of a language in the folder of a corpus.

    :param code: The language.
    """
    return f"{DROPPED}/{code}.jsonl"


def dropped_text(sentences: Sequence[DroppedSentence]) -> str:
    """Write sentences as :func:`read_dropped` reads them.

    :param sentences: The sentences.
    :returns: JSON lines.
    """
    return "".join(json.dumps(one.to_json(), ensure_ascii=True) + "\n" for one in sentences)


def read_dropped(folder: Path, code: str) -> list[DroppedSentence]:
    """Read the examples of a language.

    :param folder: The folder of the corpus.
    :param code: The language.
    :returns: The sentences; none where there is no file, as in a release.
    :raises DataError: naming the line that is no such sentence.
    """
    name = dropped_name(code)
    if not os.path.lexists(folder / name):
        return []
    path = regular_file(folder, name)
    lines = enumerate(read_text(path, largest=_LARGEST_FILE).split("\n"), start=1)
    return [_sentence(line, f"{path}, line {number}") for number, line in lines if line.strip()]


def _sentence(line: str, where: str) -> DroppedSentence:
    try:
        return DroppedSentence.model_validate(parse_json(line, where=where))
    except ValidationError as error:
        raise DataError(f"{where}, {first_error(error)}; delete the file, and build this language again") from error
