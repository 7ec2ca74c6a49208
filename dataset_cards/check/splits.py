"""Checks for what must not occur twice: an id, a sentence in two splits, a gold sentence in the training rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.dataset_cards.check.finding import Finding, shortened
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.check.split_rows import CheckedFile, SplitRows
from silverner.projection.errors import MissingFileError
from silverner.projection.files.reading import Reading
from silverner.projection.tags.label_advice import check_labels
from silverner.projection.text.first_places import FirstPlaces
from silverner.projection.text.held_out import HeldOutSentences
from silverner.projection.text.shingles import words_of

_REMEDY = "drop it: in the recipe, evaluation: [{files: GOLD}], filters: {leak: 0.8}, keep: {without: [leak]}"
NEAR = 0.8
"""The overlap from which two sentences count as the same, as in the filter ``leak``."""
_TEST_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class GoldSentences:
    """The sentences of test sets, and the names of their files."""

    names: str
    held_out: HeldOutSentences


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
    return GoldSentences(", ".join(Path(path).name for path in paths), HeldOutSentences(tokens))


def check_duplicates(folder: CheckedFolder, code: str, splits: Mapping[str, SplitRows]) -> Iterator[Finding]:
    """Look for ids that two rows have, and for sentences that are in two splits.

    :param folder: The folder.
    :param code: The language.
    :param splits: The files of its rows.
    :returns: What is wrong.
    """
    ids, texts = FirstPlaces(), FirstPlaces()
    for split in sorted(splits, key=lambda name: name == "train"):  # train comes last, so that its copy is the fault
        for file in splits[split]:
            yield from shortened(_copies(file, split, ids, texts, rebuild=folder.rebuild(code)))


def _copies(file: CheckedFile, split: str, ids: FirstPlaces, texts: FirstPlaces, *, rebuild: str) -> Iterator[Finding]:
    """Look for ids and sentences in a file that occurred before."""
    for number, row in enumerate(file.rows(["id", "tokens"])):
        where, place = f"{number} ({row['id']!r:.80})", f"{file.name}, row {number}"
        first = ids.first(row["id"], place)
        if first is not None:
            yield Finding(kind="id", file=file.name, row=where, says=f"{first} has the same id", remedy=rebuild)
        # The name of a split has no line end.
        first = texts.first("".join(words_of(row["tokens"] or [])), f"{split}\n{place}")
        first_split, _, first_place = (first or f"{split}\n").partition("\n")
        if first_split != split:
            says = f"it has the same words as {first_place}: {' '.join(row['tokens'])!r:.80}"
            remedy = "drop copies: in the recipe, filters: {duplicate: 0} and keep: {without: [duplicate]}"
            yield Finding(kind="overlap", file=file.name, row=where, says=says, remedy=remedy)


def check_gold(splits: Mapping[str, SplitRows], gold: GoldSentences) -> Iterator[Finding]:
    """Look for gold sentences, in the source or the target, in the splits that a model is trained or chosen on.

    :param splits: The files of its rows.
    :param gold: The gold sentences.
    :returns: What is wrong.
    """
    for split, files in splits.items():
        if split != _TEST_SPLIT:
            for file in files:
                yield from shortened(_leaks(file, gold))


def _leaks(file: CheckedFile, gold: GoldSentences) -> Iterator[Finding]:
    """Look for gold sentences in a file."""
    for number, row in enumerate(file.rows(["id", "tokens", "source_tokens"])):
        sides = [row["tokens"], *([row["source_tokens"]] if row.get("source_tokens") else [])]
        leak = max(map(gold.held_out.nearest, sides))
        if leak >= NEAR:
            says = f"it or its source has {leak:.0%} of its words in common with a sentence of {gold.names}"
            where = f"{number} ({row['id']!r:.80})"
            yield Finding(kind="leak", file=file.name, row=where, says=says, remedy=_REMEDY)
