from __future__ import annotations

from collections import Counter
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.matching.bipartite import match_bipartite
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.exact import match_exact
from silverner.projection.matching.greedy import match_greedy
from silverner.projection.matching.repeat import match_repeated
from tests.projection.oracles import candidate_lists, total

FREE = candidate_lists(entities=4, tokens=7, most=14, scores=st.integers(0, 3000).map(lambda n: n / 1000))
SMALL = candidate_lists(entities=3, tokens=6, most=9, scores=st.integers(0, 3000).map(lambda n: n / 1000))


def overlapping(chosen: list[Candidate]) -> bool:
    covered = [j for c in chosen for j in range(c.start, c.end)]
    return len(covered) > len(set(covered))


@settings(deadline=None, max_examples=200)
@given(FREE)
def test_bipartite_has_the_weight_of_networkx_unless_spans_overlap(candidates: list[Candidate]) -> None:
    best: dict[tuple[int, tuple[int, int]], float] = {}
    for c in candidates:
        if c.score > 0:
            key = c.entity, (c.start, c.end)
            best[key] = max(best.get(key, 0.0), c.score)
    graph = nx.Graph()
    for (entity, span), score in best.items():
        graph.add_edge(("entity", entity), ("span", span), weight=score)
    weight = sum(graph.edges[edge]["weight"] for edge in nx.max_weight_matching(graph))
    chosen = match_bipartite(candidates)
    assert not overlapping(chosen)
    if chosen:
        assert total(chosen) == pytest.approx(weight)
    else:
        # Either there is nothing to choose, or entities that share no span could not all have their best place.
        assert weight == 0 or overlapping([Candidate(e, *span, 1.0) for e, span in best])


def test_bipartite_gives_a_sentence_up_where_exact_finds_a_way() -> None:
    candidates = [Candidate(0, 0, 2, 0.9), Candidate(1, 1, 3, 0.8), Candidate(1, 2, 3, 0.7)]
    assert match_bipartite(candidates) == []
    assert match_exact(candidates) == [candidates[0], candidates[2]]
    assert match_bipartite([*candidates[:1], candidates[2]], threshold=0.75) == candidates[:1]
    assert match_bipartite([]) == []


def test_bipartite_breaks_ties_by_length_and_place() -> None:
    one = [Candidate(0, 3, 5, 1.0), Candidate(0, 4, 5, 1.0), Candidate(0, 1, 2, 1.0)]
    assert match_bipartite(one) == [Candidate(0, 1, 2, 1.0)]


def worth(chosen: tuple[Candidate, ...], least: float) -> float:
    """The stated objective: the sum of scores, less what every span of an entity beyond its first has to pay."""
    mentions = Counter(c.entity for c in chosen)
    return sum(c.score for c in chosen) - least * sum(n - 1 for n in mentions.values())


@settings(deadline=None, max_examples=150)
@given(SMALL, st.integers(1, 3), st.sampled_from([0.3, 0.75, 1.5]))
def test_repeated_is_exact(candidates: list[Candidate], times: int, least: float) -> None:
    unique = list({(c.entity, c.start, c.end): c for c in sorted(candidates) if c.score > 0}.values())
    best = max(
        worth(chosen, least)
        for size in range(len(unique) + 1)
        for chosen in combinations(unique, size)
        if not overlapping(list(chosen)) and max(Counter(c.entity for c in chosen).values(), default=0) <= times
    )
    chosen = match_repeated(match_exact, candidates, times=times, lowest_repeat_score=least)
    assert not overlapping(chosen)
    assert set(chosen) <= set(candidates)
    assert worth(tuple(chosen), least) == pytest.approx(best)
    if times == 1:
        assert chosen == match_exact(candidates)


@pytest.mark.parametrize("match", [match_exact, match_greedy])
def test_a_weak_span_never_stands_beside_a_good_one(match: object) -> None:
    thrice = [Candidate(0, 0, 1, 1.0), Candidate(0, 4, 5, 0.9), Candidate(0, 7, 8, 0.7), Candidate(1, 9, 10, 0.4)]
    assert [c.start for c in match_repeated(match, thrice, times=3, lowest_repeat_score=0.75)] == [0, 4, 9]  # type: ignore[arg-type]  # a matcher
    assert [c.start for c in match_repeated(match, thrice, times=2, lowest_repeat_score=0.1)] == [0, 4, 9]  # type: ignore[arg-type]  # a matcher
    kept = match_repeated(match, thrice, times=3, lowest_repeat_score=0.1, threshold=0.8)  # type: ignore[arg-type]  # a matcher
    assert [c.start for c in kept] == [0, 4]
