from __future__ import annotations

from collections import Counter
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.scoring import word_counts
from silverner.projection.scoring.cooccurrence import CooccurrenceCounter, CooccurrenceCounts, count_cooccurrences
from silverner.projection.scoring.word_counts import PairCounts
from silverner.projection.spans import Span
from silverner.projection.stages.project import _decode_counts, _encode_counts

SIDE = st.lists(st.sampled_from(["Ana", "ana", "de", "la", "casa", "Ñ", "x", "!"]), min_size=1, max_size=6)


@st.composite
def corpora(draw: Any) -> list[tuple[list[str], list[str], list[Any], list[Any], list[Span]]]:
    corpus = []
    for source, target in draw(st.lists(st.tuples(SIDE, SIDE), max_size=12)):
        link = st.tuples(st.integers(0, len(source) - 1), st.integers(0, len(target) - 1), st.just(1.0))
        start = draw(st.integers(0, len(source) - 1))
        names = draw(st.sampled_from([[], [Span(start, start + 1, "PER")]]))
        corpus.append((source, target, draw(st.lists(link, max_size=6)), draw(st.lists(link, max_size=6)), names))
    return corpus


def in_memory(corpus: list[Any]) -> dict[str, Any]:
    """Count with dictionaries of words and of pairs of words."""
    links: Counter[tuple[str, str]] = Counter()
    beside: Counter[tuple[str, str]] = Counter()
    words, names, source_words = Counter[str](), Counter[str](), Counter[str]()
    for source, target, forward, reverse, entities in corpus:
        a, b = [[word.casefold() for word in side] for side in (source, target)]
        linked = {(i, j) for i, j, _ in chain(forward, reverse)}
        links.update((a[i], b[j]) for i, j in linked)
        beside.update(pairwise(b))
        words.update(b)
        source_words.update(a)
        names.update(b[j] for j in {j for i, j in linked if any(s.start <= i < s.end for s in entities)})
    often_linked = {pair: n for pair, n in links.items() if n > 1}
    often_beside = {pair: n for pair, n in beside.items() if n > 1}
    totals = [Counter[str](), Counter[str]()]
    for pair, n in links.items():
        for side in (0, 1):
            totals[side][pair[side]] += n
    often = {word: n for word, n in words.items() if n > 1}
    return {
        "linked_pairs": often_linked,
        "neighbour_pairs": often_beside,
        "source_links": {word: totals[0][word] for word, _ in often_linked},
        "target_links": {word: totals[1][word] for _, word in often_linked},
        "target_words": {word: words[word] for pair in often_beside for word in pair},
        "target_occurrences": often,
        "name_occurrences": {word: n for word, n in names.items() if word in often},
        "frequent_words": {w: n for w, n in source_words.items() if n >= max(20, 0.01 * source_words.total())},
    }


def plain(counts: CooccurrenceCounts) -> dict[str, Any]:
    return {name: dict(getattr(counts, name)) for name in counts.__dataclass_fields__ if name != "case_links"}


@pytest.mark.parametrize("at_once", [1, 5, 1 << 20])
@settings(max_examples=30, deadline=None)
@given(corpus=corpora())
def test_counts_on_the_disk_are_those_in_memory(at_once: int, corpus: list[Any]):
    sides = list(zip(*corpus, strict=True)) or [()] * 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_counts, "AT_ONCE", at_once)
        counts = count_cooccurrences(*sides[:4], entities=sides[4])
    assert plain(counts) == in_memory(corpus)
    stored = _decode_counts(_encode_counts(counts))
    assert (plain(stored), dict(stored.case_links)) == (in_memory(corpus), dict(counts.case_links))


def test_pairs_are_looked_up_like_those_of_a_dictionary():
    counts = count_cooccurrences([["a", "b"]] * 2, [["x", "y"]] * 2, [[(0, 0, 1.0), (1, 1, 1.0)]] * 2).linked_pairs
    assert isinstance(counts, PairCounts)
    assert counts == {("a", "x"): 2, ("b", "y"): 2}
    assert [pair in counts for pair in (("a", "x"), ("a", "y"), ("b", "x"), ("no", "x"), ("x", "a"))] == [True] + 4 * [
        False
    ]
    with pytest.raises(KeyError, match="no"):
        counts["a", "no"]


@given(st.lists(corpora(), max_size=4))
def test_counts_of_parts_add_up_to_those_of_the_whole(parts: list[Any]):
    whole, together = CooccurrenceCounter(), CooccurrenceCounter()
    for part in parts:
        alone = CooccurrenceCounter(in_memory=True)
        for source, target, forward, reverse, entities in part:
            whole.add(source, target, chain(forward, reverse), entities)
            alone.add(source, target, chain(forward, reverse), entities)
        together.add_table(alone.table())
    assert _encode_counts(together.counts()).equals(_encode_counts(whole.counts()))
