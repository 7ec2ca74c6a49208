"""JSON documents: a list of objects, or an object with such a list under ``data`` or ``annotations``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json
from silverner.projection.readers.character_spans import plain_rows
from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.jsonl import items_of_lines
from silverner.projection.readers.layout import Likeness, NumberedLines
from silverner.projection.readers.lines import numbered_lines
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.replayed import Replayed
from silverner.projection.readers.rows import sentences_from_rows
from silverner.projection.readers.sentence import Sentence

_LISTS = ("data", "annotations")


class JsonReader(Reader):
    """Reads one item of a list a sentence; a file that holds one object a line is read as JSON lines are."""

    name = "json"
    title = "a JSON document"
    keys = frozenset({"language"})
    looks = "belong to a JSON document"
    suffixes = (".json",)

    def likeness(self, lines: NumberedLines) -> Likeness:
        """Look for a bracket that begins a list or an object of JSON."""
        rows = [line.strip() for _, line in lines if line.strip()]
        begins = "".join("".join(rows[:2]).split())[:2]
        return Likeness(len(rows)) if begins in {"[{", "[[", '{"'} else Likeness()

    def read(self, corpus: CorpusFiles, *, split: str, tagged: bool) -> Iterator[Sentence]:
        """Read one sentence an item."""
        path = Path(corpus.files[split])
        filled = list(islice((line for _, line in numbered_lines(path) if line.strip()), 2))
        if len(filled) > 1 and _is_complete(filled[0]):
            rows = Replayed(lambda: plain_rows(items_of_lines(path, numbered_lines(path)), path))
        else:
            document = parse_json("\n".join(line for _, line in numbered_lines(path)), where=str(path))
            rows = Replayed(partial(plain_rows, _items(document, path), path))
        return sentences_from_rows(rows, corpus, split=split, tagged=tagged)


def _is_complete(line: str) -> bool:
    """Tell whether a line holds a whole object or list."""
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _items(document: Any, path: Path) -> list[tuple[str, Any]]:
    """Return the items of a document with their places."""
    items = document
    if isinstance(document, dict):
        items = next((document[key] for key in _LISTS if isinstance(document.get(key), list)), [document])
    if not isinstance(items, list):
        raise DataError(f"{path}: a list of JSON objects is needed, not {type(document).__name__}")
    # The annotator that many use for spaCy writes null for texts that nobody has annotated.
    return [(f"{path}, item {k}", item) for k, item in enumerate(items, start=1) if item is not None]
