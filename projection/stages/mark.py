"""Entities that travel through a translator inside markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch, release
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.markers import Style, mark, to_tokens, unmark
from silverner.projection.spans import Span
from silverner.projection.stages.columns import PROJECTED, SPANS, TOKENS
from silverner.projection.stages.text import untranslated
from silverner.projection.text import tokenization
from silverner.projection.translation import Translator


class Mark:
    """The running text of a labelled text, its entities marked, and each entity's own words."""

    name = "mark"
    version = 1
    outputs: Mapping[str, pa.DataType] = {"marked.text": pa.string(), "marked.words": pa.list_(pa.string())}

    def __init__(self, language: LanguageLike, *, text: str, style: Style) -> None:
        """Choose a text, the rules of its language, and the kind of markers."""
        self._language, self._style = language_of(language), style
        self.inputs: tuple[str, ...] = (f"{text}.tokens", f"{text}.entities")

    def settings(self) -> Mapping[str, object]:
        """Return language, style, and the version of the rules.

        :raises MissingEngineError: when the language's segmenter is not installed.
        """
        tokenization.check(self._language)
        return {**tokenization.settings(self._language), "style": self._style}

    def apply(self, batch: Batch) -> Batch:
        """Mark every sentence."""
        rows = list(zip(*(batch[name] for name in self.inputs), strict=True))
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
    """The translation of a marked text, markers and all; and what each entity may be called in it."""

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
        :param alone: Whether to translate every entity alone too, and not only to take its own words for its name.
        """
        self._translator, self._alone = translator, alone

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings, and whether entities are translated alone."""
        return {**self._translator.settings(), "alone": self._alone}

    def release(self) -> None:
        """Let the engine's model go."""
        release(self._translator)

    def apply(self, batch: Batch) -> Batch:
        """Translate a batch; a sentence without translation, or with half of one, is dropped."""
        done = self._translator.translate(batch["id"], batch["marked.text"])
        # One entity needs no telling apart; and a name is translated once, however often it occurs.
        rows = [row if len(row) > 1 else [] for row in batch["marked.words"]]
        names = sorted({name for row in rows for name in row}) if self._alone else []
        alone = dict(zip(names, self._translator.translate(names, names), strict=True)) if names else {}
        return {
            "marked.translation": [t.text for t in done],
            "marked.names": [[[alone[n].text, n] if n in alone else [n] for n in row] for row in rows],
            DROP: [untranslated(t) for t in done],
        }


class Unmark:
    """The translation without markers, as tokens, and the entities the markers held.

    ``origin`` says for every entity which one of the marked text it is; ``markers.faults`` names what went wrong, and
    ``markers.lost`` holds the entities of the marked text that did not arrive.
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
        self._language, self._style, self._into = language_of(language), style, into
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
        rows = [self._read(*row) for row in zip(*(batch[name] for name in self.inputs), strict=True)]
        columns = {name: [row[k] for row in rows] for k, name in enumerate(self.outputs)}
        empty = f"empty-{self._into}"
        return {**columns, DROP: [None if tokens else empty for tokens in columns[f"{self._into}.tokens"]]}

    def _read(
        self, text: str, names: Sequence[Sequence[str]], entities: Sequence[Mapping[str, Any]]
    ) -> tuple[list[str], list[dict[str, Any]], list[int], list[Mapping[str, Any]], list[str]]:
        """Return the columns of one sentence, in the order of ``outputs``."""
        labels = [entity["label"] for entity in entities]
        unmarked = unmark(text, style=self._style, labels=labels, names=names or None)
        tokens = tokenization.split(unmarked.text, self._language)
        spans, faults = to_tokens(unmarked, tokens, labels)
        arrived = {k for _, k in spans}
        return (
            tokens,
            [asdict(span) for span, _ in spans],
            [k for _, k in spans],
            [entity for k, entity in enumerate(entities) if k not in arrived],
            [fault.kind for fault in (*unmarked.faults, *faults)],
        )


class ProjectMarked:
    """The entities that markers carried into the target text, with the source entities they were."""

    name = "project-marked"
    version = 1
    inputs: tuple[str, ...] = ("source.entities", "target.entities", "target.origin", "markers.lost")
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
    }

    def settings(self) -> Mapping[str, object]:
        """Return nothing: there is nothing to choose."""
        return {}

    def apply(self, batch: Batch) -> Batch:
        """Trace every entity back. Markers have no score of their own: what arrived scores 1."""
        rows = list(zip(*(batch[name] for name in self.inputs), strict=True))
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
    """The labeller's confidence in the entities of a pivot, for those of them that a translation back carries."""

    name = "carry-confidence"
    version = 1
    inputs: tuple[str, ...] = ("pivot.confidence", "source.origin")
    outputs: Mapping[str, pa.DataType] = {"source.confidence": pa.list_(pa.float64())}

    def settings(self) -> Mapping[str, object]:
        """Return nothing: there is nothing to choose."""
        return {}

    def apply(self, batch: Batch) -> Batch:
        """Look up the confidence of every entity."""
        rows = zip(*(batch[name] for name in self.inputs), strict=True)
        return {"source.confidence": [[sure[k] for k in origin] for sure, origin in rows]}
