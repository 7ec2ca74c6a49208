"""Corpus folders to look at, written without a build, and pages read back."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

LABELS = ["PER", "ORG", "LOC"]
_ENTITY = pa.struct(
    [
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("label", pa.string()),
        ("score", pa.float64()),
        ("source_start", pa.int32()),
        ("source_end", pa.int32()),
        ("confidence", pa.float64()),
    ]
)
_TEXT, _NUMBERS = pa.list_(pa.string()), pa.list_(pa.int64())
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("tokens", _TEXT),
        ("ner_tags", _NUMBERS),
        ("source_tokens", _TEXT),
        ("source_ner_tags", _NUMBERS),
        ("alignment", pa.string()),
        ("entities", pa.list_(_ENTITY)),
        ("score", pa.float64()),
        ("flags", _TEXT),
        ("human_entities", pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("label", pa.string())]))),
    ]
)


def language(code: str, name: str, script: str = "Latn", *, spaced: bool = True) -> dict[str, Any]:
    return {"code": code, "name": name, "bcp47": code[:2], "script": script, "spaced": spaced}


def entity(start: int, end: int, label: str, confidence: float = 0.9, **changes: Any) -> dict[str, Any]:
    values = {"start": start, "end": end, "label": label, "score": 1.0, "source_start": start, "source_end": end}
    return {**values, "confidence": confidence, **changes}


def row(
    name: str, tokens: str, source: str, entities: Sequence[dict[str, Any]] = (), *, tagged: bool = True, **changes: Any
) -> dict[str, Any]:
    """A row whose words are linked one by one; ``tagged`` says whether the source has the entities, too."""
    words, source_words = tokens.split(" "), source.split(" ")
    tags, source_tags = [0] * len(words), [0] * len(source_words)
    for e in entities if tagged else ():
        for side, start, end in ((tags, "start", "end"), (source_tags, "source_start", "source_end")):
            first = 1 + 2 * LABELS.index(e["label"])
            side[e[start] : e[end]] = [first, *[first + 1] * (e[end] - e[start] - 1)]
    links = " ".join(f"{k}-{k}" for k in range(min(len(words), len(source_words))))
    values = {"id": name, "tokens": words, "ner_tags": tags, "source_tokens": source_words}
    other = {"source_ner_tags": source_tags, "alignment": links, "entities": list(entities), "score": 1.0, "flags": []}
    return {**values, **other, **changes}


SPANISH = language("spa", "Spanish")
ROWS = [
    row("a-1", "Ana visita Nueva York", "Ana visits New York", [entity(0, 1, "PER", 0.98), entity(2, 4, "LOC", 0.7)]),
    row("a-2", "Llueve", "Rains"),
    row(
        "a-3",
        "Berna honra la Cruz Roja",
        "Bern honours the Red Cross",
        [entity(0, 1, "LOC", 0.3)],
        flags=["weak-entity"],
    ),
]


def write_folder(
    path: Path, languages: dict[str, list[dict[str, Any]]] | None = None, *, version: str = "1.0.0", **changes: Any
) -> Path:
    """Write a corpus folder with a manifest and one split a language; ``changes`` replace facts of all languages."""
    facts = {}
    for code, rows in (languages or {"spa": ROWS}).items():
        file = path / code / "train-0.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), file)
        names = [e["label"] for r in rows for e in r["entities"]]
        facts[code] = {
            "version": version,
            "language": {**SPANISH, "code": code},
            "source_language": language("eng", "English"),
            "counts": {
                "input": len(rows) + 5,
                "kept": len(rows),
                "dropped": {"duplicate": 4, "empty-target": 1},
                "flags": {"weak-entity": 1},
                "entities": {label: names.count(label) for label in LABELS},
            },
            "features": [{"name": "id", "dtype": "string"}],
            "recipe": {"labels": LABELS, "filters": {"weak-entity": 0.4, "duplicate": 0}},
            "splits": {"train": {"file": f"{code}/train-0.parquet", "rows": len(rows), "sha256": "0"}},
            **changes,
        }
    (path / "manifest.json").write_text(json.dumps({"layout": 3, "name": "little", "languages": facts}))
    return path


def blocks_of(page: Path) -> dict[str, Any]:
    """Unpack the data of a page."""
    elements = re.findall(r'<script type="text/plain" id="([\w-]+)">([A-Za-z0-9+/=]*)</script>', page.read_text())
    return {name: json.loads(zlib.decompress(base64.b64decode(data))) for name, data in elements}
