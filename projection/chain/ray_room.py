"""Room in a Ray cluster that nothing else takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from silverner.projection.errors import EngineError

_PATIENCE = 60
"""Seconds in which there must be room: another build may be about to end."""


@contextmanager
def room_for(actors: int, *, gpus: float) -> Iterator[Any]:
    """Keep room for actors with GPUs, wherever the cluster has both a CPU and GPUs.

    Without it, actors that need a CPU alone could take the CPUs of the machines with GPUs.

    :param actors: Number of actors, each with one CPU.
    :param gpus: GPUs of each.
    :returns: Ray's placement group.
    :raises EngineError: when the cluster has no such room for a minute.
    """
    from ray.util.placement_group import placement_group, remove_placement_group

    group = placement_group([{"CPU": 1, "GPU": gpus}] * actors, strategy="SPREAD")
    try:
        if not group.wait(_PATIENCE):
            raise EngineError(
                f"the Ray cluster has had no room for {actors} workers with 1 CPU and {gpus:g} GPUs each for "
                f"{_PATIENCE} seconds; wait until the program that uses them ends ('ray status' shows what is taken), "
                "or take fewer --workers"
            )
        yield group
    finally:
        remove_placement_group(group)
