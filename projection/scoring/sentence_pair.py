"""A sentence pair as a score sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from silverner.projection.links import Link
from silverner.projection.scoring.evidence import NO_EVIDENCE, SentenceEvidence
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePair:
    """Tokens, entities, links, and what else is known.

    :param source: Source tokens.
    :param target: Target tokens.
    :param entities: Entities of the source, from left to right.
    :param links: The symmetrised links.
    :param forward: Links of the source-to-target run; the only alignment where there is one.
    :param reverse: Links of the target-to-source run, source first too; the only alignment where there is one.
    :param evidence: What else is known of the pair.
    """

    source: Sequence[str]
    target: Sequence[str]
    entities: Sequence[Span]
    links: Sequence[Link]
    forward: Sequence[Link]
    reverse: Sequence[Link]
    evidence: SentenceEvidence = NO_EVIDENCE

    def entity_of_token(self) -> dict[int, int]:
        """Return for every source token of an entity the index of the entity."""
        return {i: k for k, entity in enumerate(self.entities) for i in range(entity.start, entity.end)}

    def names(self) -> Iterator[Sequence[str]]:
        """Yield the source tokens of every entity."""
        return (self.source[entity.start : entity.end] for entity in self.entities)
