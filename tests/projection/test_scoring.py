from __future__ import annotations

import numpy as np
import pytest

from projection.links import Link
from projection.scoring import EVIDENCE, SCORES, Pair, dice, fused, likeness
from projection.spans import Span


def pair(
    source: str, target: str, entities: list[Span], forward: list[Link], reverse: list[Link], links: list[Link]
) -> Pair:
    return Pair(
        source=source.split(), target=target.split(), entities=entities, forward=forward, reverse=reverse, links=links
    )


def test_every_score_has_its_evidence() -> None:
    assert tuple(EVIDENCE) == SCORES == ("dice", "fused")


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
        # one direction, added at the end by grow-diag-final-and: 0.5 times its weight
        ([(0, 0, 1.0)], [], [0.5, 0.0, 0.0]),
        ([], [(0, 0, 0.6)], [0.3, 0.0, 0.0]),
        # one direction, left out by grow-diag-final-and: 0.25 times its weight
        ([(0, 0, 1.0), (0, 2, 0.8)], [(0, 0, 1.0)], [1.0, 0.0, 0.2]),
        # one direction, grown beside an agreed one
        ([(0, 0, 1.0), (0, 1, 0.8)], [(0, 0, 1.0)], [1.0, 0.4, 0.0]),
        # no token counts more than 1.25
        ([(0, 0, 1.0), (1, 0, 1.0)], [(0, 0, 1.0), (1, 0, 1.0)], [1.25, 0.0, 0.0]),
        ([], [], [0.0, 0.0, 0.0]),
    ],
)
def test_fused_weighs_links_by_how_well_the_directions_agree(
    forward: list[Link], reverse: list[Link], row: list[float]
) -> None:
    got = fused(pair("a b", "x y z", [Span(0, 2, "PER")], forward, reverse, []))
    assert got.tolist() == [pytest.approx(row)]


def test_fused_adds_likeness_and_caps_it() -> None:
    got = fused(pair("Kenya Ana", "Kenia ana uno", [Span(0, 1, "LOC"), Span(1, 2, "PER")], [], [], []))
    assert got.tolist() == [pytest.approx([0.9, 0.0, 0.0]), pytest.approx([0.0, 1.25, 0.0])]


def test_punctuation_is_no_evidence_for_fused() -> None:
    links = [(0, j, 1.0) for j in range(6)]
    got = fused(pair("Ana", ", Ana « .,; 7 —", [Span(0, 1, "PER")], links, links, links))
    assert got.tolist() == [[0.0, 1.25, 0.0, 0.0, 1.0, 0.0]]


def test_letters_of_every_script_are_no_punctuation() -> None:
    links = [(0, j, 1.0) for j in range(4)]
    got = fused(pair("Ana", "Ана አና آنا 安", [Span(0, 1, "PER")], links, links, links))
    assert got.tolist() == [[1.0, 1.0, 1.0, 1.0]]


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("source", "target", "entities"),
    [("", "", 0), ("Ana", "", 1), ("Ana", "Ana Ana", 0), ("", "Ana", 0)],
)
def test_empty_sides_give_an_evidence_matrix_of_the_right_shape(
    score: str, source: str, target: str, entities: int
) -> None:
    got = EVIDENCE[score](pair(source, target, [Span(0, 1, "PER")] * entities, [], [], []))
    assert got.shape == (entities, len(target.split()))
    assert got.dtype == np.float64


@pytest.mark.parametrize(
    ("word", "other", "share"),
    [
        ("Nairobi", "Nairobi", 1.0),
        ("Nairobi", "NAIROBI", 1.0),
        ("Kenya", "Kenia", 0.6),
        ("Prodi", "Prodiho", 10 / 12),
        ("1999", "1999", 1.0),
        ("1999", "1998", 0.75),
        ("the", "the", 0.0),  # not capitalised
        ("kenya", "Kenya", 0.0),
        ("EU", "EU", 1.0),
        ("EU", "EUs", 0.0),  # too short to be alike without being the same
        ("Rome", "Roma", 0.75),
        ("Rome", "Rom", 0.0),
        ("Madrid", "Mailand", 0.0),  # two of thirteen letters
        ("Österreich", "österreich", 1.0),
        ("Straße", "STRASSE", 1.0),
        ("Abcd", "Abxy", 0.5),
        ("Abcd", "Axyz", 0.0),
        ("", "", 0.0),
        ("Ana", "", 0.0),
    ],
)
def test_likeness_is_the_shared_beginning_of_capitalised_words(word: str, other: str, share: float) -> None:
    assert likeness(word, other) == pytest.approx(share)
