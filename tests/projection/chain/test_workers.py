"""Workers that die, one pool for several chains, and models that are loaded once."""

from __future__ import annotations

import logging
import multiprocessing
import os
import random
import re
import signal
import threading
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from silverner import cli
from silverner.commands.executor import choose_executor, gpus_of
from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.executors import InProcess
from silverner.projection.chain.loaded_models import load_once
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.chain.schedule import run_together
from silverner.projection.errors import EngineError, UsageError
from tests.projection.chain_stages import EVENTS, Add, Deadly, NeedsModel, Numbers, Slow, Total, Weights, run_chain


def chain_of(root: Path, first: Add, *, count: int = 3500, **options: Any) -> Chain:
    """A chain whose first stage adds 1, and whose last needs the sum over the corpus."""
    stages = [first, Total("total", ("a",), "t"), Add("z", ("t",), "z")]
    return Chain(Numbers(count, **options), stages, ShardStore(root))


def shards(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("undisturbed")
    chain_of(root, Add("a", ("n",), "a")).run()
    return shards(root)


@pytest.mark.parametrize("times", [1, 2])
def test_a_shard_whose_worker_is_killed_is_tried_again(
    tmp_path: Path, undisturbed: dict[str, bytes], times: int, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "signs").mkdir()
    run_chain(chain_of(tmp_path / "store", Deadly(1500, tmp_path / "signs", times=times)), workers=2)
    assert shards(tmp_path / "store") == undisturbed
    said = "a: a worker died at sentences 1001 to 2000 (killed by SIGKILL: out of memory?); another one tries again"
    assert caplog.messages.count(said) == times


def test_a_shard_that_kills_three_workers_is_named_and_the_others_are_finished(
    tmp_path: Path, undisturbed: dict[str, bytes]
):
    (tmp_path / "signs").mkdir()
    chain = chain_of(tmp_path / "store", Deadly(1500, tmp_path / "signs", times=3))
    message = (
        "the stage 'a' has no result for sentences 1001 to 2000 (killed by SIGKILL: out of memory?): 3 workers died of "
        "each. All other sentences are finished and stay."
    )
    with pytest.raises(EngineError, match=re.escape(message)):
        run_chain(chain, workers=2)
    (state,) = (state for state in chain.plan() if state.name == "a")
    assert (state.shards_done, state.shards) == (3, 4)
    chain.run()  # the fault has gone
    assert shards(tmp_path / "store") == undisturbed


def test_workers_that_are_killed_at_random_change_no_byte(tmp_path: Path, undisturbed: dict[str, bytes]):
    chance, ended, killed = random.Random(19), threading.Event(), []

    def kill_two() -> None:
        while len(killed) < 2 and not ended.wait(chance.uniform(0.02, 0.2)):
            for worker in multiprocessing.active_children()[:1]:
                os.kill(worker.pid or 0, signal.SIGKILL)
                killed.append(worker.pid)

    killer = threading.Thread(target=kill_two)
    killer.start()
    try:
        run_chain(chain_of(tmp_path / "store", Slow(tmp_path)), workers=2)
    finally:
        ended.set()
        killer.join()
    assert killed
    assert shards(tmp_path / "store") == undisturbed


def test_one_pool_serves_all_chains(tmp_path: Path):
    chains = {name: chain_of(tmp_path / name, Slow(tmp_path, processes=2)) for name in ("one", "two", "three")}
    with ProcessPool(2) as pool:
        assert list(run_together(chains, pool)) == [("one", None), ("two", None), ("three", None)]
    assert len(list(tmp_path.glob("process-*"))) == 2


def test_one_language_that_fails_keeps_the_pool_for_the_others(tmp_path: Path, undisturbed: dict[str, bytes]):
    error = EngineError("the engine broke")
    chains = {
        "bad": chain_of(tmp_path / "bad", Add("a", ("n",), "a", fail_at=500, error=error)),
        "good": chain_of(tmp_path / "good", Add("a", ("n",), "a")),
    }
    with ProcessPool(2) as pool:
        ends = [(name, str(problem)) for name, problem in run_together(chains, pool)]
    assert ends == [("bad", "the engine broke"), ("good", "None")]
    assert shards(tmp_path / "good") == undisturbed


def test_a_stage_that_a_worker_cannot_read_is_an_error_not_a_dead_worker(tmp_path: Path):
    class Local(Add):
        """Cannot be imported by a worker."""

    with pytest.raises((AttributeError, TypeError), match="Local"):
        run_chain(chain_of(tmp_path, Local("a", ("n",), "a")), workers=2)


def languages(root: Path, count: int = 3) -> dict[str, Chain]:
    """Chains of languages that all translate, then label, and do something else before, between and after."""
    return {
        f"language {k}": Chain(
            Numbers(1500, seed=k),
            [
                Add("split", ("n",), "s"),
                NeedsModel("translate", ("s",), "t", "translator"),
                Add("tokenize", ("t",), "w"),
                NeedsModel("label", ("w",), "l", "tagger"),
                Add("flag", ("l",), "f"),
            ],
            ShardStore(root),
        )
        for k in range(count)
    }


def test_languages_take_turns_so_that_each_model_is_loaded_once_and_one_is_in_memory(tmp_path: Path):
    EVENTS.clear()
    with InProcess() as executor:
        ended = [name for name, _ in run_together(languages(tmp_path), executor)]
    assert EVENTS == ["load translator", "free translator", "load tagger", "free tagger"]
    assert ended == ["language 0", "language 1", "language 2"]


def test_a_language_that_is_finished_needs_no_model(tmp_path: Path):
    with InProcess() as executor:
        list(run_together(languages(tmp_path), executor))
        EVENTS.clear()
        assert [name for name, _ in run_together(languages(tmp_path, 4), executor)] == [
            *("language 0", "language 1", "language 2", "language 3")
        ]
    assert EVENTS == ["load translator", "free translator", "load tagger", "free tagger"]


@pytest.mark.parametrize("turns", ["together", "one by one"])
def test_turns_change_no_byte(tmp_path: Path, turns: str):
    chains = languages(tmp_path / turns)
    if turns == "together":
        with InProcess() as executor:
            list(run_together(chains, executor))
    else:
        for chain in chains.values():
            chain.run()
    again = languages(tmp_path / "again")
    for chain in reversed(again.values()):
        chain.run()
    assert shards(tmp_path / turns) == shards(tmp_path / "again")


def test_workers_load_a_model_once_for_all_shards_and_languages(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "silverner"), ProcessPool(1) as pool:
        list(run_together(languages(tmp_path), pool))
    loads = [message.split()[3] for message in caplog.messages if message.startswith("loaded the model")]
    assert loads == ["translator", "tagger"]


def test_without_a_chain_a_model_is_freed_with_its_last_engine():
    events: list[str] = []

    def load() -> Weights:
        events.append("load")
        return Weights()

    first = load_once("m", "cpu", load, name="m")
    assert load_once("m", "cpu", load, name="m") is first
    assert load_once("m", "cuda", load, name="m") is not first
    del first
    load_once("m", "cpu", load, name="m")
    assert events == ["load", "load", "load"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"executor": "local", "workers": 2}, "--workers 2 needs --executor processes or ray"),
        ({"executor": "processes", "ray_address": "auto"}, "--ray-address auto needs --executor ray"),
        ({"workers": 2, "gpus_per_worker": 0.5}, "--gpus-per-worker 0.5 needs --executor ray"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(options: dict[str, Any], message: str):
    with pytest.raises(UsageError, match=re.escape(message)):
        chosen(**options)


def test_slurm_is_told_what_it_needs_instead(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        cli.main(["build", "quickstart", "--executor", "SLURM"])
    assert "run the same command with --store-only as an array job" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "gpus"),
    [("1", 1.0), ("0.5", 0.5), ("0", 0.0), ("8", 8.0), ("1.5", None), ("-1", None), ("x", None), ("nan", None)],
)
def test_a_number_of_gpus_is_whole_or_a_part_of_one(text: str, gpus: float | None):
    if gpus is not None:
        assert gpus_of(text) == gpus
    else:
        with pytest.raises(ArgumentTypeError, match=re.escape(f"{text!r} is no number of GPUs")):
            gpus_of(text)


def chosen(**options: Any) -> Callable[[], Any]:
    nothing = {"executor": None, "workers": None, "ray_address": None, "gpus_per_worker": None}
    return choose_executor(Namespace(**{**nothing, **options}))


@pytest.mark.parametrize(
    ("options", "executor"),
    [
        ({}, "InProcess"),
        ({"workers": 1}, "InProcess"),
        ({"workers": 2}, "ProcessPool"),
        ({"executor": "processes"}, "ProcessPool"),
        ({"executor": "local"}, "InProcess"),
        ({"executor": "ray", "workers": 3}, "RayPool"),
    ],
)
def test_workers_alone_mean_processes(options: dict[str, Any], executor: str):
    assert type(chosen(**options)()).__name__ == executor
