from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import EngineError, MissingEngineError
from silverner.projection.translation import Apertium, Translation
from tests.projection.helpers import fake_apertium, needs_apertium

ECHO = "print(text, end='')"
ODD = [
    "The house is big.",
    "",
    "I saw zzqx and *zzqx* and #home @work.",
    "   ",
    "[brackets] {x} ^y$ <b>zzqx</b> \\ back\\slash",
    "[",
    "]",
    "[[",
    "^",
    "$",
    "\\",
    "a/b~c+d",
    "line\nbreak\r\nand\u2028more\x85here",
    "* zzqx",
    "**zzqx",
    "#1 and @me, *not* 5*4.",
    "new house",
    "of the",
    "",
]


def translated(*texts: str) -> list[Translation]:
    return Apertium(source="eng", target="spa").translate([str(k) for k in range(len(texts))], texts)


@pytest.fixture(scope="module")
def alone() -> list[Translation]:
    return [translated(text)[0] for text in ODD]


@needs_apertium
@pytest.mark.parametrize("order", ["as they are", "reversed", "twice", "long"])
def test_a_translation_does_not_depend_on_its_batch(alone: list[Translation], order: str):
    numbers = list(range(len(ODD)))
    numbers = {"as they are": numbers, "reversed": numbers[::-1], "twice": numbers * 2, "long": numbers * 20}[order]
    assert translated(*(ODD[k] for k in numbers)) == [alone[k] for k in numbers]


@needs_apertium
@given(texts=st.lists(st.text(st.sampled_from("ab *@#[]{}^$/\\<>.,\n~+zq1'"), max_size=12), min_size=1, max_size=8))
@settings(deadline=None, max_examples=6)
def test_no_character_moves_text_into_another_sentence(texts: list[str]):
    marked = [f"house {text} house" for text in texts]
    forwards = translated(*marked)
    assert [line.text.lower().count("casa") for line in forwards] == [2] * len(texts)
    assert translated(*reversed(marked)) == forwards[::-1]


@needs_apertium
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Translation("")),
        (" \n ", Translation("")),
        ("The house is big.", Translation("La casa es grande.")),
        ("The zzqx is big.", Translation("El zzqx es grande.", (3,))),
        ("zzqx", Translation("zzqx", (0,))),
        ("* zzqx", Translation("* zzqx", (2,))),
        ("*zzqx", Translation("*zzqx", (1,))),
        ("**zzqx", Translation("**zzqx", (2,))),
        ("@zzqx #zzqy", Translation("@zzqx #zzqy", (1, 7))),
        ("5*4 zzqx *zzqx", Translation("5*4 zzqx *zzqx", (4, 10))),
        ("*", Translation("*")),
    ],
)
def test_unknown_words_are_evidence_and_marks_of_the_source_stay(text: str, expected: Translation):
    assert translated(text) == [expected]


@needs_apertium
def test_line_breaks_count_as_spaces():
    assert translated("The house\nis\r\nbig.") == translated("The house is big.")


@needs_apertium
def test_nothing_is_translated_into_nothing():
    assert translated() == []


@needs_apertium
def test_the_settings_name_pair_and_version():
    settings = Apertium(source="eng", target="spa").settings()
    assert (settings["engine"], settings["pair"]) == ("apertium", "eng-spa")
    assert str(settings["version"]).startswith("Apertium ")


@needs_apertium
def test_two_letter_codes_find_the_same_pair():
    assert Apertium(source="en", target="es").settings()["pair"] == "eng-spa"


@needs_apertium
def test_a_missing_pair_lists_those_installed():
    with pytest.raises(MissingEngineError, match=r"no installed pair eng-swh \(English to Swahili\); installed: .*spa"):
        Apertium(source="eng", target="swh").check()


def test_a_missing_program_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = Apertium(source="eng", target="spa")
    for call in (engine.check, engine.settings, lambda: engine.translate(["1"], ["a"])):
        with pytest.raises(MissingEngineError, match="'apertium' is not on PATH; install it: apt-get install apertium"):
            call()


@pytest.mark.parametrize(
    ("pairs", "pair", "message"),
    [
        (("eng-cat", "en-gl"), None, "no installed pair eng-spa (English to Spanish); installed: en-gl, eng-cat; find"),
        (("spa-eng",), None, "no installed pair eng-spa (English to Spanish); installed: spa-eng; find"),
        ((), None, "no installed pair eng-spa (English to Spanish); installed: none; find more: apt-cache search"),
        (("eng-spa",), "eng-spa_XX", "no installed pair eng-spa_XX (English to Spanish); installed: eng-spa; find"),
    ],
)
def test_the_message_on_a_missing_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pairs: tuple[str, ...], pair: str | None, message: str
):
    fake_apertium(tmp_path, monkeypatch, ECHO, pairs=pairs)
    with pytest.raises(MissingEngineError, match=re.escape(message)):
        Apertium(source="eng", target="spa", pair=pair).check()


@pytest.mark.parametrize(
    ("pairs", "pair", "found"),
    [
        (("Cyrl-Latn", "eng-spa_US", "en-es"), None, "en-es"),
        (("eng-cat", "eng-spa"), None, "eng-spa"),
        (("eng-spa", "eng-spa_US"), "eng-spa_US", "eng-spa_US"),
    ],
)
def test_the_pair_is_found_from_the_languages_or_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pairs: tuple[str, ...], pair: str | None, found: str
):
    fake_apertium(tmp_path, monkeypatch, ECHO, pairs=pairs)
    settings = Apertium(source="eng", target="spa", pair=pair).settings()
    assert settings == {"engine": "apertium", "pair": found, "version": "Apertium 0.0", "data": None}


@pytest.mark.parametrize(
    ("translate", "message"),
    [
        (
            "print('only this')",
            "apertium eng-spa returned 0 lines for 2 sentences, beginning with 'one'; run it by hand",
        ),
        ("print('x\\n\\n' * 9)", "returned 8 lines for 2 sentences"),
        ("pass", "lines for 2 sentences"),
        ("print('uno\\ndos a\\ndos b\\n\\n.')", "for 2 sentences"),
        ("sys.stderr.write('no such mode'); sys.exit(3)", "apertium eng-spa ended with 3: no such mode"),
        ("print(text); sys.exit(1)", "apertium eng-spa ended with 1"),
        ("import os; os.kill(os.getpid(), 9)", "apertium eng-spa ended with -9"),
        ("sys.stdout.buffer.write(b'\\xff\\xfe')", "apertium eng-spa: "),
    ],
)
def test_a_program_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, translate: str, message: str):
    fake_apertium(tmp_path, monkeypatch, translate)
    with pytest.raises(EngineError, match=re.escape(message)):
        translated("one", "two")


def test_a_program_that_cannot_be_run_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake_apertium(tmp_path, monkeypatch, ECHO)
    (tmp_path / "bin" / "apertium").write_text("#!/no/such/interpreter\n")
    with pytest.raises(EngineError, match="apertium -l: "):
        translated("one")


def test_text_that_is_not_unicode_is_an_engine_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake_apertium(tmp_path, monkeypatch, ECHO)
    with pytest.raises(EngineError, match="apertium eng-spa: "):
        translated("lone \ud800 surrogate")


def test_marks_before_no_word_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake_apertium(tmp_path, monkeypatch, "print(text.replace('zz', '*zz').replace('yy', '#yy').replace('xx', '@xx'))")
    assert translated("a zz yy xx", "zz") == [Translation("a zz yy xx", (2, 5, 8)), Translation("zz", (0,))]
