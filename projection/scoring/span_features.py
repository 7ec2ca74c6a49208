"""The spans of a target that may carry an entity, and what a fitted model reads of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from silverner.projection.scoring.pair_arrays import Indices, Mask, PairArrays, Reals, TokenScores
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
ASSOCIATED = 0.25
"""An association from which a word may begin or end a span, without a link."""
LONGEST_RATIO, LONGEST_SURPLUS = 3, 6
"""A span has at most this many times the tokens of the entity, and this many more."""
_COMMAS = frozenset(",;:、，。!?！？")
_MOST_CLAIMED, _MOST_LEFT_OUT, _GREATEST_DIFFERENCE = 3.0, 3.0, 4.0


def candidate_spans(arrays: PairArrays, evidence: SpanEvidence, scores: TokenScores, k: int) -> tuple[Indices, Indices]:
    """Propose the spans that may carry an entity.

    A span begins and ends with a word that something speaks for: a link, a part of the fused score, the corpus; or with
    the word beside one, if that is not written small. It never cuts a word of the name that the target splits.

    :param arrays: The sentence pair.
    :param evidence: Its evidence.
    :param scores: The fused score of each token, shape (entities, target tokens).
    :param k: Index of the entity.
    :returns: The first token of every span, and the one behind its last.
    """
    entity, length = arrays.pair.entities[k], len(arrays.pair.target)
    supported = (scores[k] > 0) | ((evidence.associations(k).max(axis=0) > ASSOCIATED) & arrays.is_word)
    supported |= evidence.links(k, agreed=False).any(axis=0) & arrays.is_word
    supported &= ~evidence.is_dot
    beside = arrays.is_word & arrays.not_small
    begins, ends = supported.copy(), supported.copy()
    begins[:-1] |= supported[1:] & beside[:-1]
    ends[1:] |= supported[:-1] & beside[1:]
    ends &= ~evidence.endings(k)
    starts, lasts = np.flatnonzero(begins), np.flatnonzero(ends)
    first, after = np.repeat(starts, len(lasts)), np.tile(lasts + 1, len(starts))
    possible = (after > first) & (after - first <= min(LONGEST_RATIO * len(entity) + LONGEST_SURPLUS, length))
    for start, end in evidence.splits(k):
        possible &= (after <= start) | (first >= end) | ((first <= start) & (after >= end))
    return first[possible], after[possible]


def span_texts(target: Sequence[str], starts: Indices, ends: Indices) -> list[tuple[str, ...]]:
    """Return the words of every span, case aside.

    :param target: The target tokens.
    :param starts: The first token of every span.
    :param ends: The token behind its last.
    """
    words = tuple(word.casefold() for word in target)
    return [words[start:end] for start, end in zip(starts, ends, strict=True)]


def span_features(
    arrays: PairArrays, evidence: SpanEvidence, scores: TokenScores, k: int, starts: Indices, ends: Indices
) -> Reals:
    """Describe spans for the model.

    :param arrays: The sentence pair.
    :param evidence: Its evidence.
    :param scores: The fused score of each token, shape (entities, target tokens).
    :param k: Index of the entity.
    :param starts: The first token of every span.
    :param ends: The token behind its last.
    :returns: Shape (spans, :data:`FEATURES`).
    """
    tokens = evidence.tokens(k)
    nothing = np.zeros((1, tokens.shape[1]))
    padded = np.concatenate([nothing, tokens, nothing])
    inside = _sums(tokens, starts, ends)
    places = [tokens[starts], tokens[ends - 1], padded[starts], padded[ends + 1], inside / (ends - starts)[:, None]]
    whole = [
        *_fits(arrays, evidence, scores[k], k, starts, ends),
        *_coverage(evidence, k, starts, ends),
        *(np.minimum(inside[:, TOKEN_EVIDENCE.index(kind)], _MOST_CLAIMED) for kind in ("claimed", "claimed_agreed")),
        *(_left_out(evidence, k, starts, ends, agreed=agreed) for agreed in (False, True)),
    ]
    return np.concatenate([*places, np.stack(whole, axis=1)], axis=1)


def _sums(values: Reals | Mask, starts: Indices, ends: Indices) -> Reals:
    """Add up the rows of every span."""
    total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0, dtype=np.float64)])
    sums: Reals = total[ends] - total[starts]
    return sums


def _fits(
    arrays: PairArrays, evidence: SpanEvidence, row: Reals, k: int, starts: Indices, ends: Indices
) -> Iterator[Reals]:
    """Yield the fused score of every span, how far it is below the best, and how the lengths fit."""
    source, target, entity = arrays.pair.source, arrays.pair.target, arrays.pair.entities[k]
    name = source[entity.start : entity.end]
    fused = 2 * _sums(row, starts, ends) / (len(entity) + ends - starts)
    yield fused
    yield fused - fused.max(initial=0.0)
    source_words = max(1, evidence.words(k).sum())
    target_words = _sums(arrays.is_word, starts, ends)
    ratio = np.log(np.maximum(target_words, 1) / source_words)
    yield np.maximum(ratio, 0)
    yield np.maximum(-ratio, 0)
    yield np.minimum(np.abs(target_words - source_words), _GREATEST_DIFFERENCE)
    is_comma = np.array([word in _COMMAS for word in target], dtype=bool) & (not _COMMAS.intersection(name))
    yield np.minimum(_sums(is_comma, starts, ends), 1.0)


def _coverage(evidence: SpanEvidence, k: int, starts: Indices, ends: Indices) -> Iterator[Reals]:
    """Yield the share of the entity's words that have something in every span, by kind, and the published dice."""
    is_word = evidence.words(k)
    agreed = evidence.links(k, agreed=True)
    kinds = (agreed, evidence.links(k, agreed=False), evidence.similarities(k), evidence.associations(k))
    for matrix in kinds:
        has_something = _sums((matrix > 0).T, starts, ends) > 0
        best = matrix.max(axis=1, initial=0.0) * is_word
        yield (has_something * best).sum(axis=1) / max(1, is_word.sum())
    yield 2 * _sums(agreed.sum(axis=0), starts, ends) / (len(is_word) + ends - starts)


def _left_out(evidence: SpanEvidence, k: int, starts: Indices, ends: Indices, *, agreed: bool) -> Reals:
    """Count the words of the entity whose links lead out of every span alone, but for frequent words."""
    links = evidence.links(k, agreed=agreed)
    has_link = links.any(axis=1) & evidence.content_words(k)
    missing = (_sums(links.T, starts, ends) == 0) & has_link
    counts: Reals = np.minimum(missing.sum(axis=1), _MOST_LEFT_OUT)
    return counts
