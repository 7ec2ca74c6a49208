"""Chooses the best of several labellings of the same sentences, without gold labels.

The criteria are: how much the variants agree with one another, how well labels survive the way to the target and back,
and how confident the variants are (the probabilities of their entities, or the entropy of their tag distributions).
``benchmarks/bench_voting.py`` measures what a choice by each criterion gains over one method for all sets, and how far
it is from the best choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from silverner.projection.ensembling.criteria import CRITERIA, Criterion
from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.metrics import evaluate_spans
from silverner.projection.spans import Span

Labels = Sequence[Iterable[Span]]
"""The entities of every sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One labelling of all sentences.

    :param entities: The entities of every sentence.
    :param round_trip: Quality of the way there and back, in percent, if measured (see :func:`round_trip`).
    :param confidence: Probabilities of its entities, if it has them.
    :param entropy: Mean entropy of its tag distributions, in nats a token, if it has them (see :func:`mean_entropy`).
    """

    entities: Labels
    round_trip: float | None = None
    confidence: Sequence[float] | None = None
    entropy: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScores:
    """The score of one variant by each criterion; ``None`` where the variant lacks what the criterion needs.

    :param agreement: Mean strict F1 against every other variant, in percent.
    :param round_trip: As in :class:`Variant`, in percent.
    :param confidence: Mean probability of its entities, in percent.
    :param entropy: As in :class:`Variant`, in nats a token; lower is better.
    """

    agreement: float
    round_trip: float | None
    confidence: float | None
    entropy: float | None

    def by(self, criterion: Criterion) -> float | None:
        """Return the score by one criterion, with its sign turned where lower is better."""
        value: float | None = getattr(self, criterion.replace("-", "_"))
        return -value if criterion == "entropy" and value is not None else value

    def facts(self) -> dict[str, float | None]:
        """Return everything by name."""
        return asdict(self)


def score_variants(variants: Mapping[str, Variant]) -> dict[str, CriterionScores]:
    """Score every variant by every criterion.

    Agreement is centrality: the variant that is most like all the others has the fewest errors of its own (the idea of
    minimum Bayes risk decoding, Kumar and Byrne 2004, with variants as samples and F1 as gain).

    :param variants: The variants by name; the same sentences in the same order.
    :returns: The scores by name.
    :raises UsageError: with fewer than two variants.
    :raises DataError: when the numbers of sentences differ.
    """
    if len(variants) < 2:
        raise UsageError(f"a choice needs at least two variants, not {len(variants)}")
    sizes = {name: len(variant.entities) for name, variant in variants.items()}
    if len(set(sizes.values())) > 1:
        counts = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise DataError(f"the variants must label the same sentences: {counts} sentences")
    pair_f1 = agreements({name: variant.entities for name, variant in variants.items()})
    return {
        name: CriterionScores(
            agreement=float(np.mean([f1 for pair, f1 in pair_f1.items() if name in pair])),
            round_trip=variant.round_trip,
            confidence=100 * float(np.mean(variant.confidence)) if variant.confidence else None,
            entropy=variant.entropy,
        )
        for name, variant in variants.items()
    }


def agreements(labels: Mapping[str, Labels]) -> dict[tuple[str, str], float]:
    """Compare every two variants.

    :param labels: Their entities.
    :returns: Strict F1 of every pair, in percent; two variants without any entity agree fully.

    >>> one, other = [[Span(0, 1, "PER")], []], [[Span(0, 1, "PER")], [Span(0, 1, "LOC")]]
    >>> {pair: round(f1, 1) for pair, f1 in agreements({"a": one, "b": other}).items()}
    {('a', 'b'): 66.7}
    """
    names = list(labels)
    pair_f1 = {}
    for k, first in enumerate(names):
        for second in names[k + 1 :]:
            scores = evaluate_spans(labels[first], labels[second]).overall
            pair_f1[first, second] = scores.f1 if scores.gold + scores.predicted else 100.0
    return pair_f1


def choose_variant(scores: Mapping[str, CriterionScores], *, by: Criterion = "agreement") -> str:
    """Return the name of the best variant by one criterion; of equally good ones, the first.

    :param scores: What :func:`score_variants` returns.
    :param by: The criterion.
    :returns: The variant's name.
    :raises UsageError: when a variant has no score for the criterion, or when there are only two variants and the
        criterion is agreement.

    >>> high, low = (CriterionScores(agreement=90, round_trip=None, confidence=c, entropy=None) for c in (80, 70))
    >>> choose_variant({"a": low, "b": high}, by="confidence")
    'b'
    """
    if by not in CRITERIA:
        raise UsageError(f"unknown criterion {by!r}; {nearest(by, CRITERIA)}")
    values = {name: variant.by(by) for name, variant in scores.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        usable = [c for c in CRITERIA if all(variant.by(c) is not None for variant in scores.values())]
        needs = "--source and --returned" if by == "round-trip" else "Parquet files of corpora, which have confidences"
        raise UsageError(
            f"{', '.join(missing)} cannot be scored by {by}, which needs {needs}; "
            f"all variants can be scored by: {', '.join(usable)}"
        )
    if by == "agreement" and len(scores) == 2:
        raise UsageError("two variants agree with each other equally; give a third, or choose by another criterion")
    return max(values, key=lambda name: values[name] or 0.0)


def round_trip(source: Labels, returned: Labels) -> float:
    """Compare the source's labels with those that were projected to the target and back.

    No gold labels of the target are needed: the source's own labels are the reference.

    :param source: The entities of the source sentences.
    :param returned: The entities that were projected back onto the same sentences.
    :returns: Strict F1 in percent.
    :raises DataError: when the numbers of sentences differ.
    """
    return evaluate_spans(source, returned).overall.f1


def mean_entropy(distributions: Iterable[Sequence[Sequence[float]] | NDArray[np.floating]]) -> float:
    """Average the entropy of tag distributions.

    :param distributions: For every sentence a matrix of shape (tokens, tags).
    :returns: Nats a token; 0 if there is no token.

    >>> round(mean_entropy([[[0.5, 0.5], [1.0, 0.0]]]), 3)
    0.347
    """
    total, tokens = 0.0, 0
    for matrix in distributions:
        rows = np.asarray(matrix, dtype=np.float64)
        if rows.size:
            logs = np.log(rows, where=rows > 0, out=np.zeros_like(rows))
            total, tokens = total - float((rows * logs).sum()), tokens + len(rows)
    return total / tokens if tokens else 0.0
