"""The counts that models left in the store: batches that did not fit into memory, and answers that were rejected."""

from __future__ import annotations

from collections import Counter

from silverner.projection.chain.artefacts import Artefacts
from silverner.projection.chain.corpus_shards import CorpusShards
from silverner.projection.chain.graph import StageGraph
from silverner.projection.chain.loaded_models import models_of
from silverner.projection.chain.signatures import Signatures
from silverner.projection.chain.stage import FittingStage
from silverner.projection.chain.stage_task import HALVED, REJECTED


class ModelCounts:
    """The counts of a chain that has run, whichever build did the work. Only stages with a model have any."""

    def __init__(self, graph: StageGraph, signatures: Signatures, artefacts: Artefacts, shards: CorpusShards) -> None:
        """Look at nothing yet.

        :param graph: The source and the stages.
        :param signatures: Their signatures.
        :param artefacts: What fitting stages learned.
        :param shards: The shards of the corpus.
        """
        self._graph, self._signatures, self._artefacts, self._shards = graph, signatures, artefacts, shards

    def halved_batches(self) -> dict[str, int]:
        """Count the batches that did not fit into memory, for every stage that has any.

        They count while a stage learns from the whole corpus, and while it is applied to shards.
        """
        counts = {name: self._while_fitting(name) for name in self._stages()}
        counts = {name: sum(self._shards.counted(name, HALVED), count) for name, count in counts.items()}
        return {name: count for name, count in counts.items() if count}

    def rejected_answers(self) -> dict[str, dict[str, int]]:
        """Count by kind the answers of models that were rejected, for every stage that has any."""
        counts: dict[str, Counter[str]] = {}
        for name in self._stages():
            for rejected in self._shards.counted(name, REJECTED):
                counts.setdefault(name, Counter()).update(rejected)
        return {name: dict(sorted(kinds.items())) for name, kinds in counts.items()}

    def _stages(self) -> list[str]:
        """Name the stages that use a model."""
        return [stage.name for stage in self._graph.stages if models_of(stage.settings())]

    def _while_fitting(self, name: str) -> int:
        """Count the batches that were halved while a stage learned from the whole corpus."""
        stage = self._graph.nodes[name]
        before_fitting = self._signatures.before_fitting(name) if isinstance(stage, FittingStage) else None
        artefact = None if before_fitting is None else self._artefacts.find(stage, before_fitting)
        return 0 if artefact is None else self._shards.store.halved_batches(artefact)
