from __future__ import annotations

import re

import pytest

from projection.errors import UsageError
from projection.languages import language_name, short_code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("eng", "English"),
        ("en", "English"),
        ("deu", "German"),
        ("swa", "Swahili"),
        ("swh", "Swahili"),
        ("yue", "Cantonese"),
        ("pcm", "Nigerian Pidgin"),
        ("nno", "Norwegian Nynorsk"),
        ("arb", "Standard Arabic"),
    ],
)
def test_a_code_has_an_english_name(code: str, name: str):
    assert language_name(code) == name


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("zzz", ""),
        ("xx", ""),
        ("", ""),
        ("12", ""),
        ("en-US", ""),
        ("swh ", ""),
        ("e1", ""),
        ("ñña", ""),
        ("english", " (did you mean eng?)"),
        ("german", " (did you mean deu?)"),
    ],
)
def test_what_is_no_code_is_refused(code: str, hint: str):
    message = f"{code!r} is not an ISO 639 language code such as spa, deu or swh{hint}"
    with pytest.raises(UsageError, match=re.escape(message)):
        language_name(code)


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("swh", "sw"),
        ("swa", "sw"),
        ("spa", "es"),
        ("en", "en"),
        ("hau", "ha"),
        ("pcm", "pcm"),
        ("bbj", "bbj"),
        ("arb", "ar"),
        ("isl", "is"),
        ("mkd", "mk"),
    ],
)
def test_the_short_code_is_what_tools_use(code: str, short: str):
    assert short_code(code) == short


@pytest.mark.parametrize(("one", "other"), [("nob", "nno"), ("yue", "cmn"), ("hrv", "srp"), ("spa", "cat")])
def test_two_languages_do_not_share_a_short_code(one: str, other: str):
    assert short_code(one) != short_code(other)


def test_two_codes_of_one_language_share_a_short_code():
    assert len({short_code(code) for code in ("swa", "swh", "sw")}) == 1
