"""What must not be in two places: an id, a sentence in two splits, a gold sentence among those one trains on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.dataset_cards.check.finding import Finding, shortened
from silverner.dataset_cards.check.folder import Opened
from silverner.projection.errors import MissingFileError
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.text.overlap import Line, overlaps, words_of

_LEAVE = "drop it: in the recipe, evaluation: [{files: GOLD}], filters: {leak: 0.8}, keep: {without: [leak]}"
NEAR = 0.8
"""Overlap from which a sentence is one of the gold set; that of the filter ``leak``."""
_TESTED = "test"

Splits = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Held:
    """Sentences that will be tested on, and the files they are from."""

    names: str
    tokens: Sequence[Sequence[str]]


def read_gold(paths: Sequence[Path]) -> Held:
    """Read gold sets.

    :param paths: Their files.
    :returns: Their sentences.
    :raises MissingFileError: when one is not there.
    :raises DataError: when one cannot be read.
    """
    tokens: list[Sequence[str]] = []
    for path in paths:
        if not Path(path).is_file():
            raise MissingFileError(f"the gold set {path} is not there")
        corpus = CorpusFiles(files={"gold": str(path)})
        tokens += [s.tokens or (s.text or "").split() for s in read_corpus(corpus, tagged=False)]
    return Held(", ".join(Path(path).name for path in paths), tokens)


def check_apart(opened: Opened, code: str, splits: Splits, files: Mapping[str, str]) -> Iterator[Finding]:
    """Look for ids that are there twice, and sentences that are in two splits.

    :param opened: The folder.
    :param code: The language.
    :param splits: Its rows.
    :param files: The file of every split.
    :returns: What is wrong.
    """
    ids: dict[str, str] = {}
    texts: dict[str, tuple[str, str]] = {}
    for split in sorted(splits, key=lambda name: name == "train"):  # a copy in train is the one to remove
        faults = []
        for k, row in enumerate(splits[split]):
            where = f"{k} ({row['id']!r:.80})"
            if row["id"] in ids:
                says = f"its id stands already in {ids[row['id']]}"
                faults.append(Finding(kind="id", file=files[split], row=where, says=says, remedy=opened.rebuild(code)))
            ids.setdefault(row["id"], f"{files[split]}, row {k}")
            other, place = texts.setdefault("".join(words_of(row["tokens"] or [])), (split, f"{files[split]}, row {k}"))
            if other != split:
                says = f"its words are those of {place}: {' '.join(row['tokens'])!r:.80}"
                remedy = "drop copies: in the recipe, filters: {duplicate: 0} and keep: {without: [duplicate]}"
                faults.append(Finding(kind="overlap", file=files[split], row=where, says=says, remedy=remedy))
        yield from shortened(faults)


def check_gold(code: str, splits: Splits, files: Mapping[str, str], held: Held) -> Iterator[Finding]:
    """Look for gold sentences, in either language, in the splits one trains or chooses on.

    :param code: The language.
    :param splits: Its rows.
    :param files: The file of every split.
    :param held: The gold sentences.
    :returns: What is wrong.
    """
    for split, rows in splits.items():
        if split == _TESTED:
            continue
        lines = [
            Line(split=split, texts=[row["tokens"], *([row["source_tokens"]] if row.get("source_tokens") else [])])
            for row in rows
        ]
        faults = []
        for k, (row, found) in enumerate(zip(rows, overlaps(lines, evaluation=held.tokens), strict=True)):
            if found.leak >= NEAR:
                says = f"it, or its source, and a sentence of {held.names} share {found.leak:.0%} of the words of one"
                where = f"{k} ({row['id']!r:.80})"
                faults.append(Finding(kind="leak", file=files[split], row=where, says=says, remedy=_LEAVE))
        yield from shortened(faults)
