"""The labels of a row: those that people gave it, where they looked at it, and those of the program otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import datasets

from silverner.dataset_cards.corrections.correction import Corrections
from silverner.projection.spans import Span, tags_from_spans

HUMAN_ENTITIES = "human_entities"
"""The column of the entities that people see in a sentence; no value where nobody looked at it."""
HUMAN_FEATURE = datasets.List(
    {"start": datasets.Value("int32"), "end": datasets.Value("int32"), "label": datasets.Value("string")}
)

Entities = Sequence[Mapping[str, Any]]


def published_entities(row: Mapping[str, Any]) -> Entities:
    """Return the entities that the tags of a row show.

    :param row: A published row.
    :returns: Those of people where they looked at the sentence, and those of the program otherwise.

    >>> published_entities({"entities": [{"start": 0, "end": 1, "label": "PER"}], "human_entities": []})
    []
    """
    human: Entities | None = row.get(HUMAN_ENTITIES)
    return row["entities"] if human is None else human


def human_columns(
    tokens: Sequence[Sequence[str]], entities: Sequence[Entities], corrections: Corrections, tag_names: Sequence[str]
) -> dict[str, list[Any]]:
    """Make the columns of rows that corrections decide.

    :param tokens: The tokens of every row.
    :param entities: The entities of the program in every row.
    :param corrections: The corrections.
    :param tag_names: The tags in the order of their numbers.
    :returns: ``human_entities``, and ``ner_tags`` by the entities of people where there are any.
    """
    number = {tag: k for k, tag in enumerate(tag_names)}
    columns: dict[str, list[Any]] = {"ner_tags": [], HUMAN_ENTITIES: []}
    for words, program_entities in zip(tokens, entities, strict=True):
        correction = corrections.by_tokens.get(tuple(words))
        human = None
        if correction is not None:
            human = [{"start": s.start, "end": s.end, "label": s.label} for s in correction.spans]
        columns[HUMAN_ENTITIES].append(human)
        tags = tags_from_spans(spans_of(program_entities if human is None else human), len(words))
        columns["ner_tags"].append([number[tag] for tag in tags])
    return columns


def spans_of(entities: Entities) -> list[Span]:
    """Return the places and labels of entities.

    :param entities: Entities as a row has them.
    """
    return [Span(entity["start"], entity["end"], entity["label"]) for entity in entities]
