"""Checks the numbers of the manifest against the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.facts import MANIFEST


def check_totals(
    folder: CheckedFolder, code: str, splits: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[Finding]:
    """Count the rows of a language again, and compare with the manifest, which the card is made from.

    :param folder: The folder.
    :param code: The language.
    :param splits: Its rows; they have no other fault.
    :returns: What is wrong.
    """
    counts = folder.languages[code].counts
    rows = [row for split in splits.values() for row in split]
    entities = [e for row in rows for e in row["entities"]]
    labels = Counter(e["label"] for e in entities)
    numbers = {
        "kept": (counts.kept, len(rows)),
        "input": (counts.input, len(rows) + sum(counts.dropped.values())),
        **{f"entities, {label}": (number, labels[label]) for label, number in counts.entities.items()},
        **{f"entities, {label}": (0, labels[label]) for label in labels.keys() - counts.entities.keys()},
    }
    for name, (in_manifest, in_rows) in numbers.items():
        if in_manifest != in_rows:
            says = f"{code}, {name}: {in_manifest}, but the files have {in_rows}"
            yield Finding(kind="counts", file=MANIFEST, says=says, remedy=folder.rebuild(code))
