"""Variants of the labels of one text, from files, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.ensembling.choice import (
    CriterionScores,
    Variant,
    choose_variant,
    mean_entropy,
    round_trip,
    score_variants,
)
from silverner.projection.ensembling.criteria import Criterion
from silverner.projection.errors import DataError, UsageError
from silverner.projection.metrics import evaluate_spans
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What is to be chosen from, and by what.

    :param files: Labels of the same sentences: CoNLL or UNER columns, or Parquet files of corpora.
    :param by: The criterion.
    :param source: Labelled source sentences, for the round trip.
    :param returned: For every file the same source sentences with the labels that came back.
    :param gold: Gold labels, which are reported and never chosen by.
    :param repair: Repair invalid tag sequences instead of refusing them.
    """

    files: Sequence[Path]
    by: Criterion = "agreement"
    source: Path | None = None
    returned: Sequence[Path] = ()
    gold: Path | None = None
    repair: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What came of a choice.

    :param chosen: The chosen file.
    :param by: The criterion.
    :param marks: What every criterion says of every file.
    :param f1: Strict F1 of every file against gold in percent; empty without gold.
    """

    chosen: str
    by: Criterion
    marks: Mapping[str, CriterionScores]
    f1: Mapping[str, float]

    def facts(self) -> dict[str, Any]:
        """Return everything as plain numbers."""
        return {
            "chosen": self.chosen,
            "by": self.by,
            "variants": {
                name: one.facts() | ({"f1": self.f1[name]} if self.f1 else {}) for name, one in self.marks.items()
            },
        }

    def table(self) -> str:
        """Lay the marks out for reading; the chosen file has a star."""
        heads = ["agreement", "round-trip", "confidence", "entropy", *(["F1 on gold"] if self.f1 else [])]
        width = max(map(len, self.marks))
        lines = ["  ".join([f"  {'variant':<{width}}", *heads])]
        for name, one in self.marks.items():
            values = [one.agreement, one.round_trip, one.confidence, one.entropy]
            shown = zip(heads, [*values, self.f1.get(name)], strict=False)
            cells = [_cell(value, digits=3 if head == "entropy" else 2, width=len(head)) for head, value in shown]
            lines.append("  ".join([f"{'*' if name == self.chosen else ' '} {name:<{width}}", *cells]))
        return "\n".join([*lines, f"chosen by {self.by}: {self.chosen}"])


def _cell(value: float | None, *, digits: int, width: int) -> str:
    return f"{'-' if value is None else format(value, f'.{digits}f'):>{width}}"


def choose_files(given: Choosing) -> Choice:
    """Choose among files.

    :param given: The files and the criterion.
    :returns: The choice.
    :raises UsageError: when a criterion lacks what it looks at.
    :raises DataError: when the files do not hold the same sentences.
    """
    names = [str(path) for path in given.files]
    if len(set(names)) < len(names):
        raise UsageError(f"a file is named twice among {', '.join(names)}")
    if (given.source is None) != (not given.returned) or len(given.returned) not in (0, len(names)):
        raise UsageError(
            "a round trip needs the labelled source (--source) and, for every file in the same order, the labels that "
            f"came back onto it (--returned); {len(names)} files, {len(given.returned)} returned"
        )
    sides = [_read(path, repair=given.repair) for path in given.files]
    for path, side in zip(given.files[1:], sides[1:], strict=True):
        _check_same(given.files[0], sides[0], path, side)
    trips = _trips(given)
    marked = score_variants(
        {
            name: Variant(entities=_spans(side), round_trip=trip, **_evidence(path))
            for name, path, side, trip in zip(names, given.files, sides, trips, strict=True)
        }
    )
    f1 = {}
    if given.gold is not None:
        gold = _read(given.gold, repair=given.repair)
        _check_same(given.gold, gold, given.files[0], sides[0])
        f1 = {n: evaluate_spans(_spans(gold), _spans(s)).overall.f1 for n, s in zip(names, sides, strict=True)}
    return Choice(chosen=choose_variant(marked, by=given.by), by=given.by, marks=marked, f1=f1)


def _trips(given: Choosing) -> list[float | None]:
    """Measure the round trip of every file; nothing without a source."""
    if given.source is None:
        return [None] * len(given.files)
    source = _read(given.source, repair=given.repair)
    trips: list[float | None] = []
    for path in given.returned:
        returned = _read(path, repair=given.repair)
        _check_same(given.source, source, path, returned)
        trips.append(round_trip(_spans(source), _spans(returned)))
    return trips


def _evidence(path: Path) -> dict[str, Any]:
    """Read how sure a corpus is of its labels; columns say nothing of that."""
    if path.suffix != ".parquet":
        return {}
    try:
        known = set(pq.read_schema(path).names) & {"entities", "distribution"}
        table = pq.read_table(path, columns=sorted(known))
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path} cannot be read as Parquet ({error})") from error
    found: dict[str, Any] = {}
    if "entities" in known:
        found["confidence"] = [_sure(e) for row in table.column("entities").to_pylist() for e in row]
    if "distribution" in known:
        found["entropy"] = mean_entropy(table.column("distribution").to_pylist())
    return found


def _sure(entity: Mapping[str, Any]) -> float:
    """Tell how sure a corpus is of an entity: of its place, and of its label where an engine found that."""
    place = entity.get("confidence")
    sure = min(entity["score"], 1.0) if place is None else place
    label = entity.get("label_confidence")
    return float(sure if label is None else sure * label)


def _spans(sentences: Sequence[Sentence]) -> list[tuple[Span, ...]]:
    return [s.spans or () for s in sentences]


def _check_same(first: Path, sentences: Sequence[Sentence], second: Path, others: Sequence[Sentence]) -> None:
    if len(sentences) != len(others):
        raise DataError(
            f"{first} has {len(sentences)} sentences, {second} has {len(others)}; variants are of the same sentences "
            "(a corpus that drops some under keep: is no variant of one that does not)"
        )
    for one, other in zip(sentences, others, strict=True):
        if one.tokens != other.tokens:
            heads = [f"{s.where} begins {' '.join((s.tokens or ())[:8])!r}" for s in (one, other)]
            raise DataError(f"other tokens: {'; '.join(heads)}; variants are of the very same sentences")


def _read(path: Path, *, repair: bool) -> list[Sentence]:
    form = "parquet" if path.suffix == ".parquet" else "auto"
    files = CorpusFiles(format=form, files={path.stem: str(path)}, repair=repair)
    return list(read_corpus(files, tagged=True))
