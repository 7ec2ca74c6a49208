"""Strict entity scores: an entity counts when its span and its label are both right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.spans import Span

EntityKey = tuple[int, int, str]
"""What is compared of an entity: where it starts and ends, and its label."""
_NO_ENTITIES: frozenset[EntityKey] = frozenset()


def entity_keys(spans: Iterable[Span]) -> frozenset[EntityKey]:
    """Return what is compared of the entities of a sentence.

    :param spans: The entities.
    :returns: Start, end and label of each, once.

    >>> entity_keys([Span(0, 2, "PER")])
    frozenset({(0, 2, 'PER')})
    """
    return frozenset([(span.start, span.end, span.label) for span in spans]) if spans else _NO_ENTITIES


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts of one label or of all labels, and the scores that follow from them (in percent, 0 where undefined)."""

    correct: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted entities that are right."""
        return 100 * self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold entities that were found."""
        return 100 * self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 200 * self.correct / (self.predicted + self.gold) if self.predicted + self.gold else 0.0

    def facts(self) -> dict[str, float | int]:
        """Return counts and shares by name."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


def score_table(rows: Mapping[str, Scores], title: str = "") -> str:
    """Write scores as a table for reading.

    :param rows: Scores by name.
    :param title: The heading of the column of names.
    :returns: A line of headings, and a line for every name.
    """
    width = max(map(len, [title, *rows]))
    lines = [f"{title:<{width}}  precision  recall     F1  correct  predicted   gold"]
    for name, s in rows.items():
        shares = f"{s.precision:9.2f}  {s.recall:6.2f}  {s.f1:5.2f}"
        lines.append(f"{name:<{width}}  {shares}  {s.correct:7}  {s.predicted:9}  {s.gold:5}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores over all entities and per label.

    ``projection_ratio`` is the mean over sentences with gold entities of predicted / gold entities (arXiv 2501.18750,
    section 4.4); ``None`` when no sentence has any.
    """

    overall: Scores
    labels: dict[str, Scores]
    projection_ratio: float | None
    sentences: int

    def facts(self) -> dict[str, Any]:
        """Return everything as plain numbers: the overall scores, ``labels``, ``projection_ratio``, ``sentences``."""
        labels = {name: scores.facts() for name, scores in self.labels.items()}
        return {
            **self.overall.facts(),
            "labels": labels,
            "projection_ratio": self.projection_ratio,
            "sentences": self.sentences,
        }

    def table(self) -> str:
        """Write the scores as a table for reading."""
        lines = [score_table({"all": self.overall, **self.labels})]
        ratio = "undefined (no gold entities)" if self.projection_ratio is None else f"{self.projection_ratio:.3f}"
        lines.append(f"projection ratio {ratio} over {self.sentences} sentences (strict: span and label both right)")
        return "\n".join(lines)


def evaluate_spans(gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> Evaluation:
    """Compare predicted with gold entities, micro-averaged, as seqeval does in strict IOB2 mode.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :returns: The scores.
    :raises DataError: when the numbers of sentences differ.

    >>> e = evaluate_spans([[Span(0, 1, "PER"), Span(3, 4, "LOC")]], [[Span(0, 1, "PER")]])
    >>> e.overall.precision, e.overall.recall, round(e.overall.f1, 1), e.projection_ratio
    (100.0, 50.0, 66.7, 0.5)
    """
    if len(gold) != len(predicted):
        raise DataError(f"{len(gold)} gold and {len(predicted)} predicted sentences; they must be the same sentences")
    correct, predicted_counts, gold_counts = Counter[str](), Counter[str](), Counter[str]()
    ratios = []
    for g, p in zip(map(entity_keys, gold), map(entity_keys, predicted), strict=True):
        for counts, keys in ((correct, g & p), (predicted_counts, p), (gold_counts, g)):
            for _, _, label in keys:
                counts[label] += 1
        if g:
            ratios.append(len(p) / len(g))
    names = sorted(gold_counts | predicted_counts)
    return Evaluation(
        overall=Scores(correct.total(), predicted_counts.total(), gold_counts.total()),
        labels={name: Scores(correct[name], predicted_counts[name], gold_counts[name]) for name in names},
        projection_ratio=sum(ratios) / len(ratios) if ratios else None,
        sentences=len(gold),
    )
