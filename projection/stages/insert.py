"""Places the entities of the source in a translation that exists, by inserting markers into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch, release
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.markers import Style, mark
from silverner.projection.markers.insertion import PlacedSpan, probabilities
from silverner.projection.markers.style import enclosures
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.exact import match_exact
from silverner.projection.spans import Span
from silverner.projection.stages.columns import PROJECTED, SPANS, rows_of
from silverner.projection.text import tokenization
from silverner.projection.translation.inserter import Inserter


class Insert:
    """Gives every entity the span of the target that is most probable in markers (CODEC, arXiv 2402.03131).

    Each entity is marked alone in the source. The score of a span is its probability beside the other spans that were
    found for the entity. Spans of several entities must not overlap, and the sum of their scores is highest.
    """

    name = "insert"
    version = 1
    inputs: tuple[str, ...] = ("source.tokens", "source.entities", "target.text", "target.tokens")
    outputs: Mapping[str, pa.DataType] = {
        "projected.entities": PROJECTED,
        "projected.lost": SPANS,
        "projected.score": pa.float64(),
    }

    def __init__(self, inserter: Inserter, *, language: LanguageLike, style: Style) -> None:
        """Use an engine.

        :param inserter: The engine.
        :param language: Language of the source.
        :param style: The kind of markers.
        """
        self._inserter, self._language, self._style = inserter, language_of(language), style

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the engine, the style, and how words are joined."""
        words = tokenization.settings(self._language)
        return {**self._inserter.settings(), "words": words, "style": self._style}

    def release(self) -> None:
        """Free the memory of the engine's model."""
        release(self._inserter)

    def apply(self, batch: Batch) -> Batch:
        """Place the entities of every sentence; a sentence that is too long for the model is dropped."""
        rows = list(rows_of(batch, self.inputs))
        sentences = self._inserter.spans(
            [self._marked(row) for row in rows], batch["target.text"], batch["target.tokens"], style=self._style
        )
        placed = [_placed(row["source.entities"], spans or []) for row, spans in zip(rows, sentences, strict=True)]
        columns = {name: [row[name] for row in placed] for name in self.outputs}
        return {**columns, DROP: ["too-long-to-mark" if spans is None else None for spans in sentences]}

    def _marked(self, row: Mapping[str, Any]) -> list[str]:
        """Write the source once for every entity, with spaces within its markers, as the target has them."""
        tokens, entities = row["source.tokens"], [Span(**entity) for entity in row["source.entities"]]
        texts = [mark(tokens, [entity], language=self._language, style=self._style) for entity in entities]
        ((opening, closing),) = enclosures(self._style, 1)  # a text has no other markers than these
        return [text.replace(opening, f"{opening} ").replace(closing, f" {closing}") for text in texts]


def _placed(entities: Sequence[Mapping[str, Any]], spans_of_entities: Sequence[Sequence[PlacedSpan]]) -> dict[str, Any]:
    """Choose a span for every entity of a sentence."""
    candidates = [
        Candidate(entity, span.start, span.end, probability)
        for entity, spans in enumerate(spans_of_entities)
        for span, probability in zip(spans, probabilities(spans), strict=True)
    ]
    chosen = match_exact(candidates)
    arrived = {candidate.entity for candidate in chosen}
    return {
        "projected.entities": [
            {
                "start": candidate.start,
                "end": candidate.end,
                "label": entities[candidate.entity]["label"],
                "score": candidate.score,
                "source_start": entities[candidate.entity]["start"],
                "source_end": entities[candidate.entity]["end"],
            }
            for candidate in sorted(chosen, key=lambda candidate: candidate.start)
        ],
        "projected.lost": [dict(entity) for number, entity in enumerate(entities) if number not in arrived],
        "projected.score": sum(candidate.score for candidate in chosen) / len(entities) if entities else 1.0,
    }
