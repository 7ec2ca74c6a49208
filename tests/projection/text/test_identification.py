from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import UsageError
from silverner.projection.languages import all_languages
from silverner.projection.text.identification import identified, in_script, probability


@pytest.mark.parametrize(
    ("text", "code", "script"),
    [
        ("Vlada je jučer odlučila da neće mijenjati zakon o radu", "hrv", "Latn"),
        ("Serikali ilisema jana kwamba haitabadilisha sheria ya kazi", "swh", "Latn"),
        ("El gobierno decidió ayer que no cambiará la ley laboral", "spa", "Latn"),
        ("Правительство вчера решило не менять закон о труде", "rus", "Cyrl"),
    ],
)
def test_a_sentence_is_in_its_own_language_and_not_in_english(text: str, code: str, script: str) -> None:
    assert probability(text, identified(code), script=script) > 0.3
    assert probability(text, identified("eng"), script="Latn") < 0.05


def test_what_has_no_letters_may_be_in_any_language() -> None:
    assert probability("2004 - 7 !", "de", script="Latn") == 1.0


@pytest.mark.parametrize("text", ["Ja .", "London", "Ana Silva", "Bok !"])
def test_a_few_letters_may_be_in_any_language(text: str) -> None:
    assert probability(text, "de", script="Latn") == probability(text, "hr", script="Latn") == 1.0
    assert probability("Das ist aber schön", "hr", script="Latn") < 0.01, "a sentence says more"
    assert probability("Это дом", "de", script="Latn") < 0.01, "another script, too"


def test_a_language_nobody_can_tell_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"cannot identify Bambara \(bam\).*leave the filter out for it, or use 'wrong-script'"
    ):
        identified("bam")


@pytest.mark.parametrize(
    ("text", "script", "share"),
    [
        ("Ana visita 7", "Latn", 1.0),
        ("Ана visita", "Cyrl", 3 / 9),
        ("日本のカナ", "Jpan", 1.0),
        ("日本 한국", "Kore", 1.0),
        ("日本", "Hans", 1.0),
        ("كابل", "Arab", 1.0),
        ("كابل", "Latn", 0.0),
        ("7 + 7", "Cyrl", 1.0),
        ("", "Latn", 1.0),
    ],
)
def test_the_share_of_a_script(text: str, script: str, share: float) -> None:
    assert in_script(text, script) == pytest.approx(share)


@pytest.mark.parametrize("script", sorted({language.script for language in all_languages()}))
def test_every_script_of_the_table_is_known(script: str) -> None:
    assert 0.0 <= in_script("Ana Ана", script) <= 1.0


@settings(deadline=None)  # the first example loads the model
@given(st.text(max_size=30))
def test_a_share_is_a_share(text: str) -> None:
    assert 0.0 <= in_script(text, "Latn") <= 1.0
    assert 0.0 <= probability(text, "de", script="Latn") <= 1.0 + 1e-9
