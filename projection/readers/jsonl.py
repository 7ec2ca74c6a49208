"""JSON lines: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.rows import sentences_from_rows
from silverner.projection.readers.sentence import Sentence, numbered_lines


class JsonLinesReader(Reader):
    """Reads one JSON object a line; empty lines are skipped."""

    name = "jsonl"
    title = "JSON lines"
    suffixes = (".json", ".jsonl")

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence an object."""
        rows = list(_objects(Path(corpus.files[split])))
        return sentences_from_rows(rows, corpus, split=split, tagged=tagged)


def _objects(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every JSON object of a file with its place."""
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        row = parse_json(line, where=f"{path}, line {number}")
        if not isinstance(row, dict):
            raise DataError(f"{path}, line {number}: a JSON object is needed, not {type(row).__name__}")
        yield f"{path}, line {number}", row
