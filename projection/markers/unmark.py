"""Text that comes back from a translator with markers: the text without them, and the entities they held."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.errors import DataError
from silverner.projection.markers.brackets import read_brackets
from silverner.projection.markers.found import Fault, Unmarked
from silverner.projection.markers.marker import take
from silverner.projection.markers.style import Style, check
from silverner.projection.markers.tags import read_tags
from silverner.projection.spans import Span
from silverner.projection.text import tokenization


def unmark(text: str, *, style: Style, labels: Sequence[str], names: Sequence[Sequence[str]] | None = None) -> Unmarked:
    """Read a translated text with markers.

    Tags say which entity they hold (:func:`~silverner.projection.markers.tags.read_tags`). Of brackets, each entity
    gets those
    that hold what is most like one of its names: the likeness is :meth:`difflib.SequenceMatcher.ratio` of the letters,
    case, edge punctuation and brackets aside; only more than one half counts (arXiv 2501.18750, section 3.2); the
    assignment with the highest sum is taken, of equal ones that which keeps the order of the sentence and stands
    further left. (The published code takes the last likeness above the threshold, and compares the brackets as well.)
    What is left over on both sides is paired in order, and noted as ``by-order``, if it is one each, or equally many of
    one label. One pair of brackets for the one entity of a sentence needs no name and is no fault.

    Of nested brackets the innermost count. White space and punctuation at the edges belong to no entity.

    :param text: The translation.
    :param style: The kind of markers.
    :param labels: The label of every entity that was marked, in the order it was marked in.
    :param names: What every entity may be called in the translation, such as its translation alone, and its own
        words; without them brackets are paired by order only. Tags have no use for them.
    :returns: The clean text, the places of entities, and what went wrong.
    :raises DataError: when there are not as many lists of names as labels, or the style is unknown.

    >>> unmark("[Nueva York] recibe a [Ana].", style="brackets", labels=["PER", "LOC"],
    ...     names=[["Ana"], ["Nueva York", "New York"]])
    ... # doctest: +NORMALIZE_WHITESPACE
    Unmarked(text='Nueva York recibe a Ana.', found=(Found(start=0, end=10, entity=1),
    Found(start=20, end=23, entity=0)), faults=())
    """
    check(style)
    if names is not None and len(names) != len(labels):
        raise DataError(f"{len(labels)} entities were marked, but {len(names)} have names; give each a list, if empty")
    clean, markers = take(text, style)
    if style == "tags":
        found, faults = read_tags(clean, markers, len(labels))
    else:
        found, faults = read_brackets(clean, markers, labels, names)
    explained = {f.entity for f in found} | {fault.entity for fault in faults}
    faults += [Fault("lost", entity) for entity in range(len(labels)) if entity not in explained]
    return Unmarked(clean, tuple(sorted(found)), tuple(faults))


def to_tokens(
    unmarked: Unmarked, tokens: Sequence[str], labels: Sequence[str]
) -> tuple[list[tuple[Span, int]], list[Fault]]:
    """Move entities from characters onto tokens; a token partly inside an entity belongs to it.

    A full stop that is a token of its own is left out at the edges: only the tokenizer knows it from the one of "U.S.".

    :param unmarked: What :func:`unmark` returned.
    :param tokens: The tokens its text was split into.
    :param labels: The label of every entity.
    :returns: Half-open token spans with the index of their entity, from left to right; and a fault for every entity
        that got none: ``crossed`` where an entity before it has one of its tokens, ``empty`` where no token is left.

    >>> from silverner.projection.markers import Found
    >>> to_tokens(Unmarked("l'ONU", (Found(2, 5, 0),), ()), ["l'", "ONU"], ["ORG"])
    ([(Span(start=1, end=2, label='ORG'), 0)], [])
    """
    spans: list[tuple[Span, int]] = []
    faults: list[Fault] = []
    upto = 0
    for found in unmarked.found:
        inside = tokenization.tokens_at(unmarked.text, tokens, range(found.start, found.end))
        names = [k for k in inside if tokens[k].strip(".")]
        if not names or names[0] < upto:
            faults.append(Fault("crossed" if names else "empty", found.entity))
            continue
        spans.append((Span(names[0], names[-1] + 1, labels[found.entity]), found.entity))
        upto = names[-1] + 1
    return spans, faults
