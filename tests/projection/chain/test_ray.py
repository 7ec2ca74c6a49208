"""Ray: two nodes on this machine, workers that are killed, and what is wrong with a cluster."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.ray_pool import RayPool
from silverner.projection.chain.schedule import run_together
from silverner.projection.errors import EngineError, MissingEngineError, SilvernerError, UsageError
from tests.projection.chain_stages import Add, Deadly, Grumble, Numbers, Slow, SlowModel, Total
from tests.projection.helpers import ROOT

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="needs Ray: pip install 'silverner[ray]'"
)


def shards(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def chain_of(root: Path, *first: Any) -> Chain:
    stages = [*first, Total("total", ("a",), "t"), Add("z", ("t",), "z")]
    return Chain(Numbers(3500), stages, ShardStore(root))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Two nodes with one CPU each, and one of them with what Ray takes for a GPU."""
    from ray.cluster_utils import Cluster

    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), before)))
    head = {"num_cpus": 1, "include_dashboard": False, "_system_config": {"worker_niceness": 0}}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    cluster.add_node(num_cpus=1, num_gpus=1)
    yield cluster.address
    cluster.shutdown()
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


@needs_ray
def test_two_nodes_and_workers_that_are_killed_change_no_byte(
    tmp_path: Path, address: str, caplog: pytest.LogCaptureFixture
):
    for name in ("signs", "alone", "together"):
        (tmp_path / name).mkdir()
    chain_of(tmp_path / "alone", Add("a", ("n",), "a"), Grumble()).run()
    caplog.clear()
    ended = threading.Event()
    killed: list[int] = []

    def kill_one() -> None:
        while not killed and not ended.wait(0.05):
            for sign in sorted((tmp_path / "signs").glob("process-*"))[:1]:
                os.kill(int(sign.name.partition("-")[2]), signal.SIGKILL)
                killed.append(1)

    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        with RayPool(address=address) as pool:
            deadly = chain_of(tmp_path / "together", Deadly(1500, tmp_path / "signs", times=1), Grumble())
            slow = chain_of(tmp_path / "slow", Slow(tmp_path / "signs"))
            broken = chain_of(tmp_path / "broken", Add("a", ("n",), "a", fail_at=1500, error=EngineError("it broke")))
            ends = list(run_together({"deadly": deadly, "slow": slow, "broken": broken}, pool))
    finally:
        ended.set()
        killer.join()
    assert [(name, error and (type(error), str(error))) for name, error in ends] == [
        ("deadly", None),
        ("slow", None),
        ("broken", (EngineError, "it broke")),
    ]
    assert killed and (tmp_path / "signs/death-0").exists()
    assert shards(tmp_path / "together") == shards(tmp_path / "alone")
    assert sorted(m for m in caplog.messages if "sits badly" in m) == [
        f"{k}000 sits badly" if k else "0 sits badly" for k in range(4)
    ]
    assert any("a: a worker died at sentences 1001 to 2000" in message for message in caplog.messages)


@needs_ray
def test_workers_that_were_killed_while_they_waited_are_no_fault_of_a_shard(
    tmp_path: Path, address: str, caplog: pytest.LogCaptureFixture
):
    with RayPool(address=address) as pool:
        Chain(Numbers(3500), [Slow(tmp_path)], ShardStore(tmp_path)).run(pool)
        waiting = [int(sign.name.partition("-")[2]) for sign in tmp_path.glob("process-*")]
        for process in waiting:
            os.kill(process, signal.SIGKILL)
        Chain(Numbers(3500, seed=1), [Slow(tmp_path)], ShardStore(tmp_path)).run(pool)
    messages = [message for message in caplog.messages if "worker" in message]
    assert len(messages) == len(waiting) > 0
    assert all(message.startswith("a worker died while it waited (") for message in messages)


@needs_ray
def test_stages_without_models_run_beside_the_gpus(tmp_path: Path, address: str):
    def chains(root: Path) -> dict[str, Chain]:
        stages = [Slow(tmp_path), SlowModel(tmp_path), Add("z", ("t",), "z")]
        return {f"language {k}": Chain(Numbers(2500, seed=k), stages, ShardStore(root)) for k in range(3)}

    for chain in chains(tmp_path / "alone").values():
        chain.run()
    for sign in tmp_path.glob("*-*"):
        sign.unlink()
    with RayPool(address=address, gpus_per_worker=1) as pool:
        ends = dict(run_together(chains(tmp_path / "together"), pool))
    assert ends == dict.fromkeys(ends) and len(ends) == 3
    with_models, without = (
        {sign.name.partition("-")[2] for sign in tmp_path.glob(pattern)} for pattern in ("model-*", "process-*")
    )
    assert len(with_models) == len(without) == 1 and with_models != without
    assert shards(tmp_path / "together") == shards(tmp_path / "alone")


@needs_ray
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 3}, "--workers 3: each worker takes 1 CPU; the Ray cluster has 2 CPUs and 1 GPUs, so 2 workers"),
        (
            {"workers": 2, "gpus_per_worker": 1},
            "--workers 2: each worker takes 1 CPU and 1 GPUs; the Ray cluster has 2 CPUs and 1 GPUs, so 1 workers",
        ),
    ],
)
def test_workers_that_do_not_fit_the_cluster_are_refused(address: str, options: dict[str, Any], message: str):
    with pytest.raises(UsageError, match=re.escape(message)), RayPool(address=address, **options):
        pass


@needs_ray
def test_a_dead_address_is_one_line():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SilvernerError) as caught, RayPool(address=dead):
        pass
    assert re.fullmatch(
        rf"no Ray cluster can be reached at --ray-address {dead} \(.*refused.*\); start one with 'ray start --head', "
        "or leave --ray-address out to use this machine",
        str(caught.value),
    )


def test_without_ray_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"'ray' is not installed: pip install 'silverner\[ray\]'"), RayPool():
        pass
