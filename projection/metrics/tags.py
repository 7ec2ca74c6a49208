"""Reads entities from tags in the two ways that entity F1 is reported for.

The two readings differ only in an ``I-`` tag that continues no entity of its label. The CoNLL scorer lets an entity
begin there (``conlleval`` of Tjong Kim Sang and De Meulder 2003, "Introduction to the CoNLL-2003 shared task"; seqeval
without a mode); strict IOB2 has no entity there (seqeval in strict mode).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.metrics.scores import Evaluation, evaluate_spans
from silverner.projection.spans import Span, TagError, spans_from_tags, split_tag

Invalid = Literal["refuse", "ignore", "repair"]
INVALID: tuple[Invalid, ...] = ("refuse", "ignore", "repair")
"""Ways to treat an ``I-`` tag that continues no entity: refuse it, read it as ``O`` (strict), or begin one (CoNLL)."""


def read_tags(
    sentences: Sequence[Sequence[str]], *, invalid: Invalid = "refuse", side: str = "tagged"
) -> list[list[Span]]:
    """Read the entities of IOB2 tags.

    :param sentences: The tags of every sentence: ``O``, ``B-`` or ``I-`` and a label.
    :param invalid: How to treat an ``I-`` tag that continues no entity of its label (:data:`INVALID`).
    :param side: What messages call the sentences.
    :returns: The entities of every sentence.
    :raises UsageError: when ``invalid`` is none of the three.
    :raises DataError: naming sentence and token (both from 1) of a tag that cannot be read.

    >>> [read_tags([["O", "I-PER"]], invalid=how) for how in ("ignore", "repair")]
    [[[]], [[Span(start=1, end=2, label='PER')]]]
    """
    if invalid not in INVALID:
        raise UsageError(f"invalid={invalid!r} is unknown; {nearest(str(invalid), INVALID)}")
    return [_spans_of_sentence(tags, invalid, f"{side} sentence {k}") for k, tags in enumerate(sentences, start=1)]


def _spans_of_sentence(tags: Sequence[str], invalid: Invalid, where: str) -> list[Span]:
    for i, tag in enumerate(tags, start=1):
        if split_tag(tag)[0] not in {"O", "B", "I"}:
            raise DataError(f"{where}, token {i}: {tag!r} is no IOB2 tag; allowed: O, B-LABEL, I-LABEL")
    if invalid == "ignore":
        tags = _without_invalid(tags)
    try:
        return spans_from_tags(tags, repair=invalid == "repair")
    except TagError as error:
        raise DataError(
            f"{where}, token {error.position + 1}: {error}; invalid='ignore' reads such a tag as O, "
            "invalid='repair' as the beginning of an entity"
        ) from error


def _without_invalid(tags: Sequence[str]) -> list[str]:
    """Replace every ``I-`` tag that continues no entity of its label by ``O``."""
    valid: list[str] = []
    open_label = ""
    for tag in tags:
        prefix, label = split_tag(tag)
        if prefix == "I" and label != open_label:
            tag = "O"
            label = ""
        valid.append(tag)
        open_label = label
    return valid


def check_same(gold: Sequence[Sequence[object]], predicted: Sequence[Sequence[object]], side: str) -> None:
    """Refuse two sides that do not belong to the same tokens.

    :param gold: For every sentence one item for each token.
    :param predicted: The same for the other side.
    :param side: What messages call the other side.
    :raises DataError: naming the first sentence whose lengths differ.
    """
    if len(gold) != len(predicted):
        raise DataError(f"{len(gold)} gold and {len(predicted)} {side} sentences; they must be the same sentences")
    for k, (g, p) in enumerate(zip(gold, predicted, strict=True), start=1):
        if len(g) != len(p):
            raise DataError(f"sentence {k} has {len(g)} gold tags, but {len(p)} {side}; every token needs one")


def evaluate_tags(
    gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]], *, invalid: Invalid = "refuse"
) -> Evaluation:
    """Compare IOB2 tags: strict F1 with ``refuse`` and ``ignore``, CoNLL F1 with ``repair``.

    :param gold: The gold tags of every sentence.
    :param predicted: The predicted tags of the same tokens.
    :param invalid: How to treat an ``I-`` tag that continues no entity of its label (:data:`INVALID`).
    :returns: The scores.
    :raises DataError: when the sides differ in length, or a tag cannot be read.

    >>> gold, predicted = [["B-PER", "O", "B-LOC"]], [["B-PER", "O", "I-LOC"]]
    >>> [round(evaluate_tags(gold, predicted, invalid=how).overall.f1, 1) for how in ("ignore", "repair")]
    [66.7, 100.0]
    """
    check_same(gold, predicted, "predicted")
    return evaluate_spans(
        read_tags(gold, invalid=invalid, side="gold"), read_tags(predicted, invalid=invalid, side="predicted")
    )
