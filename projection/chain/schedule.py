"""The order in which the chains of several languages take turns, so that each model is loaded once."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping

from silverner.projection.chain.claims import PAUSE
from silverner.projection.chain.executors import Executor
from silverner.projection.chain.lanes import Lanes
from silverner.projection.chain.runner import Chain
from silverner.projection.errors import SilvernerError


def run_together(chains: Mapping[str, Chain], executor: Executor) -> Generator[tuple[str, SilvernerError | None]]:
    """Run chains, and load each model once for all of them.

    A chain runs until its next stage needs a model that is not in memory; then the next chain runs up to there. When no
    chain can go on, the models of the first one are loaded, and those that nobody waits for are freed. So chains
    without models run one after the other. A chain that waits for another build, which shares the store, lets others go
    first. An executor that has another one ``beside`` it runs steps with models, and steps without, at the same time.

    :param chains: The chains, by name.
    :param executor: Where stages are applied, in its context.
    :returns: The name of each chain when it has run, and what was wrong if it could not; the others go on.
    """
    if executor.beside is not None:
        yield from Lanes(chains, with_models=executor, without_models=executor.beside).run()
        return
    waiting, in_memory = dict(chains), frozenset[str]()
    elsewhere: set[str] = set()
    while waiting:
        if elsewhere.issuperset(waiting):
            time.sleep(PAUSE)
            elsewhere.clear()
        needed = {name: chain.next_models() for name, chain in waiting.items()}
        ready = [name for name in waiting if name not in elsewhere]
        name = next((name for name in ready if needed[name] <= in_memory), ready[0])
        if needed[name] <= in_memory:
            in_memory &= frozenset[str]().union(*needed.values())
        else:
            in_memory = needed[name]
        executor.keep_models(in_memory)
        chain, error = waiting[name], None
        try:
            elsewhere = set() if chain.run_next(executor) else {*elsewhere, name}
        except SilvernerError as problem:
            error = problem
        if error is not None or chain.has_run:
            del waiting[name]
            yield name, error
