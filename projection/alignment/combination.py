"""Several aligners of one text: which of them may stand together, and how their links become one alignment."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.aligner import AlignerSettings
from silverner.projection.errors import UsageError
from silverner.projection.links import Link


def combine(pairs: Sequence[AlignedPair]) -> AlignedPair:
    """Combine the links of several aligners for one sentence pair, by votes.

    Every aligner has two votes, one of each direction; an aligner with one direction gives both votes to its links. A
    link with at least half of all votes is a forward link, and a link with more than half a reverse link. Its weight is
    the mean of the weights it has in the directions that voted for it.

    So with an encoder, which has one direction, and a statistical aligner, which has two: the forward links are those
    of the encoder and those in which both statistical directions agree; the reverse links are those of the encoder that
    any statistical direction has, too.

    The probability of a soft link is its mean over the aligners that have soft links.

    :param pairs: The links of every aligner, in any order.
    :returns: The links of both directions, sorted; each reverse link is a forward link, too. Soft links if any aligner
        has them.

    >>> encoder = AlignedPair([(0, 0, 0.5), (1, 2, 0.75)], [(0, 0, 0.5), (1, 2, 0.75)])
    >>> statistical = AlignedPair([(0, 0, 1.0), (2, 2, 1.0), (3, 3, 1.0)], [(2, 2, 1.0), (3, 2, 1.0)])
    >>> combined = combine([encoder, statistical])
    >>> [(i, j) for i, j, _ in combined.forward], [(i, j) for i, j, _ in combined.reverse]
    ([(0, 0), (1, 2), (2, 2)], [(0, 0)])
    """
    votes: dict[tuple[int, int], list[float]] = {}
    for pair in pairs:
        for direction in (pair.forward, pair.reverse):
            # Of a link given twice in a direction the higher weight counts.
            for place, weight in {(i, j): w for i, j, w in sorted(direction)}.items():
                votes.setdefault(place, []).append(weight)
    half = len(pairs)  # of two votes an aligner
    links = [(*place, fsum(weights) / len(weights)) for place, weights in sorted(votes.items()) if len(weights) >= half]
    soft = _mean([pair.soft_forward for pair in pairs]), _mean([pair.soft_reverse for pair in pairs])
    return AlignedPair(links, [link for link in links if len(votes[link[:2]]) > half], *soft)


def _mean(soft_links: Sequence[Sequence[Link] | None]) -> list[Link] | None:
    """Take the mean probability of every soft link over the aligners that have soft links."""
    of_members = [links for links in soft_links if links is not None]
    if not of_members:
        return None
    probabilities: dict[tuple[int, int], list[float]] = {}
    for links in of_members:
        for i, j, probability in links:
            probabilities.setdefault((i, j), []).append(probability)
    return [(*place, fsum(values) / len(of_members)) for place, values in sorted(probabilities.items())]


def check_members(members: Sequence[AlignerSettings]) -> None:
    """Check that aligners may stand together in a list.

    :param members: Their sections.
    :raises UsageError: when there is none, two are equal, or one chooses how its two directions are joined.
    """
    if not members:
        raise UsageError("the list of aligners is empty; name one or more, as in [eflomal, {engine: simalign, ...}]")
    contents = [member.model_dump() for member in members]
    for position, content in enumerate(contents):
        if content in contents[:position]:
            raise UsageError(
                f"entries {contents.index(content) + 1} and {position + 1} of the list of aligners are equal "
                f"({content['engine']}), and links would be counted twice; leave one out, or change its settings"
            )
    for member in members if len(members) > 1 else ():
        if "symmetrise" in member.model_fields_set:
            raise UsageError(
                f"symmetrise: the aligner {member.engine!r} stands in a list, and the links of all its aligners are "
                "joined by votes; leave 'symmetrise' out"
            )


def member_names(engines: Sequence[str]) -> list[str]:
    """Name the aligners of a list by their engines; a second one of an engine gets a number.

    :param engines: The engine of each.
    :returns: Different names.

    >>> member_names(["eflomal", "simalign", "simalign"])
    ['eflomal', 'simalign', 'simalign-2']
    """
    counts = [engines[: position + 1].count(engine) for position, engine in enumerate(engines)]
    return [engine if count == 1 else f"{engine}-{count}" for engine, count in zip(engines, counts, strict=True)]
