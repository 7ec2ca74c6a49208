from __future__ import annotations

import inspect
import logging
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from silverner.projection import errors
from silverner.projection.chain import DROP, Chain, ShardStore
from silverner.projection.chain.stage import signature
from silverner.projection.errors import (
    DataError,
    EngineError,
    MissingEngineError,
    MissingFileError,
    SilvernerError,
    UsageError,
    nearest,
)
from silverner.projection.spans import TagError
from tests.projection.chain_stages import Add, Grumble, Numbers, Silent, Total, run_chain, sleepy_chain, tag_error
from tests.projection.helpers import ROOT


def run(root: Path, source: Numbers, stages: Sequence[Any], *, workers: int = 1, **options: Any) -> Chain:
    return run_chain(Chain(source, stages, ShardStore(root), **options), workers=workers)


def rows(chain: Chain, *columns: str) -> list[tuple[Any, ...]]:
    found = []
    for table in chain.tables(columns):
        assert table.column_names == [*columns, DROP]
        found += list(zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True))
    return found


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def line(**changes: Any) -> list[Any]:
    """Three stages behind each other, and one beside them."""
    rules: dict[str, Any] = {"a": {}, "b": {}, "c": {}, "side": {}}
    rules.update(changes)
    return [
        Add("c", ("b",), "c", **{"amount": 100, **rules["c"]}),
        Add("side", ("n",), "s", **{"amount": 1000, **rules["side"]}),
        Add("a", ("n",), "a", **{"amount": 1, **rules["a"]}),
        Add("b", ("a",), "b", **{"amount": 10, **rules["b"]}),
    ]


def named(stages: Sequence[Any], name: str) -> Any:
    return next(stage for stage in stages if stage.name == name)


def test_the_order_comes_from_what_stages_need(tmp_path: Path):
    chain = run(tmp_path, Numbers(3), line())
    assert list(chain.signatures) == ["source", "a", "b", "c", "side"]
    assert [state.name for state in chain.plan()] == ["source", "a", "b", "c", "side"]
    assert rows(chain, "n", "a", "c", "s") == [(n, n + 1, n + 111, n + 1000, None) for n in range(3)]


def test_a_stage_may_need_columns_of_several_stages(tmp_path: Path):
    chain = run(tmp_path, Numbers(2), [*line(), Add("z", ("c", "n", "s"), "z", 0)])
    assert rows(chain, "z") == [(1111, None), (1114, None)]


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([Add("a", ("n",), "x"), Add("b", ("n",), "x")], "the stages 'a' and 'b' both add the column 'x'"),
        ([Add("a", ("n",), "row")], "the stages 'source' and 'a' both add the column 'row'"),
        ([Add("a", ("m",), "x")], "the stage 'a' needs the column 'm', which no stage adds"),
        ([Add("a", ("n",), "x"), Add("a", ("n",), "y")], "two stages are called 'a'"),
        ([Add("source", ("n",), "x")], "two stages are called 'source'"),
        ([Add("a", ("y",), "x"), Add("b", ("x",), "y")], "these stages need each other: "),
        ([Add("a", ("x",), "x")], "these stages need each other: a"),
    ],
)
def test_stages_that_do_not_fit_are_refused_before_any_work(tmp_path: Path, stages: list[Any], message: str):
    with pytest.raises(UsageError, match=re.escape(message)):
        Chain(Numbers(3), stages, ShardStore(tmp_path / "store"))
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"a": {"amount": 2}}, {"a", "b", "c"}),
        ({"b": {"amount": 2}}, {"b", "c"}),
        ({"c": {"amount": 2}}, {"c"}),
        ({"side": {"amount": 2}}, {"side"}),
        ({}, set()),
    ],
)
def test_a_change_reaches_the_stages_behind_it_alone(tmp_path: Path, changes: dict[str, Any], changed: set[str]):
    first = run(tmp_path, Numbers(1500), line()).signatures
    source, stages = Numbers(1500), line(**changes)
    second = run(tmp_path, source, stages).signatures
    assert {name for name in first if first[name] != second[name]} == changed
    assert {stage.name for stage in stages if stage.calls} == changed
    assert source.read == 0


def test_a_change_of_the_source_or_of_a_version_is_noticed(tmp_path: Path):
    first = run(tmp_path, Numbers(3), line()).signatures
    seeded = run(tmp_path, Numbers(3, seed=1), line()).signatures
    assert all(first[name] != seeded[name] for name in first)
    stages = line()
    named(stages, "b").version = 2
    newer = run(tmp_path, Numbers(3), stages).signatures
    assert {name for name in first if first[name] != newer[name]} == {"b", "c"}


def test_going_back_to_earlier_settings_computes_nothing(tmp_path: Path):
    run(tmp_path, Numbers(3), line())
    run(tmp_path, Numbers(3), line(a={"amount": 5}))
    stages = line()
    chain = run(tmp_path, Numbers(3), stages)
    assert [stage.calls for stage in stages] == [[]] * 4
    assert rows(chain, "c") == [(111, None), (112, None), (113, None)]


def test_batches_are_shards_of_a_thousand(tmp_path: Path):
    stages = line()
    run(tmp_path, Numbers(2500), stages)
    assert [stage.calls for stage in stages] == [[1000, 1000, 500]] * 4


@pytest.mark.parametrize("count", [999, 1000, 1001, 2000])
def test_rows_at_the_edge_of_a_shard_are_all_there(tmp_path: Path, count: int):
    chain = run(tmp_path, Numbers(count), line())
    assert [n for n, _ in rows(chain, "n")] == list(range(count))
    assert [state.shards for state in chain.plan()] == [-(-count // 1000)] * 5


def test_no_rows_are_no_shards(tmp_path: Path):
    total = Total()
    stages = [*line(), total]
    told: list[tuple[str, int, int]] = []
    chain = run(tmp_path, Numbers(0), stages, progress=lambda *facts: told.append(facts))
    assert rows(chain, "c", "t") == []
    assert all(state.cached and state.shards == 0 for state in chain.plan())
    assert (total.fitted, total.calls) == ([], [])
    assert all(fact[1:] == (0, 0) for fact in told)


def test_a_stage_that_fails_keeps_its_finished_shards(tmp_path: Path):
    stages = line(b={"fail_at": 2500})
    chain = Chain(Numbers(3500), stages, ShardStore(tmp_path))
    with pytest.raises(ValueError, match="on purpose"):
        chain.run()
    assert {state.name: state.shards_done for state in chain.plan()} == {"source": 4, "a": 4, "b": 2, "c": 0, "side": 0}
    assert [state.cached for state in chain.plan()] == [True, True, False, False, False]

    stages = line()
    again = run(tmp_path, Numbers(3500), stages)
    assert {stage.name: stage.calls for stage in stages} == {
        "a": [],
        "b": [1000, 500],
        "c": [1000, 1000, 1000, 500],
        "side": [1000, 1000, 1000, 500],
    }
    assert rows(again, "c") == [(n + 111, None) for n in range(3500)]
    run(tmp_path / "undisturbed", Numbers(3500), line())
    whole = files(tmp_path / "undisturbed" / "v2")
    assert files(tmp_path / "v2") == whole


def test_a_source_that_fails_is_read_again(tmp_path: Path):
    class Broken(Numbers):
        def rows(self) -> Any:
            for row in super().rows():
                if row["n"] == 1500:
                    raise DataError("line 1501 is broken")
                yield row

    chain = Chain(Broken(2000), line(), ShardStore(tmp_path))
    with pytest.raises(DataError, match="line 1501"):
        chain.run()
    assert [state.shards for state in chain.plan()] == [None] * 5
    assert not any(state.cached for state in chain.plan())
    assert rows(run(tmp_path, Numbers(2000), line()), "c") == [(n + 111, None) for n in range(2000)]


def test_a_killed_run_resumes_to_the_same_bytes(tmp_path: Path):
    marker = tmp_path / "asleep"
    code = (
        "from pathlib import Path; from tests.projection.chain_stages import sleepy_chain; "
        f"sleepy_chain(Path({str(tmp_path / 'killed')!r}), Path({str(marker)!r})).run()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        waited = time.monotonic() + 60
        while not marker.exists() and process.poll() is None and time.monotonic() < waited:
            time.sleep(0.02)
        assert marker.exists()
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    chain = sleepy_chain(tmp_path / "killed")
    assert {s.name: (s.signature is not None, s.shards_done) for s in chain.plan()} == {
        "source": (True, 4),
        "a": (True, 4),
        "b": (True, 2),
        "total": (False, 0),
        "c": (False, 0),
    }
    chain.run()
    undisturbed = sleepy_chain(tmp_path / "whole")
    undisturbed.run()
    assert files(tmp_path / "killed") == files(tmp_path / "whole")
    assert all(state.cached for state in chain.plan())


def processes_of(session: int) -> set[int]:
    """List the processes of a session that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to list processes")
def test_workers_end_with_a_killed_parent(tmp_path: Path):
    marker = tmp_path / "asleep"
    code = (
        "from pathlib import Path; from tests.projection.chain_stages import run_chain, sleepy_chain\n"
        "if __name__ == '__main__': "
        f"run_chain(sleepy_chain(Path({str(tmp_path)!r}), Path({str(marker)!r})), workers=2)"
    )
    (tmp_path / "program.py").write_text(code)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        waited = time.monotonic() + 60
        while not marker.exists() and process.poll() is None and time.monotonic() < waited:
            time.sleep(0.02)
        assert marker.exists()
        assert len(processes_of(process.pid)) >= 3, "the program and its two workers"
        process.kill()
        process.wait()
        waited = time.monotonic() + 10
        while processes_of(process.pid) and time.monotonic() < waited:
            time.sleep(0.05)
        assert processes_of(process.pid) == set()
    finally:
        for pid in processes_of(process.pid):
            os.kill(pid, signal.SIGKILL)


def test_workers_never_change_a_byte(tmp_path: Path):
    def stages() -> list[Any]:
        return [Add("a", ("n",), "a", drop=3), Total("total", ("a",), "t"), Add("b", ("t",), "b", drop=5)]

    told: list[tuple[str, int, int]] = []
    run(tmp_path / "one", Numbers(3500, drop_every=11), stages())
    run(
        tmp_path / "two",
        Numbers(3500, drop_every=11),
        stages(),
        workers=2,
        progress=lambda *facts: told.append(facts),
    )
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert [fact for fact in told if fact[1] == fact[2]][-1] == ("b", 3500, 3500)


@pytest.mark.parametrize(
    ("rules", "kind", "message"),
    [
        ({"fail_at": 1500, "error": EngineError("the engine broke")}, EngineError, "the engine broke"),
        ({"fail_at": 1500, "error": tag_error()}, TagError, "a tag breaks its scheme"),
        ({"surplus": 1}, EngineError, "the stage 'a' returned"),
        ({"die_at": 1500}, SilvernerError, "'a'"),
    ],
)
def test_an_error_in_a_worker_comes_out_as_it_was_raised(
    tmp_path: Path, rules: dict[str, Any], kind: type[Exception], message: str
):
    with pytest.raises(kind, match=re.escape(message)):
        run(tmp_path, Numbers(2500), [Add("a", ("n",), "a", **rules)], workers=2)


ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SilvernerError)]


@pytest.mark.parametrize(
    "error", [*(kind("what is wrong") for kind in ERRORS), tag_error()], ids=lambda e: type(e).__name__
)
def test_every_error_survives_the_way_from_a_worker(error: SilvernerError):
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.exit_code) == (type(error), str(error), error.exit_code)


@pytest.mark.parametrize(
    ("kind", "builtin", "code"),
    [
        ("UsageError", ValueError, 2),
        ("RecipeError", ValueError, 2),
        ("DataError", ValueError, 1),
        ("MissingFileError", FileNotFoundError, 1),
        ("MissingEngineError", ImportError, 1),
        ("EngineError", RuntimeError, 1),
        ("OutputError", OSError, 1),
    ],
)
def test_every_error_is_also_the_builtin_one_expects(kind: str, builtin: type[Exception], code: int):
    error = getattr(errors, kind)("text")
    assert isinstance(error, SilvernerError) and isinstance(error, builtin)
    assert (error.exit_code, str(error)) == (code, "text")


@pytest.mark.parametrize(
    ("value", "allowed", "text"),
    [
        ("exat", ["greedy", "exact"], "allowed: exact, greedy (did you mean exact?)"),
        ("zzz", ["greedy", "exact"], "allowed: exact, greedy"),
        ("", ["a"], "allowed: a"),
    ],
)
def test_nearest_names_what_is_allowed(value: str, allowed: list[str], text: str):
    assert nearest(value, allowed) == text


def test_a_dropped_sentence_is_never_seen_again_and_keeps_its_first_reason(tmp_path: Path):
    a, b, c = (
        Add("a", ("n",), "a", 0, drop=2),
        Add("b", ("a",), "b", 0, drop=3),
        Add("c", ("b",), "c", 0),
    )
    chain = run(tmp_path, Numbers(12, drop_every=5), [c, b, a])
    assert a.seen == [1, 2, 3, 4, 6, 7, 8, 9, 11]
    assert b.seen == [1, 3, 7, 9, 11]
    assert c.seen == [1, 7, 11]
    assert rows(chain, "n", "a", "b", "c") == [
        (0, None, None, None, "at-source"),
        (1, 1, 1, 1, None),
        (2, 2, None, None, "a"),
        (3, 3, 3, None, "b"),
        (4, 4, None, None, "a"),
        (5, None, None, None, "at-source"),
        (6, 6, None, None, "a"),
        (7, 7, 7, 7, None),
        (8, 8, None, None, "a"),
        (9, 9, 9, None, "b"),
        (10, None, None, None, "at-source"),
        (11, 11, 11, 11, None),
    ]


@pytest.mark.parametrize("names", [("early", "late"), ("late", "early")])
def test_of_two_stages_beside_each_other_the_first_in_order_gives_the_reason(tmp_path: Path, names: tuple[str, str]):
    chain = run(tmp_path, Numbers(7), [Add(name, ("n",), name, 0, drop=k + 2) for k, name in enumerate(names)])
    both = "early"
    assert [reason for _, reason in rows(chain, "n")] == [both, None, names[0], names[1], names[0], None, both]


def test_a_shard_without_live_sentences_is_not_given_to_a_stage(tmp_path: Path):
    late = Add("late", ("a",), "b", 0)
    chain = run(tmp_path, Numbers(1500), [Add("a", ("n",), "a", 0, drop=1), late])
    assert late.calls == []
    assert rows(chain, "b") == [(None, "a")] * 1500


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (Add("a", ("n",), "a", surplus=1), "the stage 'a' returned 1001 'a' for 1000 sentences"),
        (Silent("a", ("n",), "a"), "the stage 'a' returned 0 'a' for 1000 sentences"),
    ],
)
def test_a_stage_that_returns_another_length_is_named(tmp_path: Path, stage: Any, message: str):
    with pytest.raises(EngineError, match=re.escape(message)):
        run(tmp_path, Numbers(1500), [stage])


def test_fitting_sees_the_whole_corpus_once(tmp_path: Path):
    total = Total("total", ("a", "n"), "t")
    chain = run(tmp_path, Numbers(1003), [Add("a", ("n",), "a", 0, drop=501), total])
    assert [batch["n"] for batch in total.fitted] == [list(range(1000)), [1000, 1001, 1002]]
    assert [k for batch in total.fitted for k, reason in zip(batch["n"], batch[DROP], strict=True) if reason] == [
        0,
        501,
        1002,
    ]
    assert total.calls == [998, 2]
    again = Total("total", ("a", "n"), "t")
    second = run(tmp_path, Numbers(1003), [Add("a", ("n",), "a", 0, drop=501), again])
    assert (again.fitted, again.calls) == ([], [])
    assert second.signatures == chain.signatures


def fitted(root: Path, **rules: Any) -> tuple[Chain, Total]:
    options = {name: rules.pop(name) for name in ("artefacts", "workers") if name in rules}
    total = Total("total", ("a",), "t", **rules)
    stages = [Add("z", ("t",), "z"), total, Add("a", ("n",), "a"), Add("side", ("n",), "s")]
    return run(root, Numbers(1500), stages, **options), total


def test_the_artefact_is_part_of_every_signature_behind_it(tmp_path: Path):
    one, _ = fitted(tmp_path / "one", salt="one")
    two, _ = fitted(tmp_path / "two", salt="two")
    differ = {name for name in one.signatures if one.signatures[name] != two.signatures[name]}
    assert differ == {"total", "z"}
    assert list(one.artefact_files()) == list(two.artefact_files())
    assert [path.read_text().split()[1] for path in two.artefact_files().values()] == ["two"]


def test_a_plan_does_nothing_and_knows_what_is_to_be_fitted(tmp_path: Path):
    total = Total("total", ("a",), "t")
    source, stages = Numbers(1500), [Add("z", ("t",), "z"), total, Add("a", ("n",), "a")]
    chain = Chain(source, stages, ShardStore(tmp_path / "store"))
    assert [(s.name, s.signature is None, s.shards_done, s.shards) for s in chain.plan()] == [
        ("source", False, 0, None),
        ("a", False, 0, None),
        ("total", True, 0, None),
        ("z", True, 0, None),
    ]
    assert (source.read, total.fitted, (tmp_path / "store").exists()) == (0, [], False)
    chain.run()
    assert [(s.name, s.signature, s.shards_done, s.cached) for s in chain.plan()] == [
        (name, chain.signatures[name], 2, True) for name in ("source", "a", "total", "z")
    ]


class Lacking(Add):
    """A stage whose engine is not there."""

    error: SilvernerError = MissingEngineError("install it: apt-get install it")

    def settings(self) -> Any:
        raise self.error


def test_a_plan_says_what_is_missing_and_who_waits_for_it(tmp_path: Path):
    stages = [Add("a", ("n",), "a"), Lacking("b", ("a",), "b"), Add("c", ("b",), "c"), Add("side", ("n",), "s")]
    chain = Chain(Numbers(3), stages, ShardStore(tmp_path / "store"))
    assert [(s.name, s.signature is None, s.missing) for s in chain.plan()] == [
        ("source", False, None),
        ("a", False, None),
        ("b", True, "install it: apt-get install it"),
        ("c", True, None),
        ("side", False, None),
    ]
    with pytest.raises(MissingEngineError, match="install it"):
        chain.check()
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "error",
    [
        EngineError("the aligner broke"),
        MissingFileError("cannot read links x: no such file"),
        DataError("x, line 1: out of range"),
    ],
)
def test_a_fit_that_fails_leaves_nothing_and_keeps_its_error(tmp_path: Path, error: SilvernerError):
    with pytest.raises(SilvernerError) as caught:
        fitted(tmp_path, fails=error)
    assert (type(caught.value), str(caught.value)) == (type(error), str(error))
    assert [name for name in files(tmp_path) if "total-" in name] == []


def test_progress_adds_up(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    run(tmp_path, Numbers(2300), line(), progress=lambda *facts: told.append(facts))
    for name in ("a", "b", "c", "side"):
        assert [fact[1:] for fact in told if fact[0] == name] == [(0, 2300), (1000, 2300), (2000, 2300), (2300, 2300)]
    assert [fact[1] for fact in told if fact[0] == "source"] == [1000, 2000, 2300]


def test_progress_of_a_resumed_stage_begins_where_it_stopped(tmp_path: Path):
    with pytest.raises(ValueError, match="on purpose"):
        run(tmp_path, Numbers(2300), [Add("a", ("n",), "a", fail_at=2000)])
    told: list[tuple[str, int, int]] = []
    run(tmp_path, Numbers(2300), [Add("a", ("n",), "a")], progress=lambda *facts: told.append(facts))
    assert told == [("a", 2000, 2300), ("a", 2300, 2300)]
    told.clear()
    run(tmp_path, Numbers(2300), [Add("a", ("n",), "a")], progress=lambda *facts: told.append(facts))
    assert told == [("a", 2300, 2300)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, True),
        ({"a": (1, 2)}, {"a": [1, 2]}, True),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": 1}, {"a": 1.0}, False),
        ({"a": None}, {}, False),
        ("é", "e\N{COMBINING ACUTE ACCENT}", False),
    ],
)
def test_a_signature_names_facts(one: object, other: object, same: bool):
    assert re.fullmatch("[0-9a-f]{16}", signature(one))
    assert (signature(one) == signature(other)) is same


def test_a_signature_is_the_same_on_every_machine():
    assert signature({"b": 1, "a": ["é", 0.5, None, True]}) == "91e78c4de25c82ef"


def test_what_workers_log_reaches_the_parents_log(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    for workers in (1, 2):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "silverner"):
            run(tmp_path / str(workers), Numbers(2500), [Grumble()], workers=workers)
        assert sorted(caplog.messages) == ["0 sits badly", "1000 sits badly", "2000 sits badly"]
