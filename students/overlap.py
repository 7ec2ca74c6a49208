"""Sentences of a training text that the gold holds too: a student that learns them is measured on what it has seen."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from silverner.projection.filters import FILTERS
from silverner.projection.text.overlap import Line, overlaps
from silverner.students.corpus import Row, SilverCorpus

LOG = logging.getLogger("silverner")
OVERLAP = "overlap"
"""Why such a row is left out, as results and cards name it."""
_SHOWN = 3


def leave_out_overlap(corpus: SilverCorpus, gold: Sequence[Row], *, keep: bool) -> SilverCorpus:
    """Leave out the rows whose words are those of a gold sentence, or nearly so, by the rule of the filter ``leak``.

    Only the words of the gold are looked at, not its labels.

    :param corpus: What a student learns from.
    :param gold: Gold sentences of all kinds.
    :param keep: Keep such rows, and only name them.
    :returns: The corpus; its ``overlap`` names such rows.
    """
    every = [*corpus.rows, *corpus.source_rows, *corpus.plain_rows]
    lines = [Line(split="train", texts=[row.tokens]) for row in every]
    measured = overlaps(lines, evaluation=[row.tokens for row in gold])
    lowest = FILTERS.get("leak").default
    names = [row.id for row, one in zip(every, measured, strict=True) if one.leak >= lowest]
    in_gold = frozenset(names)
    if keep or not names:
        return replace(corpus, overlap=tuple(names))
    sides = (corpus.rows, corpus.source_rows, corpus.plain_rows)
    rows, source_rows, plain_rows = ([row for row in side if row.id not in in_gold] for side in sides)
    left_out = {**corpus.left_out, OVERLAP: len(names)}
    return replace(
        corpus, rows=rows, source_rows=source_rows, plain_rows=plain_rows, left_out=left_out, overlap=tuple(names)
    )


def warn_of_overlap(corpus: SilverCorpus, *, keep: bool) -> None:
    """Write to the log which sentences the gold has too.

    :param corpus: What a student learns from.
    :param keep: Whether they are learnt all the same.
    """
    if corpus.overlap:
        ids = ", ".join(corpus.overlap[:_SHOWN]) + ", ..." * (len(corpus.overlap) > _SHOWN)
        LOG.warning(
            "%s: sentences that are in the gold too, or nearly so: %d (%s); they are %s",
            corpus.name,
            len(corpus.overlap),
            ids,
            "learnt all the same" if keep else "left out (--overlap keep learns them)",
        )
