"""Memory does not grow with a corpus: a file four times as long is read with the same memory."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from silverner.builders.recipe.load import load_recipe
from silverner.builders.sources import ParallelText
from silverner.projection.readers import CorpusFiles, columns, guess, lines, read_corpus, replayed
from silverner.projection.text import first_places
from tests.corpora import write_corpus

FEW, MANY = 500, 2_000


def _tokens(number: int) -> list[str]:
    """Return words that no other sentence has, so that whoever held all sentences would hold all words."""
    return [f"w{number}x{place}" for place in range(8)]


def _conll(number: int) -> str:
    first, *others = _tokens(number)
    return f"{first}\tB-PER\n" + "".join(f"{token}\tO\n" for token in others) + "\n"


def _jsonl(number: int) -> str:
    return json.dumps({"id": f"s{number}", "tokens": _tokens(number), "ner_tags": ["B-PER", *["O"] * 7]}) + "\n"


def _text(number: int) -> str:
    return " ".join(_tokens(number)) + "\n"


@pytest.fixture(autouse=True)
def _few_items_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is held of short files be as little here as it is of long ones."""
    monkeypatch.setattr(replayed, "MOST_HELD", 100)
    monkeypatch.setattr(first_places, "MOST_IN_MEMORY", 100)
    monkeypatch.setattr(columns, "_MOST_KNOWN", 100)
    monkeypatch.setattr(columns, "_BATCH", 100)
    monkeypatch.setattr(guess, "HEAD", 100)
    monkeypatch.setattr(lines, "_CHUNK", 10_000)


def _peak(sentences: Iterator[object], count: int) -> int:
    """Return the most bytes that are held while sentences are read one by one."""
    tracemalloc.start()
    try:
        assert sum(1 for _ in sentences) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _whole_size(write: Callable[[int], str]) -> int:
    """Return the bytes that the sentences by which the long file is longer take in memory."""
    tracemalloc.start()
    try:
        held = [write(number).split() for number in range(MANY - FEW)]
        return tracemalloc.get_traced_memory()[0] if held else 0
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("ending", "write"), [("conll", _conll), ("jsonl", _jsonl), ("txt", _text)])
def test_a_long_file_is_read_with_the_memory_of_a_short_one(
    tmp_path: Path, ending: str, write: Callable[[int], str]
) -> None:
    peaks = []
    for count in (FEW, MANY):
        path = tmp_path / f"{count}.{ending}"
        path.write_text("".join(map(write, range(count))))
        corpus = CorpusFiles(files={"train": str(path)})
        peaks.append(_peak(read_corpus(corpus, tagged=ending != "txt"), count))
    assert peaks[1] - peaks[0] < _whole_size(write) / 3


def test_both_sides_of_a_long_text_are_read_with_the_memory_of_a_short_one(tmp_path: Path) -> None:
    peaks = []
    for count in (FEW, MANY):
        (tmp_path / str(count)).mkdir()
        path = write_corpus(tmp_path / str(count))
        (path.parent / "eng.conll").write_text("".join(map(_conll, range(count))))
        (path.parent / "spa.txt").write_text("".join(map(_text, range(count))))
        recipe = load_recipe(str(path)).languages["spa"]
        text = ParallelText(recipe, path.parent, language="spa")
        peaks.append(_peak(text.rows(), count))
    assert peaks[1] - peaks[0] < (_whole_size(_conll) + _whole_size(_text)) / 3
