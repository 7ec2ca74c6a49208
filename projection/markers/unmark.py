"""Reads a translated text with markers: the text without them, and the entities between them."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.errors import DataError
from silverner.projection.markers.brackets import entities_from_brackets
from silverner.projection.markers.marker import take_markers
from silverner.projection.markers.style import Style, check
from silverner.projection.markers.tags import entities_from_tags
from silverner.projection.markers.unmarked_text import Fault, Unmarked
from silverner.projection.spans import Span
from silverner.projection.text import tokenization


def unmark(text: str, *, style: Style, labels: Sequence[str], names: Sequence[Sequence[str]] | None = None) -> Unmarked:
    """Read a translated text with markers.

    Tags name their entity (:func:`~silverner.projection.markers.tags.entities_from_tags`). Brackets do not; they are
    assigned to entities in this order:

    - One pair of brackets and one entity belong together; that needs no name and is no fault.
    - Each pair of brackets goes to the entity with the most similar name. The likeness is
      :meth:`difflib.SequenceMatcher.ratio` without case, brackets and punctuation at the edges, and must be above one
      half (arXiv 2501.18750, section 3.2). The assignment with the highest sum wins; ties go to the order of the
      sentence, then to places further left. (The published code takes the last likeness above the threshold, and
      compares the brackets too.)
    - The rest is paired in order, with the fault ``by-order``, if there is one of each, or if there are as many
      brackets as entities and all have one label.

    Of nested brackets the innermost count. White space and punctuation at the edges belong to no entity.

    :param text: The translation.
    :param style: The kind of markers.
    :param labels: The label of every entity that was marked, in the order it was marked in.
    :param names: Possible names of every entity in the translation, such as its own translation and its source words;
        without names, brackets are paired only by order. Tags do not need names.
    :returns: The clean text, the places of entities, and what went wrong.
    :raises DataError: when the numbers of lists of names and of labels differ, or the style is unknown.

    >>> unmark("[Nueva York] recibe a [Ana].", style="brackets", labels=["PER", "LOC"],
    ...     names=[["Ana"], ["Nueva York", "New York"]])
    ... # doctest: +NORMALIZE_WHITESPACE
    Unmarked(text='Nueva York recibe a Ana.', entities=(MarkedEntity(start=0, end=10, entity=1),
    MarkedEntity(start=20, end=23, entity=0)), faults=())
    """
    check(style)
    if names is not None and len(names) != len(labels):
        raise DataError(
            f"{len(labels)} entities were marked, but {len(names)} have lists of names; "
            "give every entity a list, even an empty one"
        )
    clean, markers = take_markers(text, style)
    if style == "tags":
        entities, faults = entities_from_tags(clean, markers, len(labels))
    else:
        entities, faults = entities_from_brackets(clean, markers, labels, names)
    explained = {e.entity for e in entities} | {fault.entity for fault in faults}
    faults += [Fault("lost", entity) for entity in range(len(labels)) if entity not in explained]
    return Unmarked(clean, tuple(sorted(entities)), tuple(faults))


def to_tokens(
    unmarked: Unmarked, tokens: Sequence[str], labels: Sequence[str]
) -> tuple[list[tuple[Span, int]], list[Fault]]:
    """Move entities from characters to tokens; a token that is partly inside an entity belongs to it.

    A full stop that is a token of its own is left out at the edges; only the tokenizer can tell it from that of "U.S.".

    :param unmarked: What :func:`unmark` returned.
    :param tokens: The tokens its text was split into.
    :param labels: The label of every entity.
    :returns: Half-open token spans with the index of their entity, from left to right; and a fault for every entity
        without a span: ``crossed`` if an earlier entity has one of its tokens, ``empty`` if it has no token.

    >>> from silverner.projection.markers import MarkedEntity
    >>> to_tokens(Unmarked("l'ONU", (MarkedEntity(2, 5, 0),), ()), ["l'", "ONU"], ["ORG"])
    ([(Span(start=1, end=2, label='ORG'), 0)], [])
    """
    spans: list[tuple[Span, int]] = []
    faults: list[Fault] = []
    upto = 0
    for marked in unmarked.entities:
        inside = tokenization.tokens_at(unmarked.text, tokens, range(marked.start, marked.end))
        names = [k for k in inside if tokens[k].strip(".")]
        if not names or names[0] < upto:
            faults.append(Fault("crossed" if names else "empty", marked.entity))
            continue
        spans.append((Span(names[0], names[-1] + 1, labels[marked.entity]), marked.entity))
        upto = names[-1] + 1
    return spans, faults
