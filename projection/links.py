"""Word alignments: links between source and target tokens, Pharaoh lines, and symmetrisation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from silverner.projection.errors import DataError

Link: TypeAlias = tuple[int, int, float]
"""``(source token, target token, weight)``, the weight in [0, 1]."""

Symmetrisation = Literal["gdfa", "intersection", "union", "forward", "reverse"]
SYMMETRISATIONS: tuple[Symmetrisation, ...] = get_args(Symmetrisation)

_PHARAOH = re.compile(r"([0-9]{1,9})-([0-9]{1,9})(?::([0-9.eE+-]+))?\Z")
_NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def parse_pharaoh(line: str, *, where: str = "alignment") -> list[Link]:
    """Read one line of Pharaoh links, ``source-target`` or ``source-target:weight``.

    :param line: Links separated by spaces; may be empty.
    :param where: File and line, for the error message.
    :returns: The links in the order given; a link without a weight weighs 1.
    :raises DataError: for anything that is not a link.

    >>> parse_pharaoh("0-0 1-2:0.5")
    [(0, 0, 1.0), (1, 2, 0.5)]
    """
    links = []
    for item in line.split():
        link = _parse_link(item)
        if link is None:
            raise DataError(f"{where}: {item!r} is not a link; write source-target, as in 3-4 or 3-4:0.87 (weight 0-1)")
        links.append(link)
    return links


@lru_cache(maxsize=1 << 14)
def _parse_link(item: str) -> Link | None:
    """Read one link; links without a weight are the same in many sentences."""
    match = _PHARAOH.match(item)
    if match is None:
        return None
    try:
        weight = float(match[3] or 1.0)
    except ValueError:
        return None
    return (int(match[1]), int(match[2]), weight) if 0.0 <= weight <= 1.0 else None


def format_pharaoh(links: Iterable[Link]) -> str:
    """Write links as one Pharaoh line, sorted, without weights.

    :param links: The links.
    :returns: For example ``0-0 1-2``.
    """
    return " ".join(f"{i}-{j}" for i, j in sorted({(i, j) for i, j, _ in links}))


def check_links(links: Iterable[Link], source_length: int, target_length: int, *, where: str) -> None:
    """Refuse links that point outside the sentence pair.

    :param links: The links.
    :param source_length: Number of source tokens.
    :param target_length: Number of target tokens.
    :param where: File and line or sentence id, for the error message.
    :raises DataError: naming the first link that is out of range.
    """
    for i, j, _ in links:
        if not (0 <= i < source_length and 0 <= j < target_length):
            raise DataError(
                f"{where}: link {i}-{j} is out of range: the source has {source_length} tokens and the target "
                f"{target_length}, counted from 0; are the files in the same order, tokenised alike, source first?"
            )


def onto_tokens(links: Iterable[Link], ends: Sequence[int]) -> list[Link]:
    """Turn links to the words of the target into links to its tokens: a word's link becomes one to each of its tokens.

    :param links: The links.
    :param ends: For every word, the index behind its last token.
    :returns: The links, in the same order.

    >>> onto_tokens([(0, 1, 0.5)], [1, 3])
    [(0, 1, 0.5), (0, 2, 0.5)]
    """
    starts = (0, *ends)
    return [(i, token, weight) for i, word, weight in links for token in range(starts[word], ends[word])]


def symmetrise(forward: Iterable[Link], reverse: Iterable[Link], how: Symmetrisation = "gdfa") -> list[Link]:
    """Make one alignment of the two directions.

    ``gdfa`` is grow-diag-final-and (Koehn et al. 2005; Moses). A link keeps the mean of its two weights, counting 0
    where a direction does not have it, except under ``forward`` and ``reverse``, which keep the one weight.

    :param forward: Links of the source-to-target run, source first.
    :param reverse: Links of the target-to-source run, source first too.
    :param how: ``gdfa``, ``intersection``, ``union``, ``forward`` or ``reverse``.
    :returns: Sorted links.

    >>> symmetrise([(0, 0, 1.0), (1, 1, 1.0)], [(0, 0, 1.0)], "intersection")
    [(0, 0, 1.0)]
    """
    forward_weights = {(i, j): w for i, j, w in sorted(forward)}  # of a link given twice the higher weight counts
    reverse_weights = {(i, j): w for i, j, w in sorted(reverse)}
    if how == "forward":
        return sorted((i, j, w) for (i, j), w in forward_weights.items())
    if how == "reverse":
        return sorted((i, j, w) for (i, j), w in reverse_weights.items())
    if how == "intersection":
        chosen = forward_weights.keys() & reverse_weights.keys()
    elif how == "union":
        chosen = forward_weights.keys() | reverse_weights.keys()
    elif how == "gdfa":
        chosen = _grow_diag_final_and(set(forward_weights), set(reverse_weights))
    else:
        raise DataError(f"unknown symmetrisation {how!r}; allowed: {', '.join(SYMMETRISATIONS)}")
    return sorted((i, j, (forward_weights.get((i, j), 0.0) + reverse_weights.get((i, j), 0.0)) / 2) for i, j in chosen)


def _grow_diag_final_and(forward: set[tuple[int, int]], reverse: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Start from the intersection, grow along the union's neighbours, then add links between unaligned words.

    Only a link with a word that the intersection leaves unaligned can be added. There are few such links, so those that
    they lie beside are found from them, and not the other way round.
    """
    chosen = forward & reverse
    rows = {i for i, _ in chosen}
    columns = {j for _, j in chosen}
    waiting = {(i, j) for i, j in forward ^ reverse if i not in rows or j not in columns}
    beside: dict[tuple[int, int], list[tuple[int, int]]] = {link: [] for link in chosen | waiting}
    for di, dj in _NEIGHBOURS:
        for i, j in waiting:
            link = (i - di, j - dj)
            if link in beside:
                beside[link].append((i, j))
    # A link grown in a sweep grows its own neighbours in the same sweep, if it lies ahead.
    sweep = sorted(link for link, links in beside.items() if links)
    grown = True
    while grown:
        grown = False
        for link in sweep:
            if link not in chosen:
                continue
            for new in beside[link]:
                if new not in chosen and (new[0] not in rows or new[1] not in columns):
                    chosen.add(new)
                    rows.add(new[0])
                    columns.add(new[1])
                    grown = True
    for links in (forward, reverse):
        for i, j in sorted(links & waiting):
            if i not in rows and j not in columns:
                chosen.add((i, j))
                rows.add(i)
                columns.add(j)
    return chosen
