"""How often entities of every confidence are right, in the sentences that people looked at."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from silverner.dataset_cards.corrections import HUMAN_ENTITIES
from silverner.dataset_cards.facts import BINS
from silverner.dataset_cards.measure import confidence_of
from silverner.dataset_cards.view.rows import entity_keys


class Calibration:
    """Counts entities by confidence, and how many of them people confirmed."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._entities, self._right, self._sums = [0] * BINS, [0] * BINS, [0.0] * BINS

    def add(self, table: pa.Table) -> None:
        """Count the entities of some rows.

        :param table: Rows as published.
        """
        if HUMAN_ENTITIES not in table.column_names:
            return
        for row in table.filter(pc.is_valid(table[HUMAN_ENTITIES])).to_pylist():
            right = entity_keys(row[HUMAN_ENTITIES])
            for entity in row["entities"]:
                if (best := confidence_of(entity)) is not None and 0 <= best[1] <= 1:
                    tenth = min(int(best[1] * BINS), BINS - 1)
                    self._entities[tenth] += 1
                    self._right[tenth] += entity_keys([entity]) <= right
                    self._sums[tenth] += best[1]

    def facts(self) -> list[dict[str, Any]] | None:
        """Return the entities of every tenth that has any: how many, how many are right, and their mean confidence."""
        tenths = zip(self._entities, self._right, self._sums, strict=True)
        return [
            {"entities": entities, "right": right, "mean": round(total / entities, 4)}
            for entities, right, total in tenths
            if entities
        ] or None
