"""The signatures of a chain: a short stable name for all that decides the output of a stage."""

from __future__ import annotations

from silverner.projection.chain.artefacts import Artefacts
from silverner.projection.chain.graph import StageGraph
from silverner.projection.chain.stage import FittingStage, signature
from silverner.projection.chain.store import artefact_hash


class Signatures:
    """Signs the nodes of a graph.

    A fitting stage has two signatures. The first covers its settings, its version and its inputs, and names its
    artefact. The second covers the content of the artefact too, and names its shards.
    """

    def __init__(self, graph: StageGraph, artefacts: Artefacts, *, shard_rows: int) -> None:
        """Sign a graph.

        :param graph: The source and the stages.
        :param artefacts: The artefacts of its fitting stages.
        :param shard_rows: Sentences in a shard: they decide the batches, and so the results.
        """
        self._graph, self._artefacts, self._shard_rows = graph, artefacts, shard_rows
        self.computed: dict[str, str] = {}

    def of(self, name: str) -> str | None:
        """Sign a node.

        :param name: Its name.
        :returns: Its signature; ``None`` while it, or a stage before it, must still be fitted.
        """
        if name not in self.computed:
            result = self.before_fitting(name)
            if result is not None and isinstance(self._graph.nodes[name], FittingStage):
                artefact = self._artefacts.find(self._graph.nodes[name], result)
                result = signature([result, artefact_hash(artefact)]) if artefact is not None else None
            if result is None:
                return None
            self.computed[name] = result
        return self.computed[name]

    def before_fitting(self, name: str) -> str | None:
        """Sign a node without its artefact.

        :param name: Its name.
        :returns: Its signature; ``None`` while a stage before it must still be fitted.
        """
        node = self._graph.nodes[name]
        inputs = {before: self.of(before) for before in self._graph.inputs_of(name)}
        if None in inputs.values():
            return None
        return signature(
            {
                "stage": node.name,
                "version": node.version,
                "settings": node.settings(),
                "reads": list(getattr(node, "inputs", ())),
                "writes": sorted(node.outputs),
                "inputs": inputs,
                "rows": self._shard_rows,
            }
        )

    def forget(self, name: str) -> None:
        """Sign a node, and those behind it, anew: its artefact may be another one now.

        :param name: Its name.
        """
        for other in list(self.computed):
            if other == name or name in self._graph.ancestors_of(other):
                del self.computed[other]
