from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from silverner.projection.chain import ShardStore
from silverner.projection.chain.store import (
    TEMPORARY_PREFIX,
    file_hash,
    remove_temporaries,
    write_atomically,
    write_text,
)
from silverner.projection.errors import MissingFileError, OutputError

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def raising(error: BaseException, partial: str = "half"):
    def write(temporary: Path) -> None:
        temporary.write_text(partial)
        raise error

    return write


@pytest.mark.parametrize("before", [None, "old"])
@pytest.mark.parametrize("error", [ValueError("wrong"), KeyboardInterrupt(), FULL, MemoryError()])
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, error: BaseException, before: str | None):
    path = tmp_path / "file"
    if before is not None:
        path.write_text(before)
    with pytest.raises(OutputError if isinstance(error, OSError) else type(error)):
        write_atomically(path, raising(error))
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == ([] if before is None else [("file", before)])


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str):
    def full(*args: object) -> None:
        raise FULL

    monkeypatch.setattr(*((os, "fsync", full) if call == "fsync" else (Path, "replace", full)))
    path = tmp_path / "new" / "file"
    message = f"cannot write {path}: No space left on device; what was finished before is kept"
    with pytest.raises(OutputError, match=re.escape(message)):
        write_text(path, "text")
    assert list(path.parent.iterdir()) == []


def test_a_full_disk_while_a_shard_is_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(table: pa.Table, path: Path, **options: object) -> None:
        path.write_bytes(b"PAR1")
        raise FULL

    monkeypatch.setattr("silverner.projection.chain.store.pq.write_table", full)
    store = ShardStore(tmp_path)
    path = store.shard("a", "s", 0)
    with pytest.raises(OutputError, match="No space left on device"):
        store.write_shard(path, pa.table({"n": [1]}))
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("below", ["file/new", "file/deeper/new"])
def test_a_folder_that_cannot_be_written_is_an_output_error(tmp_path: Path, below: str):
    (tmp_path / "file").write_text("a regular file")
    with pytest.raises(OutputError, match=re.escape(f"cannot write {tmp_path / below}: ")):
        write_text(tmp_path / below, "text")
    with pytest.raises(OutputError, match="cannot write "):
        ShardStore(tmp_path / "file").write_facts("a", "s", {})


def test_a_folder_in_the_place_of_the_file_is_an_output_error(tmp_path: Path):
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(OutputError, match="cannot write "):
        write_text(tmp_path / "file", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_error_on_purpose_keeps_its_kind(tmp_path: Path):
    with pytest.raises(MissingFileError, match=r"^cannot read links$"):
        write_atomically(tmp_path / "file", raising(MissingFileError("cannot read links")))


def test_a_file_is_flushed_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path, order = tmp_path / "file", []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (order.append(path.exists()), fsync(number)))
    write_text(path, "text é\n")
    assert (order[0], path.read_bytes()) == (False, "text é\n".encode())
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


WRITE_SLOWLY = """
import sys, time
from pathlib import Path
from silverner.projection.chain.store import write_atomically

def write(temporary):
    temporary.write_text("half")
    print("writing", flush=True)
    sys.stdin.read()

write_atomically(Path(sys.argv[1]), write)
"""


def start_writing(path: Path) -> subprocess.Popen[bytes]:
    """Start a program that has written half a file when this returns, and goes on when its input is closed."""
    program = subprocess.Popen(
        [sys.executable, "-c", WRITE_SLOWLY, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert program.stdout is not None
    assert program.stdout.readline() == b"writing\n"
    return program


def test_only_the_temporaries_of_killed_programs_are_removed(tmp_path: Path):
    killed, living = start_writing(tmp_path / "killed"), start_writing(tmp_path / "living")
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    assert [p.name.startswith(TEMPORARY_PREFIX) for p in tmp_path.iterdir()] == [True, True]
    remove_temporaries(tmp_path)
    (temporary,) = tmp_path.iterdir()
    assert (temporary.name.startswith(TEMPORARY_PREFIX), temporary.read_text()) == (True, "half")
    living.communicate(b"")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("living", "half")]


def test_what_only_looks_like_a_temporary_stays(tmp_path: Path):
    folder, victim = tmp_path / "folder", tmp_path / "victim"
    (folder / f"{TEMPORARY_PREFIX}folder").mkdir(parents=True)
    (folder / "deeper").mkdir()
    (folder / "deeper" / f"{TEMPORARY_PREFIX}file").touch()
    victim.write_text("mine")
    (folder / f"{TEMPORARY_PREFIX}link").symlink_to(victim)
    os.mkfifo(folder / f"{TEMPORARY_PREFIX}fifo")
    (folder / "silverner-tmp.x").touch()
    (folder / f"{TEMPORARY_PREFIX}x").touch()
    remove_temporaries(folder)
    endings = [str(p.relative_to(folder)).replace(TEMPORARY_PREFIX, "*") for p in folder.rglob("*")]
    assert sorted(endings) == ["*fifo", "*folder", "*link", "deeper", "deeper/*file", "silverner-tmp.x"]
    assert victim.read_text() == "mine"
    remove_temporaries(tmp_path / "absent")


def test_a_temporary_removed_before_it_is_locked_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    flock, calls = fcntl.flock, []

    def remove_first(descriptor: int, operation: int) -> None:
        if not calls:
            calls.append(operation)
            remove_temporaries(tmp_path)
        flock(descriptor, operation)

    monkeypatch.setattr("silverner.projection.chain.store.fcntl.flock", remove_first)
    write_text(tmp_path / "file", "text")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "text")]


def test_a_file_system_without_locks_keeps_temporaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("silverner.projection.chain.store.fcntl.flock", refuse)
    (tmp_path / f"{TEMPORARY_PREFIX}x").touch()
    write_text(tmp_path / "file", "text")
    remove_temporaries(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{TEMPORARY_PREFIX}x", "file"]


def test_a_shard_is_read_back(tmp_path: Path):
    store, table = ShardStore(tmp_path), pa.table({"n": [1, None], "t": [["a"], []]})
    path = store.shard("align", "0123", 7)
    assert path == tmp_path / "v1" / "align-0123" / "000007.parquet"
    store.write_shard(path, table)
    assert store.read_shard(path).equals(table)
    assert store.read_shard(path, ["t"]).equals(table.select(["t"]))


def test_the_same_rows_are_the_same_bytes(tmp_path: Path):
    store = ShardStore(tmp_path)
    paths = [store.shard("a", name, 0) for name in ("one", "two")]
    for path in paths:
        store.write_shard(path, pa.table({"n": list(range(1000)), "t": [["é"] * 3] * 1000}))
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("damage", ["empty", "cut", "garbage", "gone", "flipped"])
def test_a_damaged_shard_says_delete_it_and_run_again(tmp_path: Path, damage: str):
    store = ShardStore(tmp_path)
    path = store.shard("a", "s", 0)
    store.write_shard(path, pa.table({"n": list(range(1000))}))
    whole = path.read_bytes()
    broken = {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "garbage": b"x" * len(whole),
        "flipped": b"PAR1" + b"\xff" * 200 + whole[204:],
    }
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(broken[damage])
    message = f"^the stored shard {re.escape(str(path))} cannot be read .*; delete it and run again$"
    with pytest.raises(OutputError, match=re.compile(message, re.DOTALL)):
        store.read_shard(path)


def test_facts_are_read_back_and_absent_before(tmp_path: Path):
    store = ShardStore(tmp_path)
    assert store.facts("a", "s") is None
    store.write_facts("a", "s", {"rows": 3, "shards": 1})
    assert store.facts("a", "s") == {"rows": 3, "shards": 1}
    assert store.facts("a", "t") is None
    assert (store.folder("a", "s") / "facts.json").read_text() == '{\n "rows": 3,\n "shards": 1\n}\n'


def test_damaged_facts_say_what_to_do(tmp_path: Path):
    store = ShardStore(tmp_path)
    store.write_facts("a", "s", {"rows": 3})
    path = store.folder("a", "s") / "facts.json"
    path.write_text('{"rows"')
    with pytest.raises(OutputError, match=f"{re.escape(str(path))}.*delete"):
        store.facts("a", "s")


def test_a_store_of_another_layout_is_never_read(tmp_path: Path):
    assert ShardStore(tmp_path).root == tmp_path / "v1"


def test_the_file_hash_is_sha256(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"abc")
    assert file_hash(tmp_path / "file") == hashlib.sha256(b"abc").hexdigest()
