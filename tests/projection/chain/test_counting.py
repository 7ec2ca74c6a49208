"""Stages that learn by adding up the counts of all shards: workers count, and the result is that of fitting at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from silverner.projection.chain import Chain, ShardStore
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
    counted = run_chain(chain_of(tmp_path / "counted", CountedTotal(tmp_path)), workers=workers)
    assert results(counted) == results(fitted)
    assert counted.signatures == fitted.signatures
    assert [path.read_bytes() for path in artefacts(tmp_path / "counted")] == [
        path.read_bytes() for path in artefacts(tmp_path / "fitted")
    ]
    assert len(list(tmp_path.glob("counted-*"))) == workers


@pytest.mark.parametrize("damaged", ["artefact", "count"])
def test_what_was_counted_is_used_again_and_what_is_damaged_is_made_again(tmp_path: Path, damaged: str):
    before = results(run_chain(chain_of(tmp_path, CountedTotal(tmp_path))))
    (artefact,) = artefacts(tmp_path)
    if damaged == "artefact":
        artefact.write_text("0 ")
    else:
        artefact.unlink()
        (artefact.parent / "000003.shard").write_bytes(b"nothing")
    assert results(run_chain(chain_of(tmp_path, CountedTotal(tmp_path)))) == before
    assert artefact.read_text() == f"{sum(range(1, 5501))} "


def test_counts_that_are_there_are_not_made_again(tmp_path: Path):
    run_chain(chain_of(tmp_path, CountedTotal(tmp_path)))
    for path in (*artefacts(tmp_path), *tmp_path.glob("counted-*")):
        path.unlink()
    run_chain(chain_of(tmp_path, CountedTotal(tmp_path)))
    assert not list(tmp_path.glob("counted-*"))
