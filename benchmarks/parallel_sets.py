"""Parallel sets: sentence pairs with gold labels on both sides and links of both directions, read from a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from silverner.projection import Projection, project_batch
from silverner.projection.alignment import Aligner, PharaohFiles
from silverner.projection.links import Link
from silverner.projection.metrics import evaluate_spans
from silverner.projection.projector import Projector
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.scoring.evidence import SentenceEvidence
from silverner.projection.spans import Span

NEEDED = "files A.conll, B.conll (or .iob2), A-B.fwd.pharaoh and A-B.rev.pharaoh are needed"


@dataclass(frozen=True, kw_only=True)
class ParallelSet:
    """Tokens and gold entities of both sides, links of both directions as (source, target, weight), and soft links."""

    name: str
    source: Sequence[Sequence[str]]
    target: Sequence[Sequence[str]]
    entities: Sequence[Sequence[Span]]
    gold: Sequence[Sequence[Span]]
    forward: Sequence[Sequence[Link]]
    reverse: Sequence[Sequence[Link]]
    evidence: Sequence[SentenceEvidence] | None = None

    def turned(self) -> ParallelSet:
        """Swap the two sides, so that labels are projected from the target onto the source."""
        kind, _, pair = self.name.partition(" ")
        return ParallelSet(
            name=f"{kind} {'-'.join(reversed(pair.split('-')))}",
            source=self.target,
            target=self.source,
            entities=self.gold,
            gold=self.entities,
            forward=[_turned(links) for links in self.reverse],
            reverse=[_turned(links) for links in self.forward],
            evidence=None if self.evidence is None else [_turned_evidence(one) for one in self.evidence],
        )

    def project(self, projector: Projector, **options: Any) -> list[Projection]:
        """Project the gold entities of the source."""
        sides = self.source, self.entities, self.target, self.forward, self.reverse
        return project_batch(*sides, projector=projector, **{"evidence": self.evidence, **options})

    def f1(self, projector: Projector, **options: Any) -> float:
        """Project, and return strict entity F1 in percent."""
        return self.score(self.project(projector, **options))

    def score(self, projections: Sequence[Projection]) -> float:
        """Return strict entity F1 of projections in percent."""
        return evaluate_spans(self.gold, [p.spans for p in projections]).overall.f1


def _turned(links: Sequence[Link]) -> list[Link]:
    return [(i, j, w) for j, i, w in links]


def _turned_evidence(evidence: SentenceEvidence) -> SentenceEvidence:
    """Swap the sides of soft links."""
    if evidence.soft_forward is None or evidence.soft_reverse is None:
        return evidence
    forward, reverse = _turned(evidence.soft_reverse), _turned(evidence.soft_forward)
    return replace(evidence, soft_forward=forward, soft_reverse=reverse)


def align_set(name: str, source: Sequence[Sentence], target: Sequence[Sentence], aligner: Aligner) -> ParallelSet:
    """Align two sides, and make a set from them."""
    tokens = [s.tokens or () for s in source], [t.tokens or () for t in target]
    pairs = aligner.align(*tokens)
    return ParallelSet(
        name=name,
        source=tokens[0],
        target=tokens[1],
        entities=[s.spans or () for s in source],
        gold=[t.spans or () for t in target],
        forward=[p.forward for p in pairs],
        reverse=[p.reverse for p in pairs],
    )


def load_sets(folder: Path) -> list[ParallelSet]:
    """Read every set below a folder: files ``A.*`` and ``B.*`` beside ``A-B.fwd.pharaoh`` and ``A-B.rev.pharaoh``."""
    return list(_load(folder))


def _load(folder: Path) -> Iterator[ParallelSet]:
    for forward in sorted(folder.rglob("*.fwd.pharaoh")):
        name = forward.name.removesuffix(".fwd.pharaoh")
        reverse = forward.with_name(f"{name}.rev.pharaoh")
        sides = [
            [p for p in forward.parent.glob(f"{code}.*") if p.suffix in {".conll", ".iob2"}] for code in name.split("-")
        ]
        if not (reverse.is_file() and len(sides) == 2 and all(sides)):
            continue
        source, target = read_side(sides[0][0]), read_side(sides[1][0])
        yield align_set(f"{forward.parent.name} {name}", source, target, PharaohFiles([forward], [reverse]))


def read_side(path: Path) -> list[Sentence]:
    """Read one side of a set, with its labels."""
    return list(read_corpus(CorpusFiles(files={"test": str(path)}, repair=True), tagged=True))
