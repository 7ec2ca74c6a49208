"""The spans of a target that may carry an entity, and what a fitted model reads of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from silverner.projection.scoring.pair_arrays import Indices, Mask, PairArrays, Reals, TokenScores
from silverner.projection.scoring.soft_evidence import SOFT_EVIDENCE
from silverner.projection.scoring.span_evidence import TOKEN_EVIDENCE, SpanEvidence

PLACES = ("first", "last", "before", "after", "inside")
"""Where a span is looked at: its first and last token, those beside it, and the mean of its tokens."""
SPAN_FEATURES = (
    *("fused", "fused_below_best", "longer", "shorter", "difference", "commas"),
    *("covered_agreed", "covered", "covered_similar", "covered_associated", "dice"),
    *("claimed_tokens", "claimed_agreed_tokens", "left_out", "left_out_agreed"),
)
FEATURES = (*(f"{place}.{evidence}" for place in PLACES for evidence in TOKEN_EVIDENCE), *SPAN_FEATURES)
"""What the model reads of a span, in the order of the columns."""
FEATURES_WITH_SOFT_LINKS = (*FEATURES, *(f"{place}.{evidence}" for place in PLACES for evidence in SOFT_EVIDENCE))
"""What it reads where the aligner has soft links, too."""
ASSOCIATED = 0.25
"""An association from which a word may begin or end a span, without a link."""
LONGEST_RATIO, LONGEST_SURPLUS = 3, 6
"""A span has at most this many times the tokens of the entity, and this many more."""
_COMMAS = frozenset(",;:、，。!?！？")
_MOST_CLAIMED, _MOST_LEFT_OUT, _GREATEST_DIFFERENCE = 3.0, 3.0, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Target spans that may carry an entity, those of the first entity first.

    :param entity: The entity of every span.
    :param start: Its first token.
    :param end: The token behind its last.
    """

    entity: Indices
    start: Indices
    end: Indices

    def __len__(self) -> int:
        """Return how many spans there are."""
        return len(self.entity)

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int, int]]) -> Self:
        """Make spans of tuples of entity, start and end, sorted by entity."""
        return cls(*np.array(list(spans), dtype=np.intp).reshape(-1, 3).T)

    def at(self, places: Mask | Indices) -> Self:
        """Return some of the spans."""
        return type(self)(self.entity[places], self.start[places], self.end[places])

    def texts(self, target: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
        """Return the entity and the words of every span, case aside.

        :param target: The target tokens.
        """
        words = tuple(word.casefold() for word in target)
        bounds = zip(self.entity.tolist(), self.start.tolist(), self.end.tolist(), strict=True)
        return [(k, words[start:end]) for k, start, end in bounds]


def candidate_spans(arrays: PairArrays, evidence: SpanEvidence, scores: TokenScores) -> Spans:
    """Propose the spans that may carry each entity.

    A span begins and ends with a word that something speaks for: a link, a part of the fused score, the corpus; or with
    the word beside one, if that is not written small. It never cuts a word of the name that the target splits.

    :param arrays: The sentence pair.
    :param evidence: Its evidence.
    :param scores: The fused score of each token, shape (entities, target tokens).
    :returns: The spans, those of an entity from left to right.
    """
    words = ((evidence.associated > ASSOCIATED) | (evidence.links[1] > 0)) & arrays.is_word
    supported = ((scores > 0) | words) & ~evidence.is_dot
    beside = arrays.is_word & arrays.not_small
    begins, ends = supported.copy(), supported.copy()
    begins[:, :-1] |= supported[:, 1:] & beside[:-1]
    ends[:, 1:] |= supported[:, :-1] & beside[1:]
    ends &= ~evidence.endings
    spans = []
    for k, entity in enumerate(arrays.pair.entities):
        longest, splits = LONGEST_RATIO * len(entity) + LONGEST_SURPLUS, evidence.splits(k)
        afters = (np.flatnonzero(ends[k]) + 1).tolist()
        for start in np.flatnonzero(begins[k]).tolist():
            for end in afters[bisect_right(afters, start) : bisect_right(afters, start + longest)]:
                if all(end <= first or start >= after or (start <= first and end >= after) for first, after in splits):
                    spans.append((k, start, end))
    return Spans.of(spans)


def span_features(arrays: PairArrays, evidence: SpanEvidence, scores: TokenScores, spans: Spans) -> Reals:
    """Describe spans for the model.

    :param arrays: The sentence pair.
    :param evidence: Its evidence.
    :param scores: The fused score of each token, shape (entities, target tokens).
    :param spans: The spans.
    :returns: Shape (spans, :data:`FEATURES`), or (spans, :data:`FEATURES_WITH_SOFT_LINKS`) if there are soft links.
    """
    features = [*_at_all_places(evidence.tokens, spans), _whole(arrays, evidence, scores, spans)]
    if evidence.soft is not None:
        features += _at_all_places(evidence.soft, spans)
    return np.concatenate(features).T


def _at_all_places(tokens: Reals, spans: Spans) -> Iterator[Reals]:
    """Look at the tokens of spans, of shape (kinds, entities, target tokens), at each of the places."""
    return _places(np.stack([tokens] * len(PLACES)), spans)


def weighted_features(
    arrays: PairArrays, evidence: SpanEvidence, scores: TokenScores, spans: Spans, weights: Reals
) -> Reals:
    """Add up the features of every span, each times its weight.

    The tokens are weighted first, once a token and not once a span. A sum runs in one fixed order: a matrix product
    adds up in another order on another processor.

    :param arrays: The sentence pair.
    :param evidence: Its evidence.
    :param scores: The fused score of each token, shape (entities, target tokens).
    :param spans: The spans.
    :param weights: One weight a feature, in the order of :func:`span_features`.
    :returns: One sum a span.
    """
    of_places, of_whole, of_soft = np.split(weights, [len(FEATURES) - len(SPAN_FEATURES), len(FEATURES)])
    whole = _whole(arrays, evidence, scores, spans) * of_whole[:, None]
    rows = [*_weighted_places(evidence.tokens, of_places, spans), whole]
    if evidence.soft is not None:
        rows += _weighted_places(evidence.soft, of_soft, spans)
    sums: Reals = np.concatenate(rows).sum(axis=0)
    return sums


def _weighted_places(tokens: Reals, weights: Reals, spans: Spans) -> Iterator[Reals]:
    """Add up the kinds of evidence of tokens, each times its weight there, at each of the places of spans."""
    of_places = weights.reshape(len(PLACES), len(tokens), 1, 1)
    return _places((of_places * tokens).sum(axis=1, keepdims=True), spans)


def _places(tokens: Reals, spans: Spans) -> Iterator[Reals]:
    """Look at the tokens of spans at each of the places.

    :param tokens: Shape (:data:`PLACES`, kinds, entities, target tokens).
    :param spans: The spans.
    :returns: For each of the places an array of shape (kinds, spans).
    """
    first, last, before, after, inside = tokens
    yield first[:, spans.entity, spans.start]
    yield last[:, spans.entity, spans.end - 1]
    yield _padded(before)[:, spans.entity, spans.start]
    yield _padded(after)[:, spans.entity, spans.end + 1]
    yield _sums(inside, spans) / (spans.end - spans.start)


def _padded(tokens: Reals) -> Reals:
    """Put a token without evidence before the first target token, and one behind the last."""
    padded = np.zeros((*tokens.shape[:2], tokens.shape[2] + 2))
    padded[:, :, 1:-1] = tokens
    return padded


def running_totals(values: Reals | Mask) -> Reals:
    """Add up what stands before each target token, the last axis, and before the end.

    :param values: One number a target token, of any shape before it.
    :returns: One number more: the sum of a span is that at its end minus that at its start.
    """
    totals = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=totals[..., 1:])
    return totals


def _sums(values: Reals | Mask, spans: Spans) -> Reals:
    """Add up the tokens of every span, of values of shape (kinds, entities, target tokens)."""
    totals = running_totals(values)
    sums: Reals = totals[:, spans.entity, spans.end] - totals[:, spans.entity, spans.start]
    return sums


def _whole(arrays: PairArrays, evidence: SpanEvidence, scores: TokenScores, spans: Spans) -> Reals:
    """Describe the whole of every span, shape (:data:`SPAN_FEATURES`, spans)."""
    claims = [evidence.tokens[TOKEN_EVIDENCE.index(kind)] for kind in ("claimed", "claimed_agreed")]
    fused, links, *claimed = _sums(np.stack([scores, evidence.links[0], *claims]), spans)
    lengths = evidence.lengths[spans.entity] + spans.end - spans.start
    covered, left_out = _coverage(evidence, spans)
    return np.stack(
        [
            *_fits(arrays, evidence, 2 * fused / lengths, spans),
            *covered,
            2 * links / lengths,
            *np.minimum(claimed, _MOST_CLAIMED),
            *left_out,
        ]
    )


def _fits(arrays: PairArrays, evidence: SpanEvidence, fused: Reals, spans: Spans) -> Iterator[Reals]:
    """Yield the fused score of every span, how far it is below the best, and how the lengths fit."""
    best = np.zeros(len(evidence.lengths))
    np.maximum.at(best, spans.entity, fused)
    yield fused
    yield fused - best[spans.entity]
    is_comma = np.array([word in _COMMAS for word in arrays.pair.target], dtype=bool)
    totals = running_totals(np.stack([arrays.is_word, is_comma]))
    target_words, commas = totals[:, spans.end] - totals[:, spans.start]
    source_words = evidence.word_counts[spans.entity]
    ratio = np.log(np.maximum(target_words, 1) / source_words)
    yield np.maximum(ratio, 0)
    yield np.maximum(-ratio, 0)
    yield np.minimum(np.abs(target_words - source_words), _GREATEST_DIFFERENCE)
    lacks_comma = np.array([_COMMAS.isdisjoint(name) for name in arrays.pair.names()], dtype=bool)
    yield np.minimum(commas, 1.0) * lacks_comma[spans.entity]


def _coverage(evidence: SpanEvidence, spans: Spans) -> tuple[Reals, Reals]:
    """Compare every span with the words of its entity.

    :returns: The share of the words that have something in the span, by kind; and how many words, but for frequent
        ones, have links that lead out of it alone, of either direction and of both.
    """
    counts = evidence.lengths[spans.entity]
    begins = np.cumsum(counts) - counts
    span = np.repeat(np.arange(len(spans)), counts)  # one place for every word of the entity of every span
    row = np.arange(len(span)) + (evidence.first_rows[spans.entity] - begins)[span]
    totals = running_totals(evidence.of_rows > 0)
    has_something = totals[:, row, spans.end[span]] > totals[:, row, spans.start[span]]
    best = evidence.of_rows.max(axis=2) * evidence.is_word
    covered = np.add.reduceat(has_something * best[:, row], begins, axis=1) / evidence.word_counts[spans.entity]
    has_link = (evidence.of_rows[1::-1] > 0).any(axis=2) & evidence.is_content
    missing = ~has_something[1::-1] & has_link[:, row]
    left_out = np.minimum(np.add.reduceat(missing, begins, axis=1, dtype=np.intp), _MOST_LEFT_OUT)
    return covered, left_out
