"""What corrections say of a corpus: how many rows people looked at, and how right the program was there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from silverner.dataset_cards.corrections.correction import Corrections
from silverner.dataset_cards.corrections.labels import HUMAN_ENTITIES, spans_of
from silverner.dataset_cards.facts.corrections import CorrectionFacts
from silverner.dataset_cards.facts.counts import ScoreInterval, SpanScores
from silverner.projection.metrics import evaluate_spans, intervals
from silverner.projection.spans import Span

LOG = logging.getLogger("silverner")
_MOST_NAMED = 5
"""Corrections without a sentence that the log names; further ones are counted."""


def correction_facts(
    splits: Mapping[str, Iterable[Mapping[str, Any]]], corrections: Corrections, *, uncorrected: str
) -> CorrectionFacts:
    """Count the rows that people looked at, and score the program by them. The log names unused corrections.

    :param splits: The rows of every split, with their corrections.
    :param corrections: The corrections.
    :param uncorrected: The signature of the rows without corrections.
    :returns: The facts.
    """
    human: list[list[Span]] = []
    program: list[list[Span]] = []
    unused = dict(corrections.by_tokens)
    for rows in splits.values():
        for row in rows:
            if row[HUMAN_ENTITIES] is not None:
                human.append(spans_of(row[HUMAN_ENTITIES]))
                program.append(spans_of(row["entities"]))
                unused.pop(tuple(row["tokens"]), None)
    if unused:
        ids = [correction.id for correction in unused.values()]
        more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
        LOG.warning(
            "%s: corrections whose sentence is not in the corpus: %d (%s%s); they stay in the file for later builds",
            corrections.file,
            len(ids),
            ", ".join(f"{name!r:.60}" for name in ids[:_MOST_NAMED]),
            more,
        )
    return CorrectionFacts(
        file=corrections.file,
        sha256=corrections.sha256,
        uncorrected=uncorrected,
        sentences=len(human),
        changed=sum(sorted(h) != sorted(p) for h, p in zip(human, program, strict=True)),
        unused=len(unused),
        scores=_scores(human, program) if human else None,
    )


def _scores(human: list[list[Span]], program: list[list[Span]]) -> SpanScores:
    """Score the entities of the program, with those of people as gold."""
    overall = evaluate_spans(human, program).overall
    interval = ScoreInterval(**asdict(intervals(human, program)["f1"]))
    return SpanScores(f1=overall.f1, interval=interval, precision=overall.precision, recall=overall.recall)
