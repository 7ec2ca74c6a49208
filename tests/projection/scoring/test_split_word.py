"""A name that is one token on one side and several on the other: all of it is the name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.matching.choices import Matcher
from silverner.projection.projector import Projector, project_batch
from silverner.projection.scoring.name_similarity import romanised
from silverner.projection.scoring.parts.split_word import spelt_in_pieces
from silverner.projection.scoring.weights import PartWeights

Links = Sequence[tuple[int, int]]

SPELT = (
    ("Sainte-Marie", "Sainte - Marie"),
    ("Rolls-Royce", "Rolls – Royce"),
    ("Mette–Marit", "Mette - Marit"),
    ("Mette-Marit", "Mette Marit"),
    ("Jean-Pierre-Louis", "Jean - Pierre - Louis"),
    ("O'Neill", "O ' Neill"),
    ("O’Neill", "O ' Neill"),
    ("D'Arcy", "D ’ Arcy"),
    ("McDonald's", "McDonald ' s"),
    ("McDonald's", "McDonald 's"),
    ("'s-Hertogenbosch", "' s - Hertogenbosch"),
    ("Dae-jung", "Dae - jung"),
    ("AT&T", "AT & T"),
    ("R&D-Lab", "R & D - Lab"),
    ("U.S.", "U . S ."),
    ("J.R.R.", "J . R . R ."),
    ("Inc.", "Inc ."),
    ("ArcelorMittal", "Arcelor Mittal"),
    ("Guinea-Bissau", "Guinea Bissau"),
)
TRANSLATED = (
    ("Sainte-Marie", "Saint - Mary"),
    ("Sainte-Marie", "Saint Mary"),
    ("Nordrhein-Westfalen", "North Rhine - Westphalia"),
    ("UK", "Vereinigtes - Königreich"),
    ("Жан-Клод", "Jean - Claude"),
    ("Jean-Claude", "Жан - Клод"),
)
NAMES = SPELT + TRANSLATED
MATCHERS: tuple[Matcher, ...] = ("exact", "greedy", "bipartite")
DEFAULT, DICE = Projector(), Projector(score="dice", capitals=())


def project_name(
    name: str, target_name: str, links: Links, reverse: Links | None = None, projector: Projector = DEFAULT
) -> str:
    """Project a person's name within a sentence, its links counted from its first token; return what it became."""
    source = ["Then", "we", *name.split(), "saw", "."]
    target = ["Entonces", "a", *target_name.split(), "vimos", "."]
    end, target_end = len(source) - 2, len(target) - 2
    tags = ["O", "O", "B-PER", *["I-PER"] * (end - 3), "O", "O"]
    directions = [
        None
        if side is None
        else [[(0, 0), (end, target_end), (end + 1, target_end + 1), *[(i + 2, j + 2) for i, j in side]]]
        for side in (links, reverse)
    ]
    assert directions[0] is not None
    result = project_batch([source], [tags], [target], directions[0], directions[1], projector=projector)[0]
    return " | ".join(" ".join(target[span.start : span.end]) for span in result.spans)


def words(name: str) -> list[int]:
    return [place for place, token in enumerate(name.split()) if any(map(str.isalnum, token))]


def every_token(name: str) -> range:
    return range(len(name.split()))


@pytest.mark.parametrize("matcher", MATCHERS)
@pytest.mark.parametrize(("name", "split"), NAMES)
def test_one_token_becomes_all_its_pieces(name: str, split: str, matcher: Matcher) -> None:
    projector = Projector(matcher=matcher)
    for linked in (every_token(split), words(split)):
        links = [(0, j) for j in linked]
        assert project_name(name, split, links, projector=projector) == split
        assert project_name(name, split, links, links, projector) == split


@pytest.mark.parametrize("matcher", MATCHERS)
@pytest.mark.parametrize(("name", "split"), SPELT)
def test_pieces_that_spell_the_token_need_few_links(name: str, split: str, matcher: Matcher) -> None:
    projector, (first, *_) = Projector(matcher=matcher), words(split)
    assert project_name(name, split, [(0, j) for j in words(split)], [(0, first)], projector) == split, "one direction"
    assert project_name(name, split, [(0, first)], projector=projector) == split, "one piece"


@pytest.mark.parametrize("matcher", MATCHERS)
@pytest.mark.parametrize(("name", "split"), NAMES)
def test_all_pieces_become_one_token(name: str, split: str, matcher: Matcher) -> None:
    projector, (first, *_) = Projector(matcher=matcher), words(split)
    for linked in (every_token(split), words(split)):
        links = [(i, 0) for i in linked]
        assert project_name(split, name, links, projector=projector) == name
        assert project_name(split, name, links, [(first, 0)], projector) == name


@pytest.mark.parametrize("matcher", MATCHERS)
@pytest.mark.parametrize(("name", "split"), NAMES)
def test_all_pieces_become_all_pieces(name: str, split: str, matcher: Matcher) -> None:
    for linked in (every_token(split), words(split)):
        assert project_name(split, split, [(i, i) for i in linked], projector=Projector(matcher=matcher)) == split


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("Hotel Sainte-Marie", "Hotel Sainte - Marie"),
        ("St. Petersburg", "St . Petersburg"),
        ("Kim Dae-jung", "Kim Dae – jung"),
    ],
)
def test_one_token_of_a_longer_name_is_split(name: str, split: str) -> None:
    pieces = split.split()
    second = next(j for j in words(split) if j and pieces[j] in name.split()[1])
    links = [(0, j) if j < second else (1, j) for j in words(split)]
    assert project_name(name, split, links) == split
    assert project_name(split, name, [(j, i) for i, j in links]) == name


@pytest.mark.parametrize(("name", "split"), NAMES)
def test_the_published_score_takes_a_name_whose_marks_are_linked(name: str, split: str) -> None:
    links = [(0, j) for j in every_token(split)]
    assert project_name(name, split, links, projector=DICE) == split
    assert project_name(split, name, [(j, 0) for _, j in links], projector=DICE) == name


@pytest.mark.parametrize(("name", "split"), SPELT)
def test_the_heuristic_takes_the_links(name: str, split: str) -> None:
    links = [(0, j) for j in every_token(split)]
    assert project_name(name, split, links, projector=Projector(matcher="heuristic")) == split


def test_the_part_can_be_switched_off() -> None:
    off = Projector(score="fused", weights=PartWeights.of({"split_word": 0}))
    assert project_name("Sainte-Marie", "Sainte - Marie", [(0, 0), (0, 1), (0, 2)], projector=off) == "Sainte"


@pytest.mark.parametrize(
    ("name", "target", "links", "expected"),
    [
        ("Marie", "Marie - Claire", [(0, 0)], "Marie"),
        ("Berlin", "Berlin - basiert", [(0, 0)], "Berlin"),
        ("Berlin", "Berlin - basiert", [(0, 0), (0, 2)], "Berlin"),
        ("Obama", "Obama 's", [(0, 0)], "Obama"),
        ("Obamas", "Obama 's", [(0, 0), (0, 1)], "Obama"),  # a genitive: the apostrophe is no mark of the name
        ("Obamas", "Obama ' s", [(0, 0), (0, 1), (0, 2)], "Obama"),
        ("Obama", "Spottete Obama", [(0, 0), (0, 1)], "Obama"),
        ("Obama", "Obama - Spott", [(0, 0), (0, 2)], "Obama"),
        ("Sainte-Marie", "Sainte , Marie", [(0, 0), (0, 2)], "Sainte"),  # a comma lists names
        ("Sainte-Marie", "Sainte y Marie", [(0, 0)], "Sainte"),
        ("Jose\u0301", "Jose\u0301 Silva", [(0, 0)], "Jose\u0301"),
        ("Obama", "奥 巴 马", [(0, 0), (0, 1), (0, 2)], "奥 巴 马"),
        ("Sainte-Marie", "圣 玛 丽", [(0, 0), (0, 1), (0, 2)], "圣 玛 丽"),
    ],
)
def test_neighbours_are_no_pieces(name: str, target: str, links: Links, expected: str) -> None:
    assert project_name(name, target, links) == expected


def tags(source: str, labels: str, target: str, links: str) -> str:
    """Project with one letter a token: B and I are tags, ``.`` is none."""
    iob = [{"B": "B-LOC", "I": "I-LOC", ".": "O"}[letter] for letter in labels]
    result = project_batch([source.split()], [iob], [target.split()], [links])[0]
    return "".join(tag[0] for tag in result.tags)


@pytest.mark.parametrize(
    ("source", "labels", "target", "links", "expected"),
    [
        ("the Paris – Dakar race", ".B.B.", "la Paris – Dakar carrera", "0-0 1-1 2-2 3-3 4-4", "OBOBO"),
        ("the Paris – Dakar race", ".B.B.", "la Paris – Dakar carrera", "0-0 1-1 3-3 4-4", "OBOBO"),
        ("the Berlin - based firm", ".B...", "la Berlin - based empresa", "0-0 1-1 2-2 3-3 4-4", "OBOOO"),
        ("in Sainte-Marie with Marie", ".B..", "en Sainte con Marie", "0-0 1-1 2-2 3-3", "OBOO"),
        # a word outside the name has a piece
        ("in Sainte-Marie by Marie", ".B..", "en Sainte - Marie", "0-0 1-1 3-3", "OBOO"),
        # the full stop of the sentence, which a source split at spaces leaves at the name
        ("he saw Maputo.", "..B", "él vio Maputo .", "0-0 1-1 2-2 2-3", "OOBO"),
        ("he saw U.S.", "..B", "él vio U . S .", "0-0 1-1 2-2 2-3 2-4 2-5", "OOBIII"),
        ("he saw the U.S. .", "...B.", "él vio U . S . .", "0-0 1-1 3-2 3-3 3-4 3-5 4-6", "OOBIIIO"),
    ],
)
def test_only_the_pieces_of_the_token_are_the_name(
    source: str, labels: str, target: str, links: str, expected: str
) -> None:
    assert tags(source, labels, target, links) == expected


MARKS = st.sampled_from(["-", "–", "'", "’", "&", ".", ""])


@given(
    st.lists(st.text(alphabet="abcABCéß", min_size=1, max_size=4), min_size=2, max_size=4), st.data(), st.integers(0, 2)
)
def test_any_way_to_cut_a_token_at_its_marks_is_one_place(pieces: list[str], data: st.DataObject, before: int) -> None:
    marks = [data.draw(MARKS) for _ in pieces[1:]]
    joined = pieces[0] + "".join(mark + piece for mark, piece in zip(marks, pieces[1:], strict=True))
    split = [pieces[0]]
    for mark, piece in zip(marks, pieces[1:], strict=True):
        split += [mark, piece] if mark else [piece]
    target = ["9"] * before + split + ["9"]
    assert (before, before + len(split)) in spelt_in_pieces(joined, target)
    for start, end in spelt_in_pieces(joined, target):
        assert "".join(map(romanised, target[start:end])) == romanised(joined)
