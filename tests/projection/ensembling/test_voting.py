"""Voting: every rule against brute force, and what a user would expect of it."""

from __future__ import annotations

from itertools import chain, combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.ensembling.voting import VotedEntity, decode_entities, mixture, tag_probabilities, vote
from silverner.projection.errors import DataError
from silverner.projection.spans import Span, TagError, spans_from_tags, tag_names

LABELS = ["PER", "LOC"]
LENGTH = 5
Ballots = dict[str, list[Span]]


@st.composite
def elections(draw: st.DrawFn) -> tuple[Ballots, dict[str, float]]:
    """Two to four voters, each with entities that do not overlap, and what their votes weigh."""
    ballots: Ballots = {}
    for name in "abcd"[: draw(st.integers(2, 4))]:
        cuts = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=6)))
        pairs = [pair for pair in pairwise(cuts) if draw(st.booleans())]
        ballots[name] = [Span(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs]
    return ballots, {name: draw(st.sampled_from([0.5, 1.0, 2.0])) for name in ballots}


def _shares(ballots: Ballots, weights: dict[str, float]) -> dict[Span, float]:
    given_ = {span for spans in ballots.values() for span in spans}
    total = sum(weights.values())
    return {span: sum(weights[n] for n, spans in ballots.items() if span in spans) / total for span in given_}


def _best_worth(shares: dict[Span, float], least: float) -> tuple[float, int]:
    """The best worth of a set without overlap, and most entities it can have, by trying every set."""
    eligible = [span for span, share in shares.items() if share >= least - 1e-9]
    sets = chain.from_iterable(combinations(eligible, k) for k in range(len(eligible) + 1))
    apart = [s for s in sets if all(x.end <= y.start or y.end <= x.start for x, y in combinations(s, 2))]
    worths = [(round(sum(shares[span] - least / 2 for span in s), 9), len(s)) for s in apart]
    return max(worths)


@given(elections(), st.sampled_from([0.2, 0.5, 0.8]))
def test_the_choice_is_the_best_of_all_sets(election: tuple[Ballots, dict[str, float]], least: float) -> None:
    ballots, weights = election
    shares, chosen = _shares(ballots, weights), vote(ballots, weights, least=least)
    assert [v.start for v in chosen] == sorted(v.start for v in chosen)
    assert all(x.end <= y.start for x, y in pairwise(chosen))
    for v in chosen:
        span = Span(v.start, v.end, v.label)
        assert v.share == pytest.approx(shares[span])
        assert v.voters == tuple(name for name in ballots if span in ballots[name])
    worth = round(sum(v.share - least / 2 for v in chosen), 9), len(chosen)
    assert worth == pytest.approx(_best_worth(shares, least))


@given(elections())
def test_nobody_gains_by_speaking_first(election: tuple[Ballots, dict[str, float]]) -> None:
    ballots, weights = election
    turned = {name: list(reversed(ballots[name])) for name in reversed(ballots)}
    assert vote(ballots, weights, least=0.3) == vote(turned, weights, least=0.3)


@given(elections())
def test_more_than_half_is_enough_whatever_overlaps(election: tuple[Ballots, dict[str, float]]) -> None:
    ballots, _ = election
    equal = dict.fromkeys(ballots, 1.0)
    kept = {span for span, share in _shares(ballots, equal).items() if share > 0.5}
    assert {Span(v.start, v.end, v.label) for v in vote(ballots, equal, least=0.51)} == kept


@given(elections())
def test_voters_that_say_the_same_are_believed(election: tuple[Ballots, dict[str, float]]) -> None:
    ballots, weights = election
    same = dict.fromkeys(ballots, ballots["a"])
    expected = [VotedEntity(s.start, s.end, s.label, 1.0, tuple(ballots)) for s in sorted(ballots["a"])]
    assert vote(same, weights, least=0.5) == expected
    said = tag_probabilities(ballots["a"], [1.0] * len(ballots["a"]), LENGTH, LABELS)
    assert decode_entities(mixture([said, said], [1.0, 2.0]), LABELS) == sorted(ballots["a"])


def test_more_entities_go_before_fewer_of_the_same_worth() -> None:
    ballots = {"a": [Span(0, 4, "LOC")], "b": [Span(0, 2, "LOC"), Span(2, 4, "LOC")]}
    chosen = vote(ballots, {"a": 3.0, "b": 2.0}, least=0.4)
    assert [(v.start, v.end) for v in chosen] == [(0, 2), (2, 4)]  # 2 x (2/5 - 1/5) and 3/5 - 1/5 are the same


def _legal(tags: tuple[str, ...]) -> bool:
    try:
        spans_from_tags(tags)
    except TagError:
        return False
    return True


@given(st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=1, max_size=4))
def test_decoding_finds_the_best_legal_sequence(rows: list[list[int]]) -> None:
    matrix = (np.array(rows) + 0.5) / (np.array(rows) + 0.5).sum(axis=1, keepdims=True)
    names = tag_names(LABELS)

    def log(tags: tuple[str, ...]) -> float:
        return float(sum(np.log(matrix[j, names.index(tag)]) for j, tag in enumerate(tags)))

    best = max((tags for tags in product(names, repeat=len(rows)) if _legal(tags)), key=log)
    equal = {  # several may be as probable
        tuple(spans_from_tags(tags))
        for tags in product(names, repeat=len(rows))
        if _legal(tags) and log(tags) == pytest.approx(log(best))
    }
    assert tuple(decode_entities(matrix, LABELS)) in equal


@given(elections())
def test_mixtures_are_distributions(election: tuple[Ballots, dict[str, float]]) -> None:
    ballots, weights = election
    said = [tag_probabilities(spans, [0.6] * len(spans), LENGTH, LABELS) for spans in ballots.values()]
    mixed = mixture(said, list(weights.values()))
    assert mixed.shape == (LENGTH, 5)
    assert np.allclose(mixed.sum(axis=1), 1)
    expected = sum(w * s for w, s in zip(weights.values(), said, strict=True)) / sum(weights.values())
    assert np.allclose(mixed, expected)


def test_a_mixture_can_take_what_no_voter_gives() -> None:
    spans = [[Span(0, 3, "PER")], [Span(1, 4, "PER")], [Span(0, 1, "PER"), Span(2, 4, "PER")]]
    said = [tag_probabilities(one, [1.0] * len(one), 4, LABELS) for one in spans]
    assert decode_entities(mixture(said, [1.5, 1.0, 1.0]), LABELS) == [Span(0, 4, "PER")]


def test_decoding_never_continues_what_has_not_begun() -> None:
    assert decode_entities(np.array([[0.4, 0.6, 0, 0, 0], [0.3, 0, 0, 0, 0.7]]), LABELS) == [Span(0, 1, "PER")]
    assert decode_entities(np.array([[0.0, 0.0, 1.0, 0, 0]]), LABELS) == []
    assert decode_entities(np.zeros((0, 5)), LABELS) == []


@pytest.mark.parametrize(
    ("ballots", "weights", "least"),
    [({}, {}, 0.5), ({"a": []}, {"a": 0.0}, 0.5), ({"a": []}, {"a": 1.0}, 0.0), ({"a": []}, {"a": 1.0}, 1.1)],
)
def test_a_vote_that_cannot_be_held_is_refused(ballots: Ballots, weights: dict[str, float], least: float) -> None:
    with pytest.raises(
        DataError, match=r"a vote needs voters with positive weights, not .*, and a least share above 0"
    ):
        vote(ballots, weights, least=least)
