"""The features of all spans of a sentence at once are those of each span on its own, counted plainly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.links import Link
from silverner.projection.scoring.capitalisation import NAME_LABELS, letter_case
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.pair_arrays import PairArrays, TokenScores
from silverner.projection.scoring.parts.gloss import similarity_to_glosses
from silverner.projection.scoring.parts.lexicon import associations
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.span_evidence import TOKEN_EVIDENCE, SpanEvidence
from silverner.projection.scoring.span_features import (
    FEATURES,
    Spans,
    candidate_spans,
    span_features,
    weighted_features,
)
from silverner.projection.spans import Span

SOURCE_WORD = st.sampled_from(["the", "Ana", "New", "York", ",", "of", "O'Neill", "bank", "Sainte-Marie"])
TARGET_WORD = st.sampled_from(
    ["la", "Ana", "nueva", "York", ",", "'s", "·", "de", "Banco", "Sainte", "-", "Marie", "."]
)


@st.composite
def pairs(draw: st.DrawFn) -> PairArrays:
    source = draw(st.lists(SOURCE_WORD, min_size=2, max_size=8))
    target = draw(st.lists(TARGET_WORD, min_size=1, max_size=8))
    bounds = sorted(draw(st.sets(st.integers(0, len(source)), min_size=2, max_size=4)))
    label = st.sampled_from(["PER", "LOC", "MISC"])
    entities = [Span(*b, draw(label)) for b in list(itertools.pairwise(bounds))[:: draw(st.integers(1, 2))]]
    place = st.tuples(st.integers(0, len(source) - 1), st.integers(0, len(target) - 1))
    forward, reverse = (_weighted(draw(st.sets(place, max_size=10))) for _ in range(2))
    times = draw(st.integers(0, 3))
    columns = ([column] * times for column in (source, target, forward, reverse))
    counts = count_cooccurrences(*columns, entities=[entities] * times) if times else None
    glosses = draw(st.sampled_from([(), [["Banco"]] * len(entities)]))
    evidence = SentenceEvidence(glosses=glosses, corpus=CorpusEvidence(cooccurrences=counts))
    sides = {"source": source, "target": target, "entities": entities, "forward": forward, "reverse": reverse}
    return PairArrays.of(SentencePair(links=forward, evidence=evidence, **sides))


def _weighted(places: set[tuple[int, int]]) -> list[Link]:
    return sorted((i, j, 1.0) for i, j in places)


def is_word(token: str) -> bool:
    return any(char.isalnum() for char in token)


def plain_tokens(arrays: PairArrays, k: int) -> list[dict[str, float]]:
    """Say one by one what speaks for and against each target token."""
    pair, entity, counts = arrays.pair, arrays.pair.entities[k], arrays.pair.evidence.corpus.cooccurrences
    name, agreed_links = pair.source[entity.start : entity.end], set(arrays.agreed)
    inside = range(entity.start, entity.end)
    frequent = counts.frequent_words if counts else {}
    outside = [i for i, w in enumerate(pair.source) if is_word(w) and w.casefold() not in frequent and i not in inside]
    row = sum(len(e) for e in pair.entities[:k])
    words = [word.casefold() for word in pair.target]
    tokens = []
    for j, (token, word) in enumerate(zip(pair.target, words, strict=True)):
        is_ending = token[:1] in {"'", "’"} and not any(mark in part for part in name for mark in "'’")
        own = [i for i in inside if (i, j) in arrays.linked and not is_ending]
        agreed = any((i, j) in agreed_links for i in own)
        claimants = [i for i in outside if (i, j) in arrays.linked]
        claimed_agreed = any((i, j) in agreed_links for i in claimants)
        names, occurrences = 0.3, 1.0
        if counts and word in counts.target_occurrences:
            of_names = sum(words[n] == word for n in {n for i, n in arrays.linked if i in pair.entity_of_token()})
            names += counts.name_occurrences.get(word, of_names) - of_names
            occurrences += counts.target_occurrences[word] - words.count(word)
        rate = min(max(math.log(names / (occurrences - names)), -4.0), 3.0) * is_word(token)
        is_small = not arrays.not_small[j] and is_word(token) and entity.label in NAME_LABELS
        is_small = is_small and any(letter_case(part) == "capital" for part in name)
        of_target, of_source = counts.capitals_speak() if counts else (1.0, 1.0)
        says = of_target
        if claimants:
            says = of_source if any(letter_case(pair.source[i]) == "capital" for i in claimants) else 0.0
        has_capital = arrays.is_capital[j] and not own and any(letter_case(part) == "capital" for part in name)
        between = 0 < j < len(words) - 1 and is_word(pair.target[j - 1]) and is_word(pair.target[j + 1])
        values = {
            "agreed": agreed,
            "linked": bool(own),
            "claimed_agreed": claimed_agreed and not agreed and is_word(token),
            "claimed": bool(claimants) and not own and is_word(token),
            "unlinked": not claimants and not own and is_word(token),
            "similar": max(*arrays.similarity[row : row + len(entity), j], similarity_to_glosses(arrays)[k, j]),
            "associated": max(associations(arrays)[row : row + len(entity), j]),
            "name_rate": rate,
            "name_rate_unlinked": 0.0 if own else rate,
            "no_word": not is_word(token) and word not in [part.casefold() for part in name],
            "small": is_small and not own,
            "small_linked": is_small and bool(own) and all(letter_case(pair.source[i]) == "capital" for i in own),
            "capital": says if has_capital else 0.0,
            "dot": token == "·" and between,
            "same_word": word in (name[0].casefold(), name[-1].casefold()),
        }
        assert tuple(values) == TOKEN_EVIDENCE
        tokens.append({kind: float(value) for kind, value in values.items()})
    return tokens


def plain_features(
    arrays: PairArrays, scores: TokenScores, k: int, start: int, end: int, best: float
) -> Iterator[float]:
    """Count the features of one span."""
    pair, entity, tokens = arrays.pair, arrays.pair.entities[k], plain_tokens(arrays, k)
    nothing = dict.fromkeys(TOKEN_EVIDENCE, 0.0)
    yield from tokens[start].values()
    yield from tokens[end - 1].values()
    yield from (tokens[start - 1] if start else nothing).values()
    yield from (tokens[end] if end < len(tokens) else nothing).values()
    yield from (sum(token[kind] for token in tokens[start:end]) / (end - start) for kind in TOKEN_EVIDENCE)
    name, inside = pair.source[entity.start : entity.end], range(entity.start, entity.end)
    fused = 2 * sum(scores[k, start:end]) / (len(entity) + end - start)
    yield from (fused, fused - max(best, 0.0))
    source_words, target_words = max(1, sum(map(is_word, name))), sum(map(is_word, pair.target[start:end]))
    ratio = math.log(max(target_words, 1) / source_words)
    yield from (max(ratio, 0), max(-ratio, 0), min(abs(target_words - source_words), 4.0))
    yield float("," in pair.target[start:end] and "," not in name)
    row = sum(len(e) for e in pair.entities[:k])
    agreed, linked = (
        [[float((i, j) in links) for j in range(len(pair.target))] for i in inside]
        for links in (set(arrays.agreed), arrays.linked)
    )
    of_names = slice(row, row + len(entity))
    for matrix in (agreed, linked, arrays.similarity[of_names].tolist(), associations(arrays)[of_names].tolist()):
        covered = [
            max(r) * is_word(w) * any(value > 0 for value in r[start:end]) for r, w in zip(matrix, name, strict=True)
        ]
        yield sum(covered) / source_words
    yield 2 * sum(sum(r[start:end]) for r in agreed) / (len(entity) + end - start)
    for kind in ("claimed", "claimed_agreed"):
        yield min(sum(token[kind] for token in tokens[start:end]), 3.0)
    counts = pair.evidence.corpus.cooccurrences
    frequent = counts.frequent_words if counts else {}
    for matrix in (linked, agreed):
        content = [is_word(word) and word.casefold() not in frequent for word in name]
        yield min(sum(c and any(r) and not any(r[start:end]) for r, c in zip(matrix, content, strict=True)), 3.0)


@settings(max_examples=60)
@given(pairs(), st.data())
def test_features_of_all_spans_are_those_of_each(arrays: PairArrays, data: st.DataObject) -> None:
    count, length = len(arrays.pair.entities), len(arrays.pair.target)
    bounds = st.tuples(st.integers(0, count - 1), st.integers(0, length - 1), st.integers(1, length))
    triples = sorted((k, s, e) for k, s, e in data.draw(st.sets(bounds, max_size=6)) if s < e)
    if not triples:
        return
    evidence, scores, spans = SpanEvidence(arrays), fused_scores(arrays), Spans.of(triples)
    features = span_features(arrays, evidence, scores, spans)
    fused = FEATURES.index("fused")
    for row, (k, start, end) in zip(features, triples, strict=True):
        best = max(other[fused] for other, triple in zip(features, triples, strict=True) if triple[0] == k)
        plain = dict(zip(FEATURES, plain_features(arrays, scores, k, start, end, best), strict=True))
        assert dict(zip(FEATURES, row, strict=True)) == pytest.approx(plain)
    weights = np.random.default_rng(len(triples)).normal(size=len(FEATURES))
    assert weighted_features(arrays, evidence, scores, spans, weights) == pytest.approx(features @ weights)


@settings(max_examples=60)
@given(pairs())
def test_candidates_are_the_spans_between_supported_edges(arrays: PairArrays) -> None:
    evidence, scores, pair = SpanEvidence(arrays), fused_scores(arrays), arrays.pair
    expected = []
    for k, entity in enumerate(pair.entities):
        supported = []
        for j, token in enumerate(pair.target):
            linked = any((i, j) in arrays.linked for i in range(entity.start, entity.end))
            speaks = scores[k, j] > 0 or ((linked or evidence.associated[k, j] > 0.25) and is_word(token))
            supported.append(bool(speaks) and token != "·")
        beside = [is_word(token) and bool(arrays.not_small[j]) for j, token in enumerate(pair.target)]
        for start in range(len(supported)):
            for end in range(start + 1, len(supported) + 1):
                begins = supported[start] or (beside[start] and supported[start + 1 : start + 2] == [True])
                ends = supported[end - 1] or (beside[end - 1] and end > 1 and supported[end - 2])
                cuts = [(a, b) for a, b in evidence.splits(k) if not (end <= a or start >= b or start <= a <= b <= end)]
                fits = end - start <= 3 * len(entity) + 6 and not evidence.endings[k, end - 1]
                if begins and ends and fits and not cuts:
                    expected.append((k, start, end))
    spans = candidate_spans(arrays, evidence, scores)
    assert list(zip(spans.entity, spans.start, spans.end, strict=True)) == expected
