"""Checks for what must not occur twice: an id, a sentence in two splits, a gold sentence in the training rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.dataset_cards.check.finding import Finding, shortened
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.projection.errors import MissingFileError
from silverner.projection.files.reading import Reading
from silverner.projection.tags.label_advice import check_labels
from silverner.projection.text.overlap import Line, overlaps
from silverner.projection.text.shingles import words_of

_REMEDY = "drop it: in the recipe, evaluation: [{files: GOLD}], filters: {leak: 0.8}, keep: {without: [leak]}"
NEAR = 0.8
"""The overlap from which two sentences count as the same, as in the filter ``leak``."""
_TEST_SPLIT = "test"

Splits = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class GoldSentences:
    """The sentences of test sets, and the names of their files."""

    names: str
    tokens: Sequence[Sequence[str]]


def read_gold(paths: Sequence[Path], reading: Reading, labels: Sequence[str]) -> GoldSentences:
    """Read test sets.

    :param paths: Their files.
    :param reading: How they are read. Their labels are read, too, if it names a scheme or a label map.
    :param labels: The labels of the corpus; those of test sets must be among them.
    :returns: Their sentences.
    :raises MissingFileError: when a file does not exist.
    :raises DataError: when a file cannot be read, or has a label that the corpus does not have.
    """
    reads_labels = reading.scheme != "auto" or bool(reading.label_map)
    tokens: list[Sequence[str]] = []
    for path in paths:
        if not Path(path).is_file():
            raise MissingFileError(f"the gold set {path} does not exist; check the path after --gold")
        sentences = reading.labelled(path) if reads_labels else reading.unlabelled(path)
        check_labels(((sentence.where, sentence.spans or ()) for sentence in sentences), labels)
        tokens += [s.tokens or (s.text or "").split() for s in sentences]
    return GoldSentences(", ".join(Path(path).name for path in paths), tokens)


def check_duplicates(folder: CheckedFolder, code: str, splits: Splits, files: Mapping[str, str]) -> Iterator[Finding]:
    """Look for ids that two rows have, and for sentences that are in two splits.

    :param folder: The folder.
    :param code: The language.
    :param splits: Its rows.
    :param files: The file of every split.
    :returns: What is wrong.
    """
    ids: dict[str, str] = {}
    texts: dict[str, tuple[str, str]] = {}
    for split in sorted(splits, key=lambda name: name == "train"):  # train comes last, so that its copy is the fault
        faults = []
        for k, row in enumerate(splits[split]):
            where = f"{k} ({row['id']!r:.80})"
            if row["id"] in ids:
                says = f"{ids[row['id']]} has the same id"
                faults.append(Finding(kind="id", file=files[split], row=where, says=says, remedy=folder.rebuild(code)))
            ids.setdefault(row["id"], f"{files[split]}, row {k}")
            first_split, place = texts.setdefault(
                "".join(words_of(row["tokens"] or [])), (split, f"{files[split]}, row {k}")
            )
            if first_split != split:
                says = f"it has the same words as {place}: {' '.join(row['tokens'])!r:.80}"
                remedy = "drop copies: in the recipe, filters: {duplicate: 0} and keep: {without: [duplicate]}"
                faults.append(Finding(kind="overlap", file=files[split], row=where, says=says, remedy=remedy))
        yield from shortened(faults)


def check_gold(splits: Splits, files: Mapping[str, str], gold: GoldSentences) -> Iterator[Finding]:
    """Look for gold sentences, in the source or the target, in the splits that a model is trained or chosen on.

    :param splits: Its rows.
    :param files: The file of every split.
    :param gold: The gold sentences.
    :returns: What is wrong.
    """
    for split, rows in splits.items():
        if split == _TEST_SPLIT:
            continue
        lines = [
            Line(split=split, texts=[row["tokens"], *([row["source_tokens"]] if row.get("source_tokens") else [])])
            for row in rows
        ]
        faults = []
        for k, (row, overlap) in enumerate(zip(rows, overlaps(lines, evaluation=gold.tokens), strict=True)):
            if overlap.leak >= NEAR:
                says = f"it or its source has {overlap.leak:.0%} of its words in common with a sentence of {gold.names}"
                where = f"{k} ({row['id']!r:.80})"
                faults.append(Finding(kind="leak", file=files[split], row=where, says=says, remedy=_REMEDY))
        yield from shortened(faults)
