"""Offline validation of a published folder: what the Hub would reject, and what it would not notice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from silverner.dataset_cards.check.card import check_card
from silverner.dataset_cards.check.files import check_files
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import open_folder
from silverner.dataset_cards.check.metadata import check_metadata
from silverner.dataset_cards.check.rows import check_language
from silverner.dataset_cards.check.splits import Held, read_gold

__all__ = ["Finding", "check_folder"]


def check_folder(folder: Path, *, gold: Sequence[Path] = ()) -> list[Finding]:
    """Check a corpus folder without asking anybody over the network.

    :param folder: The folder, as ``silverner build`` wrote it.
    :param gold: Sets that will be tested on (any format the readers know); their sentences must not be in the rows one
        trains on.
    :returns: The faults, file by file; none means that the folder can be published.
    :raises MissingFileError: when it is no corpus, or a gold set is not there.
    :raises DataError: when a gold set cannot be read.
    """
    opened = open_folder(Path(folder))
    held: Held | None = read_gold(gold) if gold else None
    found = [*check_metadata(opened), *check_files(opened)]
    spoilt = {finding.file for finding in found}
    for code in opened.languages:
        found += check_language(opened, code, held=held, spoilt=spoilt)
    return [*found, *check_card(opened)]
