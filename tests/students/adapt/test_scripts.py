"""Scripts: their characters, and how much of a text is in them."""

from __future__ import annotations

import pytest

from silverner.projection.errors import DataError, UsageError
from silverner.students.adapt.scripts import SCRIPTS, characters, chosen_scripts, letter_shares


@pytest.mark.parametrize(
    ("script", "members", "others"),
    [
        ("cyrillic", "Яйі", "R0.\u0301"),
        ("arabic", "بپ٣ِ", "،؟a"),
        ("devanagari", "कि्१", "।1"),
        ("han", "北々", "。「"),
        ("katakana", "トー", "と・"),
    ],
)
def test_a_script_holds_its_letters_marks_and_digits_but_no_punctuation(script: str, members: str, others: str) -> None:
    assert set(members) <= set(characters(script))
    assert not set(others) & set(characters(script))


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_script_holds_anything_that_latin_uses(script: str) -> None:
    assert not set("aZ09.-'\u0300\u0301\u0323ọŵ") & set(characters(script))


def test_the_shares_of_scripts_are_of_letters_alone() -> None:
    assert letter_shares(["Ана", "12 !", "x", "日本"]) == {"cyrillic": 0.5, "han": pytest.approx(1 / 3), "latin": 1 / 6}
    assert letter_shares(["12", "!"]) == {}


@pytest.mark.parametrize(
    ("names", "shares", "expected"),
    [
        ("auto", {"latin": 0.5, "han": 0.3, "katakana": 0.2}, ("han", "katakana")),
        ("auto", {"cyrillic": 0.99, "greek": 0.005, "latin": 0.005}, ("cyrillic",)),
        ("Greek, CYRILLIC,greek", {"latin": 1.0}, ("cyrillic", "greek")),
        ("Canadian_Aboriginal", {}, ("canadian-aboriginal",)),
    ],
)
def test_a_user_names_scripts_or_takes_those_of_the_text(
    names: str, shares: dict[str, float], expected: tuple[str, ...]
) -> None:
    assert chosen_scripts(names, shares) == expected


def test_an_unknown_script_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"--scripts: the script 'cirillic' is unknown; .*did you mean cyrillic\?"):
        chosen_scripts("arabic,cirillic", {})


def test_no_script_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="--scripts names no script; allowed: adlam, arabic, armenian, auto"):
        chosen_scripts(" ,", {})


def test_a_latin_text_has_nothing_to_transliterate() -> None:
    with pytest.raises(
        DataError, match=r"no script to write in Latin letters \(its letters: latin 99.5%, greek 0.5%\)"
    ):
        chosen_scripts("auto", {"latin": 0.995, "greek": 0.005})
