from __future__ import annotations

import numpy as np
import pytest

from silverner.projection.errors import UsageError
from silverner.projection.links import Link
from silverner.projection.scoring.choices import SCORES
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.dice import dice
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.fused import fused
from silverner.projection.scoring.scores import SCORE_FUNCTIONS
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.weights import DEFAULT_WEIGHTS, PartWeights
from silverner.projection.spans import Span


def pair(
    source: str, target: str, entities: list[Span], forward: list[Link], reverse: list[Link], links: list[Link]
) -> SentencePair:
    return SentencePair(
        source=source.split(), target=target.split(), entities=entities, forward=forward, reverse=reverse, links=links
    )


def test_every_score_has_its_evidence() -> None:
    assert tuple(SCORE_FUNCTIONS) == SCORES == ("dice", "fused", "fitted")


def test_dice_counts_the_symmetrised_links_of_each_entity_whatever_their_weights() -> None:
    links = [(0, 0, 0.1), (1, 0, 1.0), (1, 1, 0.5), (2, 2, 1.0), (3, 2, 0.9)]
    got = dice(pair("a b c d", "x y z", [Span(0, 2, "PER"), Span(3, 4, "LOC")], [], [], links))
    assert got.tolist() == [[2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    ("forward", "reverse", "row"),
    [
        # both directions: 1 times the mean weight
        ([(0, 0, 1.0)], [(0, 0, 1.0)], [1.0, 0.0, 0.0]),
        ([(0, 0, 0.8)], [(0, 0, 0.4)], [0.6, 0.0, 0.0]),
        # one direction: 0.3 times its weight
        ([(0, 0, 1.0)], [], [0.3, 0.0, 0.0]),
        ([], [(0, 0, 0.6)], [0.18, 0.0, 0.0]),
        ([(0, 0, 1.0), (0, 1, 0.8)], [(0, 0, 1.0)], [1.0, 0.24, 0.0]),
        # a word between two that carry evidence counts 0.2
        ([(0, 0, 1.0), (0, 2, 0.8)], [(0, 0, 1.0)], [1.0, 0.2, 0.24]),
        # unless a word outside the entity claims it
        ([(0, 0, 1.0), (0, 2, 0.8), (2, 1, 1.0)], [(0, 0, 1.0), (2, 1, 1.0)], [1.0, 0.0, 0.24]),
        # no token counts more than 1.25
        ([(0, 0, 1.0), (1, 0, 1.0)], [(0, 0, 1.0), (1, 0, 1.0)], [1.25, 0.0, 0.0]),
        ([], [], [0.0, 0.0, 0.0]),
    ],
)
def test_fused_weighs_links_by_how_well_the_directions_agree(
    forward: list[Link], reverse: list[Link], row: list[float]
) -> None:
    got = fused(pair("a b c", "x y z", [Span(0, 2, "PER")], forward, reverse, []))
    assert got.tolist() == [pytest.approx(row)]


def test_fused_adds_likeness_and_caps_it() -> None:
    got = fused(pair("Kenya Ana", "Kenia ana uno", [Span(0, 1, "LOC"), Span(1, 2, "PER")], [], [], []))
    assert got.tolist() == [pytest.approx([0.9, 0.0, 0.0]), pytest.approx([0.0, 1.25, 0.0])]


def test_punctuation_is_no_evidence_for_fused() -> None:
    links = [(0, j, 1.0) for j in range(6)]
    got = fused(pair("Ana", ", Ana « .,; 7 —", [Span(0, 1, "PER")], links, links, links))
    # the very word stands elsewhere, so that the link of the 7 counts a quarter
    assert got.tolist() == [[0.0, 1.25, 0.0, 0.0, 0.25, 0.0]]


def test_letters_of_every_script_are_no_punctuation() -> None:
    links = [(0, j, 1.0) for j in range(4)]
    got = fused(pair("Ana", "Ана አና آنا 安", [Span(0, 1, "PER")], links, links, links))
    assert all(value > 0 for value in got[0])


def test_a_single_link_from_a_name_to_a_small_word_counts_less() -> None:
    links: list[Link] = [(0, 1, 1.0), (1, 2, 1.0)]
    got = fused(pair("Sea lion", "Dort lebt Otto", [Span(0, 1, "LOC"), Span(1, 2, "MISC")], links, [], []))
    assert got.tolist() == [pytest.approx([0.0, 0.03, 0.0]), pytest.approx([0.0, 0.0, 0.3])]
    headline = fused(pair("Sea lion", "dort lebt otto", [Span(0, 1, "LOC")], links, [], []))
    assert headline.tolist() == [pytest.approx([0.0, 0.3, 0.0])], "no capital at all: case says nothing"


@pytest.mark.parametrize(
    ("source", "target", "row"),
    [
        ("Wettbewerbspolitik", "competition policy Ana", [1.0, 1.0, 0.0]),
        ("Kohäsionsfonds", "Cohesion Funds now", [1.0, 1.0, 0.0]),
        ("Switzerland", "Schweiz der nun", [1.0, 0.03, 0.0]),  # a small word is not the rest of a name
        ("Politik", "politics policy Ana", [1.0, 0.03, 0.0]),  # the first word is all of it
        ("Wettbewerb", "competition policies Ana", [1.0, 0.03, 0.0]),  # too short for both
        ("Wettbewerbspolitik", "競争 政策 ana", [1.0, 0.3, 0.0]),  # lengths of other scripts say nothing
    ],
)
def test_the_second_word_of_a_compound_counts_in_full(source: str, target: str, row: list[float]) -> None:
    both: list[Link] = [(0, 0, 1.0)]
    given = pair(source, target, [Span(0, 1, "ORG")], [*both, (0, 1, 1.0)], both, [])
    assert fused(given, PartWeights.of({"likeness": 0, "penalty_lookalike_elsewhere": 0})).tolist() == [
        pytest.approx(row)
    ]
    plain = 0.3 if target.split()[1][0].isupper() or "競" in target else 0.03
    assert fused(given, PartWeights.of({"likeness": 0, "penalty_lookalike_elsewhere": 0, "compound": 0})).tolist() == [
        pytest.approx([1.0, plain, 0.0])
    ]


def test_a_link_counts_less_where_the_very_word_stands_elsewhere() -> None:
    links: list[Link] = [(0, 0, 1.0)]
    got = fused(pair("Obama", "Spottete Obama", [Span(0, 1, "PER")], links, links, []))
    assert got.tolist() == [pytest.approx([0.25, 1.25])]


def near(target: str, source: str = "Ana") -> list[float]:
    given = pair(source, target, [Span(0, len(source.split()), "PER")], [], [], [])
    return [round(float(value), 2) for value in fused(given, PartWeights.of({"cap_per_token": 9, "bridge": 0}))[0]]


def test_only_the_words_most_alike_count_as_alike() -> None:
    assert near("Kenyatta Kenya Kenyas", "Kenya") == [0.0, 1.5, 1.36], "5 of 6.5 letters are clearly less"
    assert near("Kenyatta Kenyanische", "Kenya")[0] == 1.2


def article(word: str, target: str, text: str = "the of the", **weights: float) -> list[float]:
    links: list[Link] = [(0, 0, 1.0), (1, 1, 1.0)]
    counts = count_cooccurrences([text.split()] * 10, [["x"]] * 10, [[]] * 10)
    given = SentencePair(
        source=[word, "Rhine"], target=target.split(), links=links, forward=links, reverse=links,
        entities=[Span(0, 2, "LOC")], evidence=SentenceEvidence(corpus=CorpusEvidence(cooccurrences=counts)),
    )  # fmt: skip
    return [
        float(value)
        for value in fused(given, PartWeights.of({"likeness": 0, "penalty_lookalike_elsewhere": 0, **weights}))[0]
    ]


def test_the_article_of_a_name_is_no_part_of_it_where_it_is_small() -> None:
    assert article("the", "der Rhein fließt") == [0.0, 1.0, 0.0]
    assert article("The", "der Rhein fließt") == [0.0, 1.0, 0.0], "at the beginning of a sentence"
    assert article("the", "der Rhein fließt", penalty_article=0.5) == [0.5, 1.0, 0.0]
    assert article("the", "der Rhein fließt", penalty_article=0) == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("word", "target", "text"),
    [
        ("of", "Der Rhein fließt", "the of the"),  # a capital: La Haya
        ("the", "the Rhein fließt", "the of the"),  # the very word: von Beust
        ("de", "де Рейн тёк", "de of de"),  # in another script, too
        ("lower", "der Rhein fließt", "the of the"),  # not frequent
        ("the", "der Rhein fließt", "a of the lower"),  # ten occurrences are too few
        ("the", "ال راين x", "the of the"),  # no case
    ],
)
def test_other_small_words_stay_part_of_a_name(word: str, target: str, text: str) -> None:
    assert article(word, target, text) == [1.0, 1.0, 0.0]


def test_a_part_is_off_when_its_weight_is_nothing() -> None:
    both: list[Link] = [(0, 0, 1.0)]
    given = pair("Obama b", "Spottete x Obama", [Span(0, 1, "PER")], [*both, (0, 2, 1.0)], both, [])
    off = PartWeights.of(
        {
            "single": 0,
            "likeness": 0,
            "penalty_small_word": 0,
            "penalty_lookalike_elsewhere": 0,
            "lexicon": 0,
            "cohesion": 0,
            "acronym": 0,
            "bridge": 0,
        }
    )
    assert fused(given, off).tolist() == [[1.0, 0.0, 0.0]]


def glossed(target: str, glosses: list[list[str]], both: list[Link], **weights: float) -> list[list[float]]:
    source, entities = ["Germany", "and", "Ana"], [Span(0, 1, "LOC"), Span(2, 3, "PER")]
    given = SentencePair(
        source=source,
        target=target.split(),
        links=both,
        forward=both,
        reverse=both,
        entities=entities,
        evidence=SentenceEvidence(glosses=glosses),
    )
    return [[float(value) for value in row] for row in fused(given, PartWeights.of(weights))]


def test_a_word_of_the_gloss_is_evidence() -> None:
    names = [["Deutschland", "DE"], []]
    assert glossed("x Deutschland Anna", names, [])[0] == [0.0, 1.0, 0.0]
    assert glossed("x Deutschlands Anna", names, [])[0] == pytest.approx([0.0, 22 / 23, 0.0]), "inflected"
    assert glossed("x Deutschland Anna", names, [], gloss=0.5)[0] == [0.0, 0.5, 0.0]
    assert glossed("x Deutschland Anna", names, [], gloss=0)[0] == [0.0] * 3
    assert glossed("x Deutschland Anna", names, [])[1] == glossed("x Deutschland Anna", [], [])[1]


def test_a_gloss_and_the_name_itself_count_once() -> None:
    # Ana looks like the name, which is worth 1.5, capped at 1.25; that the gloss says so too adds nothing.
    assert glossed("x Ana", [[], ["Ana"]], [])[1] == glossed("x Ana", [], [])[1] == [0.0, 1.25]


def test_a_gloss_is_no_evidence_where_another_word_belongs() -> None:
    assert glossed("Deutschland x", [["Deutschland"], []], [(1, 0, 1.0)])[0] == [0.0, 0.0]


@pytest.mark.parametrize(("target", "gloss"), [("la", "La"), ("La", "la"), ("la", "la"), (".", ".")])
def test_small_words_of_a_gloss_say_nothing(target: str, gloss: str) -> None:
    assert glossed(f"Das {target} Haus", [[gloss], []], [])[0] == [0.0] * 3


def test_a_gloss_in_a_script_without_case_is_evidence() -> None:
    assert glossed("x 德国 y", [["德国"], []], [])[0] == [0.0, 1.0, 0.0]


def in_corpus(pairs: int, weights: PartWeights) -> list[float]:
    source, target = ["UK"], ["Reino", "Unido"]
    links: list[Link] = [(0, 0, 1.0)]
    back: list[Link] = [(0, 0, 1.0), (0, 1, 1.0)]
    counts = count_cooccurrences([source] * pairs, [target] * pairs, [links] * pairs, [back] * pairs)
    given = SentencePair(
        source=source,
        target=target,
        links=links,
        forward=links,
        reverse=back,
        entities=[Span(0, 1, "LOC")],
        evidence=SentenceEvidence(corpus=CorpusEvidence(cooccurrences=counts)),
    )
    return [float(value) for value in fused(given, weights)[0]]


def test_what_the_rest_of_the_corpus_links_is_evidence() -> None:
    weights = PartWeights.of({"cohesion": 0, "cap_per_token": 9})
    assert in_corpus(1, weights) == pytest.approx([1.0, 0.3]), "a sentence does not confirm itself"
    # 3 other links of 7 and 3, and 2 of doubt: 2 * 3 / 12
    assert in_corpus(4, weights) == pytest.approx([1 + 0.75 * 6 / 12, 0.3 + 0.75 * 6 / 12])


def test_a_word_that_clings_to_its_neighbour_comes_with_it() -> None:
    weights = PartWeights.of({"lexicon": 0, "single": 0, "cap_per_token": 9})
    assert in_corpus(1, weights) == pytest.approx([1.0, 0.0])
    assert in_corpus(4, weights) == pytest.approx([1.0, 0.6 * 3 / 4])


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("source", "target", "entities"),
    [("", "", 0), ("Ana", "", 1), ("Ana", "Ana Ana", 0), ("", "Ana", 0)],
)
def test_empty_sides_give_an_evidence_matrix_of_the_right_shape(
    score: str, source: str, target: str, entities: int
) -> None:
    got = SCORE_FUNCTIONS[score](pair(source, target, [Span(0, 1, "PER")] * entities, [], [], []), DEFAULT_WEIGHTS)
    assert got.shape == (entities, len(target.split()))
    assert got.dtype == np.float64


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"likenes": 1.0}, r"the fused score has no part 'likenes'; allowed: .* \(did you mean likeness\?\)"),
        ({"single": -0.1}, r"weight single: -0.1 is not a number from 0"),
        ({"cap_per_token": float("nan")}, r"weight cap_per_token: nan is not a number from 0"),
        (
            {"penalty_lookalike_elsewhere": 1.5},
            r"weight penalty_lookalike_elsewhere: 1.5 takes away more than there is; it lies between 0 and 1",
        ),
    ],
)
def test_what_is_no_weight_is_refused(given: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        PartWeights.of(given)
