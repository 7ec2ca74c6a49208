from __future__ import annotations

import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.text.display import ReadableStream, json_text, readable

OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029}


def is_harmful(char: str) -> bool:
    return (unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n") or ord(char) in OVERRIDES


@given(st.text())
def test_no_control_is_left_and_nothing_else_changes(text: str) -> None:
    shown = readable(text)
    assert not any(map(is_harmful, shown))
    assert [c for c in text if not is_harmful(c)] == list(readable("".join(c for c in text if not is_harmful(c))))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_stays_the_same_data(text: str) -> None:
    written = json_text({"token": text})
    assert json.loads(written) == {"token": text}
    assert not any(map(is_harmful, written))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07\x1b[2J", "\\x1b]0;title\\x07\\x1b[2J"),
        ("a\rb\x7f\x9b", "a\\x0db\\x7f\\x9b"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        (
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\u0915\u094d\u200d\u0937 e\u0301 \u200fא", "\u0915\u094d\u200d\u0937 e\u0301 \u200fא"),
    ],
)
def test_controls_are_shown_and_joiners_and_marks_stay(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_a_stream_for_people_keeps_the_return_that_begins_a_progress_bar() -> None:
    below = io.StringIO()
    stream = ReadableStream(below)
    for text in ("\rspa: align  50%", "\r\x1b[A", "a\rb", "\n"):
        assert stream.write(text) == len(text)
    assert below.getvalue() == "\rspa: align  50%\r\\x1b[Aa\\x0db\n"
    assert stream.getvalue() == below.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[A", "\x1b[A"),
        ("\x1b[A\x1b[A", "\x1b[A\x1b[A"),
        ("a\x1b[A", "a\\x1b[A"),
        ("\x1b[A\x1b[2J", "\\x1b[A\\x1b[2J"),
    ],
)
def test_bars_move_up_on_a_terminal_alone(text: str, shown: str) -> None:
    for below, expected in ((Terminal(), shown), (io.StringIO(), readable(text))):
        ReadableStream(below).write(text)
        assert below.getvalue() == expected
