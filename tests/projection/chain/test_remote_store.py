"""A store on a remote file system: the same bytes as in a folder, and what can be wrong with it."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.store_url import StoreUrl
from silverner.projection.chain.worker import Worker
from silverner.projection.errors import OutputError
from tests.projection.chain_stages import Add, Numbers, Total

COLUMNS = ("a", "t", "z")
PASSWORD = "se:cr@t"


def clear(system: MemoryFileSystem) -> None:
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryFileSystem]:
    monkeypatch.setenv("SILVERNER_CACHE", str(tmp_path / "cache"))
    system = fsspec.filesystem("memory")
    clear(system)
    yield system
    clear(system)


def remote() -> ShardStore:
    return ShardStore(StoreUrl("memory://bucket/store"))


def chain_of(store: ShardStore, total: Total | None = None) -> Chain:
    stages = [Add("a", ("n",), "a"), total or Total("total", ("a",), "t"), Add("z", ("t",), "z", 10)]
    return Chain(Numbers(2500), stages, store)


def rows(chain: Chain) -> list[dict[str, Any]]:
    chain.run()
    return [row for table in chain.tables(COLUMNS) for row in table.to_pylist()]


def objects(system: MemoryFileSystem) -> dict[str, bytes]:
    return {name.removeprefix("/bucket/store/"): system.cat_file(name) for name in system.find("/bucket/store")}


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_objects_are_the_files_of_a_folder(tmp_path: Path, memory: MemoryFileSystem):
    local = rows(chain_of(ShardStore(tmp_path / "store")))
    assert rows(chain_of(remote())) == local
    assert objects(memory) == files(tmp_path / "store")
    again = Total("total", ("a",), "t")
    assert rows(chain_of(remote(), again)) == local
    assert (again.fitted, again.calls) == ([], [])
    assert all(state.cached for state in chain_of(remote()).plan())
    kept_here = [path.name.partition("-")[0] for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept_here == ["artefact"]


@pytest.mark.parametrize("name", ["source-*/000001.shard", "source-*/rows", "a-*/000000.shard", "total-*/artefact-*"])
@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "gone"])
def test_a_damaged_object_is_made_again(
    tmp_path: Path, memory: MemoryFileSystem, name: str, damage: str, caplog: pytest.LogCaptureFixture
):
    expected, before = rows(chain_of(remote())), objects(memory)
    (path,) = memory.glob(f"/bucket/store/v2/{name}")
    whole = memory.cat_file(path)
    for copy in (tmp_path / "cache").rglob("artefact-*"):
        copy.unlink()
    if damage == "gone":
        memory.rm_file(path)
    else:
        flipped = whole[:-1] + bytes([whole[-1] ^ 1])
        memory.pipe_file(path, {"empty": b"", "cut": whole[: len(whole) // 2], "flipped": flipped}[damage])
    assert rows(chain_of(remote())) == expected
    assert objects(memory) == before
    named = [message for message in caplog.messages if "memory://bucket/store/v2/" in message and "damaged" in message]
    assert bool(named) is (damage != "gone")


def test_an_artefact_that_was_damaged_here_is_brought_again(tmp_path: Path, memory: MemoryFileSystem):
    expected = rows(chain_of(remote()))
    (copy,) = (tmp_path / "cache").rglob("artefact-*")
    whole = copy.read_bytes()
    copy.write_bytes(b"")
    total = Total("total", ("a",), "t")
    assert rows(chain_of(remote(), total)) == expected
    assert (total.fitted, copy.read_bytes()) == ([], whole)


def test_names_that_nobody_wrote_are_no_work(tmp_path: Path, memory: MemoryFileSystem):
    store = remote()
    folder = "/bucket/store/v2/a-s"
    for name in (
        "artefact-x",
        f"artefact-{'0' * 64}x",
        f"other-{'0' * 64}",
        "x.shard",
        "-00001.shard",
        "0000001.shard",
    ):
        memory.pipe_file(f"{folder}/{name}", b"")
    memory.pipe_file(f"{folder}/artefact-{'0' * 64}/../../evil", b"")
    assert store.count_shards("a", "s", most=5) == 0
    assert store.whole_shards("a", "s", most=10**15) == set()
    assert store.artefacts("a", "s", kind="artefact") == [store.folder("a", "s") / f"artefact-{'0' * 64}"]


def test_a_worker_of_another_machine_brings_the_artefact(
    tmp_path: Path, memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
):
    chain = chain_of(remote())
    expected = rows(chain)
    task = chain._task(chain._graph.nodes["total"])
    for path in memory.glob("/bucket/store/v2/total-*/*.shard"):
        memory.rm_file(path)
    task.stage._total = None
    monkeypatch.setenv("SILVERNER_CACHE", str(tmp_path / "other machine"))
    worker = Worker()
    worker.begin(pickle.loads(pickle.dumps(task)))
    for shard in range(3):
        assert worker.run(shard, lambda share: None)
    assert [path.name[:9] for path in (tmp_path / "other machine").rglob("*") if path.is_file()] == ["artefact-"]
    assert rows(chain_of(remote())) == expected
    for path in memory.glob("/bucket/store/v2/total-*/artefact-*"):
        memory.rm_file(path)
    monkeypatch.setenv("SILVERNER_CACHE", str(tmp_path / "a third one"))
    worker.begin(pickle.loads(pickle.dumps(task)))
    with pytest.raises(
        OutputError, match=r"^the store memory://bucket/store/v2 has no total-\w+/artefact-\w+ any more; run again"
    ):
        worker.run(0, lambda share: None)


def test_real_folders_are_made(tmp_path: Path, memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "served"
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda url, **options: (LocalFileSystem(), str(folder)))
    expected = rows(chain_of(ShardStore(tmp_path / "store")))
    assert rows(chain_of(remote())) == expected
    assert files(folder) == files(tmp_path / "store")


class ServerError(Exception):
    """What a library of a file system raises."""


@pytest.mark.parametrize(
    ("call", "verb"), [("cat_ranges", "read"), ("ls", "list"), ("pipe_file", "write"), ("put_file", "write")]
)
def test_a_file_system_in_trouble_is_one_line_and_loses_nothing(
    memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch, call: str, verb: str, caplog: pytest.LogCaptureFixture
):
    expected = rows(chain_of(remote()))
    before = objects(memory)
    stored = dict.fromkeys(before)
    for name in stored:
        if name.startswith("v2/z-") or "artefact" in name:
            memory.rm_file(f"/bucket/store/{name}")
    left = objects(memory)

    def refuse(*args: object, **options: object) -> None:
        raise ServerError(f"403 for sftp://me:{PASSWORD}@host/x\n  and so on")

    store = ShardStore(StoreUrl(f"memory://me:{PASSWORD}@bucket/store"))
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda url, **options: (memory, "/bucket/store"))
    with monkeypatch.context() as patch:
        patch.setattr(MemoryFileSystem, call, refuse)
        with pytest.raises(OutputError) as caught:
            chain_of(store).run()
    message = str(caught.value)
    assert re.fullmatch(
        rf"cannot {verb} memory://me:\*\*\*@bucket/store/v2/\S+: 403 for sftp://me:\*\*\*@host/x and so on; "
        "what was finished before is kept: mend this and run again",
        message,
    )
    assert PASSWORD not in "".join([*caplog.messages, repr(caught.value)])
    assert caught.value.__suppress_context__
    kept = {name: content for name, content in objects(memory).items() if name in left}
    assert kept == left
    assert rows(chain_of(store)) == expected
    assert objects(memory) == before


def test_an_error_without_words_is_named_by_its_kind(memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", lambda *args: (_ for _ in ()).throw(ServerError()))
    store = remote()
    with pytest.raises(OutputError, match=r"^cannot write memory://bucket/store/v2/a-s/000000.shard: ServerError; "):
        store.write_shard(store.shard("a", "s", 0), pa.table({"n": [1]}))


@pytest.mark.parametrize("kind", ["folder", "remote"])
@pytest.mark.parametrize(
    ("layouts", "message"),
    [
        ([], None),
        (["v1", "models", "v", "vx", "notes"], None),
        (["v2", "v3"], None),
        (
            ["v1", "v3", "v12"],
            "a newer version of silverner wrote the store {} (layout 12; this version reads layout",
        ),
    ],
)
def test_a_store_of_a_newer_layout_is_not_built_again(
    tmp_path: Path, memory: MemoryFileSystem, kind: str, layouts: list[str], message: str | None
):
    store = ShardStore(tmp_path / "store") if kind == "folder" else remote()
    for name in layouts:
        (tmp_path / "store" / name).mkdir(parents=True)
        memory.pipe_file(f"/bucket/store/{name}/x/rows", b"")
    if message is None:
        store.check()
        return
    with pytest.raises(OutputError) as caught:
        store.check()
    place = str(tmp_path / "store") if kind == "folder" else "memory://bucket/store"
    assert str(caught.value).startswith(message.format(place))
