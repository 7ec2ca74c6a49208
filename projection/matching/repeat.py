"""More than one projection an entity: a name that the target mentions again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from silverner.projection.matching.candidate import Candidate, usable


def repeated(
    match: Callable[[list[Candidate]], list[Candidate]],
    candidates: Iterable[Candidate],
    *,
    times: int,
    least: float,
    threshold: float = 0.0,
) -> list[Candidate]:
    """Choose up to ``times`` spans for every entity, by a matcher that chooses one.

    Maximise the sum of scores less ``least`` for every span of an entity beyond its first, chosen spans never
    overlapping. So a further mention is chosen for what it scores beyond ``least``, and a weak span never beside a good
    one. The problem is put as one the matcher knows: every entity stands there ``times`` times, and for all copies but
    the first the scores are ``least`` lower; with the exact matcher the solution is exact.

    :param match: A matcher, with no threshold of its own.
    :param candidates: Candidates of one sentence.
    :param times: Most spans an entity may get, 1 or more.
    :param least: What a further mention must score more than.
    :param threshold: What any candidate must score more than.
    :returns: The chosen candidates with their own scores, sorted; an entity may have several.

    >>> from silverner.projection.matching.exact import match_exact
    >>> thrice = [Candidate(0, 0, 1, 1.0), Candidate(0, 4, 5, 0.9), Candidate(0, 7, 8, 0.2)]
    >>> [c.start for c in repeated(match_exact, thrice, times=3, least=0.5)]
    [0, 4]
    """
    choice = usable(candidates, threshold=threshold)
    own = {(c.entity, c.start, c.end): c for c in choice}
    copies = [
        replace(c, entity=c.entity * times + copy, score=c.score - (least if copy else 0.0))
        for c in choice
        for copy in range(times)
        if copy == 0 or c.score > least
    ]
    return sorted(own[c.entity // times, c.start, c.end] for c in match(copies))
