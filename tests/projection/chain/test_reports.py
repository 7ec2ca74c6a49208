from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.alignment.embedding import EmbeddingAligner
from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.progress import StageProgress
from silverner.projection.chain.reports import HALVED_BATCH, listening, part, report, report_event
from silverner.projection.neural.checkpoint import Checkpoint
from tests.projection.chain_stages import Add, Numbers, Total, run_chain
from tests.tiny import write_model


class InHalves(Add):
    """Reports when it has done half of a shard."""

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        report(0.5)
        return super().apply(batch)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_inside_a_shard_is_shown(tmp_path: Path, workers: int):
    told: list[tuple[str, int, int]] = []
    stage = InHalves("a", ("n",), "a")
    chain = Chain(Numbers(1500), [stage], ShardStore(tmp_path), progress=lambda *it: told.append(it))
    run_chain(chain, workers=workers)
    finished = [n for name, n, _ in told if name == "a"]
    if workers == 1:
        assert finished == [0, 500, 1000, 1250, 1500]
    else:
        assert len(finished) == 5, "each of the two shards tells when it is half done and when it is done"
        assert (finished[0], finished[-1]) == (0, 1500) and finished == sorted(finished)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10)), max_size=30))
def test_finished_sentences_never_fall_and_are_those_of_all_shards_under_way(steps: list[tuple[int, int]]):
    told: list[int] = []
    progress = StageProgress(finished=7, tell=told.append)
    furthest = dict.fromkeys(range(4), 0)
    for shard, sentences in steps:
        progress.reach(shard, sentences)
        furthest[shard] = max(furthest[shard], sentences)
        assert told[-1] == 7 + sum(furthest.values())
    assert told == sorted(told) and len(told) == len(steps) + 1


class Short(Add):
    """Runs out of memory once a shard, and says that it has a model."""

    def settings(self) -> dict[str, object]:
        return {**super().settings(), "engine": "e", "model": "m", "precision": "float32"}

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        if 0 not in batch["n"]:
            report_event(HALVED_BATCH)
        return super().apply(batch)


@pytest.mark.parametrize("workers", [1, 2])
def test_batches_that_did_not_fit_into_memory_are_counted_also_in_what_was_finished_before(
    tmp_path: Path, workers: int
) -> None:
    for _ in range(2):
        chain = Chain(Numbers(2500), [Short("a", ("n",), "a"), Add("b", ("a",), "b")], ShardStore(tmp_path))
        run_chain(chain, workers=workers)
        assert chain.model_counts.halved_batches() == {"a": 2}


class ShortWhileFitting(Total):
    """Runs out of memory three times while it learns, and says that it has a model."""

    def settings(self) -> dict[str, object]:
        return {"engine": "e", "model": "m", "precision": "float32"}

    def fit(self, batches: Iterable[dict[str, list[Any]]], path: Path) -> None:
        super().fit(batches, path)
        for _ in range(3):
            report_event(HALVED_BATCH)


def test_batches_that_did_not_fit_while_a_stage_learned_are_counted_too(tmp_path: Path) -> None:
    for _ in range(2):
        stages = [Short("a", ("n",), "a"), ShortWhileFitting("total", ("a",), "t"), Add("z", ("t",), "z")]
        chain = run_chain(Chain(Numbers(2500), stages, ShardStore(tmp_path)))
        assert chain.model_counts.halved_batches() == {"a": 2, "total": 3}


def test_a_report_without_a_listener_does_nothing_and_a_listener_ends():
    shares: list[float] = []
    report(0.5)
    with listening(shares.append):
        with part(0.0, 0.5), part(0.5, 1.0):
            report(0.5)
        report(1.0)
    report(0.1)
    assert shares == [0.375, 1.0]


def test_an_aligner_of_vectors_reports_from_begin_to_end(tmp_path: Path):
    write_model("bert", tmp_path / "encoder")
    aligner = EmbeddingAligner(Checkpoint(name=str(tmp_path / "encoder")), layer=1)
    shares: list[float] = []
    with listening(shares.append):
        aligner.align([["a", "b"]] * 300, [["a"]] * 300)
    assert shares == pytest.approx([128 / 300, 256 / 300, 278 / 300, 1.0])
