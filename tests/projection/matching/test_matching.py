from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.exact import components, match_exact
from silverner.projection.matching.greedy import match_greedy
from silverner.projection.matching.ilp import solve_large
from tests.projection.oracles import (
    all_matchings,
    brute_force,
    candidate_lists,
    highs_objective,
    is_matching,
    naive_greedy,
    random_candidates,
    total,
    twins,
    within,
)

WHOLE = (1.0, 1.0, 2.0, 3.0)
TIED = candidate_lists(entities=4, tokens=5, most=11, scores=st.sampled_from((0.0, 0.5, 1.0, 2.0)))
FREE = candidate_lists(entities=6, tokens=9, most=25, scores=st.integers(0, 3000).map(lambda n: n / 1000))
MATCHERS = [match_exact, match_greedy]


@pytest.mark.parametrize("block", range(15))
def test_exact_has_the_objective_of_highs_on_the_whole_problem(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        rng = random.Random(seed)
        candidates = random_candidates(rng, scores=WHOLE if seed % 3 == 0 else None)
        chosen = match_exact(candidates)
        assert is_matching(chosen)
        assert total(chosen) == pytest.approx(highs_objective(candidates), abs=1e-7), (seed, candidates)


@settings(deadline=None, max_examples=150)
@given(FREE)
def test_exact_has_the_objective_of_highs_on_drawn_problems(candidates: list[Candidate]) -> None:
    chosen = match_exact(candidates)
    assert is_matching(chosen)
    assert set(chosen) <= set(candidates)
    assert chosen == sorted(chosen)
    assert total(chosen) == pytest.approx(highs_objective(candidates), abs=1e-6)


@pytest.mark.parametrize("block", range(10))
def test_exact_breaks_ties_as_documented(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        candidates = random_candidates(random.Random(seed), entities=4, tokens=5, most=11, scores=WHOLE)
        assert match_exact(candidates) == brute_force(candidates), (seed, candidates)


@settings(deadline=None, max_examples=150)
@given(TIED)
def test_exact_equals_brute_force_on_drawn_ties(candidates: list[Candidate]) -> None:
    assert match_exact(candidates) == brute_force(candidates)


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        # a higher sum beats one high score
        (
            [Candidate(0, 0, 2, 1.0), Candidate(0, 0, 1, 0.7), Candidate(1, 1, 2, 0.6)],
            [Candidate(0, 0, 1, 0.7), Candidate(1, 1, 2, 0.6)],
        ),
        # equal sums: fewer tokens, even if further right
        ([Candidate(0, 0, 2, 1.0), Candidate(0, 3, 4, 1.0)], [Candidate(0, 3, 4, 1.0)]),
        # equal tokens: the first entity as far left as possible, at the cost of the second
        (
            [Candidate(e, p, p + 1, 1.0) for e in (0, 1) for p in (0, 1)],
            [Candidate(0, 0, 1, 1.0), Candidate(1, 1, 2, 1.0)],
        ),
        # a place beats no place for the first entity
        ([Candidate(0, 1, 2, 1.0), Candidate(1, 1, 2, 1.0)], [Candidate(0, 1, 2, 1.0)]),
        # the same tokens in all: the earlier end
        (
            [Candidate(0, 0, 1, 1.0), Candidate(0, 0, 2, 1.0), Candidate(1, 1, 3, 1.0), Candidate(1, 2, 3, 1.0)],
            [Candidate(0, 0, 1, 1.0), Candidate(1, 2, 3, 1.0)],
        ),
        # sums 1e-10 apart are a tie, 1e-8 apart are not
        ([Candidate(0, 0, 2, 0.5 + 1e-10), Candidate(0, 2, 3, 0.5)], [Candidate(0, 2, 3, 0.5)]),
        ([Candidate(0, 0, 2, 0.5 + 1e-8), Candidate(0, 2, 3, 0.5)], [Candidate(0, 0, 2, 0.5 + 1e-8)]),
        # float noise in sums is a tie: 0.1 + 0.2 against 0.3
        (
            [Candidate(0, 0, 1, 0.1), Candidate(1, 1, 2, 0.2), Candidate(2, 0, 2, 0.3)],
            [Candidate(0, 0, 1, 0.1), Candidate(1, 1, 2, 0.2)],
        ),
        ([], []),
        ([Candidate(0, 0, 1, 0.0)], []),
        ([Candidate(7, 90, 91, 0.1)], [Candidate(7, 90, 91, 0.1)]),
    ],
)
@pytest.mark.parametrize("steps", [20_000, 0])
def test_exact_by_hand(candidates: list[Candidate], chosen: list[Candidate], steps: int) -> None:
    assert match_exact(candidates, steps=steps) == chosen
    assert match_exact(candidates[::-1], steps=steps) == chosen


@pytest.mark.parametrize("match", MATCHERS)
@settings(deadline=None, max_examples=100)
@given(candidates=TIED, rng=st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(
    match: object, candidates: list[Candidate], rng: random.Random
) -> None:
    shuffled = rng.sample(candidates, len(candidates))
    assert match(shuffled) == match(candidates) == match(iter(candidates))


@pytest.mark.parametrize("match", MATCHERS)
@settings(deadline=None, max_examples=100)
@given(candidates=FREE)
def test_what_is_chosen_is_a_matching_of_the_candidates_given(match: object, candidates: list[Candidate]) -> None:
    chosen = match(candidates)
    assert is_matching(chosen)
    assert set(chosen) <= set(candidates)
    assert chosen == sorted(chosen)


@pytest.mark.parametrize("block", range(5))
def test_the_solver_chooses_the_very_candidates_of_the_table(block: int) -> None:
    for seed in range(20 * block, 20 * block + 20):
        rng = random.Random(seed)
        candidates = random_candidates(rng, entities=5, tokens=6, most=16, scores=WHOLE if seed % 2 else None)
        assert match_exact(candidates, steps=0) == match_exact(candidates), (seed, candidates)


@settings(deadline=None, max_examples=40)
@given(TIED)
def test_the_solver_breaks_ties_as_brute_force_does(candidates: list[Candidate]) -> None:
    assert match_exact(candidates, steps=0) == brute_force(candidates)


@pytest.mark.parametrize("copies", [1, 3])
def test_the_solver_of_large_components_has_the_best_sum_too(copies: int) -> None:
    for seed in range(50):
        candidates = twins(random_candidates(random.Random(seed), scores=WHOLE), copies)
        if candidates:
            chosen = solve_large(sorted(candidates))
            assert is_matching(chosen)
            assert set(chosen) <= set(candidates)
            assert total(chosen) == pytest.approx(highs_objective(candidates))


@settings(deadline=None, max_examples=100)
@given(candidate_lists(entities=2, tokens=5, most=7, scores=st.sampled_from((0.5, 1.0, 2.0))), st.sampled_from([2, 3]))
def test_names_that_are_listed_twice_are_matched_as_brute_force_does(candidates: list[Candidate], copies: int) -> None:
    listed = twins(candidates, copies)
    assert match_exact(listed, steps=10**9) == match_exact(listed, steps=0) == brute_force(listed)


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
def test_the_size_of_the_table_never_changes_the_choice(steps: int) -> None:
    for seed in range(20):
        candidates = random_candidates(random.Random(seed), entities=6, tokens=6, most=20, scores=WHOLE)
        assert match_exact(candidates, steps=steps) == match_exact(candidates), (seed, candidates)


def test_a_table_of_sixty_names_is_matched_one_by_one() -> None:
    # each name fits its own cell best, and its neighbours' cells a little
    candidates = [
        Candidate(e, start, end, 1.0 if e == cell and end - start == 2 else 0.3 / (end - start))
        for e in range(60)
        for cell in range(max(0, e - 1), min(60, e + 2))
        for start, end in ((3 * cell, 3 * cell + 2), (3 * cell, 3 * cell + 1), (3 * cell + 1, 3 * cell + 2))
    ]
    chosen = within(15, match_exact, candidates)
    assert chosen == [Candidate(e, 3 * e, 3 * e + 2, 1.0) for e in range(60)]


@pytest.mark.parametrize(("tokens", "longest"), [(4, 2), (6, 2), (12, 12)])
def test_sixty_entities_that_want_the_same_few_tokens_are_matched_in_seconds(tokens: int, longest: int) -> None:
    rng = random.Random(60)
    candidates = [
        Candidate(e, start, end, rng.random() * math.sqrt(end - start))
        for e in range(60)
        for start in range(tokens)
        for end in range(start + 1, min(start + longest, tokens) + 1)
    ]
    chosen = within(15, match_exact, candidates)
    assert is_matching(chosen)
    assert total(chosen) == pytest.approx(highs_objective(candidates), abs=1e-7)


@pytest.mark.parametrize("names", [1, 3])
def test_sixty_mentions_of_a_few_names_without_a_link_are_matched_in_seconds(names: int) -> None:
    # every mention fits every place where its name stands, and longer stretches a little better
    cells = {name: [3 * k for k in range(60) if k % names == name] for name in range(names)}
    candidates = [
        Candidate(e, start, last + 2, 2 * (last // 3 - start // 3 + names) * 1.25 / (4 + last - start))
        for e in range(60)
        for start in cells[e % names]
        for last in cells[e % names]
        if start <= last
    ]
    chosen = within(60, match_exact, candidates)
    assert sorted((c.start, c.end) for c in chosen) == [(3 * k, 3 * k + 2) for k in range(60)]


@pytest.mark.parametrize("entities", [12, 30])
def test_one_name_in_every_row_of_a_table_is_matched_in_seconds(entities: int) -> None:
    # every entity looks like every cell, and is linked to its own
    cells = [3 * k for k in range(entities)]
    candidates = [
        Candidate(
            e, start, last + 1, 2 * ((last - start) / 3 + 1 + 0.25 * (start <= 3 * e <= last)) / (last - start + 2)
        )
        for e in range(entities)
        for start in cells
        for last in cells
        if start <= last <= start + 9
    ]
    chosen = within(15, match_exact, candidates)
    assert [(c.start, c.end) for c in chosen] == [(3 * e, 3 * e + 1) for e in range(entities)]


@pytest.mark.parametrize("match", MATCHERS)
@pytest.mark.parametrize(("threshold", "kept"), [(0.0, 3), (0.2, 2), (0.5, 1), (0.9, 0), (-1.0, 3)])
def test_a_candidate_must_score_more_than_the_threshold(match: object, threshold: float, kept: int) -> None:
    candidates = [Candidate(e, e, e + 1, score) for e, score in enumerate((0.9, 0.5, 0.2, 0.0))]
    assert match(candidates, threshold=threshold) == candidates[:kept]


@settings(deadline=None, max_examples=60)
@given(TIED, st.sampled_from([0.5, 0.75, 1.0]))
def test_the_threshold_is_the_same_as_leaving_candidates_out(candidates: list[Candidate], threshold: float) -> None:
    left = [c for c in candidates if c.score > threshold]
    for match in MATCHERS:
        assert match(candidates, threshold=threshold) == match(left)


@settings(deadline=None, max_examples=150)
@given(TIED | FREE)
def test_greedy_takes_the_best_pair_that_still_fits(candidates: list[Candidate]) -> None:
    assert match_greedy(candidates) == naive_greedy(candidates)


@settings(deadline=None, max_examples=100)
@given(TIED | FREE)
def test_greedy_never_beats_exact(candidates: list[Candidate]) -> None:
    assert total(match_greedy(candidates)) <= total(match_exact(candidates)) + 1e-9


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        # the best pair first, whatever it costs
        (
            [Candidate(0, 0, 2, 0.9), Candidate(0, 0, 1, 0.7), Candidate(1, 1, 2, 0.8)],
            [Candidate(0, 0, 2, 0.9)],
        ),
        ([Candidate(0, 0, 2, 0.9), Candidate(0, 2, 3, 0.9)], [Candidate(0, 2, 3, 0.9)]),
        ([Candidate(0, 3, 4, 0.9), Candidate(0, 1, 2, 0.9)], [Candidate(0, 1, 2, 0.9)]),
        ([Candidate(1, 0, 1, 0.9), Candidate(0, 0, 1, 0.9)], [Candidate(0, 0, 1, 0.9)]),
        ([], []),
    ],
)
def test_greedy_by_hand(candidates: list[Candidate], chosen: list[Candidate]) -> None:
    assert match_greedy(candidates) == chosen


@pytest.mark.parametrize("match", MATCHERS)
def test_of_a_candidate_given_twice_the_higher_score_counts(match: object) -> None:
    twice = [Candidate(0, 0, 1, 0.4), Candidate(0, 0, 1, 0.6)]
    assert match(twice) == match(twice[::-1]) == [Candidate(0, 0, 1, 0.6)]


@pytest.mark.parametrize("match", MATCHERS)
@pytest.mark.parametrize(
    "wrong",
    [
        Candidate(0, 0, 1, -0.1),
        Candidate(0, 0, 1, math.nan),
        Candidate(0, 0, 1, math.inf),
        Candidate(0, 2, 2, 0.5),
        Candidate(0, 3, 2, 0.5),
        Candidate(0, -1, 2, 0.5),
        Candidate(-1, 0, 2, 0.5),
    ],
)
def test_what_cannot_be_matched_is_refused_by_name(match: object, wrong: Candidate) -> None:
    with pytest.raises(DataError) as caught:
        match([Candidate(0, 0, 1, 1.0), wrong])
    assert str(caught.value) == f"{wrong} cannot be matched: spans are not empty, scores finite and at least 0"


def test_components_share_neither_an_entity_nor_a_token() -> None:
    for seed in range(200):
        candidates = sorted(random_candidates(random.Random(seed), entities=6, tokens=14, most=9))
        groups = components(candidates)
        assert sorted(c for group in groups for c in group) == candidates
        entities = [{c.entity for c in group} for group in groups]
        tokens = [{p for c in group for p in range(c.start, c.end)} for group in groups]
        assert sum(map(len, entities)) == len(set().union(*entities))
        assert sum(map(len, tokens)) == len(set().union(*tokens))


@pytest.mark.parametrize(
    ("candidates", "groups"),
    [
        ([Candidate(0, 0, 1, 1.0), Candidate(1, 1, 2, 1.0)], [{0}, {1}]),
        ([Candidate(0, 0, 2, 1.0), Candidate(1, 1, 3, 1.0), Candidate(2, 3, 4, 1.0)], [{0, 1}, {2}]),
        ([Candidate(0, 0, 9, 1.0), Candidate(1, 1, 2, 1.0), Candidate(2, 8, 9, 1.0)], [{0, 1, 2}]),
        # joined through the two places of entity 1
        (
            [Candidate(0, 0, 1, 1.0), Candidate(1, 0, 1, 1.0), Candidate(1, 5, 6, 1.0), Candidate(2, 5, 6, 1.0)],
            [{0, 1, 2}],
        ),
        ([], []),
    ],
)
def test_entities_that_compete_fall_into_one_component(candidates: list[Candidate], groups: list[set[int]]) -> None:
    assert [{c.entity for c in group} for group in components(candidates)] == groups


def test_the_best_of_all_matchings_is_chosen_when_nothing_ties() -> None:
    for seed in range(100):
        candidates = random_candidates(random.Random(seed), entities=3, tokens=5, most=10)
        assert match_exact(candidates) == sorted(max(all_matchings(candidates), key=total)), seed
