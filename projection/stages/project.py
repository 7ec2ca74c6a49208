"""Source entities onto target tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pyarrow as pa

from projection.chain.stage import Batch
from projection.links import format_pharaoh, parse_pharaoh
from projection.projector import Projector
from projection.spans import Span
from projection.stages.columns import PROJECTED, SPANS


class Project:
    """Source entities onto the target tokens."""

    name = "project"
    version = 1
    inputs: tuple[str, ...] = (
        "id",
        "source.tokens",
        "source.entities",
        "target.tokens",
        "links.forward",
        "links.reverse",
    )
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
        "projected.links": pa.string(),
    }

    def __init__(self, projector: Projector) -> None:
        """Use these settings."""
        self._projector = projector

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the projection."""
        return asdict(self._projector)

    def apply(self, batch: Batch) -> Batch:
        """Project every sentence."""
        rows = zip(*(batch[name] for name in self.inputs), strict=True)
        done = [
            self._projector(
                source,
                [Span(**span) for span in entities],
                target,
                parse_pharaoh(forward),
                parse_pharaoh(reverse),
                where=f"sentence {name}",
            )
            for name, source, entities, target, forward, reverse in rows
        ]
        return {
            "projected.entities": [[asdict(span) for span in p.spans] for p in done],
            "projected.lost": [[asdict(span) for span in p.lost] for p in done],
            "projected.score": [p.score for p in done],
            "projected.links": [format_pharaoh(p.links) for p in done],
        }
