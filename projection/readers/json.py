"""JSON documents: a list of objects, or an object with such a list under ``data`` or ``annotations``.

The items of a list are read one by one; an object is held whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json
from silverner.projection.parsing.json_list import is_list, list_items
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
            text = "\n".join(line for _, line in numbered_lines(path))
            rows = Replayed(lambda: plain_rows(_items(text, path), path))
        return sentences_from_rows(rows, corpus, split=split, tagged=tagged)


def _is_complete(line: str) -> bool:
    """Tell whether a line holds a whole object or list."""
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _items(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    """Read the items of a document, with their places."""
    if is_list(text):
        items = list_items(text, where=str(path))
    else:
        document = parse_json(text, where=str(path))
        if not isinstance(document, dict):
            raise DataError(f"{path}: a list of JSON objects is needed, not {type(document).__name__}")
        rows = next((document[key] for key in _LISTS if isinstance(document.get(key), list)), [document])
        items = ((f"{path}, item {k}", item) for k, item in enumerate(rows, start=1))
    # The annotator that many use for spaCy writes null for texts that nobody has annotated.
    return ((where, item) for where, item in items if item is not None)
