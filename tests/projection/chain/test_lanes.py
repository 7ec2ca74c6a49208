"""Steps with models, and steps without, at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.executors import Executor, InProcess
from silverner.projection.chain.schedule import run_together
from silverner.projection.errors import EngineError
from tests.projection.chain_stages import EVENTS, Add, NeedsModel, Numbers, Total


@contextmanager
def two_lanes() -> Iterator[Executor]:
    with InProcess() as with_models, InProcess() as without_models:
        with_models.beside = without_models
        yield with_models


def chain_of(root: Path, *stages: Any, seed: int = 0) -> Chain:
    return Chain(Numbers(1500, seed=seed), stages, ShardStore(root))


def language(root: Path, seed: int) -> Chain:
    """A language that is translated, then labelled, and has steps without models before, between and after."""
    return chain_of(
        root,
        Add("split", ("n",), "s"),
        NeedsModel("translate", ("s",), "t", "translator"),
        Add("tokenize", ("t",), "w"),
        NeedsModel("label", ("w",), "l", "tagger"),
        Add("flag", ("l",), "f"),
        seed=seed,
    )


class Waiting(NeedsModel):
    """Translates when another language has been split, and says that it waits for it."""

    def __init__(self, waits: threading.Event, other: threading.Event) -> None:
        super().__init__("translate", ("n",), "t", "translator")
        self._waits, self._other = waits, other

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        self._waits.set()
        assert self._other.wait(20), "the other language was not split meanwhile"
        return super().apply(batch)


class Splitting(Add):
    """Splits when another language waits for it."""

    def __init__(self, waits: threading.Event, other: threading.Event) -> None:
        super().__init__("split", ("n",), "s")
        self._waits, self._other = waits, other

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        assert self._waits.wait(20), "no other language is translated meanwhile"
        self._other.set()
        return super().apply(batch)


def test_one_language_is_split_while_another_is_translated(tmp_path: Path):
    waits, other = threading.Event(), threading.Event()
    chains = {
        "first": chain_of(tmp_path / "first", Waiting(waits, other)),
        "second": chain_of(tmp_path / "second", Splitting(waits, other), NeedsModel("t", ("s",), "t", "translator")),
    }
    with two_lanes() as executor:
        assert dict(run_together(chains, executor)) == {"first": None, "second": None}


def test_each_model_is_loaded_once_and_no_byte_changes(tmp_path: Path):
    def shards(root: Path) -> dict[str, bytes]:
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    for seed in range(4):
        language(tmp_path / "alone", seed).run()
    EVENTS.clear()
    with two_lanes() as executor:
        ends = dict(run_together({f"{k}": language(tmp_path / "together", k) for k in range(4)}, executor))
    assert EVENTS == ["load translator", "free translator", "load tagger", "free tagger"]
    assert ends == dict.fromkeys("0123")
    assert shards(tmp_path / "together") == shards(tmp_path / "alone")


def test_languages_that_are_finished_load_nothing(tmp_path: Path):
    for seed in range(2):
        language(tmp_path, seed).run()
    EVENTS.clear()
    with two_lanes() as executor:
        assert len(list(run_together({f"{k}": language(tmp_path, k) for k in range(2)}, executor))) == 2
    assert not EVENTS


@pytest.mark.parametrize("stage", [Add, NeedsModel])
def test_one_language_that_fails_leaves_the_others(tmp_path: Path, stage: type[Add]):
    bad = stage("a", ("n",), "a", **({"model": "translator"} if stage is NeedsModel else {}))
    bad._fail_at, bad._error = 500, EngineError("the engine broke")
    with two_lanes() as executor:
        chains = {"bad": chain_of(tmp_path / "bad", bad), "good": language(tmp_path / "good", 1)}
        ends = {name: str(error) for name, error in run_together(chains, executor)}
    assert ends == {"bad": "the engine broke", "good": "None"}


def test_a_fault_of_the_program_reaches_whoever_waits(tmp_path: Path):
    chains = {"bad": chain_of(tmp_path / "bad", Add("a", ("n",), "a", fail_at=500)), "good": language(tmp_path, 1)}
    with two_lanes() as executor, pytest.raises(ValueError, match="the stage failed on purpose"):
        list(run_together(chains, executor))


def test_both_lanes_end_when_nobody_waits_for_them(tmp_path: Path):
    waits, other = threading.Event(), threading.Event()
    other.set()
    running = threading.active_count()
    chains = {
        "quick": chain_of(tmp_path / "quick", Add("a", ("n",), "a")),
        "long": Chain(Numbers(500_000), [Waiting(waits, other)], ShardStore(tmp_path / "long")),
    }
    with two_lanes() as executor, closing(run_together(chains, executor)) as ends:
        assert next(ends) == ("quick", None)
    assert threading.active_count() == running
    assert not chains["long"].has_run
    chains["quick"].progress("again", 1, 1)  # what tells the progress is as before


class Silent(Total):
    """Fits for longer than anybody waits for it, and tells nothing meanwhile."""

    def __init__(self, begun: threading.Event, end: threading.Event) -> None:
        super().__init__("total", ("n",), "t")
        self._begun, self._end = begun, end

    def fit(self, batches: Any, path: Path) -> None:
        rows = list(batches)
        self._begun.set()
        assert self._end.wait(20)
        super().fit(rows, path)


def test_a_step_that_outlives_the_lanes_applies_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("silverner.projection.chain.lanes._PATIENCE", 0.1)
    begun, end = threading.Event(), threading.Event()
    running = set(threading.enumerate())
    chains = {"quick": chain_of(tmp_path / "quick"), "long": chain_of(tmp_path / "long", Silent(begun, end))}
    with two_lanes() as executor, closing(run_together(chains, executor)) as ends:
        assert next(ends) == ("quick", None)
        assert begun.wait(20)
    end.set()
    for thread in set(threading.enumerate()) - running:
        thread.join(20)
    assert not list((tmp_path / "long").rglob("total-*/*.shard"))
