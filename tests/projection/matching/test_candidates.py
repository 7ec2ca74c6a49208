from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.links import Link
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.candidates import aligned_runs, ngram_candidates
from silverner.projection.matching.exact import match_exact
from silverner.projection.matching.greedy import match_greedy
from silverner.projection.spans import Span
from tests.projection.oracles import brute_force, every_ngram, highs_objective, naive_greedy, total

WORDS = ("x", "y", "no!", "?")


@st.composite
def problems(draw: st.DrawFn, values: st.SearchStrategy[float]) -> dict[str, Any]:
    entities, tokens = draw(st.integers(1, 3)), draw(st.integers(1, 7))
    rows = draw(st.lists(st.lists(values, min_size=tokens, max_size=tokens), min_size=entities, max_size=entities))
    return {
        "evidence": np.array(rows, dtype=np.float64),
        "lengths": draw(st.lists(st.integers(1, 4), min_size=entities, max_size=entities)),
        "target": draw(st.lists(st.sampled_from(WORDS), min_size=tokens, max_size=tokens)),
        "forbidden": draw(st.sampled_from(["!?", "!", ""])),
        "longest": draw(st.sampled_from([1, 2, 3, 10])),
    }


def pruned(problem: dict[str, Any]) -> list[Candidate]:
    entities, start = [], 0
    for length in problem["lengths"]:
        entities.append(Span(start, start + length, "PER"))
        start += length
    return ngram_candidates(
        problem["evidence"],
        entities,
        problem["target"],
        forbidden=problem["forbidden"],
        max_length=problem["longest"],
    )


@settings(deadline=None, max_examples=150)
@given(problems(st.sampled_from([0.0, 0.0, 0.25, 0.5, 1.0, 1.25, 2.0]) | st.floats(0.01, 3)))
def test_pruned_candidates_give_the_objective_of_all_ngrams(problem: dict[str, Any]) -> None:
    every = every_ngram(**problem)
    few = pruned(problem)
    assert total(match_exact(few)) == pytest.approx(highs_objective(every), abs=1e-9)
    assert total(match_greedy(few)) == pytest.approx(total(naive_greedy(every)), abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(problems(st.sampled_from([0.0, 0.0, 1.0, 2.0])))
def test_pruned_candidates_give_the_very_spans_of_all_ngrams(problem: dict[str, Any]) -> None:
    every = [c for c in every_ngram(**problem) if c.score > 0]
    two_entities = sorted({c.entity for c in every})[:2]  # with all their spans: a part left out makes the whole better
    every = [c for c in every if c.entity in two_entities]
    few = [c for c in pruned(problem) if c.entity in two_entities]
    assert [(c.entity, c.start, c.end) for c in match_exact(few)] == [
        (c.entity, c.start, c.end) for c in brute_force(every)
    ]


@settings(deadline=None, max_examples=150)
@given(problems(st.sampled_from([0.0, 0.0, 0.25, 1.0, 1.25])))
def test_candidates_are_the_ngrams_no_part_of_which_scores_as_well(problem: dict[str, Any]) -> None:
    every = [c for c in every_ngram(**problem) if c.score > 0]
    wanted = {
        (c.entity, c.start, c.end): c.score
        for c in every
        if not any(
            p.entity == c.entity and p != c and c.start <= p.start and p.end <= c.end and p.score >= c.score
            for p in every
        )
    }
    few = pruned(problem)
    got = {(c.entity, c.start, c.end): c.score for c in few}
    assert len(got) == len(few)
    assert got == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("evidence", "length", "options", "found"),
    [
        ([1, 1], 2, {}, [(0, 1, 2 / 3), (0, 2, 1.0), (1, 2, 2 / 3)]),
        ([1, 0, 1], 2, {}, [(0, 1, 2 / 3), (0, 3, 0.8), (2, 3, 2 / 3)]),
        ([0, 2, 0], 1, {}, [(1, 2, 2.0)]),
        ([0, 0, 0], 1, {}, []),
        ([1, 0, 1], 2, {"max_length": 2}, [(0, 1, 2 / 3), (2, 3, 2 / 3)]),
        ([1, 1, 1], 1, {"max_length": 1}, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)]),
    ],
)
def test_candidates_carry_the_score_of_the_formula(
    evidence: list[float], length: int, options: dict[str, int], found: list[tuple[int, int, float]]
) -> None:
    got = ngram_candidates(
        np.array([evidence], dtype=np.float64), [Span(0, length, "PER")], ["x"] * len(evidence), **options
    )
    assert [(c.start, c.end) for c in got] == [(start, end) for start, end, _ in found]
    assert [c.score for c in got] == pytest.approx([score for _, _, score in found])


@pytest.mark.parametrize(
    ("target", "options", "places"),
    [
        (["a", "b?", "c"], {}, [(0, 1), (2, 3)]),
        (["a", "!", "c"], {}, [(0, 1), (2, 3)]),
        (["a", "b?", "c"], {"forbidden": "!"}, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]),
        (["a", "b?", "c"], {"forbidden": ""}, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]),
        (["a", "b,", "c"], {"forbidden": ",;"}, [(0, 1), (2, 3)]),
        (["?", "!", "?"], {}, []),
    ],
)
def test_no_candidate_contains_a_forbidden_character(
    target: list[str], options: dict[str, str], places: list[tuple[int, int]]
) -> None:
    got = ngram_candidates(np.ones((1, 3)), [Span(0, 1, "PER")], target, **options)
    assert [(c.start, c.end) for c in got] == places


def test_what_an_entity_holds_itself_is_not_forbidden_it() -> None:
    evidence, entities = np.array([[1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0]]), [Span(0, 2, "ORG"), Span(2, 3, "PER")]
    source, target = ["Yahoo!", "Inc", "Ana"], ["Yahoo!", "Inc", "?", "Ana"]
    got = {(c.entity, c.start, c.end) for c in ngram_candidates(evidence, entities, target, source=source)}
    assert {(0, 0, 1), (0, 0, 2)} <= got, "Yahoo! is in the name"
    assert all((start, end) != (0, 4) for _, start, end in got), "but ? is not"
    assert (1, 3, 4) in got
    assert ngram_candidates(evidence, entities, ["Yahoo!"] * 4, source=["Yahoo", "Inc", "Ana"]) == []


def test_a_forbidden_token_without_evidence_bars_the_spans_across_it() -> None:
    got = ngram_candidates(np.array([[1.0, 0.0, 1.0]]), [Span(0, 1, "PER")], ["a", "?", "c"])
    assert [(c.start, c.end) for c in got] == [(0, 1), (2, 3)]


def test_there_are_no_candidates_without_entities_or_target() -> None:
    assert ngram_candidates(np.zeros((0, 3)), [], ["a", "b", "c"]) == []
    assert ngram_candidates(np.zeros((1, 0)), [Span(0, 1, "PER")], []) == []


@pytest.mark.parametrize(
    ("linked", "gap", "runs"),
    [
        ([], 1, []),
        ([3], 1, [(3, 4)]),
        ([1, 2], 1, [(1, 3)]),
        ([1, 3], 1, [(1, 4)]),
        ([1, 4], 1, [(1, 2), (4, 5)]),
        ([1, 3], 0, [(1, 2), (3, 4)]),
        ([1, 4, 5, 9], 2, [(1, 6), (9, 10)]),
        ([5, 1, 5, 0], 1, [(0, 2), (5, 6)]),
    ],
)
def test_runs_bridge_gaps_no_wider_than_asked(linked: list[int], gap: int, runs: list[tuple[int, int]]) -> None:
    other: list[Link] = [(1, 2, 1.0), (4, 6, 1.0)]
    links = other + [(2 + k % 2, j, 1.0) for k, j in enumerate(linked)]
    assert aligned_runs(links, Span(2, 4, "PER"), gap=gap) == runs
