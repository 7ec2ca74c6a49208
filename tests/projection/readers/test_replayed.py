from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner.projection.errors import DataError
from silverner.projection.readers import CorpusFiles, Fields, Sentence, read_corpus, replayed

TOKENS, TAGS = [["Ana", "visits", "Oslo"], ["no"], ["Bo", "sleeps"]], [["B-PER", "O", "B-LOC"], ["O"], ["B-PER", "O"]]
BLOCKS = [list(zip(tokens, tags, strict=True)) for tokens, tags in zip(TOKENS, TAGS, strict=True)]
CONLL = "\n".join("".join(f"{token}\t{tag}\n" for token, tag in block) for block in BLOCKS)
PREFIXED = "\n".join("".join(f"en:{token}\t{tag}\n" for token, tag in block) for block in BLOCKS)
IOB1 = CONLL.replace("B-", "I-")
NUMBERED = "\n".join(
    "".join(f"{k}\t{token}\t{tag}\t-\n" for k, (token, tag) in enumerate(block, start=1)) for block in BLOCKS
)
TABLE = "sentence,word,tag\n" + "".join(
    f"{k},{token},{tag}\n" for k, block in enumerate(BLOCKS) for token, tag in block
)
ROWS = [{"id": f"s{k}", "tokens": t, "ner_tags": tags} for k, (t, tags) in enumerate(zip(TOKENS, TAGS, strict=True))]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)
SPANS = "".join(
    json.dumps({"text": text, "entities": spans}) + "\n" for text, spans in (("Ana runs", [[0, 3, "PER"]]), ("so", []))
)


def read(path: Path, format_: str) -> list[Sentence] | str:
    """The sentences of a file, or what is wrong with it."""
    try:
        return list(read_corpus(CorpusFiles(format=format_, files={"train": str(path)}, fields=Fields()), tagged=True))
    except DataError as error:
        return str(error)


@pytest.mark.parametrize(
    ("format_", "content"),
    [
        ("conll", CONLL),
        ("conll", PREFIXED),
        ("conll", IOB1),
        ("germeval", NUMBERED),
        ("csv", TABLE),
        ("jsonl", LINES),
        ("jsonl", SPANS),
        ("json", LINES),
        ("json", json.dumps(ROWS)),
        ("parquet", ROWS),
        ("conll", CONLL.replace("B-LOC", "I-LOC")),
        ("conll", CONLL.replace("no\tO", "no\tO\tO")),
        ("conll", CONLL.replace("no\tO", "no\tODD TAG")),
        ("conll", PREFIXED.replace("en:no", "no")),
        ("conll", CONLL.replace("\tO", "\tB-PER\tO").replace("C\n", "C\tO\n").replace("R\n", "R\tO\n")),
        ("conll", "\n".join(f"{k}\tw{k}x\tO" for k in range(1, 9))),
        ("germeval", NUMBERED.replace("2\tvisits", "1\tvisits")),
        ("csv", TABLE.replace("1,no,O", "1,no")),
        ("csv", TABLE.replace("1,no,O", "1, ,O")),
        ("csv", TABLE.replace("B-LOC", "I-LOC")),
        ("jsonl", LINES.replace("s2", "s0")),
        ("jsonl", LINES.replace('"B-LOC"', '"B-LOC", "O"')),
        ("jsonl", LINES + "{"),
        ("parquet", [*ROWS, {"id": "s3", "tokens": ["a"], "ner_tags": []}]),
    ],
)
def test_a_long_file_is_read_as_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str, content: object
):
    path = tmp_path / f"file.{format_}"
    if isinstance(content, str):
        path.write_text(content)
    else:
        pq.write_table(pa.Table.from_pylist(content), path)
    held = read(path, format_)
    assert held
    for most in (0, 2):
        monkeypatch.setattr(replayed, "MOST_HELD", most)
        assert read(path, format_) == held
