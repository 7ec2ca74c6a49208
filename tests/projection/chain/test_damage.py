"""A file of the store that a disk damaged is noticed and made again; an artefact of a stranger is verified."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.artefacts import RecordedArtefact
from silverner.projection.chain.files import file_hash
from silverner.projection.chain.sealed import seal
from silverner.projection.errors import DataError, OutputError
from tests.projection.chain_stages import Add, Numbers, Total, run_chain

ROWS = 1500
EXPECTED = [(n + 1, n + 1 + 1125750, n + 1 + 1125750 + 10) for n in range(ROWS)]
"""Of every number the next one, the next one with the sum of all next ones, and that with ten more."""


class RepeatableTotal(Total):
    """Learns the same every time."""

    repeatable = True


class CheckedTotal(Total):
    """Knows a sum that cannot be: one that is smaller than the first number."""

    def check_fitted(self, batches: Iterable[dict[str, list[Any]]]) -> None:
        if self._total is not None and self._total < next(iter(batches))["a"][0]:
            raise DataError("the sum is too small")


def little_chain(root: Path, total: Total | None = None, **options: Any) -> Chain:
    stages = [Add("a", ("n",), "a"), total or Total("total", ("a",), "t"), Add("z", ("t",), "z", 10)]
    return Chain(Numbers(ROWS), stages, ShardStore(root), **options)


def built(root: Path, total: Total | None = None, *, workers: int = 1, **options: Any) -> list[tuple[Any, ...]]:
    chain = run_chain(little_chain(root, total, **options), workers=workers)
    columns = ("a", "t", "z")
    tables = list(chain.tables(columns))
    return [row for table in tables for row in zip(*(table.column(c).to_pylist() for c in columns), strict=True)]


def stored_files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


KINDS = ["source-*/000001.shard", "source-*/rows", "a-*/000000.shard", "total-*/artefact-*", "total-*/*.shard", "z-*/*"]


@pytest.mark.parametrize(("damage", "workers"), [("empty", 1), ("cut", 1), ("flipped", 1), ("flipped", 2), ("gone", 1)])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_damaged_is_made_again(
    tmp_path: Path, kind: str, damage: str, workers: int, caplog: pytest.LogCaptureFixture
):
    assert built(tmp_path) == EXPECTED
    before = stored_files(tmp_path)
    for path in tmp_path.glob(f"v2/{kind}"):
        whole = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            flipped = whole[:-1] + bytes([whole[-1] ^ 1])
            path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "flipped": flipped}[damage])
            assert path.read_bytes() != whole
    assert built(tmp_path, workers=workers) == EXPECTED
    assert stored_files(tmp_path) == before
    named = [message for message in caplog.messages if re.match(r"the stored (file|artefact) .* is damaged", message)]
    assert bool(named) is (damage != "gone")


def test_any_flipped_bit_is_noticed(tmp_path: Path):
    built(tmp_path)
    before = stored_files(tmp_path)
    chance = random.Random(15)
    for name in before:
        for _ in range(6):
            bit = chance.randrange(8 * len(before[name]))
            changed = bytearray(before[name])
            changed[bit // 8] ^= 1 << bit % 8
            (tmp_path / name).write_bytes(changed)
            assert built(tmp_path) == EXPECTED, (name, bit)
            assert stored_files(tmp_path) == before


@pytest.mark.parametrize("content", [b"{}", b"[]", b"-1", b"999999999999999", b"9" * 5000, b"2001", b"5"])
def test_a_number_of_rows_that_is_wrong_is_found_again(tmp_path: Path, content: bytes):
    built(tmp_path)
    before = stored_files(tmp_path)
    (path,) = tmp_path.glob("v2/source-*/rows")
    path.write_bytes(content)
    assert built(tmp_path) == EXPECTED
    path.write_bytes(seal(content) if not content.isdigit() or int(content[:20]) > ROWS else content)
    little_chain(tmp_path).plan()
    assert built(tmp_path) == EXPECTED
    assert stored_files(tmp_path) == before


def test_a_shard_damaged_behind_the_check_is_an_error_that_running_again_mends(tmp_path: Path):
    chain = little_chain(tmp_path)
    chain.run()
    (shard,) = tmp_path.glob("v2/a-*/000000.shard")
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(OutputError, match=f"^the stored shard {re.escape(str(shard))} cannot be read .*; run again"):
        list(chain.tables(["a"]))
    assert built(tmp_path) == EXPECTED


def test_a_plan_counts_shards_without_reading_them(tmp_path: Path):
    built(tmp_path)
    for path in tmp_path.glob("v2/*/*.shard"):
        path.write_bytes(b"")
    assert [(state.name, state.shards_done, state.cached) for state in little_chain(tmp_path).plan()] == [
        (name, 2, True) for name in ("source", "a", "total", "z")
    ]


# -- artefacts of a corpus folder ------------------------------------------------------------------------------------


def recorded(root: Path, text: str, *, sha256: str | None = None) -> dict[str, RecordedArtefact]:
    """Build once, and publish an artefact with this text in place of what was learned."""
    chain = little_chain(root / "first")
    chain.run()
    ((name, _),) = chain.artefact_files().items()
    path = root / "published" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return {name: RecordedArtefact(path, sha256 or file_hash(path))}


def test_a_recorded_artefact_is_used_instead_of_fitting(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    artefacts = recorded(tmp_path, "1000 published")
    ((name, artefact),) = artefacts.items()
    total = Total("total", ("a",), "t")
    with caplog.at_level("INFO", "silverner"):
        assert built(tmp_path / "store", total, artefacts=artefacts)[0] == (1, 1001, 1011)
    assert (total.fitted, re.fullmatch(r"total-[0-9a-f]{16}\.artefact", name) is not None) == ([], True)
    assert f"total: nothing is fitted: {artefact.path} is used, as the manifest there records it" in caplog.messages
    chain = little_chain(tmp_path / "store", artefacts=artefacts)
    assert all(state.cached for state in chain.plan())
    chain.run()
    assert {name: path.read_text() for name, path in chain.artefact_files().items()} == {name: "1000 published"}


def test_a_recorded_artefact_is_used_for_its_own_corpus_alone(tmp_path: Path):
    artefacts = recorded(tmp_path, "1000 published")
    built(tmp_path / "store", artefacts=artefacts)
    assert built(tmp_path / "store") == EXPECTED
    assert built(tmp_path / "store", artefacts=artefacts)[0] == (1, 1001, 1011)


def test_a_recorded_artefact_comes_before_one_of_the_store(tmp_path: Path):
    artefacts = recorded(tmp_path, "1000 published")
    assert built(tmp_path / "first") == EXPECTED
    assert built(tmp_path / "first", artefacts=artefacts)[0] == (1, 1001, 1011)


@pytest.mark.parametrize("damage", ["other", "gone", "link", "pipe", "folder", "too small"])
def test_an_artefact_that_is_not_the_recorded_one_is_not_used(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
):
    artefacts = recorded(tmp_path, "0 published")
    (artefact,) = artefacts.values()
    path, kept = artefact.path, tmp_path / "elsewhere"
    reason = "there is no such file"
    if damage == "other":
        path.write_text("0 publishee")
        reason = "its content is not what the manifest records"
    elif damage == "too small":
        reason = "the sum is too small"
    else:
        path.rename(kept)
    if damage == "link":
        path.symlink_to(kept)
    elif damage == "pipe":
        os.mkfifo(path)
    elif damage == "folder":
        path.mkdir()
    for _ in range(2):
        caplog.clear()
        total = CheckedTotal("total", ("a",), "t")
        assert built(tmp_path / "store", total, artefacts=artefacts) == EXPECTED
        assert f"total: {path} is not used: {reason}" in caplog.messages
    assert total.fitted == [], "what was fitted the first time is used the second time"
    shutil.rmtree(tmp_path / "store")
    caplog.clear()
    built(tmp_path / "store", CheckedTotal("total", ("a",), "t"), artefacts=artefacts)
    assert "total: fitted again; its result can differ from the earlier one" in caplog.messages


def test_an_artefact_of_other_settings_is_not_used(tmp_path: Path):
    artefacts = {"total-0123456789abcdef.artefact": next(iter(recorded(tmp_path, "1 wrong").values()))}
    total = Total("total", ("a",), "t")
    assert built(tmp_path / "store", total, artefacts=artefacts) == EXPECTED
    assert len(total.fitted) == 2


def test_what_can_be_learned_again_is_never_taken_from_a_corpus(tmp_path: Path):
    artefacts = recorded(tmp_path, "1 wrong")
    assert built(tmp_path / "store", RepeatableTotal("total", ("a",), "t"), artefacts=artefacts) == EXPECTED


def test_a_damaged_artefact_of_the_store_is_replaced_by_the_recorded_one(tmp_path: Path):
    built(tmp_path / "store", Total("total", ("a",), "t", salt="first"))
    (path,) = tmp_path.glob("store/v2/total-*/artefact-*")
    chain = little_chain(tmp_path / "store")
    chain.run()
    before = chain.signatures
    shutil.copy(path, tmp_path / "copy")
    artefacts = {name: RecordedArtefact(tmp_path / "copy", file_hash(path)) for name in chain.artefact_files()}
    path.write_text("1")
    again = little_chain(tmp_path / "store", Total("total", ("a",), "t", salt="second"), artefacts=artefacts)
    again.run()
    assert again.signatures == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["pipe", "folder"])
def test_what_is_no_file_is_named_removed_and_made_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str, place: str
) -> None:
    built(tmp_path, RepeatableTotal("total", ("a",), "t"))
    path = next(iter(sorted(tmp_path.glob(f"v*/{kind}"))))
    path.unlink()
    os.mkfifo(path) if place == "pipe" else path.mkdir()
    assert built(tmp_path, RepeatableTotal("total", ("a",), "t")) == EXPECTED
    assert f"{path} is damaged ({path} is a folder, a pipe or a device" in caplog.text
