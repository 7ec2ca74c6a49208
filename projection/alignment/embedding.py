"""Aligners that compare the vectors of an encoder, in batches: SimAlign's methods and awesome-align's rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from projection.alignment.aligner import AlignedPair
from projection.alignment.similarity import METHODS, Mask, Matrix, Method, both_ways, cosine
from projection.encoder import Encoder
from projection.links import Link
from projection.models import Checkpoint
from projection.windows import Rows


class EmbeddingAligner:
    """Align each sentence pair by the similarity of its subwords (or words).

    :param checkpoint: An encoder; of a translation model the encoder is used.
    :param rule: ``inter``, ``itermax``, ``mwmf`` (SimAlign) or ``softmax`` (awesome-align).
    :param layer: Which hidden layer to compare.
    :param level: Compare subwords, or the mean vectors of words.
    :param threshold: For ``softmax``: both probabilities must be greater.
    :param batch_size: Sentences the model reads at once.
    """

    learns = False

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        rule: Method | Literal["softmax"] = "itermax",
        layer: int = 8,
        level: Literal["subword", "word"] = "subword",
        threshold: float = 1e-3,
        batch_size: int = 64,
    ) -> None:
        """Remember the settings; the model is loaded when it is first needed."""
        self._checkpoint, self._rule, self._layer, self._level = checkpoint, rule, layer, level
        self._threshold, self._batch_size = threshold, batch_size
        self._encoder: Encoder | None = None

    def __getstate__(self) -> dict[str, object]:
        """Travel to a worker without the loaded model."""
        return {**self.__dict__, "_encoder": None}

    def settings(self) -> Mapping[str, object]:
        """Return model, rule and everything else that decides the links."""
        self.check()
        return {
            "engine": "embedding",
            **self._checkpoint.settings(),
            "rule": self._rule,
            "layer": self._layer,
            "level": self._level,
            "threshold": self._threshold if self._rule == "softmax" else None,
            "batch_size": self._batch_size,
        }

    def check(self) -> None:
        """Look for the packages and the model.

        :raises SilvernerError: when one is missing.
        """
        self._checkpoint.check()

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align sentence pairs.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence; an empty side gets no links.
        :returns: The links of every pair with the similarity (or probability) as weight, alike in both directions.
        """
        if self._encoder is None:
            self._encoder = Encoder(self._checkpoint, layer=self._layer, batch_size=self._batch_size)
        encoded = self._encoder.encode([*sources, *targets])
        pairs = zip(encoded[: len(sources)], encoded[len(sources) :], strict=True)
        return [AlignedPair(links, links) for links in (self._links(s, t) for s, t in pairs)]

    def _links(self, source: Rows, target: Rows) -> list[Link]:
        """Link the words of one pair."""
        if self._level == "word":
            source, target = _words(source), _words(target)
        if not len(source.words) or not len(target.words):
            return []
        mask, weights = self._compare(source.vectors, target.vectors)
        best: dict[tuple[int, int], float] = {}
        for i, j in np.argwhere(mask):
            link = (int(source.words[i]), int(target.words[j]))
            best[link] = max(best.get(link, 0.0), float(weights[i, j]))
        return [(i, j, min(max(weight, 0.0), 1.0)) for (i, j), weight in sorted(best.items())]

    def _compare(self, source: Matrix, target: Matrix) -> tuple[Mask, Matrix]:
        if self._rule == "softmax":
            return both_ways(source, target, self._threshold)
        similarity = cosine(source, target)
        return METHODS[self._rule](similarity), similarity


def _words(sentence: Rows) -> Rows:
    """Average the subword vectors of every word that has any."""
    words, first = np.unique(sentence.words, return_index=True)
    if not len(words):
        return sentence
    counts = np.diff([*first, len(sentence.words)])
    sums = np.add.reduceat(sentence.vectors, first, axis=0)
    return Rows((sums / counts[:, None]).astype(np.float32), words)
