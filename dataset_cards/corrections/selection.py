"""Chooses rows for people: those that the program is least sure of, or a sample that is drawn with a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from silverner.dataset_cards.corrections.corpus_rows import CorpusRow
from silverner.projection.errors import DataError
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnEntity:
    """An entity of the program that people judge."""

    row: CorpusRow
    span: Span


def least_sure(rows: Iterable[CorpusRow], number: int) -> list[CorpusRow]:
    """Choose the rows with the entities that the program is least sure of.

    Rows that people looked at and rows without entities are left out: there is no entity to be unsure of.

    :param rows: The rows.
    :param number: How many at most.
    :returns: The rows, the least sure first.
    """
    open_rows = (row for row in rows if row.human_spans is None and row.confidences)
    return nsmallest(number, open_rows, key=lambda row: (min(row.confidences), _draw(row.id, 0)))


def sample_sentences(rows: Iterable[CorpusRow], *, size: int, seed: int) -> list[CorpusRow]:
    """Draw sentences, each with the same probability, without replacement.

    The draw is by hashes of seed and id, so it does not depend on the order of the rows.

    :param rows: The rows.
    :param size: How many.
    :param seed: Another seed draws others.
    :returns: The sentences.
    :raises DataError: when there is no row.
    """
    chosen = nsmallest(size, rows, key=lambda row: _draw(row.id, seed))
    if not chosen:
        raise DataError("there is no sentence to draw from")
    return chosen


def sample_entities(rows: Iterable[CorpusRow], *, size: int, seed: int) -> list[DrawnEntity]:
    """Draw entities of the program, each with the same probability, without replacement.

    :param rows: The rows.
    :param size: How many.
    :param seed: Another seed draws others.
    :returns: The entities.
    :raises DataError: when there is no entity.
    """
    entities = (DrawnEntity(row=row, span=span) for row in rows for span in row.spans)
    chosen = nsmallest(size, entities, key=lambda one: _draw(f"{one.row.id} {one.span.start}", seed))
    if not chosen:
        raise DataError("there is no entity to draw from")
    return chosen


def _draw(name: str, seed: int) -> tuple[str, str]:
    """Return what orders names at random, always in the same way for a seed."""
    return hashlib.sha256(f"{seed} {name}".encode("utf-8", "surrogatepass")).hexdigest(), name
