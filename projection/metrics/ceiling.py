"""The best score that projection can reach on parallel text with gold labels on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.metrics.scores import Scores, entity_keys
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Scores of a projector that finds every span and keeps the labels of the source.

    :param every: If it projects every source entity; one without a counterpart counts as a wrong prediction.
    :param best: If it leaves out the entities without a counterpart; no one-to-one projector is better.
    :param labels: As ``best``, for each label.
    """

    every: Scores
    best: Scores
    labels: Mapping[str, Scores]

    def facts(self) -> dict[str, Any]:
        """Return everything as plain numbers."""
        labels = {name: scores.facts() for name, scores in self.labels.items()}
        return {"every": self.every.facts(), "best": self.best.facts(), "labels": labels}


def ceiling(source: Sequence[Iterable[Span]], target: Sequence[Iterable[Span]]) -> Ceiling:
    """Count the entities that can be right when each source entity is projected at most once, with its own label.

    Of a label with ``m`` source and ``n`` target entities in a sentence, ``min(m, n)`` can be right. Summed over
    sentences and labels, that is the number of correct entities; the gold entities are those of the target. The
    predicted entities are either all source entities (the perfect-span projector of arXiv 2501.18750), or only those
    that can be right.

    :param source: The gold entities of every source sentence.
    :param target: The gold entities of their translations.
    :returns: The ceiling.
    :raises DataError: when the numbers of sentences differ.

    >>> top = ceiling([[Span(0, 1, "PER"), Span(2, 3, "LOC")]], [[Span(5, 7, "PER"), Span(1, 2, "PER")]])
    >>> top.every.f1, round(top.best.f1, 1)
    (50.0, 66.7)
    """
    if len(source) != len(target):
        raise DataError(
            f"{len(source)} source and {len(target)} target sentences; they must be translations of each other"
        )
    correct, source_counts, gold = Counter[str](), Counter[str](), Counter[str]()
    for entities, translated in zip(source, target, strict=True):
        m = Counter(label for _, _, label in entity_keys(entities))
        n = Counter(label for _, _, label in entity_keys(translated))
        correct.update(m & n)
        source_counts.update(m)
        gold.update(n)
    return Ceiling(
        every=Scores(correct.total(), source_counts.total(), gold.total()),
        best=Scores(correct.total(), correct.total(), gold.total()),
        labels={name: Scores(correct[name], correct[name], gold[name]) for name in sorted(source_counts | gold)},
    )
