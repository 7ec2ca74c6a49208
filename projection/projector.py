"""Label projection for one sentence pair and for batches: candidates, score and matching put together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from projection.candidates import FORBIDDEN, aligned_runs, ngrams
from projection.capitals import NAMES, Case, Shape, raw_case, shape_of
from projection.errors import DataError, UsageError, nearest
from projection.inputs import Entities, Links, read_entities, read_links
from projection.links import SYMMETRISATIONS, Link, Symmetrisation, symmetrise
from projection.matching import match_exact, match_greedy
from projection.scoring import EVIDENCE, SCORES, Evidence, Pair, Score
from projection.spans import ProjectedSpan, Span, tags_from_spans

Matcher = Literal["exact", "greedy", "heuristic"]
MATCHERS: tuple[Matcher, ...] = ("exact", "greedy", "heuristic")
Initial = Literal["any", "capital"]
RUN_RATIO = 0.8
"""The heuristic keeps a run longer than this share of the entity (arXiv 2501.18750, section 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The entities of one target sentence.

    ``spans`` are sorted and do not overlap; ``lost`` are the source entities that found no place; ``score`` is the
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """The settings of a projection; :meth:`__call__` projects one sentence pair.

    :param matcher: ``exact``, ``greedy`` or ``heuristic``.
    :param score: ``fused`` or ``dice``; the heuristic chooses by links alone and only reports it.
    :param symmetrise: How to make one alignment of two directions.
    :param threshold: An entity is not projected when its best span scores this or less.
    :param max_length: Longest candidate in tokens; ``None`` is no limit.
    :param forbidden: Characters no candidate may contain.
    :param capitals: Labels whose entities are names, and written with a capital: :mod:`projection.capitals`. They are
        held to it where :meth:`__call__` is told the cases of the target's tokens.
    :param initial: ``capital``: such a name does not begin with a small word either, unless the source has the same
        small word in it (``von``); good for languages that put no noun before a name.
    """

    matcher: Matcher = "exact"
    score: Score = "fused"
    symmetrise: Symmetrisation = "gdfa"
    threshold: float = 0.0
    max_length: int | None = None
    forbidden: str = FORBIDDEN
    capitals: tuple[str, ...] = NAMES
    initial: Initial = "any"

    def __post_init__(self) -> None:
        """Refuse unknown names at once.

        :raises UsageError: naming the allowed values.
        """
        choices: tuple[tuple[str, Collection[str]], ...] = (
            *(("matcher", MATCHERS), ("score", SCORES), ("symmetrise", SYMMETRISATIONS)),
            ("initial", get_args(Initial)),
        )
        for name, allowed in choices:
            if getattr(self, name) not in allowed:
                raise UsageError(
                    f"unknown {name} {getattr(self, name)!r}; {nearest(str(getattr(self, name)), allowed)}"
                )
        if not 0.0 <= self.threshold < float("inf"):
            raise UsageError(f"threshold {self.threshold} is not a number from 0")
        if self.max_length is not None and self.max_length < 1:
            raise UsageError(f"max_length {self.max_length} leaves no candidate; it must be 1 or more")
        if self.matcher == "heuristic" and (self.threshold > 0 or self.max_length is not None):
            raise UsageError("the heuristic follows the links alone: it takes neither threshold nor max_length")

    def __call__(
        self,
        source: Sequence[str],
        entities: Entities,
        target: Sequence[str],
        links: Links,
        reverse: Links | None = None,
        *,
        cases: Sequence[Case] | None = None,
        unknown: Collection[int] = (),
        found: bool = False,
        where: str = "sentence",
    ) -> Projection:
        """Project the entities of one sentence onto its counterpart.

        :param source: Source tokens.
        :param entities: Their entities, as IOB2 tags or as spans that do not overlap.
        :param target: Target tokens.
        :param links: Alignment, ``(source token, target token)`` with or without a weight in [0, 1], or a Pharaoh line.
        :param reverse: Links of the target-to-source run if there are two, source token first too.
        :param cases: What the case of every target token says; without it, capitals decide nothing.
        :param unknown: Source tokens that a translator copied because it did not know them.
        :param found: Whether an engine found the entities. Those that people marked are believed: one that the source
            writes in small letters may stand in small letters.
        :param where: What to call the sentence in an error message.
        :returns: The projected entities.
        :raises DataError: when tags, spans or links do not fit the tokens.
        """
        spans = read_entities(entities, len(source), where)
        forward = read_links(links, len(source), len(target), where)
        backward = forward if reverse is None else read_links(reverse, len(source), len(target), where)
        joined = forward if reverse is None else symmetrise(forward, backward, self.symmetrise)
        pair = Pair(source=source, target=target, links=joined, forward=forward, reverse=backward, entities=spans)
        evidence = EVIDENCE[self.score](pair)
        shapes = None if cases is None else [self._shape(pair, entity, cases, unknown, found) for entity in spans]
        if self.matcher == "heuristic":
            projected = _trimmed(_heuristic(pair, evidence), spans, shapes)
        else:
            match = match_exact if self.matcher == "exact" else match_greedy
            candidates = ngrams(
                evidence, spans, target, forbidden=self.forbidden, max_length=self.max_length, shapes=shapes
            )
            projected = [
                _projected(spans[c.entity], c.start, c.end, c.score)
                for c in match(candidates, threshold=self.threshold)
            ]
        return _projection(pair, projected)

    def _shape(self, pair: Pair, entity: Span, cases: Sequence[Case], unknown: Collection[int], found: bool) -> Shape:
        """Say which target spans can carry an entity."""
        particles, labels = None, self.capitals
        held = pair.source[entity.start : entity.end]
        if not found and not any(raw_case(word) == "capital" for word in held):
            labels = ()
        if self.initial == "capital":
            small = {word for word in held if raw_case(word) == "small"}
            particles = [j for j, word in enumerate(pair.target) if word in small]
        return shape_of(entity.label, cases, pair.links, labels=labels, unknown=unknown, particles=particles)


def project(
    source: Sequence[str],
    entities: Entities,
    target: Sequence[str],
    links: Links,
    reverse: Links | None = None,
    *,
    matcher: Matcher = "exact",
    score: Score = "fused",
    symmetrise: Symmetrisation = "gdfa",
    threshold: float = 0.0,
) -> Projection:
    """Project the entities of one sentence onto its translation.

    :param source: Source tokens.
    :param entities: Their entities, as IOB2 tags or ``(start, end, label)`` spans.
    :param target: Target tokens.
    :param links: Alignment, ``(source token, target token)`` with or without a weight in [0, 1], or a Pharaoh line.
    :param reverse: Links of the target-to-source run if there are two, source token first too.
    :param matcher: ``exact``, ``greedy`` or ``heuristic``.
    :param score: ``fused`` or ``dice``.
    :param symmetrise: How to make one alignment of two directions, see :func:`~projection.symmetrise`.
    :param threshold: An entity is not projected when its best span scores this or less.
    :returns: The projected spans with their scores, and the entities that were lost.
    :raises DataError: when tags, spans or links do not fit the tokens.
    :raises UsageError: for an unknown matcher, score or symmetrisation.

    >>> result = project(
    ...     ["Ana", "visits", "New", "York"], ["B-PER", "O", "B-LOC", "I-LOC"],
    ...     ["Ana", "visita", "Nueva", "York"], [(0, 0), (1, 1), (2, 2), (3, 3)],
    ... )
    >>> result.tags
    ['B-PER', 'O', 'B-LOC', 'I-LOC']
    >>> [(s.start, s.end, s.label, s.source_start, s.source_end) for s in result.spans]
    [(0, 1, 'PER', 0, 1), (2, 4, 'LOC', 2, 4)]
    """
    projector = Projector(matcher=matcher, score=score, symmetrise=symmetrise, threshold=threshold)
    return projector(source, entities, target, links, reverse)


def project_batch(
    sources: Sequence[Sequence[str]],
    entities: Sequence[Entities],
    targets: Sequence[Sequence[str]],
    links: Sequence[Links],
    reverse: Sequence[Links] | None = None,
    *,
    projector: Projector | None = None,
    cases: Sequence[Sequence[Case]] | None = None,
) -> list[Projection]:
    """Project many sentence pairs with the same settings.

    :param sources: Source tokens of every pair.
    :param entities: Their entities, as for :func:`project`.
    :param targets: Target tokens of every pair.
    :param links: Their alignments.
    :param reverse: The alignments of the other direction, if there are any.
    :param projector: The settings; the defaults of :class:`Projector` if left out.
    :param cases: What the case of every target token says, as :func:`~projection.capitals.read_cases` tells from all of
        them; without it, capitals decide nothing.
    :returns: One projection a pair, in order.
    :raises DataError: when the lists differ in length, or a pair breaks a rule (its index is in the message).

    >>> [p.tags for p in project_batch([["Ana"]], [["B-PER"]], [["Doña", "Ana"]], [[(0, 1)]])]
    [['O', 'B-PER']]
    """
    columns: list[Sequence[object]] = [sources, entities, targets, links]
    columns += [side for side in (reverse, cases) if side is not None]
    if len({len(column) for column in columns}) > 1:
        raise DataError(f"a batch needs lists of one length; these have {', '.join(str(len(c)) for c in columns)}")
    run = projector or Projector()
    backward = [None] * len(sources) if reverse is None else reverse
    told = [None] * len(sources) if cases is None else cases
    rows = zip(sources, entities, targets, links, backward, told, strict=True)
    return [run(s, e, t, a, b, cases=c, where=f"pair {k}") for k, (s, e, t, a, b, c) in enumerate(rows)]


def _projected(entity: Span, start: int, end: int, score: float) -> ProjectedSpan:
    return ProjectedSpan(start, end, entity.label, score, entity.start, entity.end)


def _heuristic(pair: Pair, evidence: Evidence) -> list[ProjectedSpan]:
    """Word-by-word projection (arXiv 2501.18750, section 3.1): every long enough run; later entities overwrite."""
    owner: list[ProjectedSpan | None] = [None] * len(pair.target)
    for k, entity in enumerate(pair.entities):
        for start, end in aligned_runs(pair.links, entity):
            if (end - start) / len(entity) > RUN_RATIO:
                total = float(evidence[k, start:end].sum())
                score = 2 * total / (len(entity) + end - start)
                owner[start:end] = [_projected(entity, start, end, score)] * (end - start)
    # What an overwritten run keeps is labelled on: each maximal stretch of one owner is one entity.
    spans: list[ProjectedSpan] = []
    for j, span in enumerate(owner):
        if span is None:
            continue
        if spans and spans[-1].end == j and owner[j - 1] is span:
            spans[-1] = replace(spans[-1], end=j + 1)
        else:
            spans.append(replace(span, start=j, end=j + 1))
    return spans


def _trimmed(
    projected: list[ProjectedSpan], entities: Sequence[Span], shapes: Sequence[Shape] | None
) -> list[ProjectedSpan]:
    """Hold the heuristic's runs to the shapes of their entities."""
    if shapes is None:
        return projected
    shape_of_entity = {(e.start, e.end): shape for e, shape in zip(entities, shapes, strict=True)}
    kept = []
    for span in projected:
        start, end = shape_of_entity[span.source_start, span.source_end].trimmed(span.start, span.end)
        if start < end:
            kept.append(replace(span, start=start, end=end))
    return kept


def _projection(pair: Pair, projected: list[ProjectedSpan]) -> Projection:
    """Account for every source entity: projected or lost."""
    best: dict[tuple[int, int], float] = {}
    for span in projected:
        key = (span.source_start, span.source_end)
        best[key] = max(best.get(key, 0.0), span.score)
    return Projection(
        spans=tuple(sorted(projected)),
        lost=tuple(e for e in pair.entities if (e.start, e.end) not in best),
        score=sum(best.values()) / len(pair.entities) if pair.entities else 1.0,
        links=tuple(pair.links),
        length=len(pair.target),
    )
