"""The manifest's numbers against the rows themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import Opened
from silverner.dataset_cards.release.release import MANIFEST


def check_totals(opened: Opened, code: str, splits: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Finding]:
    """Count again what the manifest, and from it the card, says of a language.

    :param opened: The folder.
    :param code: The language.
    :param splits: Its rows, without fault.
    :returns: What is wrong.
    """
    counts = opened.languages[code]["counts"]
    rows = [row for split in splits.values() for row in split]
    entities = [e for row in rows for e in row["entities"]]
    labels = Counter(e["label"] for e in entities)
    numbers = {
        "kept": (counts["kept"], len(rows)),
        "input": (counts["input"], len(rows) + sum(counts["dropped"].values())),
        **{f"entities, {label}": (said, labels[label]) for label, said in counts["entities"].items()},
        **{f"entities, {label}": (0, labels[label]) for label in labels.keys() - counts["entities"].keys()},
    }
    for name, (said, there) in numbers.items():
        if said != there:
            says = f"{code}, {name}: {said}, and {there} are there"
            yield Finding(kind="counts", file=MANIFEST, says=says, remedy=opened.rebuild(code))
