from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError, UsageError
from silverner.projection.links import SYMMETRISATIONS, Link, symmetrise
from silverner.projection.matching.candidates import ngram_candidates
from silverner.projection.matching.choices import MATCHERS
from silverner.projection.matching.exact import match_exact
from silverner.projection.metrics import evaluate_spans
from silverner.projection.projector import Projector, project, project_batch
from silverner.projection.result import Projection
from silverner.projection.scoring.choices import SCORES
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.dice import dice
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import ProjectedSpan, Span
from tests.projection.oracles import highs_objective, read_links, read_side, sentences_with_spans, total, within

ANA = (["Ana", "visits", "New", "York"], ["B-PER", "O", "B-LOC", "I-LOC"])
NUEVA = ["Ana", "visita", "Nueva", "York"]
DIAGONAL = [(0, 0), (1, 1), (2, 2), (3, 3)]


def places(projection: Projection) -> list[tuple[int, int, str]]:
    return [(s.start, s.end, s.label) for s in projection.spans]


@pytest.mark.parametrize(
    ("matcher", "score", "scores"),
    [
        ("exact", "dice", [1.0, 1.0]),
        ("greedy", "dice", [1.0, 1.0]),
        ("heuristic", "dice", [1.0, 1.0]),
        # a link and the same word: 1.25 at most; Nueva is too unlike New
        ("exact", "fused", [1.25, 1.125]),
        ("greedy", "fused", [1.25, 1.125]),
        ("heuristic", "fused", [1.25, 1.125]),
    ],
)
def test_a_plain_pair_is_projected_alike_by_every_matcher(matcher: Any, score: Any, scores: list[float]) -> None:
    got = project(*ANA, NUEVA, DIAGONAL, matcher=matcher, score=score)
    assert [(s.start, s.end, s.label, s.source_start, s.source_end) for s in got.spans] == [
        (0, 1, "PER", 0, 1),
        (2, 4, "LOC", 2, 4),
    ]
    assert [s.score for s in got.spans] == pytest.approx(scores)
    assert got.tags == ["B-PER", "O", "B-LOC", "I-LOC"]
    assert got.lost == ()
    assert got.score == pytest.approx(sum(scores) / 2)
    assert got.links == tuple((i, j, 1.0) for i, j in DIAGONAL)
    assert got.length == 4


@pytest.mark.parametrize(
    ("matcher", "spans"),
    [
        # greedy takes the best pair (0-2 for the first, 1.0) and leaves the second nothing
        ("greedy", [(0, 2, "PER")]),
        # exact gives up a little of the first for the second: 2/3 + 2/3 against 1
        ("exact", [(0, 1, "PER"), (1, 2, "LOC")]),
        # the heuristic gives both words to the first, then the second overwrites one
        ("heuristic", [(0, 1, "PER"), (1, 2, "LOC")]),
    ],
)
def test_matchers_differ_where_two_entities_want_one_word(matcher: Any, spans: list[tuple[int, int, str]]) -> None:
    source, tags = ["a", "b", "c", "d"], ["B-PER", "I-PER", "B-LOC", "I-LOC"]
    links = [(0, 0), (1, 1), (2, 1)]
    if matcher == "heuristic":
        source, tags = ["a", "b", "c"], ["B-PER", "I-PER", "B-LOC"]
    assert places(project(source, tags, ["x", "y"], links, matcher=matcher, score="dice")) == spans


@pytest.mark.parametrize(
    ("entities", "target", "links", "spans", "scores"),
    [
        # a run as long as the entity, one gap bridged
        ([(0, 2, "PER")], 4, [(0, 0), (1, 2)], [(0, 3, "PER")], [0.8]),
        # a gap of two is not bridged, and runs of 1 are not longer than 0.8 of 2
        ([(0, 2, "PER")], 4, [(0, 0), (1, 3)], [], []),
        # exactly 0.8 of the entity is not longer than 0.8
        ([(0, 5, "PER")], 4, [(0, 0), (1, 1), (2, 2), (3, 3)], [], []),
        ([(0, 5, "PER")], 5, [(k, k) for k in range(5)], [(0, 5, "PER")], [1.0]),
        # every long enough run is an entity of its own
        ([(0, 1, "PER")], 6, [(0, 0), (0, 3), (0, 5)], [(0, 1, "PER"), (3, 6, "PER")], [1.0, 1.0]),
        # a later entity overwrites the middle of an earlier one, whose two rests are labelled on
        ([(0, 3, "PER"), (3, 4, "LOC")], 3, [(0, 0), (1, 1), (2, 2), (3, 1)],
         [(0, 1, "PER"), (1, 2, "LOC"), (2, 3, "PER")], [1.0, 1.0, 1.0]),
        # a later entity overwrites all of an earlier one
        ([(0, 1, "PER"), (1, 2, "LOC")], 1, [(0, 0), (1, 0)], [(0, 1, "LOC")], [1.0]),
        # touching runs of two entities with one label stay two
        ([(0, 1, "PER"), (1, 2, "PER")], 2, [(0, 0), (1, 1)], [(0, 1, "PER"), (1, 2, "PER")], [1.0, 1.0]),
    ],
)  # fmt: skip
def test_the_heuristic_by_hand(
    entities: list[tuple[int, int, str]],
    target: int,
    links: list[tuple[int, int]],
    spans: list[tuple[int, int, str]],
    scores: list[float],
) -> None:
    got = project(["w"] * 5, entities, ["w"] * target, links, matcher="heuristic", score="dice")
    assert places(got) == spans
    assert [s.score for s in got.spans] == pytest.approx(scores)


def test_later_entities_overwrite_whatever_order_they_are_given_in() -> None:
    entities = [(0, 1, "PER"), (1, 2, "LOC")]
    for given_ in (entities, entities[::-1]):
        got = project(["a", "b"], given_, ["x"], [(0, 0), (1, 0)], matcher="heuristic")
        assert places(got) == [(0, 1, "LOC")]
        assert got.lost == (Span(0, 1, "PER"),)


@pytest.mark.parametrize("matcher", ["exact", "greedy"])
@pytest.mark.parametrize(
    ("target", "links", "span", "score"),
    [
        (["x", "y", "z"], [(0, 0), (1, 2)], (0, 3), 0.8),  # 2 links over 2 + 3 tokens, against 2/3 for one
        (["x", "y", "z", "w"], [(0, 0), (1, 3)], (0, 1), 2 / 3),  # a tie of 2/3 goes to the shorter, leftmost span
        (["x?", "y"], [(0, 0), (1, 1)], (1, 2), 2 / 3),  # no candidate contains a question mark
        (["x"], [(0, 0), (1, 0)], (0, 1), 4 / 3),
    ],
)
def test_dice_by_hand(
    matcher: Any, target: list[str], links: list[tuple[int, int]], span: tuple[int, int], score: float
) -> None:
    (got,) = project(["a", "b"], ["B-PER", "I-PER"], target, links, matcher=matcher, score="dice").spans
    assert ((got.start, got.end), got.score) == (span, pytest.approx(score))


@pytest.mark.parametrize(
    ("how", "span", "links"),
    [
        ("gdfa", (0, 2), [(0, 0, 1.0), (1, 1, 0.5)]),
        ("intersection", (0, 1), [(0, 0, 1.0)]),
        ("union", (0, 2), [(0, 0, 1.0), (1, 1, 0.5)]),
        ("forward", (0, 2), [(0, 0, 1.0), (1, 1, 1.0)]),
        ("reverse", (0, 1), [(0, 0, 1.0)]),
    ],
)
@pytest.mark.parametrize("matcher", ["exact", "greedy"])
def test_two_directions_are_joined_as_asked(how: Any, span: tuple[int, int], links: list[Link], matcher: Any) -> None:
    got = project(
        ["a", "b"], ["B-PER", "I-PER"], ["x", "y"], [(0, 0), (1, 1)], [(0, 0)],
        matcher=matcher, score="dice", symmetrise=how,
    )  # fmt: skip
    assert places(got) == [(*span, "PER")]
    assert got.links == tuple(links)


@pytest.mark.parametrize("how", SYMMETRISATIONS)
def test_one_alignment_is_used_as_it_is(how: Any) -> None:
    assert project(*ANA, NUEVA, DIAGONAL, symmetrise=how) == project(*ANA, NUEVA, DIAGONAL)
    assert project(*ANA, NUEVA, DIAGONAL, symmetrise=how) == project(*ANA, NUEVA, DIAGONAL, DIAGONAL, symmetrise=how)


@pytest.mark.parametrize(
    ("weights", "span", "score"),
    [((0.3, 0.9), (5, 6), 0.9), ((0.9, 0.3), (0, 1), 0.9), ((0.9, 0.9), (0, 1), 0.9), ((0.0, 0.3), (5, 6), 0.3)],
)
def test_fused_uses_the_weights_of_the_links(weights: tuple[float, float], span: tuple[int, int], score: float) -> None:
    links = [(0, 0, weights[0]), (0, 5, weights[1])]
    (got,) = project(["a"], ["B-PER"], list("xyzuvw"), links, score="fused").spans
    assert ((got.start, got.end), got.score) == (span, pytest.approx(score))


def test_links_may_come_from_a_generator_as_tuples_or_lists() -> None:
    wanted = project(*ANA, NUEVA, DIAGONAL, DIAGONAL)
    assert project(*ANA, NUEVA, (link for link in DIAGONAL), (link for link in DIAGONAL)) == wanted
    assert project(*ANA, NUEVA, [[i, j, 1.0] for i, j in DIAGONAL], [[i, j] for i, j in DIAGONAL]) == wanted


@pytest.mark.parametrize(("matcher", "score"), [(m, s) for m in MATCHERS for s in SCORES])
def test_a_link_given_twice_counts_once(matcher: Any, score: Any) -> None:
    links = [(0, 0), (1, 1), (2, 3)]
    once = project(*ANA, NUEVA, links, matcher=matcher, score=score)
    assert project(*ANA, NUEVA, [*links, (2, 3), (0, 0)], matcher=matcher, score=score) == once


@pytest.mark.parametrize("entities", [["B-PER", "O", "B-LOC", "I-LOC"], [Span(2, 4, "LOC"), Span(0, 1, "PER")]])
def test_entities_are_tags_or_spans_in_any_order(entities: Any) -> None:
    assert project(ANA[0], entities, NUEVA, DIAGONAL) == project(
        ANA[0], [(0, 1, "PER"), (2, 4, "LOC")], NUEVA, DIAGONAL
    )


def test_what_was_projected_can_be_projected_back() -> None:
    there = project(*ANA, NUEVA, DIAGONAL)
    back = project(NUEVA, there.spans, ANA[0], [(j, i) for i, j in DIAGONAL])
    assert back.tags == ANA[1]


@pytest.mark.parametrize(("matcher", "score"), [(m, s) for m in MATCHERS for s in SCORES])
@pytest.mark.parametrize(
    ("source", "entities", "target", "lost", "mean"),
    [
        ([], [], [], (), 1.0),
        (["a"], ["O"], ["x"], (), 1.0),
        (["a"], [], ["x"], (), 1.0),
        ([], [], ["x"], (), 1.0),
        (["a"], ["B-PER"], [], (Span(0, 1, "PER"),), 0.0),
        (["a"], ["B-PER"], ["x"], (Span(0, 1, "PER"),), 0.0),
    ],
)
def test_empty_sides_project_to_nothing(
    matcher: Any, score: Any, source: list[str], entities: list[str], target: list[str], lost: Any, mean: float
) -> None:
    got = project(source, entities, target, [], [], matcher=matcher, score=score)
    assert got == Projection(spans=(), lost=lost, score=mean, links=(), length=len(target))
    assert got.tags == ["O"] * len(target)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"entities": ["B-PER"]}, "sentence: 1 tags for 2 source tokens"),
        ({"entities": ["B-PER", "O", "O"]}, "sentence: 3 tags for 2 source tokens"),
        ({"entities": ["I-PER", "O"]}, "sentence, token 0: tag 'I-PER': in IOB2 an I- tag continues"),
        ({"entities": ["B-PER", "PER"]}, "sentence, token 1: tag 'PER': not a tag of the scheme iob2"),
        ({"entities": [(0, 2, "PER"), (1, 2, "LOC")]}, r"sentence: the span 1-2 \(LOC\) overlaps another one"),
        ({"entities": [(0, 3, "PER")]}, r"sentence: the span 0-3 \(PER\) leaves a sentence of 2 tokens"),
        ({"entities": [(1, 1, "PER")]}, r"sentence: the span 1-1 \(PER\) leaves a sentence of 2 tokens"),
        ({"links": [(0, 0), (2, 1)]}, "sentence: link 2-1 is out of range: the source has 2 tokens and the target 3"),
        ({"links": [(0, 3)]}, "sentence: link 0-3 is out of range"),
        ({"links": [(0, -1)]}, "sentence: link 0--1 is out of range"),
        ({"reverse": [(2, 0)]}, "sentence: link 2-0 is out of range"),
    ],
)
@pytest.mark.parametrize("matcher", MATCHERS)
def test_what_does_not_fit_the_sentence_is_refused(matcher: Any, arguments: dict[str, Any], message: str) -> None:
    given_ = {"source": ["a", "b"], "entities": ["B-PER", "O"], "target": ["x", "y", "z"], "links": [(0, 0)]}
    with pytest.raises(DataError, match=message):
        project(**{**given_, **arguments}, matcher=matcher)


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, -0.1, 1.1])
@pytest.mark.parametrize("side", ["links", "reverse"])
def test_a_weight_that_is_none_is_refused(side: str, weight: float) -> None:
    given_: dict[str, Any] = {"links": [(0, 0)], "reverse": [(0, 0)], side: [(0, 0, weight)]}
    with pytest.raises(DataError, match="0-0"):
        project(["a"], ["B-PER"], ["x"], **given_)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"matcher": "exat"}, r"unknown matcher 'exat'; allowed: bipartite, .*, heuristic \(did you mean exact\?\)"),
        ({"score": "dise"}, r"unknown score 'dise'; allowed: dice, fitted, fused \(did you mean dice\?\)"),
        (
            {"symmetrise": "intersect"},
            r"unknown symmetrise 'intersect'; allowed: forward, gdfa, intersection, reverse, union "
            r"\(did you mean intersection\?\)",
        ),
        ({"matcher": ""}, "unknown matcher ''; allowed: bipartite, exact, greedy, heuristic$"),
        ({"matcher": None}, "unknown matcher None; allowed: bipartite, exact, greedy, heuristic"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_spelling(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Projector(**options)
    with pytest.raises(UsageError, match=message):
        project(*ANA, NUEVA, DIAGONAL, **options)


@pytest.mark.parametrize("matcher", ["exact", "greedy"])
def test_the_settings_of_a_projector_reach_the_candidates(matcher: Any) -> None:
    source, entities, target = ["a", "b"], ["B-PER", "I-PER"], ["x", "y!"]
    links = [(0, 0), (1, 1)]

    def spans(**options: Any) -> list[tuple[int, int, str]]:
        return places(Projector(matcher=matcher, score="dice", **options)(source, entities, target, links))

    assert spans() == [(0, 1, "PER")]
    assert spans(forbidden="") == [(0, 2, "PER")]
    assert spans(forbidden="", max_length=1) == [(0, 1, "PER")]
    assert spans(forbidden="", threshold=0.99) == [(0, 2, "PER")]
    assert spans(forbidden="", threshold=1.0) == []


def test_a_name_with_an_exclamation_mark_in_it_is_projected() -> None:
    done = project(["Yahoo!", "wins"], ["B-ORG", "O"], ["Yahoo!", "gewinnt"], [(0, 0), (1, 1)])
    assert done.tags == ["B-ORG", "O"]


def test_a_gloss_finds_what_nothing_is_linked_to() -> None:
    germany = ["Germany", "wins"], ["B-LOC", "O"], ["Es", "gewinnt", "Deutschland"], [(1, 1)]
    assert Projector()(*germany).spans == ()
    evidence = SentenceEvidence(glosses=[["Deutschland"]])
    assert places(Projector()(*germany, evidence=evidence)) == [(2, 3, "LOC")]
    assert Projector(score="dice")(*germany, evidence=evidence).spans == (), "dice counts links"
    sides = [[side] for side in germany]
    assert project_batch(*sides, evidence=[evidence]) == [Projector()(*germany, evidence=evidence)]


def test_glosses_belong_to_entities() -> None:
    with pytest.raises(DataError, match="s1: 1 glosses for 2 entities"):
        evidence = SentenceEvidence(glosses=[["Ana"]])
        Projector()(["Ana", "Bo"], ["B-PER", "B-PER"], ["Ana", "Bo"], [], evidence=evidence, where="s1")
    with pytest.raises(DataError, match="these have 1, 1, 1, 1, 2"):
        project_batch([["Ana"]], [["B-PER"]], [["Ana"]], [[]], evidence=[SentenceEvidence()] * 2)


def test_a_batch_is_the_projection_of_each_pair() -> None:
    batch = project_batch([ANA[0], ["Kenya"]], [ANA[1], ["B-LOC"]], [NUEVA, ["Kenia"]], [DIAGONAL, [(0, 0)]])
    assert batch == [project(*ANA, NUEVA, DIAGONAL), project(["Kenya"], ["B-LOC"], ["Kenia"], [(0, 0)])]
    settings_ = Projector(matcher="greedy", score="dice", symmetrise="intersection")
    batch = project_batch([ANA[0]], [ANA[1]], [NUEVA], [DIAGONAL], [DIAGONAL[:2]], projector=settings_)
    assert batch == [settings_(*ANA, NUEVA, DIAGONAL, DIAGONAL[:2])]
    assert project_batch([], [], [], []) == []


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ((2, 1, 1, 1), "a batch needs lists of one length; these have 2, 1, 1, 1$"),
        ((1, 1, 2, 1), "a batch needs lists of one length; these have 1, 1, 2, 1$"),
        ((1, 1, 1, 1, 0), "a batch needs lists of one length; these have 1, 1, 1, 1, 0$"),
        ((1, 1, 1, 1, 2), "a batch needs lists of one length; these have 1, 1, 1, 1, 2$"),
    ],
)
def test_a_batch_of_unequal_lists_is_refused(lengths: tuple[int, ...], message: str) -> None:
    columns: list[Any] = [[["a"]], [["B-PER"]], [["x"]], [[(0, 0)]], [[(0, 0)]]]
    with pytest.raises(DataError, match=message):
        project_batch(*(column * n for column, n in zip(columns, lengths, strict=False)))


def test_a_batch_takes_what_is_known_of_the_corpus() -> None:
    columns: list[Any] = [[["UK"]] * 4, [["B-LOC"]] * 4, [["Reino", "Unido"]] * 4, [[(0, 0, 1.0)]] * 4]
    back: list[Any] = [[(0, 0, 1.0), (0, 1, 1.0)]] * 4
    assert places(project_batch(*columns, back)[0]) == [(0, 2, "LOC")], "read from the batch itself"
    nothing = CorpusEvidence(cooccurrences=count_cooccurrences([], [], []))
    assert places(project_batch(*columns, back, corpus=nothing)[0]) == [(0, 1, "LOC")]
    small = [SentenceEvidence(target_cases=["small", "small"])] * 4
    assert project_batch(*columns, back, evidence=small)[0].lost == (Span(0, 1, "LOC"),)
    with pytest.raises(DataError, match="lists of one length"):
        project_batch(*columns, back, evidence=small[:3])


def test_a_fault_in_a_batch_names_the_pair() -> None:
    with pytest.raises(DataError, match=r"^pair 1: link 0-5 is out of range"):
        project_batch([["a"], ["a"]], [["O"], ["O"]], [["x"], ["x"]], [[(0, 0)], [(0, 5)]])


@settings(deadline=None, max_examples=150)
@given(
    drawn=sentences_with_spans(),
    rng=st.randoms(use_true_random=False),
    target=st.lists(st.sampled_from(["Ana", "x", ",", "no!", "Kenia"]), max_size=10),
    matcher=st.sampled_from(MATCHERS),
    score=st.sampled_from(SCORES),
    threshold=st.sampled_from([0.0, 0.5]),
)
def test_every_source_entity_is_projected_or_lost(
    drawn: tuple[list[Span], int], rng: random.Random, target: list[str], matcher: Any, score: Any, threshold: float
) -> None:
    entities, length = drawn
    source = rng.choices(["Ana", "Kenya", "the"], k=length)
    every = [(i, j, rng.random()) for i in range(length) for j in range(len(target))]
    there, back = (rng.sample(every, min(len(every), rng.randint(0, 15))) for _ in "ab")
    threshold = 0.0 if matcher == "heuristic" else threshold
    got = project(source, entities, target, there, back, matcher=matcher, score=score, threshold=threshold)
    origin = {(e.start, e.end): e.label for e in entities}
    found = {(s.source_start, s.source_end) for s in got.spans}
    assert found | {(e.start, e.end) for e in got.lost} == set(origin)
    assert found.isdisjoint({(e.start, e.end) for e in got.lost})
    assert all(s.label == origin[s.source_start, s.source_end] for s in got.spans)
    assert list(got.spans) == sorted(got.spans)
    assert len(got.tags) == got.length == len(target)
    assert [tag[2:] for tag in got.tags if tag[0] == "B"] == [s.label for s in got.spans]
    best = {key: max(s.score for s in got.spans if (s.source_start, s.source_end) == key) for key in found}
    assert got.score == pytest.approx(sum(best.values()) / len(entities) if entities else 1.0)
    if matcher != "heuristic":
        assert len(found) == len(got.spans)
        assert all(s.score > threshold for s in got.spans)
    if matcher != "heuristic" and score == "fused":
        assert all(target[j].isalnum() or target[j] == "no!" for s in got.spans for j in (s.start, s.end - 1))


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False), st.sampled_from(MATCHERS), st.sampled_from(SCORES))
def test_the_order_of_links_and_entities_does_not_matter(rng: random.Random, matcher: Any, score: Any) -> None:
    source, target = rng.choices(["Ana", "b"], k=8), rng.choices(["Ana", "y"], k=8)
    entities = [(0, 2, "PER"), (2, 3, "LOC"), (5, 8, "ORG")]
    there, back = ([(rng.randrange(8), rng.randrange(8)) for _ in range(9)] for _ in "ab")
    there, back = sorted(set(there)), sorted(set(back))
    first = project(source, entities, target, there, back, matcher=matcher, score=score)
    shuffled = [rng.sample(items, len(items)) for items in (entities, there, back)]
    assert project(source, shuffled[0], target, *shuffled[1:], matcher=matcher, score=score) == first


def test_one_name_in_every_row_of_a_long_table_is_projected_in_seconds() -> None:
    row = ["Ana", "(", "USA", ")"]
    rows = 14
    entities = [(4 * k + 2, 4 * k + 3, "LOC") for k in range(rows)]
    got = within(15, project, row * rows, entities, row * rows, [(i, i) for i in range(4 * rows)])
    assert places(got) == entities


@pytest.mark.parametrize("kind", ["names of their own", "names that look alike"])
def test_a_table_of_sixty_names_is_projected_onto_itself(kind: str) -> None:
    rng = random.Random(60)
    own = ["".join(rng.choices("abcdefghiklmnoprstuvyz", k=7)).capitalize() for _ in range(120)]
    alike = [f"{name}{k}" for k in range(60) for name in ("Name", "Family")]
    names = own if kind == "names of their own" else alike
    table = [word for k in range(60) for word in (*names[2 * k : 2 * k + 2], ";")]
    entities = [(3 * k, 3 * k + 2, "PER") for k in range(60)]
    got = within(15, project, table, entities, table, [(i, i) for i in range(180)])
    assert places(got) == entities
    assert got.lost == ()


def test_a_few_names_mentioned_ninety_times_are_projected_in_seconds() -> None:
    rng = random.Random(1)
    words = [rng.choice(["Ana", "Kenya", "Nairobi", "the", "of", "runs", ","]) for _ in range(600)]
    entities = [(k, k + 1, "LOC") for k, word in enumerate(words) if word[0].isupper()][:90]
    there = [(k, min(599, max(0, k + rng.randint(-3, 3)))) for k in range(600)]
    back = [(rng.randrange(600), k) for k in range(600)]
    got = within(15, project, words, entities, words, there, back)
    assert len(got.spans) == 90


# Real corpora: published figures and what this project adds to them.

CORPORA = {
    "es": ("europarl", "en.conll", "es.conll", "en-es"),
    "de": ("europarl", "en.conll", "de.conll", "en-de"),
    "pud": ("pud", "en.iob2", "de.iob2", "en-de"),
}


@pytest.fixture(scope="session", params=CORPORA)
def corpus(request: pytest.FixtureRequest, data: Path) -> tuple[str, list[list[Any]], list[list[Span]]]:
    folder, source, target, pair = CORPORA[request.param]
    there, back = read_side(data / folder / source), read_side(data / folder / target)
    links = [read_links(data / folder / f"{pair}.{way}.pharaoh") for way in ("fwd", "rev")]
    columns = [[s.tokens for s in there], [s.spans for s in there], [s.tokens for s in back], *links]
    assert len({len(column) for column in columns}) == 1
    return request.param, columns, [list(s.spans or ()) for s in back]


def f1(columns: list[list[Any]], gold: list[list[Span]], **options: Any) -> float:
    projected = project_batch(*columns, projector=Projector(**options))
    return evaluate_spans(gold, [p.spans for p in projected]).overall.f1


PUBLISHED = [
    ("es", "heuristic", "gdfa", 87.7),
    ("es", "greedy", "gdfa", 87.1),
    ("de", "heuristic", "intersection", 77.7),
    ("de", "greedy", "intersection", 85.6),
    ("pud", "heuristic", "intersection", 60.1),
    ("pud", "greedy", "reverse", 60.0),
]


def test_published_figures_are_reproduced(corpus: tuple[str, list[list[Any]], list[list[Span]]]) -> None:
    name, columns, gold = corpus
    figures = [row for row in PUBLISHED if row[0] == name]
    plain = {"score": "dice", "capitals": ()}
    got = {(m, how): f1(columns, gold, matcher=m, symmetrise=how, **plain) for _, m, how, _ in figures}
    assert got == {(m, how): pytest.approx(figure, abs=0.5) for _, m, how, figure in figures}


def test_the_defaults_beat_the_best_published_figure(corpus: tuple[str, list[list[Any]], list[list[Span]]]) -> None:
    name, columns, gold = corpus
    best = {"es": 87.7, "de": 85.6, "pud": 60.1}[name]
    assert f1(columns, gold) > best + {"es": 4, "de": 4.5, "pud": 15}[name]


@pytest.mark.parametrize("how", ["gdfa", "union"])
def test_exact_is_optimal_on_every_real_sentence(
    corpus: tuple[str, list[list[Any]], list[list[Span]]], how: Any
) -> None:
    _, columns, _ = corpus
    for source, entities, target, there, back in zip(*columns, strict=True):
        joined = symmetrise(there, back, how)
        pair = SentencePair(source=source, target=target, links=joined, forward=there, reverse=back, entities=entities)
        candidates = ngram_candidates(dice(pair), entities, target)
        projected = project(source, entities, target, there, back, score="dice", symmetrise=how)
        assert sum(s.score for s in projected.spans) == pytest.approx(highs_objective(candidates), abs=1e-6)
        assert len(projected.spans) == len(match_exact(candidates))
        assert total(match_exact(candidates)) == pytest.approx(sum(s.score for s in projected.spans))


def test_every_real_entity_is_projected_or_lost(corpus: tuple[str, list[list[Any]], list[list[Span]]]) -> None:
    _, columns, _ = corpus
    for matcher in MATCHERS:
        for entities, got in zip(
            columns[1], project_batch(*columns, projector=Projector(matcher=matcher)), strict=True
        ):
            places_ = {(s.source_start, s.source_end) for s in got.spans}
            assert sorted(places_ | {(e.start, e.end) for e in got.lost}) == [(e.start, e.end) for e in entities]
            assert all(isinstance(s, ProjectedSpan) for s in got.spans)
