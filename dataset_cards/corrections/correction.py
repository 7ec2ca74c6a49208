"""One correction, and all corrections of a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from silverner.projection.spans import Span

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """All entities that people see in a sentence; none where they see none.

    :param id: The id of its row when it was corrected, for people: rows are found by their tokens.
    :param tokens: The tokens of the sentence.
    :param spans: Its entities, from left to right.
    """

    id: str
    tokens: Tokens
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """The corrections of a language.

    :param file: The name of their file in the folder of the corpus.
    :param sha256: The hash of that file.
    :param by_tokens: The correction of every sentence.
    """

    file: str
    sha256: str
    by_tokens: Mapping[Tokens, Correction]


def span_fault(spans: Sequence[Span], tokens: Sequence[str], labels: Sequence[str]) -> str | None:
    """Find out why entities cannot be those of a sentence.

    :param spans: The entities, from left to right.
    :param tokens: The tokens of the sentence.
    :param labels: The labels of the corpus.
    :returns: The reason; ``None`` where nothing is wrong.

    >>> span_fault([Span(0, 2, "PER")], ["Ana"], ["PER"])
    'the entity PER 0-2 is outside its 1 tokens'
    """
    for span in spans:
        if span.label not in labels:
            return f"the label {span.label!r:.60} is not among {', '.join(labels)}"
        if not 0 <= span.start < span.end <= len(tokens):
            return f"the entity {span.label} {span.start}-{span.end} is outside its {len(tokens)} tokens"
    for left, right in pairwise(spans):
        if right.start < left.end:
            places = f"{left.label} {left.start}-{left.end} and {right.label} {right.start}-{right.end}"
            return f"the entities {places} overlap, or are not in their order"
    return None
