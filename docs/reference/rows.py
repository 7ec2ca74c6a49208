"""The page on the columns of a published row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import datasets

from reference.markdown import code, page, prose, table
from silverner.builders.rows import Layout, features_for
from silverner.dataset_cards.card.contents import COLUMNS, ENTITY_FIELDS

_TEXTS = ("target", "source", "pivot")


def rows_page() -> str:
    """Describe every column that a row can have."""
    features = all_columns()
    return page(
        "Columns of a row",
        "Which columns a corpus has depends on its method. The card of a corpus lists its own columns.",
        table(["column", "type", "what it holds"], _columns(features)),
        "## Fields of an entity",
        table(["field", "type", "what it holds"], _entity_fields(features["entities"].feature)),
    )


def all_columns() -> datasets.Features:
    """Return the columns of all layouts together."""
    switches = {one.name: True for one in fields(Layout) if isinstance(one.default, bool)}
    together: dict[str, Any] = {}
    for text in _TEXTS:
        together |= features_for(["PER"], Layout(**switches, unknown=text, distribution=text))
    return datasets.Features(together)


def _columns(features: datasets.Features) -> Iterator[tuple[str, ...]]:
    order = [*COLUMNS, *(name for name in features if name not in COLUMNS)]
    for name in order:
        yield code(name), _kind(features[name]), prose(COLUMNS.get(name, ""))


def _entity_fields(entity: Any) -> Iterator[tuple[str, ...]]:
    meanings = {
        "start": "number of its first token; tokens are counted from 0",
        "end": "number of the token after its last",
        "label": "its label",
        "score": "how well it fits the source entity: see [the score](../explanation/score.md)",
        "source_end": "where that place ends",
        **{name: prose(text.replace(f" (`{name}`)", "")) for name, text in ENTITY_FIELDS.items()},
    }
    for name, kind in entity.items():
        yield code(name), _kind(kind), meanings[name]


def _kind(feature: Any) -> str:
    """Say what type a column has."""
    if isinstance(feature, datasets.List):
        return f"list of {_kind(feature.feature)}"
    if isinstance(feature, dict):
        return "entities"
    if isinstance(feature, datasets.ClassLabel):
        return "tag (`ClassLabel`)"
    return code(feature.dtype)
