"""JSON lines: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from silverner.projection.parsing import parse_json
from silverner.projection.readers.character_spans import plain_rows
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.layout import Likeness, NumberedLines
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.replayed import Replayed
from silverner.projection.readers.rows import sentences_from_rows
from silverner.projection.readers.sentence import Sentence


class JsonLinesReader(Reader):
    """Reads one JSON object a line; empty lines are skipped."""

    name = "jsonl"
    title = "JSON lines"
    keys = frozenset({"language"})
    looks = "are JSON objects"
    suffixes = (".jsonl", ".ndjson")

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Look for an object on every line."""
        rows = [(number, line.strip()) for number, line in lines if line.strip()]
        return Likeness(len(rows), [number for number, line in rows if not (line[:2] == '{"' and line[-1] == "}")])

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence an object."""
        path = Path(corpus.files[split])
        rows = Replayed(lambda: plain_rows(items_of_lines(path, numbered_lines(path)), path))
        return sentences_from_rows(rows, corpus, split=split, tagged=tagged)


def items_of_lines(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, Any]]:
    """Read the JSON value of every line that is not empty.

    :param path: The file, for messages.
    :param lines: Its lines, with their numbers.
    :returns: The values with their places.
    :raises DataError: naming the line that is no JSON.
    """
    for number, line in lines:
        if line.strip():
            where = f"{path}, line {number}"
            yield where, parse_json(line, where=where)
