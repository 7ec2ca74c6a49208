"""Several builds that share a store: each shard is made once, and what a killed build had begun is made by another."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain import claims as claims_module
from silverner.projection.chain.claims import claimed, here
from silverner.projection.chain.executors import InProcess
from silverner.projection.chain.schedule import run_together
from tests.projection.chain_stages import Add, Noted, NotedTotal, Numbers, Slow
from tests.projection.helpers import ROOT

HERE = here()
ENDED = 2**22 + 1
"""No process has this number: it is above the most that Linux gives."""


def chain_of(root: Path, notes: Path, *, deaths: int = 0) -> Chain:
    stages = [Noted(1500, notes, times=deaths), NotedTotal(notes), Add("z", ("t",), "z")]
    return Chain(Numbers(7500), stages, ShardStore(root))


def stored_files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("content", "age", "free"),
    [
        ({"build": "other", "host": HERE, "process": os.getpid()}, 0, False),
        ({"build": "other", "host": HERE, "process": 1}, 50, False),
        ({"build": "other", "host": HERE, "process": ENDED}, 0, True),
        ({"build": "mine", "host": "elsewhere", "process": ENDED}, 0, True),
        ({"build": "other", "host": "elsewhere", "process": ENDED}, 0, False),
        ({"build": "other", "host": socket.gethostname(), "process": ENDED}, 0, sys.platform != "linux"),
        ({"build": "other", "host": "elsewhere", "process": ENDED}, 50, False),
        ({"build": "other", "host": "elsewhere", "process": ENDED}, 90, True),
        ({}, 0, False),
        ({}, 90, True),
        ([1], 90, True),
    ],
)
def test_a_claim_is_free_when_its_process_has_ended_or_nobody_touches_it(
    tmp_path: Path, content: object, age: int, free: bool
):
    claim = tmp_path / "work.claim"
    claim.write_text(json.dumps(content))
    os.utime(claim, (time.time() - age,) * 2)
    with claimed(tmp_path / "work", build="mine") as has_claim:
        assert has_claim is free
    assert claim.exists() is not free


@pytest.mark.parametrize("process", ['"7"', "[]", "1" + 30 * "0", "\xff"])
def test_a_claim_of_nonsense_is_held_until_nobody_touches_it(tmp_path: Path, process: str):
    content = f'{{"build": "other", "host": {json.dumps(HERE)}, "process": {process}}}'
    (tmp_path / "work.claim").write_bytes(content.encode("latin-1"))
    with claimed(tmp_path / "work", build="mine") as has_claim:
        assert not has_claim
    os.utime(tmp_path / "work.claim", (1, 1))
    with claimed(tmp_path / "work", build="mine") as has_claim:
        assert has_claim


def test_only_one_of_two_builds_that_find_a_claim_free_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "work.claim").write_text(json.dumps({"build": "dead", "host": HERE, "process": ENDED}))
    is_free = claims_module._is_free
    with ExitStack() as other:

        def faster(claim: Path, build: str) -> bool:
            answer = is_free(claim, build)
            if build == "mine":
                monkeypatch.setattr(claims_module, "_is_free", is_free)
                assert other.enter_context(claimed(tmp_path / "work", build="other"))
            return answer

        monkeypatch.setattr(claims_module, "_is_free", faster)
        with claimed(tmp_path / "work", build="mine") as has_claim:
            assert not has_claim
        assert "other" in (tmp_path / "work.claim").read_text()
    assert not list(tmp_path.iterdir())


def test_a_claim_is_touched_while_the_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(claims_module, "BEAT", 0.01)
    with claimed(tmp_path / "work", build="mine"):
        os.utime(tmp_path / "work.claim", (1, 1))
        end = time.monotonic() + 20
        while (tmp_path / "work.claim").stat().st_mtime == 1 and time.monotonic() < end:
            time.sleep(0.01)
        assert (tmp_path / "work.claim").stat().st_mtime > 1
    assert not list(tmp_path.iterdir())


def test_three_builds_make_every_shard_once_though_one_is_killed(tmp_path: Path):
    for name in ("alone", "notes", "no-notes"):
        (tmp_path / name).mkdir()
    chain_of(tmp_path / "alone", tmp_path / "no-notes").run()
    code = (
        "from tests.projection.chain.test_claims import chain_of; from pathlib import Path; import sys; "
        "chain_of(Path(sys.argv[1]), Path(sys.argv[2]), deaths=1).run()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "store"), str(tmp_path / "notes")]
    builds = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    with ThreadPoolExecutor(3) as waiting:  # a process that nobody waits for counts as one that lives
        assert sorted(waiting.map(subprocess.Popen.wait, builds)) == [-signal.SIGKILL, 0, 0]
    made = Counter(note.name.split("-")[1] for note in (tmp_path / "notes").glob("made-*"))
    assert made == {str(1000 * k): 1 for k in range(8)}
    assert len(list((tmp_path / "notes").glob("fitted-*"))) == 1
    assert stored_files(tmp_path / "store") == stored_files(tmp_path / "alone")


def test_a_language_that_another_build_works_on_lets_the_next_one_go_first(tmp_path: Path):
    chains = {
        name: Chain(Numbers(1500, seed=seed), [Slow(tmp_path)], ShardStore(tmp_path))
        for seed, name in enumerate(("one", "two"))
    }
    signature = chains["one"].plan()[0].signature
    assert signature is not None
    ended: list[str] = []
    release = threading.Event()

    def other_build() -> None:
        with claimed(ShardStore(tmp_path).folder("source", signature) / "rows", build="other"):
            begun.set()
            release.wait(60)

    begun = threading.Event()
    thread = threading.Thread(target=other_build)
    thread.start()
    begun.wait(60)
    with InProcess() as executor:
        for name, error in run_together(chains, executor):
            assert error is None
            ended.append(name)
            release.set()
    thread.join()
    assert ended == ["two", "one"]
