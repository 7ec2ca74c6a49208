"""Which of several ways of labelling the same sentences is best, told without gold.

Three criteria, none of which looks at gold labels: how much the variants agree with one another, how well labels
survive the way to the target and back, and how sure the variants are of themselves. ``benchmarks/bench_voting.py``
measures what a choice by each of them gains over one method for all sets, and what is missing to the best of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.metrics import evaluate_spans
from silverner.projection.spans import Span

Criterion = Literal["agreement", "round-trip", "confidence", "entropy"]
CRITERIA: tuple[Criterion, ...] = ("agreement", "round-trip", "confidence", "entropy")

Labels = Sequence[Iterable[Span]]
"""The entities of every sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What one way of labelling says of all sentences.

    :param entities: The entities of every sentence.
    :param round_trip: Quality of the way there and back, in percent, where known (see :func:`round_trip`).
    :param confidence: Probabilities of its entities, where known.
    :param entropy: Mean entropy of its tag distributions, in nats a token, where known (see :func:`entropy`).
    """

    entities: Labels
    round_trip: float | None = None
    confidence: Sequence[float] | None = None
    entropy: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the criteria say of one variant; ``None`` where one has nothing to look at.

    :param agreement: Mean strict F1 against every other variant, in percent.
    :param round_trip: As given, in percent.
    :param confidence: Mean probability of its entities, in percent.
    :param entropy: As given, in nats a token; the lower the surer.
    """

    agreement: float
    round_trip: float | None
    confidence: float | None
    entropy: float | None

    def of(self, criterion: Criterion) -> float | None:
        """Return one of them, so that more is better."""
        value: float | None = getattr(self, criterion.replace("-", "_"))
        return -value if criterion == "entropy" and value is not None else value

    def facts(self) -> dict[str, float | None]:
        """Return everything by name."""
        return asdict(self)


def marks(variants: Mapping[str, Variant]) -> dict[str, Marks]:
    """Look at every variant by every criterion.

    Agreement is centrality: the variant most like all the others has the least of what is peculiar to one (the idea
    of minimum Bayes risk decoding, Kumar and Byrne 2004, with variants as samples and F1 as gain).

    :param variants: The variants by name; the same sentences in the same order.
    :returns: The marks by name.
    :raises UsageError: with fewer than two variants.
    :raises DataError: when the numbers of sentences differ.
    """
    if len(variants) < 2:
        raise UsageError(f"a choice needs at least two variants, not {len(variants)}")
    sizes = {name: len(variant.entities) for name, variant in variants.items()}
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise DataError(f"the variants must label the same sentences: {said} sentences")
    shared = agreements({name: variant.entities for name, variant in variants.items()})
    return {
        name: Marks(
            agreement=float(np.mean([f1 for pair, f1 in shared.items() if name in pair])),
            round_trip=variant.round_trip,
            confidence=100 * float(np.mean(variant.confidence)) if variant.confidence else None,
            entropy=variant.entropy,
        )
        for name, variant in variants.items()
    }


def agreements(labels: Mapping[str, Labels]) -> dict[tuple[str, str], float]:
    """Compare every two variants.

    :param labels: Their entities.
    :returns: Strict F1 of every pair, in percent; two that name nothing at all agree in full.

    >>> one, other = [[Span(0, 1, "PER")], []], [[Span(0, 1, "PER")], [Span(0, 1, "LOC")]]
    >>> {pair: round(f1, 1) for pair, f1 in agreements({"a": one, "b": other}).items()}
    {('a', 'b'): 66.7}
    """
    names = list(labels)
    found = {}
    for k, first in enumerate(names):
        for second in names[k + 1 :]:
            scores = evaluate_spans(labels[first], labels[second]).overall
            found[first, second] = scores.f1 if scores.gold + scores.predicted else 100.0
    return found


def choose(marked: Mapping[str, Marks], *, by: Criterion = "agreement") -> str:
    """Name the best variant by one criterion; of equals, the one that comes first.

    :param marked: As :func:`marks` gives them.
    :param by: The criterion.
    :returns: The variant's name.
    :raises UsageError: when a variant has no mark for the criterion, or two variants are to be told apart by how much
        they agree.

    >>> sure, unsure = (Marks(agreement=90, round_trip=None, confidence=c, entropy=None) for c in (80, 70))
    >>> choose({"a": unsure, "b": sure}, by="confidence")
    'b'
    """
    if by not in CRITERIA:
        raise UsageError(f"unknown criterion {by!r}; {nearest(by, CRITERIA)}")
    values = {name: one.of(by) for name, one in marked.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        known = [c for c in CRITERIA if all(one.of(c) is not None for one in marked.values())]
        needs = "--source and --returned" if by == "round-trip" else "Parquet files of corpora, which have confidences"
        raise UsageError(f"no {by} is known of {', '.join(missing)}; all have {', '.join(known)}; it needs {needs}")
    if by == "agreement" and len(marked) == 2:
        raise UsageError("two variants agree with each other equally; give a third, or choose by another criterion")
    return max(values, key=lambda name: values[name] or 0.0)


def round_trip(source: Labels, returned: Labels) -> float:
    """Measure what comes back of labels that went to the target and back onto the source.

    No gold of the target is needed: the source's own labels are the reference.

    :param source: The entities of the source sentences.
    :param returned: What was projected back onto the same sentences.
    :returns: Strict F1 in percent.
    :raises DataError: when the numbers of sentences differ.
    """
    return evaluate_spans(source, returned).overall.f1


def entropy(distributions: Iterable[Sequence[Sequence[float]] | NDArray[np.floating]]) -> float:
    """Average the entropy of tag distributions.

    :param distributions: For every sentence a matrix of shape (tokens, tags).
    :returns: Nats a token; 0 without any token.

    >>> round(entropy([[[0.5, 0.5], [1.0, 0.0]]]), 3)
    0.347
    """
    total, tokens = 0.0, 0
    for matrix in distributions:
        rows = np.asarray(matrix, dtype=np.float64)
        if rows.size:
            logs = np.log(rows, where=rows > 0, out=np.zeros_like(rows))
            total, tokens = total - float((rows * logs).sum()), tokens + len(rows)
    return total / tokens if tokens else 0.0
