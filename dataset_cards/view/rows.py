"""Rows as a page shows them: JSON, and what they are found by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from silverner.dataset_cards.corrections import HUMAN_ENTITIES, published_entities
from silverner.dataset_cards.corrections.labels import Entities
from silverner.dataset_cards.measure import confidence_of
from silverner.dataset_cards.view.blocks import packed
from silverner.dataset_cards.view.corpus import ViewedCorpus
from silverner.dataset_cards.view.gold import Agreement
from silverner.projection.errors import DataError
from silverner.projection.spans import Span, TagError, spans_from_tags

_DIGITS = 4
"""Digits of scores and probabilities."""
EntityKey = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A sentence of a page.

    :param text: Everything that is shown, as JSON.
    :param split: Its split.
    :param labels: The labels of its entities.
    :param flags: The filters that it fails.
    :param people: What people said of it: ``confirmed``, ``corrected``, or nothing.
    :param gold: Whether it is as gold has it: ``same``, ``differs``, or nothing where there is no gold of it.
    :param confidence: The lowest probability of its entities; ``None`` where no entity has one.
    :param score: The score of the sentence.
    """

    text: str
    split: str
    labels: frozenset[str]
    flags: frozenset[str]
    people: str
    gold: str
    confidence: float | None
    score: float | None


def shown_rows(
    corpus: ViewedCorpus, code: str, positions: frozenset[int] | None = None
) -> Iterator[tuple[int, ShownRow]]:
    """Read rows of a language.

    :param corpus: The corpus.
    :param code: The language.
    :param positions: Which rows, counted over all splits from 0; all if left out.
    :returns: The position of every row, and the row.
    :raises DataError: when a row breaks a rule.
    """
    tags, start = corpus.tags(code), 0
    for split, table in corpus.batches(code):
        drawn = [k for k in range(table.num_rows) if positions is None or start + k in positions]
        # Without the type, an empty list would be one of nulls, which Arrow does not take.
        chosen = table if len(drawn) == table.num_rows else table.take(pa.array(drawn, pa.int64()))
        for k, row in zip(drawn, chosen.to_pylist(), strict=True):
            try:
                yield start + k, _shown(row, split, tags, None if corpus.gold is None else corpus.gold.of(row))
            except DataError as error:
                where = corpus.place(code, row["id"])
                raise DataError(f"{where}: {error}; run silverner check {corpus.path}") from error
        start += table.num_rows


def agreement(corpus: ViewedCorpus, code: str) -> Agreement:
    """Compare all rows of a language with gold.

    :param corpus: The corpus.
    :param code: The language.
    :returns: How often they agree; nothing is counted where there is no gold.
    """
    counts = Agreement()
    for _, table in corpus.batches(code) if corpus.gold is not None else ():
        names = [name for name in ("id", "tokens", "entities", HUMAN_ENTITIES) if name in table.column_names]
        for row in table.select(names).to_pylist():
            if corpus.gold is not None and (spans := corpus.gold.of(row)) is not None:
                counts.add(entity_keys(published_entities(row)), frozenset((s.start, s.end, s.label) for s in spans))
    return counts


def row_keys(corpus: ViewedCorpus, code: str) -> Iterator[tuple[str, tuple[str, ...], frozenset[EntityKey]]]:
    """Read what rows of two corpora are compared by.

    :param corpus: The corpus.
    :param code: The language.
    :returns: For every row its id, its tokens and its entities.
    """
    for _, table in corpus.batches(code):
        names = [name for name in ("id", "tokens", "entities", HUMAN_ENTITIES) if name in table.column_names]
        for row in table.select(names).to_pylist():
            yield row["id"], tuple(row["tokens"]), entity_keys(published_entities(row))


def entity_keys(entities: Entities) -> frozenset[EntityKey]:
    """Return what entities are compared by.

    :param entities: Entities of a row.
    :returns: The place and the label of each.
    """
    return frozenset((e["start"], e["end"], e["label"]) for e in entities)


def _shown(row: Mapping[str, Any], split: str, tags: Sequence[str], gold: Sequence[Span] | None) -> ShownRow:
    """Turn a row into what is shown of it."""
    probabilities = [best[1] for best in map(confidence_of, row["entities"]) if best is not None]
    entities, human = [_entity(e, row) for e in row["entities"]], row.get(HUMAN_ENTITIES)
    people = ""
    if human is not None:
        people = "confirmed" if entity_keys(human) == entity_keys(entities) else "corrected"
    gold_entities = None if gold is None else [{"start": s.start, "end": s.end, "label": s.label} for s in gold]
    content = {
        "id": row["id"],
        "split": split,
        "tokens": row["tokens"],
        "score": _number(row.get("score"), "score"),
        "flags": row.get("flags") or None,
        "human": None if human is None else [_entity(e, row) for e in human],
        "gold": gold_entities,
        "links": row.get("alignment"),
        "faults": row.get("marker_faults") or None,
        **{text: _other_text(row, text, tags) for text in ("source", "pivot")},
    }
    return ShownRow(
        text=packed({"entities": entities} | {name: value for name, value in content.items() if value is not None}),
        split=split,
        labels=frozenset(e["label"] for e in [*entities, *(human or ()), *(gold_entities or ())]),
        flags=frozenset(row.get("flags") or ()),
        people=people,
        gold=_agrees(entities if human is None else human, gold_entities),
        confidence=_number(min(probabilities, default=None), "confidence"),
        score=_number(row.get("score"), "score"),
    )


def _agrees(published: Entities, gold: Entities | None) -> str:
    if gold is None:
        return ""
    return "same" if entity_keys(published) == entity_keys(gold) else "differs"


def _entity(entity: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Check an entity, and leave out what it does not have."""
    if not 0 <= entity["start"] < entity["end"] <= len(row["tokens"]):
        count = len(row["tokens"])
        raise DataError(f"the entity {entity['start']}-{entity['end']} is outside its {count} tokens")
    return {
        name: _number(value, name) if isinstance(value, float) else value
        for name, value in entity.items()
        if value is not None
    }


def _other_text(row: Mapping[str, Any], text: str, tags: Sequence[str]) -> dict[str, Any] | None:
    """Return the tokens and the entities of the source or the pivot."""
    tokens, numbers = row.get(f"{text}_tokens"), row.get(f"{text}_ner_tags")
    if tokens is None:
        return None
    if numbers is None:
        return {"tokens": tokens, "entities": []}
    if len(numbers) != len(tokens) or not all(0 <= number < len(tags) for number in numbers):
        raise DataError(f"{text}: {len(numbers)} tags for {len(tokens)} tokens, or an unknown tag")
    try:
        spans = spans_from_tags([tags[number] for number in numbers])
    except TagError as error:
        raise DataError(f"{text} token {error.position}: {error}") from error
    return {"tokens": tokens, "entities": [{"start": s.start, "end": s.end, "label": s.label} for s in spans]}


def _number(value: float | None, name: str) -> float | None:
    """Round a number, and refuse one that JSON cannot hold."""
    if value is None:
        return None
    if not math.isfinite(value):
        raise DataError(f"the {name} is {value}")
    return round(value, _DIGITS)
