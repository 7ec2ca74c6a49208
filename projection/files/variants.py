"""Variants of the labels of one text, from files, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
from silverner.projection.files.confidences import entity_confidence, read_columns
from silverner.projection.files.reading import Reading
from silverner.projection.metrics import evaluate_spans
from silverner.projection.readers import Sentence
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRequest:
    """The files to choose from, and the criterion.

    :param files: Labels of the same sentences: CoNLL or UNER columns, or Parquet files of corpora.
    :param by: The criterion.
    :param source: Labelled source sentences, for the round trip.
    :param returned: For every file the same source sentences with the labels that came back.
    :param gold: Gold labels, which are reported and never chosen by.
    :param reading: How the files are read.
    """

    files: Sequence[Path]
    by: Criterion = "agreement"
    source: Path | None = None
    returned: Sequence[Path] = ()
    gold: Path | None = None
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChoice:
    """The chosen file, and the reasons.

    :param chosen: The chosen file.
    :param by: The criterion.
    :param marks: The value of every criterion for every file.
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
            columns = zip(heads, [*values, self.f1.get(name)], strict=False)
            cells = [_cell(value, digits=3 if head == "entropy" else 2, width=len(head)) for head, value in columns]
            lines.append("  ".join([f"{'*' if name == self.chosen else ' '} {name:<{width}}", *cells]))
        return "\n".join([*lines, f"chosen by {self.by}: {self.chosen}"])


def _cell(value: float | None, *, digits: int, width: int) -> str:
    return f"{'-' if value is None else format(value, f'.{digits}f'):>{width}}"


def choose_files(request: ChoiceRequest) -> FileChoice:
    """Choose among files.

    :param request: The files and the criterion.
    :returns: The choice.
    :raises UsageError: when a criterion lacks what it looks at.
    :raises DataError: when the files do not hold the same sentences.
    """
    names = [str(path) for path in request.files]
    if len(set(names)) < len(names):
        raise UsageError(f"a file is named twice among {', '.join(names)}")
    if (request.source is None) != (not request.returned) or len(request.returned) not in (0, len(names)):
        raise UsageError(
            "a round trip needs the labelled source (--source) and, for every file in the same order, the labels that "
            f"came back onto it (--returned); {len(names)} files, {len(request.returned)} returned"
        )
    sides = [request.reading.labelled(path) for path in request.files]
    for path, side in zip(request.files[1:], sides[1:], strict=True):
        _check_same(request.files[0], sides[0], path, side)
    trips = _round_trips(request)
    scored = score_variants(
        {
            name: Variant(entities=_spans(side), round_trip=trip, **_read_probabilities(path))
            for name, path, side, trip in zip(names, request.files, sides, trips, strict=True)
        }
    )
    f1 = {}
    if request.gold is not None:
        gold = request.reading.labelled(request.gold)
        _check_same(request.gold, gold, request.files[0], sides[0])
        f1 = {n: evaluate_spans(_spans(gold), _spans(s)).overall.f1 for n, s in zip(names, sides, strict=True)}
    return FileChoice(chosen=choose_variant(scored, by=request.by), by=request.by, marks=scored, f1=f1)


def _round_trips(request: ChoiceRequest) -> list[float | None]:
    """Measure the round trip of every file; nothing without a source."""
    if request.source is None:
        return [None] * len(request.files)
    source = request.reading.labelled(request.source)
    trips: list[float | None] = []
    for path in request.returned:
        returned = request.reading.labelled(path)
        _check_same(request.source, source, path, returned)
        trips.append(round_trip(_spans(source), _spans(returned)))
    return trips


def _read_probabilities(path: Path) -> dict[str, Any]:
    """Read the confidences and entropies of a corpus; a CoNLL file has none."""
    columns = read_columns(path, ["entities", "distribution"])
    probabilities: dict[str, Any] = {}
    if "entities" in columns:
        confidences = (entity_confidence(entity) for row in columns["entities"] for entity in row or ())
        probabilities["confidence"] = [confidence for confidence in confidences if confidence is not None]
    if "distribution" in columns:
        probabilities["entropy"] = mean_entropy(columns["distribution"])
    return probabilities


def _spans(sentences: Sequence[Sentence]) -> list[tuple[Span, ...]]:
    return [s.spans or () for s in sentences]


def _check_same(first: Path, sentences: Sequence[Sentence], second: Path, variant: Sequence[Sentence]) -> None:
    if len(sentences) != len(variant):
        raise DataError(
            f"{first} has {len(sentences)} sentences, {second} has {len(variant)}; variants are of the same sentences "
            "(a corpus that drops some under keep: is no variant of one that does not)"
        )
    for sentence, same_sentence in zip(sentences, variant, strict=True):
        if sentence.tokens != same_sentence.tokens:
            heads = [f"{s.where} begins {' '.join((s.tokens or ())[:8])!r}" for s in (sentence, same_sentence)]
            raise DataError(f"other tokens: {'; '.join(heads)}; variants are of the very same sentences")
