"""The graph of a chain: which stage reads the columns of which other stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import networkx as nx
import pyarrow as pa

from silverner.projection.chain.stage import SentenceSource, Stage
from silverner.projection.errors import UsageError

Node: TypeAlias = SentenceSource | Stage
"""The source, or a stage."""


class StageGraph:
    """A source and stages, ordered by the columns they need."""

    def __init__(self, source: SentenceSource, stages: Sequence[Stage]) -> None:
        """Connect every stage with the stages that add its inputs.

        :param source: Where sentences come from.
        :param stages: The stages, in any order.
        :raises UsageError: when two stages add one column, one needs a column that no stage adds, or they need each
            other.
        """
        self._graph = _connect(source, stages)
        nodes: list[Node] = [source, *stages]
        self.nodes: dict[str, Node] = {node.name: node for node in nodes}
        order = [name for name in nx.lexicographical_topological_sort(self._graph) if name != source.name]
        self.stages: list[Stage] = [cast("Stage", self.nodes[name]) for name in order]
        self.order: list[str] = [source.name, *order]

    def inputs_of(self, name: str) -> list[str]:
        """Name the nodes whose columns a node reads."""
        return sorted(self._graph.predecessors(name))

    def ancestors_of(self, name: str) -> list[str]:
        """Name all nodes that a node depends on, in order."""
        ancestors = nx.ancestors(self._graph, name)
        return [node for node in self.order if node in ancestors]

    def column_types(self) -> dict[str, pa.DataType]:
        """Return the type of every column."""
        return {column: kind for node in self.nodes.values() for column, kind in node.outputs.items()}


def _connect(source: SentenceSource, stages: Sequence[Stage]) -> nx.DiGraph:
    """Draw an arrow from every node to the stages that read its columns."""
    graph: nx.DiGraph = nx.DiGraph()
    owner: dict[str, str] = {}
    nodes: list[Node] = [source, *stages]
    for node in nodes:
        if node.name in graph:
            raise UsageError(f"two stages are called {node.name!r}")
        graph.add_node(node.name)
        for column in node.outputs:
            if column in owner:
                raise UsageError(f"the stages {owner[column]!r} and {node.name!r} both add the column {column!r}")
            owner[column] = node.name
    for stage in stages:
        for column in stage.inputs:
            if column not in owner:
                raise UsageError(f"the stage {stage.name!r} needs the column {column!r}, which no stage adds")
            graph.add_edge(owner[column], stage.name)
    if not nx.is_directed_acyclic_graph(graph):
        circle = " -> ".join(edge[0] for edge in nx.find_cycle(graph))
        raise UsageError(f"these stages need each other: {circle}")
    return graph
