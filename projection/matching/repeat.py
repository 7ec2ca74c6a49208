"""More than one projection an entity: a name that the target mentions again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from silverner.projection.matching.candidate import Candidate, usable_candidates


def match_repeated(
    match: Callable[[list[Candidate]], list[Candidate]],
    candidates: Iterable[Candidate],
    *,
    times: int,
    lowest_repeat_score: float,
    threshold: float = 0.0,
) -> list[Candidate]:
    """Choose up to ``times`` spans for every entity, by a matcher that chooses one.

    The sum of scores is maximised, less ``lowest_repeat_score`` for every span of an entity beyond its first. So a
    further mention counts for what it scores beyond that, and a weak span is never chosen beside a good one. The
    matcher is given every entity ``times`` times, with scores that are ``lowest_repeat_score`` lower for all copies but
    the first. With the exact matcher the solution is exact.

    :param match: A matcher, with no threshold of its own.
    :param candidates: Candidates of one sentence.
    :param times: Most spans an entity may get, 1 or more.
    :param lowest_repeat_score: What a further mention must score more than.
    :param threshold: What any candidate must score more than.
    :returns: The chosen candidates with their own scores, sorted; an entity may have several.

    >>> from silverner.projection.matching.exact import match_exact
    >>> thrice = [Candidate(0, 0, 1, 1.0), Candidate(0, 4, 5, 0.9), Candidate(0, 7, 8, 0.2)]
    >>> [c.start for c in match_repeated(match_exact, thrice, times=3, lowest_repeat_score=0.5)]
    [0, 4]
    """
    usable = usable_candidates(candidates, threshold=threshold)
    candidate_at = {(c.entity, c.start, c.end): c for c in usable}
    copies = [
        c._replace(entity=c.entity * times + copy, score=c.score - (lowest_repeat_score if copy else 0.0))
        for c in usable
        for copy in range(times)
        if copy == 0 or c.score > lowest_repeat_score
    ]
    return sorted(candidate_at[c.entity // times, c.start, c.end] for c in match(copies))
