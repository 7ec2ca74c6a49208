from __future__ import annotations

import pytest

from silverner.projection.projector import Projector, project, project_batch
from silverner.projection.scoring.split_words import SplitWord, find_split_words
from silverner.projection.scoring.weights import PartWeights
from silverner.projection.spans import Span

NAMES = [
    ("Sainte-Marie", "Sainte - Marie"),
    ("Sainte-Marie", "Sainte Marie"),
    ("SainteMarie", "Sainte Marie"),
    ("Rolls-Royce", "Rolls - Royce"),
    ("Mette-Marit", "Mette - Marit"),
    ("Saint-Mary", "Santa - María"),
    ("Port-au-Prince", "Port - au - Prince"),
    ("Baden–Württemberg", "Baden – Württemberg"),
    ("Ха-Лонг", "Ха - Лонг"),
    ("AT&T", "AT & T"),
    ("Johnson&Johnson", "Johnson & Johnson"),
    ("O'Neill", "O ' Neill"),
    ("D’Arcy", "D ’ Arcy"),
    ("N'Djamena", "N ' Djamena"),
    ("Xi'an", "Xi ' an"),
    ("McDonald's", "McDonald ' s"),
    ("McDonald's", "McDonald 's"),
    ("U.S.", "U . S ."),
    ("E.ON", "E . ON"),
    ("Yahoo!", "Yahoo !"),
]


def is_word(token: str) -> bool:
    return any(map(str.isalnum, token))


@pytest.mark.parametrize("marks_are_linked", [True, False])
@pytest.mark.parametrize("matcher", ["exact", "greedy", "bipartite"])
@pytest.mark.parametrize(("label", "title"), [("LOC", None), ("PER", "Hotel")])
@pytest.mark.parametrize(("whole", "pieces"), NAMES)
def test_all_pieces_of_a_split_word_are_the_name(
    whole: str, pieces: str, label: str, title: str | None, matcher: str, *, marks_are_linked: bool
) -> None:
    split, before = pieces.split(), [] if title is None else [title]
    linked = [k for k, piece in enumerate(split) if marks_are_linked or is_word(piece)]
    n = len(before)
    sides = {
        "one to many": ([whole], split, [(0, k) for k in linked]),
        "many to one": (split, [whole], [(k, 0) for k in linked]),
        "many to many": (split, split, [(k, k) for k in linked]),
    }
    for source, target, links in sides.values():
        entity = ["O", f"B-{label}", *[f"I-{label}"] * (n + len(source) - 1), "O", "O"]
        expected = ["O", f"B-{label}", *[f"I-{label}"] * (n + len(target) - 1), "O", "O"]
        around = [(0, 0), *((1 + k, 1 + k) for k in range(n)), *((1 + n + i, 1 + n + j) for i, j in links)]
        around += [(1 + n + len(source) + k, 1 + n + len(target) + k) for k in range(2)]
        result = project(
            ["saw", *before, *source, "there", "."],
            entity,
            ["vio", *before, *target, "allí", "."],
            around,
            matcher=matcher,
        )
        assert result.tags == expected


@pytest.mark.parametrize(
    ("source", "target", "links", "expected"),
    [
        ("Clintons", "Clinton 's", "0-0 0-1", None),  # the apostrophe ends the name
        ("Clintons", "Clinton ' s", "0-0 0-2", None),
        ("Germany", "in Deutschland", "0-0 0-1", None),  # neither its letters nor its pieces
        ("-Parlamento", "- Parliament", "0-0 0-1", None),  # a mark before a word is none of its own
        ("Marie-Claire", "Marie - Claire", "0-0", (0, 3)),  # the letters alone are enough
        ("Marie-Claire", "María y Clara", "0-0 0-2", None),  # a word between that nothing links
        ("Marie-Claire", "María - Clara", "0-0", None),  # other letters, and a piece that nothing links
        ("PPE-DE", "PPE / DE", "0-0 0-2", (0, 3)),
        ("Jr.", "jr .", "0-0", (0, 2)),
        ("Rolls-Royce", "Rolls , Royce", "0-0 0-2", None),  # a comma lists words
        ("Rolls-Royce", "Rolls – Royce", "0-0 0-2", (0, 3)),  # a dash of another length
        ("Maputo.", "Maputo .", "0-0 0-1", None),  # a source split at spaces: the full stop is that of the sentence
        ("Maputo,", "Maputo , y", "0-0 0-1", None),
        ("Corp.", "Corp .", "0-0 0-1", (0, 2)),
        ("N.A.T.O.", "N . A . T . O .", "0-0", (0, 8)),
        ("Inc.", "Inc !", "0-0", None),  # another mark
        ("Rolls-Royce", "Royce - Rolls", "0-0 0-2", (0, 3)),  # two linked pieces in another order
    ],
)
def test_a_group_spells_a_word_or_has_its_pieces(
    source: str, target: str, links: str, expected: tuple[int, int] | None
) -> None:
    pairs = [(int(i), int(j), 1.0) for i, _, j in (link.partition("-") for link in links.split())]
    words = find_split_words([source], target.split(), [Span(0, 1, "ORG")], pairs, pairs)
    assert words == ([SplitWord(entity=0, source=(0, 1), target=expected)] if expected else [])


@pytest.mark.parametrize("name", ["Dae - jung", "McDonald ' s", "Xi ' an"])
def test_a_person_s_name_that_ends_with_a_small_piece_on_both_sides_is_whole(name: str) -> None:
    source, target, labels = ["Then", *name.split(), "left"], ["Luego", *name.split(), "sale"], ["O", "B-PER", "I-PER"]
    links = [(i, i) for i in range(5)]
    result = project_batch([source], [[*labels, "I-PER", "O"]], [target], [links])[0]
    assert result.tags == ["O", "B-PER", "I-PER", "I-PER", "O"]


def test_a_token_that_another_word_claims_is_no_piece() -> None:
    links = [(0, 0, 1.0), (0, 2, 1.0), (1, 2, 1.0)]
    assert find_split_words(["Paris-Dakar", "Dakar"], ["Paris", "-", "Dakar"], [Span(0, 1, "MISC")], links, links) == []


def test_pieces_need_links_of_both_directions() -> None:
    forward, reverse = [(0, 0, 1.0), (0, 2, 1.0)], [(0, 0, 1.0)]
    sides = ["Saint-Mary"], ["Santa", "-", "María"], [Span(0, 1, "LOC")]
    assert find_split_words(*sides, forward, reverse) == []
    assert len(find_split_words(*sides, forward, forward)) == 1


def test_a_split_word_scores_as_an_unsplit_one() -> None:
    links = [(0, 0), (0, 1), (0, 2)]
    split = project(["Rolls-Royce"], ["B-ORG"], ["Rolls", "-", "Royce"], links).spans[0]
    whole = project(["Rolls-Royce"], ["B-ORG"], ["Rolls-Royce"], [(0, 0)]).spans[0]
    assert split.score == whole.score
    joined = project(["Rolls", "-", "Royce"], ["B-ORG", "I-ORG", "I-ORG"], ["Rolls-Royce"], [(0, 0), (1, 0), (2, 0)])
    assert joined.spans[0].score == whole.score


def test_the_part_can_be_switched_off() -> None:
    off = Projector(weights=PartWeights.of({"split_word": 0}))
    assert off(["Rolls-Royce"], ["B-ORG"], ["Rolls", "-", "Royce"], [(0, 0), (0, 2)]).tags == ["B-ORG", "O", "O"]


def test_the_heuristic_takes_the_one_word_that_a_split_name_becomes() -> None:
    links = [(0, 1), (1, 1), (2, 1)]
    sides = ["Mette", "-", "Marit"], ["B-PER", "I-PER", "I-PER"], ["Prinzessin", "Mette-Marit"], links
    assert project(*sides, matcher="heuristic").tags == ["O", "B-PER"]
    assert project(*sides, matcher="heuristic", score="dice").tags == ["O", "O"], "the published rule loses it"


def test_a_compound_does_not_stand_for_the_rest_of_a_longer_name() -> None:
    sides = ["National", "Museum", "of", "Tanzania"], ["Nationalmuseum", "Tansanias"], [Span(0, 4, "ORG")]
    links = [(0, 0, 1.0), (1, 0, 1.0), (3, 1, 1.0)]
    assert find_split_words(*sides, links, links) == []
    assert len(find_split_words(sides[0], sides[1], [Span(0, 2, "ORG")], links, links)) == 1
