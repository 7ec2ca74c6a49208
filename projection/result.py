"""The result for one sentence: which entities were projected, and which were lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from silverner.projection.links import Link
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import ProjectedSpan, Span, tags_from_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The entities of one target sentence.

    ``spans`` are sorted and do not overlap; ``lost`` are the source entities that were not projected; ``score`` is the
    mean score over the source entities, 0 for a lost one, and 1 in a sentence without entities; ``links`` are the
    symmetrised links they were projected through. Scores are not probabilities: a span every token of which is well
    supported scores 1 or a little more.
    """

    spans: tuple[ProjectedSpan, ...]
    lost: tuple[Span, ...]
    score: float
    links: tuple[Link, ...]
    length: int

    @property
    def tags(self) -> list[str]:
        """The spans as IOB2 tags, one a target token."""
        return tags_from_spans(self.spans, self.length)


def collect_projection(pair: SentencePair, projected: Iterable[ProjectedSpan]) -> Projection:
    """Put every source entity of a pair down as projected or as lost.

    :param pair: The sentence pair.
    :param projected: The projected spans.
    :returns: The projection.
    """
    spans = tuple(sorted(projected))
    best: dict[tuple[int, int], float] = {}
    for span in spans:
        key = (span.source_start, span.source_end)
        best[key] = max(best.get(key, 0.0), span.score)
    return Projection(
        spans=spans,
        lost=tuple(e for e in pair.entities if (e.start, e.end) not in best),
        score=sum(best.values()) / len(pair.entities) if pair.entities else 1.0,
        links=tuple(pair.links),
        length=len(pair.target),
    )
