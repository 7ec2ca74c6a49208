"""Translates text whose entities are in markers, and reads the entities from the translation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch, release
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.markers import Style, mark, to_tokens, unmark
from silverner.projection.spans import Span
from silverner.projection.stages.columns import PROJECTED, SPANS, TOKENS, rows_of
from silverner.projection.stages.text import untranslated
from silverner.projection.text import tokenization
from silverner.projection.translation import Translator


class Mark:
    """Adds the running text of a labelled text with its entities marked, and the words of each entity."""

    name = "mark"
    version = 1
    outputs: Mapping[str, pa.DataType] = {"marked.text": pa.string(), "marked.words": pa.list_(pa.string())}

    def __init__(self, language: LanguageLike, *, text: str, style: Style) -> None:
        """Choose a text, the rules of its language, and the kind of markers."""
        self._language, self._text, self._style = language_of(language), text, style
        self.inputs: tuple[str, ...] = (f"{text}.tokens", f"{text}.entities")

    def settings(self) -> Mapping[str, object]:
        """Return language, style, and the version of the rules.

        :raises MissingEngineError: when the language's segmenter is not installed.
        """
        tokenization.check(self._language)
        return {**tokenization.settings(self._language), "style": self._style}

    def apply(self, batch: Batch) -> Batch:
        """Mark every sentence."""
        rows = list(zip(batch[f"{self._text}.tokens"], batch[f"{self._text}.entities"], strict=True))
        return {
            "marked.text": [
                mark(tokens, [Span(**e) for e in entities], language=self._language, style=self._style)
                for tokens, entities in rows
            ],
            "marked.words": [
                [tokenization.join(tokens[e["start"] : e["end"]], self._language) for e in entities]
                for tokens, entities in rows
            ],
        }


class TranslateMarked:
    """Adds the translation of a marked text, markers included, and the words each entity may have in it."""

    name = "translate-marked"
    version = 1
    inputs: tuple[str, ...] = ("id", "marked.text", "marked.words")
    outputs: Mapping[str, pa.DataType] = {
        "marked.translation": pa.string(),
        "marked.names": pa.list_(pa.list_(pa.string())),
    }

    def __init__(self, translator: Translator, *, alone: bool) -> None:
        """Use an engine.

        :param translator: The engine.
        :param alone: Whether to also translate every entity alone; otherwise only its source words are searched for.
        """
        self._translator, self._alone = translator, alone

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings, and whether entities are translated alone."""
        return {**self._translator.settings(), "alone": self._alone}

    def release(self) -> None:
        """Free the memory of the engine's model."""
        release(self._translator)

    def apply(self, batch: Batch) -> Batch:
        """Translate a batch; a sentence without a translation, or with an unfinished one, is dropped."""
        translations = self._translator.translate(batch["id"], batch["marked.text"])
        # A single entity needs no names: it cannot be confused with another. Each name is translated once.
        rows = [row if len(row) > 1 else [] for row in batch["marked.words"]]
        names = sorted({name for row in rows for name in row}) if self._alone else []
        alone = dict(zip(names, self._translator.translate(names, names), strict=True)) if names else {}
        return {
            "marked.translation": [t.text for t in translations],
            "marked.names": [[[alone[n].text, n] if n in alone else [n] for n in row] for row in rows],
            DROP: [untranslated(t) for t in translations],
        }


class Unmark:
    """Adds the tokens of the translation without markers, and the entities that the markers held.

    ``origin`` holds, for every entity, the number of the marked entity it comes from. ``markers.faults`` names what
    went wrong. ``markers.lost`` holds the marked entities that are not in the translation.
    """

    name = "unmark"
    version = 1

    def __init__(self, language: LanguageLike, *, text: str, into: str, style: Style) -> None:
        """Choose the kind of markers.

        :param language: Language of the translation.
        :param text: The text that was marked.
        :param into: Name of the translation.
        :param style: The kind of markers.
        """
        self._language, self._text, self._style, self._into = language_of(language), text, style, into
        self.inputs: tuple[str, ...] = ("marked.translation", "marked.names", f"{text}.entities")
        self.outputs: Mapping[str, pa.DataType] = {
            f"{into}.tokens": TOKENS,
            f"{into}.entities": SPANS,
            f"{into}.origin": pa.list_(pa.int32()),
            "markers.lost": SPANS,
            "markers.faults": pa.list_(pa.string()),
        }

    def settings(self) -> Mapping[str, object]:
        """Return language, style, and the version of the rules.

        :raises MissingEngineError: when the language's segmenter is not installed.
        """
        tokenization.check(self._language)
        return {**tokenization.settings(self._language), "style": self._style}

    def apply(self, batch: Batch) -> Batch:
        """Unmark every sentence."""
        unmarked = [self._unmark(row) for row in rows_of(batch, self.inputs)]
        columns = {name: [row[name] for row in unmarked] for name in self.outputs}
        empty = f"empty-{self._into}"
        return {**columns, DROP: [None if tokens else empty for tokens in columns[f"{self._into}.tokens"]]}

    def _unmark(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of one sentence."""
        entities = row[f"{self._text}.entities"]
        labels = [entity["label"] for entity in entities]
        names = row["marked.names"] or None
        unmarked = unmark(row["marked.translation"], style=self._style, labels=labels, names=names)
        tokens = tokenization.split(unmarked.text, self._language)
        spans, faults = to_tokens(unmarked, tokens, labels)
        arrived = {k for _, k in spans}
        return {
            f"{self._into}.tokens": tokens,
            f"{self._into}.entities": [asdict(span) for span, _ in spans],
            f"{self._into}.origin": [k for _, k in spans],
            "markers.lost": [entity for k, entity in enumerate(entities) if k not in arrived],
            "markers.faults": [fault.kind for fault in (*unmarked.faults, *faults)],
        }


class ProjectMarked:
    """Takes the entities that markers carried into the target text, each with the source entity it comes from."""

    name = "project-marked"
    version = 1
    inputs: tuple[str, ...] = ("source.entities", "target.entities", "target.origin", "markers.lost")
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
    }

    def settings(self) -> Mapping[str, object]:
        """Return an empty mapping: the stage has no settings."""
        return {}

    def apply(self, batch: Batch) -> Batch:
        """Find the source entity of every entity. Markers give no score: an entity that arrived scores 1."""
        names = ("source.entities", "target.entities", "target.origin", "markers.lost")
        rows = list(zip(*(batch[name] for name in names), strict=True))
        return {
            "projected.entities": [
                [
                    {**span, "score": 1.0, "source_start": source[k]["start"], "source_end": source[k]["end"]}
                    for span, k in zip(spans, origin, strict=True)
                ]
                for source, spans, origin, _ in rows
            ],
            "projected.lost": [lost for *_, lost in rows],
            "projected.score": [len(spans) / len(source) if source else 1.0 for source, spans, *_ in rows],
        }


class CarryConfidence:
    """Adds confidence to entities that the translation back carried: that of the labeller in the pivot's entities."""

    name = "carry-confidence"
    version = 1
    inputs: tuple[str, ...] = ("pivot.confidence", "source.origin")
    outputs: Mapping[str, pa.DataType] = {"source.confidence": pa.list_(pa.float64())}

    def settings(self) -> Mapping[str, object]:
        """Return an empty mapping: the stage has no settings."""
        return {}

    def apply(self, batch: Batch) -> Batch:
        """Look up the confidence of every entity."""
        rows = zip(batch["pivot.confidence"], batch["source.origin"], strict=True)
        return {"source.confidence": [[confidence[k] for k in origin] for confidence, origin in rows]}
