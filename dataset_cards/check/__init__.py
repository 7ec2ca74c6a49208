"""Checks a published folder without network: faults that the Hub would reject, and faults that it would not notice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from silverner.dataset_cards.check.card import check_card
from silverner.dataset_cards.check.corrections import check_unread_corrections
from silverner.dataset_cards.check.files import check_files
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import read_folder
from silverner.dataset_cards.check.metadata import check_metadata
from silverner.dataset_cards.check.rows import check_language
from silverner.dataset_cards.check.splits import read_gold
from silverner.projection.files.reading import Reading

__all__ = ["Finding", "check_folder", "programs_of"]


def check_folder(path: Path, *, gold: Sequence[Path] = (), reading: Reading | None = None) -> list[Finding]:
    """Check a corpus folder without network.

    :param path: The folder, as ``silverner build`` wrote it.
    :param gold: Test sets in any format that the readers know. Their sentences must not be in the training rows.
    :param reading: How the test sets are read.
    :returns: The faults, file by file. A folder without a fault can be published.
    :raises MissingFileError: when the folder is no corpus, or a test set does not exist.
    :raises DataError: when a test set cannot be read.
    """
    folder = read_folder(Path(path))
    labels = folder.facts.labels if folder.facts else []
    gold_sentences = read_gold(gold, reading or Reading(), labels) if gold else None
    findings = [*check_metadata(folder), *check_files(folder), *check_unread_corrections(folder)]
    broken_files = {finding.file for finding in findings}
    for code in folder.languages:
        findings += check_language(folder, code, gold=gold_sentences, broken_files=broken_files)
    return [*findings, *check_card(folder)]


def programs_of(path: Path) -> list[str]:
    """List the programs that took part in a corpus: a recipe that names some runs them on the machine of its user.

    :param path: The folder of the corpus.
    :returns: For every program its role, what it is, its version where it says one, and its hash.
    """
    facts = read_folder(Path(path)).facts
    models = [model for language in facts.languages.values() for model in language.models] if facts else []
    return list(
        dict.fromkeys(
            f"{model.role}: {model.name!r}, {model.says}, hash {model.commit}" for model in models if model.program
        )
    )
