"""Where a chain's sentences come from: labelled source text alone, or with its counterpart in the target language."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from builders.schema import LanguageRecipe, Text
from projection import words
from projection.errors import DataError, nearest
from projection.readers import CorpusFiles, Fields, Sentence, content_hash, read_corpus
from projection.spans import Span
from projection.stages import SPANS, TOKENS

COLUMNS: Mapping[str, pa.DataType] = {
    "row": pa.int64(),
    "id": pa.string(),
    "split": pa.string(),
    "source.tokens": TOKENS,
    "source.entities": SPANS,
}


def corpus_files(text: Text, base: Path) -> CorpusFiles:
    """Turn a section of a recipe into what a reader takes.

    :param text: The section.
    :param base: The folder its paths are relative to.
    :returns: The corpus, its paths complete.
    """
    hub = text.format == "hub"
    dataset = text.dataset
    if dataset is not None and (base / dataset).is_dir():
        dataset = str(base / dataset)
    return CorpusFiles(
        format=text.format,
        files={split: name if hub else str(base / name) for split, name in text.files.items()},
        dataset=dataset,
        config=text.config,
        revision=text.revision,
        fields=Fields(**text.fields.model_dump()),
        scheme=text.scheme,
        repair=text.repair,
    )


class LabelledText:
    """Source text with labels, mapped to the labels of the recipe."""

    name = "source"
    version = 1

    def __init__(self, recipe: LanguageRecipe, base: Path, *, limit: int | None = None) -> None:
        """Say what to read.

        :param recipe: The recipe of one language.
        :param base: The folder its paths are relative to.
        :param limit: Read only the first sentences.
        """
        self._recipe, self._limit = recipe, limit
        self._corpus = corpus_files(recipe.source, base)
        self._hash: str | None = None
        self.outputs: Mapping[str, pa.DataType] = dict(COLUMNS)

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows: content, how it is read, labels, splits, limit."""
        self._hash = self._hash or content_hash(self._corpus)
        return {
            "source": {**_reading(self._corpus), "content": self._hash},
            "labels": list(self._recipe.labels),
            "label_map": self._recipe.label_map,
            "splits": self._recipe.splits,
            "limit": self._limit,
        }

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return the sentences in order.

        :raises DataError: when a label is neither in the recipe's labels nor in its map, or an id is repeated.
        """
        yield from self._rows(read_corpus(self._corpus, tagged=True))

    def ids(self) -> Iterator[str]:
        """Read the ids of all sentences in order."""
        for row in self.rows():
            yield str(row["id"])

    def sizes(self) -> Iterator[int]:
        """Count the sentences of every file in order."""
        counts = Counter(sentence.split for sentence in read_corpus(self._corpus, tagged=False))
        yield from (counts[split] for split in self._corpus.files)

    def _rows(self, sentences: Iterable[Sentence]) -> Iterator[dict[str, Any]]:
        seen: dict[str, str] = {}
        for number, sentence in enumerate(islice(sentences, self._limit)):
            if sentence.id in seen:
                raise DataError(f"{sentence.where}: the id {sentence.id!r} stands already at {seen[sentence.id]}")
            seen[sentence.id] = sentence.where
            yield {
                "row": number,
                "id": sentence.id,
                "split": self._split(sentence),
                "source.tokens": list(sentence.tokens or ()),
                "source.entities": [asdict(span) for span in map_labels(sentence, self._recipe)],
                "drop": None if sentence.tokens else "empty-source",
            }

    def _split(self, sentence: Sentence) -> str:
        """Take the source's split, or draw one by the hash of the document, so that no document is ever torn."""
        if not isinstance(self._recipe.splits, dict):
            return sentence.split
        drawn = int.from_bytes(hashlib.sha256(sentence.document.encode()).digest()[:8]) / 2**64
        upto = 0.0
        for split, share in self._recipe.splits.items():
            upto += share
            if drawn < upto:
                return split
        return list(self._recipe.splits)[-1]


class ParallelText(LabelledText):
    """Source text with labels beside its translation, sentence by sentence."""

    def __init__(self, recipe: LanguageRecipe, base: Path, *, language: str, limit: int | None = None) -> None:
        """Say what to read.

        :param recipe: The recipe of one language; it has a ``target``.
        :param base: The folder its paths are relative to.
        :param language: Code of the target language.
        :param limit: Read only the first sentences.
        """
        super().__init__(recipe, base, limit=limit)
        assert recipe.target is not None
        self._gold, self._language = recipe.target.gold, language
        self._target = corpus_files(recipe.target, base)
        self._target_hash: str | None = None
        self.outputs = {
            **COLUMNS,
            "target.tokens": TOKENS,
            "target.unknown": pa.list_(pa.int32()),
            "target.gold": SPANS,
        }

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows, both sides."""
        self._target_hash = self._target_hash or content_hash(self._target)
        target = {
            **_reading(self._target),
            "content": self._target_hash,
            "gold": self._gold,
            "language": self._language,
            "sacremoses": version("sacremoses"),
        }
        return {**super().settings(), "target": target}

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return the sentence pairs in order; a pair without target words is marked to be dropped.

        :raises DataError: when the sides differ in length, or the target's own ids say that the order differs.
        """
        # Both sides are counted before anything is written: a shift would misplace every label behind it.
        pairs = _pair(list(read_corpus(self._corpus, tagged=True)), list(read_corpus(self._target, tagged=self._gold)))
        for row, (_, target) in zip(self._rows(source for source, _ in pairs), pairs, strict=False):
            tokens = (
                list(target.tokens) if target.tokens is not None else words.split(target.text or "", self._language)
            )
            gold = [asdict(span) for span in map_labels(target, self._recipe)] if self._gold else None
            drop = row["drop"] or (None if tokens else "empty-target")
            yield {**row, "target.tokens": tokens, "target.unknown": [], "target.gold": gold, "drop": drop}


def _reading(corpus: CorpusFiles) -> dict[str, object]:
    """Say how a corpus is read, without where it lies."""
    facts = asdict(corpus)
    del facts["files"], facts["dataset"]
    return {**facts, "splits": list(corpus.files)}


def _pair(sources: list[Sentence], targets: list[Sentence]) -> list[tuple[Sentence, Sentence]]:
    """Put the sides together, and refuse them where they cannot be parallel."""
    for split in dict.fromkeys(s.split for s in (*sources, *targets)):
        counts = [sum(s.split == split for s in side) for side in (sources, targets)]
        if counts[0] != counts[1]:
            raise DataError(
                f"the split {split!r} has {counts[0]} source and {counts[1]} target sentences; parallel text needs one "
                f"target sentence for every source sentence (source ends at {_end(sources, split)}, target at "
                f"{_end(targets, split)})"
            )
    known = {s.id for s in sources if s.named}
    for source, target in zip(sources, targets, strict=True):
        if source.named and target.named and source.id != target.id and target.id in known:
            raise DataError(f"{target.where}: sentence {target.id!r} stands beside {source.id!r} of {source.where}")
    return list(zip(sources, targets, strict=True))


def _end(sentences: list[Sentence], split: str) -> str:
    return next((s.where for s in reversed(sentences) if s.split == split), "nothing")


def map_labels(sentence: Sentence, recipe: LanguageRecipe) -> list[Span]:
    """Give every entity the label the recipe wants, before anything is matched.

    :param sentence: A labelled sentence.
    :param recipe: Its labels and label map; a label mapped to nothing or ``O`` is no entity.
    :returns: The entities that remain.
    :raises DataError: for a label the recipe does not know.
    """
    spans = []
    for span in sentence.spans or ():
        label = recipe.label_map.get(span.label, span.label)
        if span.label not in recipe.label_map and label not in recipe.labels:
            raise DataError(
                f"{sentence.where}, sentence {sentence.id!r}: the label {span.label!r} is not in the recipe's labels; "
                f"{nearest(span.label, recipe.labels)}; add it there, or drop it with label_map: {{{span.label}: O}}"
            )
        if label not in (None, "O"):
            spans.append(Span(span.start, span.end, str(label)))
    return spans
