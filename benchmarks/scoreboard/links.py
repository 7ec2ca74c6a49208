"""The links of a set by one aligner; a store keeps them, so that a second run need not align again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from silverner.projection.alignment import Aligner
from silverner.projection.chain import DROP, ShardStore, signature
from silverner.projection.chain.artefacts import Artefacts
from silverner.projection.chain.stage import ROW, Batch
from silverner.projection.links import Link, parse_pharaoh
from silverner.projection.scoring.evidence import SentenceEvidence, read_evidence
from silverner.projection.stages.align import SOFT_LINK_COLUMNS, Align
from silverner.projection.stages.combine_links import CombineLinks
from silverner.scoreboard.aligners import AlignerEntry
from silverner.scoreboard.parallel_set import ParallelSet


@dataclass(frozen=True, kw_only=True)
class SetLinks:
    """The links of a set by one aligner.

    :param aligner: Name of the aligner.
    :param settings: Everything that decides the links, if the aligner always gives the same.
    :param signature: Short stable name of the links.
    :param forward_lines: Links of the source-to-target run, one Pharaoh line for every pair.
    :param reverse_lines: Links of the target-to-source run, the same if the aligner has one direction.
    :param evidence: The soft links of every pair, where the aligner has them.
    """

    aligner: str
    settings: Mapping[str, object]
    signature: str
    forward_lines: Sequence[str]
    reverse_lines: Sequence[str]
    evidence: Sequence[SentenceEvidence]

    @property
    def directed(self) -> bool:
        """Whether the two directions differ."""
        return self.forward_lines != self.reverse_lines

    @cached_property
    def forward(self) -> list[list[Link]]:
        """Return the links of the source-to-target run of every pair."""
        return [parse_pharaoh(line) for line in self.forward_lines]

    @cached_property
    def reverse(self) -> list[list[Link]]:
        """Return the links of the target-to-source run of every pair."""
        return [parse_pharaoh(line) for line in self.reverse_lines]


def link(parallel_set: ParallelSet, aligner: AlignerEntry, store: ShardStore) -> SetLinks:
    """Align a set, or take its links from the store.

    An aligner such as eflomal gives other links every time. So the signature of its links is made from the links. The
    links of several aligners are stored apart, and combined every time.

    :param parallel_set: The set.
    :param aligner: The aligner.
    :param store: Keeps the links.
    :returns: The links.
    :raises MissingEngineError: when a package is not installed.
    :raises MissingFileError: when a model is missing, or the set comes without links.
    :raises DataError: when a file of links does not fit the set.
    """
    made = [_align(engine, parallel_set, store) for engine in aligner.build(parallel_set, store.root / "models")]
    one = made[0] if len(made) == 1 else _combined(made)
    return SetLinks(
        aligner=aligner.name,
        settings=one.settings,
        signature=signature([one.settings] if one.repeatable else [one.settings, one.lines]),
        forward_lines=one.lines["links.forward"],
        reverse_lines=one.lines["links.reverse"],
        evidence=read_evidence(one.lines, len(parallel_set.sources)),
    )


@dataclass(frozen=True, slots=True)
class _Links:
    """The links of one engine, or those of several combined; the two directions are columns of the chain."""

    settings: Mapping[str, object]
    repeatable: bool
    lines: Batch


def _align(engine: Aligner, parallel_set: ParallelSet, store: ShardStore) -> _Links:
    """Align a set with one engine, or take its links from the store."""
    stage = Align(engine)
    settings = dict(stage.settings())
    rows = list(range(len(parallel_set.sources)))
    batch: Batch = {
        ROW: rows,
        DROP: [None] * len(rows),
        "source.tokens": list(parallel_set.source_tokens),
        "target.tokens": list(parallel_set.target_tokens),
    }
    name = signature([stage.name, stage.version, settings, batch["source.tokens"], batch["target.tokens"]])
    stage.load(Artefacts(store, {}).make(stage, name, lambda: [batch]))
    return _Links(settings, stage.repeatable or not engine.learns, stage.apply(batch))


def _combined(made: Sequence[_Links]) -> _Links:
    """Combine the links of several engines, as the chain of a corpus does."""
    names = [str(number) for number in range(1, len(made) + 1)]
    with_soft_links = [
        name for name, one in zip(names, made, strict=True) if one.lines.keys() >= SOFT_LINK_COLUMNS.keys()
    ]
    stage = CombineLinks(names, with_soft_links=with_soft_links)
    columns = {
        f"{column}.{name}": one.lines[column] for name, one in zip(names, made, strict=True) for column in one.lines
    }
    settings = {"aligners": [one.settings for one in made], "version": stage.version}
    return _Links(settings, all(one.repeatable for one in made), stage.apply(columns))
