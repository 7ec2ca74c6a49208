"""Files that are compressed, in other encodings, or no files."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
from pathlib import Path

import pyarrow as pa
import pytest

from silverner.projection.errors import DataError, SilvernerError
from silverner.projection.readers import CorpusFiles, content_hash, lines
from silverner.projection.readers.lines import ending_of, numbered_lines
from tests.projection.helpers import read, spans, write

TEXT = "Ana B-PER\nÖz I-PER\r\nso\u2028ja O\n\nça\N{NO-BREAK SPACE}va\x0c O\n"
BYTES = TEXT.encode()
EXPECTED = [
    (("Ana", "Öz", "so\u2028ja"), spans((0, 2, "PER"))),
    (("ça\N{NO-BREAK SPACE}va\x0c",), ()),
]


def zstandard(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue().to_pybytes())


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstandard}


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("name", ["a.conll", "a.txt", "a"])
def test_a_compressed_file_is_read_as_the_file_in_it(tmp_path: Path, suffix: str, name: str):
    path = write(tmp_path / f"{name}{suffix}", PACKERS[suffix](BYTES))
    assert [(s.tokens, s.spans) for s in read(path)] == EXPECTED
    renamed = write(tmp_path / "renamed.conll", path.read_bytes())
    assert [(s.tokens, s.spans) for s in read(renamed)] == EXPECTED


@pytest.mark.parametrize("suffix", PACKERS)
def test_json_and_text_may_be_compressed(tmp_path: Path, suffix: str):
    assert [
        s.text for s in read(write(tmp_path / f"a.jsonl{suffix}", PACKERS[suffix](b'{"text": "Hi."}')), tagged=False)
    ]
    path = write(tmp_path / f"a.txt{suffix}", PACKERS[suffix]("Hi you.\nça va\n".encode()))
    assert [s.text for s in read(path, "text", tagged=False)] == ["Hi you.", "ça va"]


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_compressed_file_is_named(tmp_path: Path, suffix: str, damage: str):
    data = PACKERS[suffix](b"".join(b"word%d O\n" % k for k in range(20_000)))
    half = len(data) // 2
    data = data[:half] if damage == "cut" else data[:half] + bytes(64) + data[half + 64 :]
    path = write(tmp_path / f"a.conll{suffix}", data)
    with pytest.raises(DataError, match=re.escape(str(path))):
        read(path)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_file_that_grows_beyond_all_measure_is_refused(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "_FREE_GROWTH", 1 << 20)
    path = write(tmp_path / f"a.conll{suffix}", PACKERS[suffix](b"a O\n" * (8 << 20)))
    with pytest.raises(DataError, match=r"unpacked, it is more than 200 times as large"):
        read(path)


def test_a_line_longer_than_any_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 20)
    path = write(tmp_path / "a.txt", b"short\n" + b"a" * (2 << 20))
    with pytest.raises(DataError, match=re.escape(f"{path}, line 2: the line has more than 1 MB; break it up")):
        list(numbered_lines(path))


@pytest.mark.parametrize("chunk", [1, 5, 7, 1 << 18])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_lines_are_the_same_however_much_is_decoded_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, end: str
):
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbf" + f"\nça va\n\r\nÖz\u2028 \r\n\n{'x' * 20}{end}".encode())
    expected = ["", "ça va", "", "Öz\u2028 ", "", "x" * 20, *([""] if end == "\n\n" else [])]
    assert list(numbered_lines(path)) == list(enumerate(expected, start=1))


@pytest.mark.parametrize("chunk", [1, 1 << 18])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"\xe7a", "line 3: 0xe7 at byte 1 is not UTF-8"),
        (b"a\0", "line 3: this is a binary file"),
        (b"a\rb", "line 3: a carriage return inside a line"),
    ],
)
def test_lines_before_a_fault_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, bad: bytes, message: str
):
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    found = numbered_lines(write(tmp_path / "a.txt", b"one\ntwo\n" + bad + b"\nlast\n"))
    assert [next(found), next(found)] == [(1, "one"), (2, "two")]
    with pytest.raises(DataError, match=re.escape(message)):
        next(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str):
    assert [(s.tokens, s.spans) for s in read(write(tmp_path / "a.conll", TEXT.encode(encoding)))] == EXPECTED


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("width", [16, 32])
def test_both_byte_orders_are_read(tmp_path: Path, order: str, width: int):
    data = ("\ufeff" + TEXT).encode(f"utf-{width}-{order}")
    assert [(s.tokens, s.spans) for s in read(write(tmp_path / "a.conll", data))] == EXPECTED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Öz O\n".encode("latin-1"), "line 1: 0xd6 at byte 1 is not UTF-8; convert the file"),
        ("a O\nça O\n".encode("cp1252"), "line 2: 0xe7 at byte 1 is not UTF-8; convert the file"),
        ("a O\n".encode("utf-16-le"), "line 1: this is a binary file, not text"),
        (b"\xff\xfea\0\n\0b", "not UTF-16, as its first bytes say"),
        (b"\xff\xfe\0\xd8a\0", "not UTF-16, as its first bytes say"),
    ],
)
def test_another_encoding_is_refused_with_its_place(tmp_path: Path, data: bytes, message: str):
    path = write(tmp_path / "a.conll", data)
    with pytest.raises(DataError, match=re.escape(f"{path}, ") + ".*" + re.escape(message)):
        read(path)


@pytest.mark.parametrize("name", ["pairs.xlsx", "PAIRS.XLS", "pairs.ods", "pairs.numbers"])
def test_a_spreadsheet_is_refused_with_what_to_do(tmp_path: Path, name: str):
    path = write(tmp_path / name, b"PK\x03\x04\x14\0\0\0")
    message = f"{path}, line 1: this is a binary file, not text; save the spreadsheet as CSV (UTF-8)"
    with pytest.raises(DataError, match=re.escape(message)):
        read(path)


@pytest.mark.parametrize("format", ["auto", "conll", "text", "jsonl"])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, format: str):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(SilvernerError, match="a regular file is needed"):
            read(path, format, tagged=False)
        with pytest.raises(SilvernerError, match="a regular file is needed"):
            content_hash(CorpusFiles(format=format, files={"train": str(path)}))


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.CONLL", ".conll"), ("a.b.tsv.bz2", ".tsv"), ("a.gz", ""), ("a", ""), (".gz", ""), ("a.zst.gz", ".zst")],
)
def test_the_ending_is_that_of_the_file_inside(name: str, ending: str):
    assert ending_of(Path(name)) == ending
