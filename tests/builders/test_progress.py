from __future__ import annotations

import io
import sys
import time
from threading import Thread

import pytest

from silverner.builders.progress import Bars


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawings(stream: io.StringIO) -> list[str]:
    return [text.strip() for text in stream.getvalue().replace("\n", "\r").split("\r") if text.strip()]


def until(stream: io.StringIO, count: int) -> None:
    """Wait for a number of drawings."""
    end = time.monotonic() + 10
    while len(drawings(stream)) < count and time.monotonic() < end:
        time.sleep(0.01)


def terminal_for(monkeypatch: pytest.MonkeyPatch, *, short: float = 0.0) -> Terminal:
    """Make standard error a terminal."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("silverner.builders.progress.SHORT", short)
    return stream


def test_a_bar_is_drawn_again_while_an_engine_says_nothing(monkeypatch: pytest.MonkeyPatch):
    terminal = terminal_for(monkeypatch)
    with Bars(beat=0.02) as bars:
        bars.of("Spanish")("translate", 0, 2000)
        until(terminal, 5)
    assert len(drawings(terminal)) >= 5
    assert all(drawing.startswith("Spanish: translate:") and "0/2000" in drawing for drawing in drawings(terminal))


def test_a_step_of_unknown_length_shows_its_time_and_a_short_one_nothing(monkeypatch: pytest.MonkeyPatch):
    terminal = terminal_for(monkeypatch, short=1.0)
    with Bars(beat=0.02) as bars:
        progress = bars.of("Spanish")
        progress("check", 0, 0)
        progress("fit align", 0, 0)
        until(terminal, 2)
        progress("align", 0, 1000)
        progress("align", 1000, 1000)
    steps = [drawing.partition(": ")[2].partition(":")[0] for drawing in drawings(terminal)]
    assert list(dict.fromkeys(steps)) == ["fit align"]
    assert drawings(terminal)[0] == "Spanish: fit align: 00:01"


def test_sentences_of_an_unknown_number_are_counted(monkeypatch: pytest.MonkeyPatch):
    terminal = terminal_for(monkeypatch)
    with Bars(beat=60.0) as bars:
        progress = bars.of("Spanish")
        for count in (1000, 2000):
            progress("source", count, 0)
    assert drawings(terminal)[-1].startswith("Spanish: source: 2000 sentences [")


def test_a_file_is_not_flooded(monkeypatch: pytest.MonkeyPatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("silverner.builders.progress.SHORT", 0.0)
    with Bars() as bars:
        progress = bars.of("Spanish")
        for finished in range(10001):
            progress("align", finished, 10000)
            progress("align", finished, 10000)
    lines = stream.getvalue().splitlines()
    assert len(lines) <= 3
    assert "\r" not in stream.getvalue() and "█" not in stream.getvalue()
    assert lines[-1].startswith("Spanish: align: 100% 10000/10000 [00:0")
    assert lines[-1].endswith("sentences/s]")


def test_a_bar_that_only_showed_its_time_ends_its_line(monkeypatch: pytest.MonkeyPatch):
    terminal = terminal_for(monkeypatch, short=0.01)
    with Bars(beat=0.02) as bars:
        bars.of("Spanish")("write card", 0, 0)
        until(terminal, 2)
    assert terminal.getvalue().endswith("\n")


def test_nothing_is_drawn_after_the_end(monkeypatch: pytest.MonkeyPatch):
    terminal = terminal_for(monkeypatch)
    with Bars(beat=0.01) as bars:
        bars.of("Spanish")("align", 1, 2)
    before = terminal.getvalue()
    time.sleep(0.1)
    assert terminal.getvalue() == before


def test_a_finished_step_is_not_drawn_again_while_another_thread_works(monkeypatch: pytest.MonkeyPatch):
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr("silverner.builders.progress.SHORT", 0.0)
    with Bars(beat=0.02) as bars:
        bars.of("German")("flag", 8000, 8000)
        other = Thread(target=bars.of("Spanish"), args=("translate", 0, 2000))
        other.start()
        other.join()
        until(log, 8)
    lines = log.getvalue().splitlines()
    assert sum("German" in line for line in lines) <= 2 < sum("Spanish" in line for line in lines)
    assert not any("\x1b" in line for line in lines)
