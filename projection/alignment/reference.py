"""Aligns with the simalign package itself, one pair at a time; tests compare the batched aligner with it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from typing import Any

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.similarity import LinkRule
from silverner.projection.chain.reports import report
from silverner.projection.errors import DataError, UsageError
from silverner.projection.links import Link
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import check_layer
from silverner.projection.registry import require_package

_CODES = {"inter": "a", "itermax": "i", "mwmf": "m"}
WINDOW = 510
"""Most subwords of a sentence. The package drops the rest silently, so longer sentences are refused here."""


class SimAlignReference:
    """Align with ``simalign.SentenceAligner`` (Jalili Sabet et al. 2020)."""

    learns = False

    def __init__(self, model: str, *, method: LinkRule = "itermax", layer: int = 8, level: str = "subword") -> None:
        """Remember the settings; the model is loaded when it is first needed.

        :param model: Folder or Hub id of an encoder.
        :param method: ``inter``, ``itermax`` or ``mwmf``.
        :param layer: Which hidden layer to compare.
        :param level: ``subword`` or ``word``.
        """
        if method not in _CODES or level not in {"subword", "word"}:
            raise UsageError(f"simalign has no method {method!r} at level {level!r}; methods: {', '.join(_CODES)}")
        self._model, self._method, self._layer, self._level = model, method, layer, level
        self._package: Any = None

    def __getstate__(self) -> dict[str, object]:
        """Leave the loaded model out when the aligner is sent to a worker."""
        return {**self.__dict__, "_package": None}

    def settings(self) -> Mapping[str, object]:
        """Return model, method and the version of the package."""
        self.check()
        return {
            "engine": "simalign-package",
            "version": importlib.metadata.version("simalign"),
            **Checkpoint(name=self._model).settings(),
            "method": self._method,
            "layer": self._layer,
            "level": self._level,
        }

    def check(self) -> None:
        """Check the packages and the model.

        :raises SilvernerError: when one is missing.
        """
        require_package("simalign", "neural")
        checkpoint = Checkpoint(name=self._model)
        checkpoint.check()
        check_layer(checkpoint, self._layer)
        if getattr(checkpoint.config(), "is_encoder_decoder", False):
            raise UsageError(
                f"the simalign package cannot run the encoder-decoder {self._model!r}; the batched aligner can "
                "(reference: false)"
            )

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align sentence pairs one by one.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence; an empty side gets no links.
        :returns: The links of every pair, each with weight 1, because the package gives no scores.
        :raises DataError: for a sentence that the package would cut, or a word that it cannot represent.
        """
        self.check()
        if self._package is None:
            import simalign

            # The package loads the model itself, and would take pickled weights and code where this load refuses them.
            Checkpoint(name=self._model).load("encoder")
            token_type = {"subword": "bpe", "word": "word"}[self._level]
            self._package = simalign.SentenceAligner(
                model=self._model, token_type=token_type, matching_methods=_CODES[self._method], layer=self._layer
            )
        pairs = []
        for source, target in zip(sources, targets, strict=True):
            links = self._pair(list(source), list(target)) if source and target else []
            pairs.append(AlignedPair(links, links))
            report(len(pairs) / len(sources))
        return pairs

    def _pair(self, source: list[str], target: list[str]) -> list[Link]:
        tokenize = self._package.embed_loader.tokenizer.tokenize
        for side in (source, target):
            lengths = [len(tokenize(word)) for word in side]
            begins = f"the sentence that begins {' '.join(side[:6])!r}"
            if not all(lengths):
                raise DataError(
                    f"{begins} has the word {side[lengths.index(0)]!r}, which has no subwords in the model; the "
                    "simalign package cannot read it, the batched aligner can (reference: false)"
                )
            if sum(lengths) > WINDOW:
                raise DataError(
                    f"{begins} has {sum(lengths)} subwords, but the simalign package reads only {WINDOW}; the "
                    "batched aligner reads all of them (reference: false)"
                )
        pairs = self._package.get_word_aligns(source, target)[self._method]
        return [(int(i), int(j), 1.0) for i, j in pairs]
