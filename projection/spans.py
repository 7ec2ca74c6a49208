"""Entity spans, and the tag schemes they are written in.

Everything inside the project is a half-open token span with a label; tags are read and written as IOB2.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from silverner.projection.errors import DataError, nearest

Scheme = Literal["auto", "iob1", "iob2", "bioes", "plain"]
SCHEMES: tuple[Scheme, ...] = ("auto", "iob1", "iob2", "bioes", "plain")

TAG = re.compile(r"(?:O|[BIESLU]-\S+)\Z")
"""What a tag with a prefix looks like; ``E``/``S`` are BIOES, their twins ``L``/``U`` are BILOU."""

_TWIN = {"L": "E", "U": "S"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An entity: the tokens ``start <= i < end`` with a label."""

    start: int
    end: int
    label: str

    def __len__(self) -> int:
        """Return the number of tokens."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, order=True)
class ProjectedSpan(Span):
    """A target span that carries the label of a source entity, with the score of the match and where it came from.

    ``confidence`` is the probability that the target has this entity, if the source has it
    (:mod:`silverner.projection.scoring.confidence`); ``None`` where no matcher chose the span.
    """

    score: float
    source_start: int
    source_end: int
    confidence: float | None = None


class TagError(DataError):
    """A tag breaks its scheme; :attr:`position` is the token it stands on."""

    def __init__(self, message: str, position: int) -> None:
        """Remember where the tag stands.

        :param message: What is wrong, without the place.
        :param position: Index of the token in its sentence.
        """
        super().__init__(message)
        self.position = position

    def __reduce__(self) -> tuple[type[TagError], tuple[str, int]]:
        """Keep the position when the error is pickled, between processes."""
        return type(self), (str(self), self.position)


@lru_cache(maxsize=4096)
def split_tag(tag: str) -> tuple[str, str]:
    """Split a tag into its prefix and its label.

    :param tag: A tag such as ``O``, ``B-PER`` or (in the plain scheme) ``PER``.
    :returns: ``("O", "")`` for outside; otherwise prefix (empty in the plain scheme) and label.
    """
    if tag == "O":
        return "O", ""
    prefix, dash, label = tag.partition("-")
    if dash and label and prefix in {"B", "I", "E", "S", "L", "U"}:
        return _TWIN.get(prefix, prefix), label
    return "", tag


def _fault(tags: Sequence[str], scheme: Scheme) -> tuple[int, str] | None:
    """Find the first tag that breaks the scheme: its position and the rule it breaks."""
    before = "O"
    for i, tag in enumerate((*tags, "O")):
        if not tag == before == "O":
            rule = _broken_rule(before, tag, scheme)
            if rule is not None:
                return min(i, len(tags) - 1), rule
        before = tag
    return None


@lru_cache(maxsize=4096)
def _broken_rule(before: str, tag: str, scheme: Scheme) -> str | None:
    """Name the rule that a tag breaks behind the tag before it; at both ends of a sentence stands an ``O``."""
    (prefix_before, label_before), (prefix, label) = split_tag(before), split_tag(tag)
    same = label == label_before and prefix_before in {"B", "I"}
    if scheme == "plain":
        return None if prefix in {"", "O"} else "the plain scheme has labels without prefix"
    if prefix == "" or (scheme != "bioes" and prefix in {"E", "S"}):
        return f"not a tag of the scheme {scheme}"
    if scheme == "iob2" and prefix == "I" and not same:
        return "in IOB2 an I- tag continues an entity of the same label"
    if scheme == "iob1" and prefix == "B" and not same:
        return "in IOB1 a B- tag only separates two entities of the same label"
    if scheme == "bioes" and (prefix_before in {"B", "I"} or prefix in {"I", "E"}):
        continues = prefix in {"I", "E"} and same
        return None if continues else "in BIOES an entity runs from B- to E- without a break"
    return None


def _garbage(tags: Sequence[str], scheme: Scheme) -> tuple[int, str] | None:
    """Find the first tag that no repair can read."""
    for i, tag in enumerate(tags):
        if not tag.strip() or (scheme != "plain" and not TAG.match(tag)):
            return i, "not a tag, such as O or B-PER"
    return None


def mendable(tags: Sequence[str], *, scheme: Scheme) -> bool:
    """Tell whether the tags of a sentence can be read with ``repair``.

    :param tags: One tag a token.
    :param scheme: The scheme they should follow, not ``auto``.
    :returns: Whether all of them are tags at all.

    >>> mendable(["O", "I-PER"], scheme="iob2"), mendable(["O", "B-"], scheme="iob2")
    (True, False)
    """
    return _garbage(tags, scheme) is None


def detect_scheme(sentences: Iterable[Sequence[str]]) -> Scheme:
    """Tell which scheme a whole file is written in.

    A file that is both IOB1 and IOB2 (or follows neither) is called IOB2, so that its faults are reported against it.

    :param sentences: The tags of every sentence.
    :returns: One of the schemes, never ``auto``.
    """
    neighbours: set[tuple[str, str]] = set()
    for tags in sentences:
        if tags.count("O") < len(tags):
            neighbours.update(pairwise(("O", *tags, "O")))
    return scheme_of(neighbours)


def scheme_of(neighbours: Collection[tuple[str, str]]) -> Scheme:
    """Tell which scheme tags are written in, as :func:`detect_scheme` does.

    :param neighbours: All pairs of tags that stand side by side; ``O`` stands before and behind every sentence.
    :returns: One of the schemes, never ``auto``.
    """
    prefixes = {split_tag(tag)[0] for _, tag in neighbours} - {"O"}
    if prefixes & {"E", "S"}:
        return "bioes"
    if prefixes == {""}:
        return "plain"
    for scheme in ("iob2", "iob1"):
        if all(_broken_rule(before, tag, scheme) is None for before, tag in neighbours):
            return scheme
    return "iob2"


def spans_from_tags(tags: Sequence[str], *, scheme: Scheme = "iob2", repair: bool = False) -> list[Span]:
    """Read the entities of one sentence from its tags.

    :param tags: One tag a token.
    :param scheme: The scheme the tags follow; ``auto`` looks at this sentence alone (see :func:`detect_scheme`).
    :param repair: Read a broken sequence as the CoNLL scorer does (an entity starts where no entity of its label is
        open) instead of refusing it.
    :returns: The spans from left to right.
    :raises TagError: when a tag breaks the scheme and ``repair`` is off.

    >>> spans_from_tags(["B-PER", "I-PER", "O", "B-LOC"])
    [Span(start=0, end=2, label='PER'), Span(start=3, end=4, label='LOC')]
    """
    if scheme not in SCHEMES:
        raise DataError(f"unknown tag scheme {scheme!r}; {nearest(scheme, SCHEMES)}")
    if tags.count("O") == len(tags):
        return []
    if scheme == "auto":
        scheme = detect_scheme([tags])
    fault = _garbage(tags, scheme) if repair else _fault(tags, scheme)
    if fault is not None:
        position, rule = fault
        raise TagError(f"tag {tags[position]!r}: {rule}", position)
    spans: list[Span] = []
    start, end, open_label = 0, 0, ""
    for i in [i for i, tag in enumerate(tags) if tag != "O"]:
        prefix, label = split_tag(tags[i])
        if open_label and (i > end or label != open_label or prefix in {"B", "S"}):
            spans.append(Span(start, end, open_label))
            open_label = ""
        if not open_label:
            start, open_label = i, label
        end = i + 1
        if prefix in {"E", "S"}:
            spans.append(Span(start, end, open_label))
            open_label = ""
    if open_label:
        spans.append(Span(start, end, open_label))
    return spans


def tags_from_spans(spans: Sequence[Span], length: int) -> list[str]:
    """Write entities as IOB2 tags.

    :param spans: Spans that do not overlap, in any order.
    :param length: Number of tokens of the sentence.
    :returns: One tag a token.
    :raises DataError: when spans overlap or leave the sentence.

    >>> tags_from_spans([Span(1, 3, "ORG")], 4)
    ['O', 'B-ORG', 'I-ORG', 'O']
    """
    tags = ["O"] * length
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not 0 <= span.start < span.end <= length:
            raise DataError(f"the span {span.start}-{span.end} ({span.label}) leaves a sentence of {length} tokens")
        if tags[span.start : span.end] != ["O"] * len(span):
            raise DataError(f"the span {span.start}-{span.end} ({span.label}) overlaps another one")
        tags[span.start : span.end] = [f"B-{span.label}", *[f"I-{span.label}"] * (len(span) - 1)]
    return tags


def tag_names(labels: Sequence[str]) -> list[str]:
    """Name the tags of a label set, in the order of their numbers.

    :param labels: The labels.
    :returns: ``O``, then ``B-`` and ``I-`` of each.

    >>> tag_names(["PER"])
    ['O', 'B-PER', 'I-PER']
    """
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
