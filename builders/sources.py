"""Where a chain's sentences come from: source text with or without labels, or raw target text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import Text
from silverner.projection.chain import DROP
from silverner.projection.errors import DataError, MissingEngineError, nearest
from silverner.projection.languages import Language
from silverner.projection.readers import CorpusFiles, Fields, Sentence, content_hash, read_corpus
from silverner.projection.spans import Span
from silverner.projection.stages import SPANS, TOKENS
from silverner.projection.text import tokenization

COLUMNS: Mapping[str, pa.DataType] = {"row": pa.int64(), "id": pa.string(), "split": pa.string()}
SOURCE: Mapping[str, pa.DataType] = {"source.tokens": TOKENS, "source.written": pa.string()}
LABELS: Mapping[str, pa.DataType] = {"source.entities": SPANS}
TARGET: Mapping[str, pa.DataType] = {"target.tokens": TOKENS, "target.written": pa.string(), "target.gold": SPANS}


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
        files={split: name if hub else str(base / name) for split, name in (text.files or {}).items()},
        dataset=dataset,
        config=text.config,
        revision=text.revision,
        fields=Fields(**text.fields.model_dump()),
        scheme=text.scheme,
        repair=text.repair,
    )


class CorpusText:
    """One text of a recipe as the chain's rows: what every subclass does with ids, splits and hashes."""

    name = "source"
    version = 3

    def __init__(self, recipe: LanguageRecipe, base: Path, *, text: Text, limit: int | None = None) -> None:
        """Say what to read.

        :param recipe: The recipe of one language.
        :param base: The folder its paths are relative to.
        :param text: The section of the recipe that says where the text is.
        :param limit: Read only the first sentences.
        """
        self._recipe, self._limit = recipe, limit
        self._corpus = corpus_files(text, base)
        self._hash: str | None = None
        self.outputs: Mapping[str, pa.DataType] = dict(COLUMNS)

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows: content, how it is read, splits, limit."""
        self._hash = self._hash or content_hash(self._corpus)
        return {
            "text": {**_reading(self._corpus), "content": self._hash},
            "splits": self._recipe.splits,
            "limit": self._limit,
        }

    def ids(self) -> Iterator[str]:
        """Read the ids of all sentences in order.

        :raises DataError: when a sentence breaks a rule, or an id is repeated.
        """
        for row in self.numbered(read_corpus(self._corpus, tagged=False)):
            yield str(row["id"])

    def sizes(self) -> Iterator[int]:
        """Count the sentences of every file in order."""
        counts = Counter(sentence.split for sentence in read_corpus(self._corpus, tagged=False))
        yield from (counts[split] for split in self._corpus.files)

    def numbered(self, sentences: Iterable[Sentence]) -> Iterator[dict[str, Any]]:
        """Give every sentence its number and its split, and refuse repeated ids."""
        seen: dict[str, str] = {}
        for number, sentence in enumerate(islice(sentences, self._limit)):
            if sentence.id in seen:
                raise DataError(f"{sentence.where}: the id {sentence.id!r} stands already at {seen[sentence.id]}")
            seen[sentence.id] = sentence.where
            yield {"row": number, "id": sentence.id, "split": self._split(sentence)}

    def _labels(self) -> Mapping[str, object]:
        """Return what decides how labels are read."""
        return {"labels": list(self._recipe.labels), "label_map": self._recipe.label_map}

    def _split(self, sentence: Sentence) -> str:
        """Take the text's split, or draw one by the hash of the document, so that no document is ever torn."""
        if not isinstance(self._recipe.splits, dict):
            return sentence.split
        drawn = int.from_bytes(hashlib.sha256(sentence.document.encode()).digest()[:8]) / 2**64
        upto = 0.0
        for split, share in self._recipe.splits.items():
            upto += share
            if drawn < upto:
                return split
        return list(self._recipe.splits)[-1]


class SourceText(CorpusText):
    """Source text, with its labels mapped to those of the recipe unless an engine shall find them."""

    def __init__(self, recipe: LanguageRecipe, base: Path, *, limit: int | None = None) -> None:
        """Say what to read.

        :param recipe: The recipe of one language; its ``source`` has files.
        :param base: The folder its paths are relative to.
        :param limit: Read only the first sentences.
        """
        assert recipe.source is not None
        super().__init__(recipe, base, text=recipe.source, limit=limit)
        self._language, self._tagged = recipe.find(recipe.source.language), recipe.labeller is None
        self.outputs = {**COLUMNS, **SOURCE, **(LABELS if self._tagged else {})}

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows; the labels only where they are read."""
        how = self._labels() if self._tagged else _splitting(self._language)
        return {**super().settings(), **how}

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return the sentences in order.

        :raises DataError: when a label is neither in the recipe's labels nor in its map, or an id is repeated.
        """
        sentences = self.sentences()
        for row, sentence in zip(self.numbered(sentences), sentences, strict=False):
            yield {**row, **self.side(sentence)}

    def sentences(self) -> list[Sentence]:
        """Read all sentences."""
        return list(read_corpus(self._corpus, tagged=self._tagged))

    def side(self, sentence: Sentence) -> dict[str, Any]:
        """Return the columns of a source sentence."""
        tokens = _tokens(sentence, self._language)
        labels = {"source.entities": _entities(sentence, self._recipe)} if self._tagged else {}
        return {
            "source.tokens": tokens,
            "source.written": sentence.text,
            **labels,
            DROP: None if tokens else "empty-source",
        }


class TargetText(CorpusText):
    """Target text, whose labels (if it has any) are measured against and never used otherwise."""

    def __init__(self, recipe: LanguageRecipe, base: Path, *, language: Language, limit: int | None = None) -> None:
        """Say what to read.

        :param recipe: The recipe of one language; it has a ``target``.
        :param base: The folder its paths are relative to.
        :param language: The target language.
        :param limit: Read only the first sentences.
        """
        assert recipe.target is not None
        super().__init__(recipe, base, text=recipe.target, limit=limit)
        self._language, self._gold = language, recipe.target.gold
        self.outputs = {**COLUMNS, **TARGET}

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows; the labels only where they are read."""
        gold = self._labels() if self._gold else {}
        return {**super().settings(), **_splitting(self._language), **gold, "gold": self._gold}

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return the sentences in order; one without words is marked to be dropped.

        :raises DataError: when a gold label is neither in the recipe's labels nor in its map, or an id is repeated.
        """
        sentences = self.sentences()
        for row, sentence in zip(self.numbered(sentences), sentences, strict=False):
            yield {**row, **self.side(sentence)}

    def sentences(self) -> list[Sentence]:
        """Read all sentences."""
        return list(read_corpus(self._corpus, tagged=self._gold))

    def side(self, sentence: Sentence) -> dict[str, Any]:
        """Return the columns of a target sentence."""
        tokens = _tokens(sentence, self._language)
        gold = _entities(sentence, self._recipe) if self._gold else None
        drop = None if tokens else "empty-target"
        return {"target.tokens": tokens, "target.written": sentence.text, "target.gold": gold, DROP: drop}


def input_text(recipe: LanguageRecipe, base: Path, *, language: Language, limit: int | None = None) -> CorpusText:
    """Return the text a corpus is made from: the source where it has files, the target otherwise.

    :param recipe: The recipe of one language.
    :param base: The folder its paths are relative to.
    :param language: The target language.
    :param limit: Read only the first sentences.
    :returns: The text.
    """
    if recipe.source is not None and recipe.source.files:
        return SourceText(recipe, base, limit=limit)
    return TargetText(recipe, base, language=language, limit=limit)


class EvaluationText:
    """A set the corpus must not hold sentences of."""

    def __init__(self, text: Text, base: Path, *, language: Language) -> None:
        """Say what to read.

        :param text: The section of the recipe that says where the set is.
        :param base: The folder its paths are relative to.
        :param language: The target language, by whose rules running text is split.
        """
        self._corpus, self._language = corpus_files(text, base), language

    def settings(self) -> Mapping[str, object]:
        """Return the hash of its content, and how it is read."""
        return {**_reading(self._corpus), "content": content_hash(self._corpus)}

    def sentences(self) -> Iterator[list[str]]:
        """Return its tokens; its labels are not read."""
        for sentence in read_corpus(self._corpus, tagged=False):
            yield _tokens(sentence, self._language)


def _splitting(language: Language) -> dict[str, object]:
    """Return what decides how running text becomes tokens; text in tokens needs no segmenter, and may go without."""
    try:
        return dict(tokenization.settings(language))
    except MissingEngineError:
        return {"language": language.key}


def _tokens(sentence: Sentence, language: Language) -> list[str]:
    return list(sentence.tokens) if sentence.tokens is not None else tokenization.split(sentence.text or "", language)


def _entities(sentence: Sentence, recipe: LanguageRecipe) -> list[dict[str, Any]]:
    return [asdict(span) for span in map_labels(sentence, recipe)]


def _reading(corpus: CorpusFiles) -> dict[str, object]:
    """Say how a corpus is read, without where it lies."""
    facts = asdict(corpus)
    del facts["files"], facts["dataset"]
    return {**facts, "splits": list(corpus.files)}


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
