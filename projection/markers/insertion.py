"""Finds the most probable places of a pair of markers in a translation that exists (CODEC, arXiv 2402.03131).

A translation model reads the source with one entity in markers, and says how probable every subword of the translation
is. The search looks for the span of the translation that is most probable in markers. It is exact, and it goes best
first: every step adds the logarithm of a probability, which is at most 0, so what a prefix scores is a bound on all
that begins with it.

1. The translation without markers gives the probability of an opening marker at every place.
2. The most probable opening, with what follows it, gives the probability of a closing marker at every place after it.
3. The most probable pair of both is scored to its end. If nothing that is left can score more, it is the next span.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import accumulate
from typing import NamedTuple

LEAST_RATIO = 1e-3
"""A span is left out if the best one is more than a thousand times as probable."""
MOST_SPANS = 5
"""The spans that are looked for: another entity can need the words of the best one."""


class Row(NamedTuple):
    """Subwords whose probabilities are asked for."""

    subwords: tuple[int, ...]
    marker: int
    """A subword whose probability is asked for in the place of each of them."""


class PlacedSpan(NamedTuple):
    """A span of tokens, and the logarithm of the probability of the translation with markers around it."""

    start: int
    end: int
    log_probability: float


class _Node(NamedTuple):
    """Markers that are placed already: none, an opening one before a token, or both; ``span`` is scored to its end."""

    bound: float
    opening: int
    closing: int
    is_scored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A translation in which markers can be placed.

    :param subwords: Its subwords, with the end token.
    :param starts: For every token the subword it begins with; ``None`` where a subword begins before the token.
    :param ends: For every token the subword behind its last; ``None`` where a subword ends behind the token.
    :param opening: Subwords of the opening marker.
    :param closing: Subwords of the closing marker.
    """

    subwords: tuple[int, ...]
    starts: Sequence[int | None]
    ends: Sequence[int | None]
    opening: tuple[int, ...]
    closing: tuple[int, ...]

    def with_markers(self, opening: int, closing: int | None = None) -> tuple[int, ...]:
        """Return the subwords with an opening marker, or with both.

        :param opening: The subword before which the opening marker stands.
        :param closing: The subword before which the closing marker stands.
        :returns: The subwords.
        """
        head, tail = self.subwords[:opening], self.subwords[opening:]
        if closing is None:
            return (*head, *self.opening, *tail)
        inside = closing - opening
        return (*head, *self.opening, *tail[:inside], *self.closing, *tail[inside:])


@dataclass(slots=True)
class SpanSearch:
    """A search for the most probable spans of one entity.

    Whoever runs it asks a model for what it needs, so the rows of many searches can be one batch::

        search = SpanSearch(template)
        while (row := search.needs()) is not None:
            search.take(*model.log_probabilities(row))
        search.spans    # the most probable spans, the best first

    :param template: The translation.
    """

    template: Template
    spans: list[PlacedSpan] = field(default_factory=list, init=False)
    _queue: list[tuple[float, int, int, _Node]] = field(default_factory=list, init=False)
    _node: _Node | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Begin without markers."""
        self._add(_Node(0.0, -1, -1, False))

    def needs(self) -> Row | None:
        """Return the row that the model must score next; ``None`` when the search has ended."""
        while self._node is None and self._queue:
            node = heappop(self._queue)[-1]
            least = self.spans[0].log_probability + math.log(LEAST_RATIO) if self.spans else -math.inf
            if len(self.spans) == MOST_SPANS or node.bound < least:
                self._queue.clear()
            elif node.is_scored:
                self.spans.append(PlacedSpan(node.opening, node.closing + 1, node.bound))
            else:
                self._node = node
        return None if self._node is None else self._row(self._node)

    def take(self, subwords: Sequence[float], markers: Sequence[float]) -> None:
        """Go on with what the model says of the row.

        :param subwords: The logarithm of the probability of every subword of the row, after those before it.
        :param markers: That of the row's marker in the place of every subword.
        """
        node, self._node = self._node, None
        assert node is not None
        before = [0.0, *accumulate(subwords)]
        template = self.template
        if node.opening < 0:
            for token, place in enumerate(template.starts):
                if place is not None:
                    self._add(_Node(before[place] + markers[place], token, -1, False))
        elif node.closing < 0:
            start = template.starts[node.opening]
            for token in range(node.opening, len(template.ends)):
                end = template.ends[token]
                if start is not None and end is not None and end > start:
                    place = end + len(template.opening)
                    self._add(_Node(before[place] + markers[place], node.opening, token, False))
        else:
            self._add(_Node(before[-1], node.opening, node.closing, True))

    def _row(self, node: _Node) -> Row:
        template = self.template
        if node.opening < 0:
            return Row(template.subwords, template.opening[0])
        start = template.starts[node.opening]
        assert start is not None
        if node.closing < 0:
            return Row(template.with_markers(start), template.closing[0])
        return Row(template.with_markers(start, template.ends[node.closing]), template.closing[0])

    def _add(self, node: _Node) -> None:
        """Queue a node; of equal bounds the span further left comes first, then the shorter one."""
        heappush(self._queue, (-node.bound, node.opening, node.closing, node))


def probabilities(spans: Sequence[PlacedSpan]) -> list[float]:
    """Return how probable each of the spans of an entity is, beside the others.

    :param spans: The spans that a search found.
    :returns: Numbers that add up to 1.

    >>> probabilities([PlacedSpan(0, 1, -1.0), PlacedSpan(2, 3, -1.0)])
    [0.5, 0.5]
    """
    best = max((span.log_probability for span in spans), default=0.0)
    weights = [math.exp(span.log_probability - best) for span in spans]
    return [weight / sum(weights) for weight in weights]
