"""Checks the numbers of the manifest against the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.facts import MANIFEST


class RowTotals:
    """Counts rows and their entities."""

    def __init__(self) -> None:
        """Begin to count."""
        self.rows = 0
        self.labels: Counter[str] = Counter()

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a row.

        :param row: As published.
        """
        self.rows += 1
        self.labels.update(entity["label"] for entity in row["entities"])


def check_totals(folder: CheckedFolder, code: str, totals: RowTotals) -> Iterator[Finding]:
    """Compare the rows of a language with the manifest, which the card is made from.

    :param folder: The folder.
    :param code: The language.
    :param totals: The numbers of its rows, which have no other fault.
    :returns: What is wrong.
    """
    counts, labels = folder.languages[code].counts, totals.labels
    numbers = {
        "kept": (counts.kept, totals.rows),
        "input": (counts.input, totals.rows + sum(counts.dropped.values())),
        **{f"entities, {label}": (number, labels[label]) for label, number in counts.entities.items()},
        **{f"entities, {label}": (0, labels[label]) for label in labels.keys() - counts.entities.keys()},
    }
    for name, (in_manifest, in_rows) in numbers.items():
        if in_manifest != in_rows:
            says = f"{code}, {name}: {in_manifest}, but the files have {in_rows}"
            yield Finding(kind="counts", file=MANIFEST, says=says, remedy=folder.rebuild(code))
