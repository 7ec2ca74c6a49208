"""What the results of students say that lie beside a corpus: anybody may have written them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from silverner.dataset_cards.facts.base import Count, Facts, Percent, first_error
from silverner.dataset_cards.facts.counts import ScoreInterval
from silverner.projection.errors import DataError
from silverner.projection.parsing import read_json
from silverner.projection.paths import STUDENTS, public_files, regular_file

_MOST_STUDENTS = 200
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class StudentScores(Facts):
    """The scores of a student against one gold set."""

    f1: Percent
    interval: ScoreInterval | None = None
    sentences: Count


class StudentSentences(Facts):
    """The sentences of a training."""

    learnt: Count


class StudentFacts(Facts):
    """A student, as far as a card shows it.

    :param signature: Its signature.
    :param strategy: What it learnt from, as ``silverner train`` calls it.
    :param language: The configuration it was trained on.
    :param model: The model it began as.
    :param sentences: The sentences it learnt.
    :param scores: Its scores, by gold set.
    """

    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
    strategy: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    language: _Name
    model: _Name
    sentences: StudentSentences
    scores: Annotated[dict[_Name, StudentScores], Field(max_length=20)] = Field(default_factory=dict)


def read_students(folder: Path) -> dict[str, StudentFacts]:
    """Read the results of students that lie beside a corpus.

    :param folder: A corpus folder.
    :returns: For every student, by the name of its file, what its results say; none where there is no such folder.
    :raises DataError: when a file is no plain file, or does not hold what ``silverner train`` writes.
    """
    if not (folder / STUDENTS).is_dir():
        return {}
    names = [name for name, _ in public_files(folder) if name.startswith(f"{STUDENTS}/") and name.endswith(".json")]
    if len(names) > _MOST_STUDENTS:
        raise DataError(f"{folder / STUDENTS} holds {len(names)} results; a card shows at most {_MOST_STUDENTS}")
    students = {}
    for name in sorted(names):
        try:
            values = read_json(regular_file(folder, name))
            students[Path(name).stem] = StudentFacts.model_validate(values)
        except ValidationError as error:
            raise DataError(
                f"{folder / name}: {first_error(error)}; copy the results.json of silverner train to this place, or "
                "delete the file"
            ) from error
    return students
