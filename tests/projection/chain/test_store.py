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
import time
from pathlib import Path

import pyarrow as pa
import pytest

from silverner.projection.chain import ShardStore
from silverner.projection.chain.files import (
    TEMPORARY_PREFIX,
    file_hash,
    remove_temporaries,
    temporary_folder,
    write_atomically,
    write_text,
)
from silverner.projection.chain.sealed import seal
from silverner.projection.chain.store import artefact_hash
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
    message = f"cannot write {path}: No space left on device; what was finished before is kept: mend this and run again"
    with pytest.raises(OutputError, match=re.escape(message)):
        write_text(path, "text")
    assert list(path.parent.iterdir()) == []


def test_a_full_disk_while_a_shard_is_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(path: Path, content: bytes) -> None:
        path.open("w").close()
        raise FULL

    monkeypatch.setattr(Path, "write_bytes", full)
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
        ShardStore(tmp_path / "file").write_rows("a", "s", 0)


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
from silverner.projection.chain.files import write_atomically

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


def test_the_temporaries_of_another_machine_stay_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("socket.gethostname", lambda: "node-1.cluster")
    monkeypatch.setattr("silverner.projection.chain.files.fcntl.flock", lambda descriptor, operation: None)
    held = []

    def clean_elsewhere(temporary: Path) -> None:
        temporary.write_text("half")
        with monkeypatch.context() as patch:
            patch.setattr("socket.gethostname", lambda: "node-2.cluster")
            remove_temporaries(tmp_path)
            held.append(temporary.read_text())
            day_ago = time.time() - 25 * 3600
            (tmp_path / f"{TEMPORARY_PREFIX}node-3_cluster.x").touch()
            os.utime(tmp_path / f"{TEMPORARY_PREFIX}node-3_cluster.x", (day_ago, day_ago))
            remove_temporaries(tmp_path)
        temporary.write_text("whole")

    write_atomically(tmp_path / "file", clean_elsewhere)
    assert (held, [(p.name, p.read_text()) for p in tmp_path.iterdir()]) == (["half"], [("file", "whole")])


def test_a_temporary_removed_before_it_is_locked_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    flock, calls = fcntl.flock, []

    def remove_first(descriptor: int, operation: int) -> None:
        if not calls:
            calls.append(operation)
            remove_temporaries(tmp_path)
        flock(descriptor, operation)

    monkeypatch.setattr("silverner.projection.chain.files.fcntl.flock", remove_first)
    write_text(tmp_path / "file", "text")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "text")]


def test_a_file_system_without_locks_keeps_temporaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("silverner.projection.chain.files.fcntl.flock", refuse)
    (tmp_path / f"{TEMPORARY_PREFIX}x").touch()
    write_text(tmp_path / "file", "text")
    remove_temporaries(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{TEMPORARY_PREFIX}x", "file"]


def test_a_shard_is_read_back(tmp_path: Path):
    store, table = ShardStore(tmp_path), pa.table({"n": [1, None], "t": [["a"], []]})
    path = store.shard("align", "0123", 7)
    assert path == tmp_path / "v2" / "align-0123" / "000007.shard"
    store.write_shard(path, table)
    assert store.read_shard(path).equals(table)
    assert store.read_shard(path, ["t"]).equals(table.select(["t"]))


def test_the_same_rows_are_the_same_bytes(tmp_path: Path):
    store = ShardStore(tmp_path)
    paths = [store.shard("a", name, 0) for name in ("one", "two")]
    for path in paths:
        store.write_shard(path, pa.table({"n": list(range(1000)), "t": [["é"] * 3] * 1000}))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def damaged(whole: bytes) -> dict[str, bytes]:
    """The bytes of a file after what can happen to it."""
    return {
        "empty": b"",
        "one byte": whole[:1],
        "cut": whole[: len(whole) // 2],
        "cut by a byte": whole[:-1],
        "longer": whole + b"\0",
        "garbage": b"x" * len(whole),
        "zeros": bytes(len(whole)),
        "one bit": whole[:10] + bytes([whole[10] ^ 1]) + whole[11:],
        "one bit of the hash": whole[:-1] + bytes([whole[-1] ^ 128]),
    }


@pytest.mark.parametrize("damage", [*damaged(b"x" * 40), "gone"])
def test_a_damaged_shard_is_named_and_never_read(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture):
    store = ShardStore(tmp_path)
    path = store.shard("a", "s", 0)
    store.write_shard(path, pa.table({"n": list(range(1000))}))
    assert store.has_shard(path)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(damaged(path.read_bytes())[damage])
    message = f"^the stored shard {re.escape(str(path))} cannot be read .*; run again: it is made again$"
    with pytest.raises(OutputError, match=re.compile(message, re.DOTALL)):
        store.read_shard(path, ["n"])
    assert not store.has_shard(path)
    warning = f"the stored file {path} is damaged (its content is not what was written); it is made again"
    assert caplog.messages == ([] if damage == "gone" else [warning])


def test_the_number_of_rows_is_read_back_and_absent_before(tmp_path: Path):
    store = ShardStore(tmp_path)
    assert store.rows("a", "s") is None
    store.write_rows("a", "s", 3)
    assert (store.rows("a", "s"), store.rows("a", "t")) == (3, None)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"rows": 3}', b"3", b"9" * 5000, b"-1", b"null", b"\xff\xfe", b"3" + b"0" * 32]
)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_number_of_rows_that_nobody_wrote_counts_as_absent(tmp_path: Path, content: bytes, sealed: bool):
    store = ShardStore(tmp_path)
    store.write_rows("a", "s", 3)
    (store.folder("a", "s") / "rows").write_bytes(seal(content) if sealed else content)
    assert store.rows("a", "s") == (3 if sealed and content == b"3" else None)


def test_an_artefact_has_its_hash_in_its_name(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    store = ShardStore(tmp_path)
    path = store.add_artefact("align", "s", lambda temporary: write_text(temporary, "links"), kind="artefact")
    assert path == store.folder("align", "s") / f"artefact-{hashlib.sha256(b'links').hexdigest()}"
    assert artefact_hash(path) == hashlib.sha256(b"links").hexdigest()
    assert store.artefacts("align", "s", kind="artefact") == [path]
    assert store.artefacts("align", "s", kind="recorded") == []
    assert store.has_artefact(path)
    path.write_text("lynks")
    assert not store.has_artefact(path)
    assert caplog.messages == [
        f"the stored artefact {path} is damaged (its content is not what was written) and not used"
    ]
    assert list(path.parent.iterdir()) == []


def test_a_temporary_folder_is_removed_at_the_end_or_after_a_kill(tmp_path: Path):
    store = ShardStore(tmp_path)
    store.write_rows("a", "s", 3)
    with temporary_folder(store.root) as folder:
        (folder / "deeper").mkdir()
        (folder / "deeper" / "file").touch()
        killed = store.root / f"{TEMPORARY_PREFIX}killed"
        (killed / "deeper").mkdir(parents=True)
        (killed / "deeper" / "file").touch()
        (store.folder("a", "s") / f"{TEMPORARY_PREFIX}x").touch()
        store.remove_temporaries()
        assert sorted(store.root.iterdir()) == [folder, store.folder("a", "s")]
        assert (folder / "deeper" / "file").exists()
    assert [p.name for p in tmp_path.rglob("*")] == ["v2", "a-s", "rows"]


def test_a_store_of_another_layout_is_never_read(tmp_path: Path):
    assert ShardStore(tmp_path).root == tmp_path / "v2"


def test_the_file_hash_is_sha256(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"abc")
    assert file_hash(tmp_path / "file") == hashlib.sha256(b"abc").hexdigest()
