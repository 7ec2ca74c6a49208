"""Source entities onto target tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import pyarrow as pa

from projection.chain.stage import Batch
from projection.links import format_pharaoh, parse_pharaoh
from projection.projector import Projection, Projector
from projection.spans import Span
from projection.stages.columns import PROJECTED, SPANS


class Project:
    """Source entities onto the target tokens.

    Where words were aligned that are groups of tokens, the entities are projected onto the words, and end on the tokens
    these are made of; a link to a word becomes one to each of its tokens.
    """

    name = "project"
    version = 2
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
        "projected.links": pa.string(),
    }

    def __init__(
        self,
        projector: Projector,
        *,
        grouped: bool = False,
        cases: bool = False,
        unknown: bool = False,
        found: bool = False,
    ) -> None:
        """Use these settings.

        :param projector: The settings.
        :param grouped: Whether the target's words were aligned.
        :param cases: Whether it is known what the capitals of the target say.
        :param unknown: Whether it is known which source tokens a translator copied.
        :param found: Whether an engine found the entities, rather than people.
        """
        self._found = found
        self._projector, self._grouped, self._cases, self._unknown = projector, grouped, cases, unknown
        self.inputs: tuple[str, ...] = (
            *("id", "source.tokens", "source.entities", "links.forward", "links.reverse"),
            *(("target.words", "target.ends") if grouped else ("target.tokens",)),
            *(("target.cases",) if cases else ()),
            *(("source.unknown",) if unknown else ()),
        )

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the projection, and the evidence it sees."""
        return {**asdict(self._projector), "cases": self._cases, "unknown": self._unknown, "found": self._found}

    def apply(self, batch: Batch) -> Batch:
        """Project every sentence."""
        count = len(batch["id"])
        cases = batch["target.cases"] if self._cases else [None] * count
        unknown = batch["source.unknown"] if self._unknown else [()] * count
        rows = zip(*(batch[name] for name in self.inputs[:6]), cases, unknown, strict=True)
        done = [
            self._projector(
                source,
                [Span(**span) for span in entities],
                target,
                parse_pharaoh(forward),
                parse_pharaoh(reverse),
                cases=case,
                unknown=copied,
                found=self._found,
                where=f"sentence {name}",
            )
            for name, source, entities, forward, reverse, target, case, copied in rows
        ]
        if self._grouped:
            done = [_onto_tokens(p, ends) for p, ends in zip(done, batch["target.ends"], strict=True)]
        return {
            "projected.entities": [[asdict(span) for span in p.spans] for p in done],
            "projected.lost": [[asdict(span) for span in p.lost] for p in done],
            "projected.score": [p.score for p in done],
            "projected.links": [format_pharaoh(p.links) for p in done],
        }


def _onto_tokens(projection: Projection, ends: Sequence[int]) -> Projection:
    """Turn places of words into those of the tokens they are made of.

    :param projection: A projection onto words.
    :param ends: For every word the token behind its last.
    """
    if not ends:
        return projection
    starts = [0, *ends[:-1]]
    spans = [replace(span, start=starts[span.start], end=ends[span.end - 1]) for span in projection.spans]
    links = [(i, token, w) for i, j, w in projection.links for token in range(starts[j], ends[j])]
    return replace(projection, spans=tuple(spans), links=tuple(links), length=ends[-1])
