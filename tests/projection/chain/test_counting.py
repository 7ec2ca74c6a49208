"""Stages that learn by adding up the counts of all shards: workers count, and the result is that of fitting at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.errors import DataError
from tests.projection.chain_stages import Add, CountedTotal, Numbers, Total, run_chain


def chain_of(root: Path, total: Total) -> Chain:
    stages = [Add("a", ("n",), "a", drop=7), total, Add("z", ("t",), "z")]
    return Chain(Numbers(5500), stages, ShardStore(root))


def results(chain: Chain) -> list[dict[str, list[object]]]:
    return [table.to_pydict() for table in chain.tables(["n", "a", "t", "z"])]


def artefacts(root: Path) -> list[Path]:
    return sorted(root.glob("v2/total-*/artefact-*"))


@pytest.mark.parametrize("workers", [1, 2])
def test_counts_of_shards_teach_what_the_whole_corpus_teaches(tmp_path: Path, workers: int):
    fitted = run_chain(chain_of(tmp_path / "fitted", Total("total", ("a",), "t")))
    counted = run_chain(chain_of(tmp_path / "counted", CountedTotal(tmp_path, processes=workers)), workers=workers)
    assert results(counted) == results(fitted)
    assert counted.signatures == fitted.signatures
    assert [path.read_bytes() for path in artefacts(tmp_path / "counted")] == [
        path.read_bytes() for path in artefacts(tmp_path / "fitted")
    ]
    processes = {int(note.name.partition("-")[2]) for note in tmp_path.glob("counted-*")}
    assert len(processes) == workers and (os.getpid() in processes) is (workers == 1)


def test_an_artefact_that_is_damaged_is_made_again(tmp_path: Path):
    before = results(run_chain(chain_of(tmp_path, CountedTotal(tmp_path))))
    (artefact,) = artefacts(tmp_path)
    artefact.write_text("0 ")
    assert results(run_chain(chain_of(tmp_path, CountedTotal(tmp_path)))) == before
    assert artefact.read_text() == f"{sum(range(1, 5501))} "


@pytest.mark.parametrize("damaged", [False, True])
def test_counts_are_kept_until_they_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bool):
    def stop(*arguments: object) -> None:
        raise DataError("stopped")

    with monkeypatch.context() as stopped, pytest.raises(DataError, match="stopped"):
        stopped.setattr(CountedTotal, "merge", stop)
        run_chain(chain_of(tmp_path, CountedTotal(tmp_path)))
    counts = sorted(tmp_path.glob("v2/total-*/*.shard"))
    assert len(counts) == 6
    (tmp_path / f"counted-{os.getpid()}").unlink()
    if damaged:
        counts[3].write_bytes(b"nothing")
    chain = run_chain(chain_of(tmp_path, CountedTotal(tmp_path)))
    assert (tmp_path / f"counted-{os.getpid()}").exists() is damaged
    assert not any(path.exists() for path in counts)
    assert results(chain) == results(run_chain(chain_of(tmp_path / "again", CountedTotal(tmp_path))))
