"""Aligns by the vectors of an encoder, in batches: the methods of SimAlign and the rule of awesome-align."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.aligner import AlignerSettings
from silverner.projection.alignment.similarity import (
    LINK_RULES,
    LinkRule,
    Matrix,
    Places,
    both_ways,
    cosine,
    probabilities,
)
from silverner.projection.chain.engine import EngineContext, short_for
from silverner.projection.chain.reports import part
from silverner.projection.errors import UsageError
from silverner.projection.languages import LanguageLike
from silverner.projection.links import Link
from silverner.projection.neural.batches import BatchLimit
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import Encoder, check_layer
from silverner.projection.neural.language_codes import check_language_tokens, language_token
from silverner.projection.neural.settings import AdapterSection, ModelSettings
from silverner.projection.neural.windows import SubwordRows

CHUNK = 256
"""Pairs whose vectors are in memory at a time. It is constant, so that batches are the same on every machine."""
LEAST_PROBABILITY = 0.05
"""A less probable pair of words is no soft link. Without the small ones, a sentence needs about as much memory for its
soft links as for its links."""
SOFT_DIGITS = 3


class EmbeddingAligner:
    """Align each sentence pair by the similarity of its subwords (or words).

    With the encoder of a translation model this is the aligner of TransAlign, which needs no second model. Such an
    encoder (NLLB, M2M100, mBART) needs the language of each side; other encoders do not use it.

    The links are those of the simalign package: from the vectors on, the arithmetic is the same bit for bit. The
    vectors come from larger batches and differ in their last bits. So two partners may change places if their
    similarities differ by less than about 1e-6.

    Beside the links stand soft links: the probability of each pair of words, by a softmax over the dot products of
    their subwords' vectors in each direction (the two probabilities of awesome-align).

    :param checkpoint: An encoder, or a translation model whose encoder is used.
    :param rule: ``inter``, ``itermax``, ``mwmf`` (SimAlign) or ``softmax`` (awesome-align).
    :param layer: Which hidden state to compare; 0 is the embeddings. Later layers are not run.
    :param level: Compare subwords, or the mean vectors of words.
    :param threshold: For ``softmax``: both probabilities must be greater.
    :param batch_size: Sentences the model reads at once; more if they are short. On a CPU, a batch of 64 halves the
        speed of a model of BERT's size, because it no longer fits the caches.
    :param batch_tokens: Subwords the model reads at once, padding included; then ``batch_size`` does not count.
    :param source: The source language, for a model that needs it; ``None`` leaves its tokenizer as it is.
    :param target: The target language, likewise.
    :param source_code: The model's own code of the source, if it has no code of ``source`` or another is meant.
    :param target_code: The model's own code of the target, likewise.
    """

    learns = False
    soft_links = True

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        rule: LinkRule | Literal["softmax"] = "itermax",
        layer: int = 8,
        level: Literal["subword", "word"] = "subword",
        threshold: float = 1e-3,
        batch_size: int = 16,
        batch_tokens: int | None = None,
        source: LanguageLike | None = None,
        target: LanguageLike | None = None,
        source_code: str | None = None,
        target_code: str | None = None,
    ) -> None:
        """Remember the settings; the model is loaded when it is first needed."""
        self._checkpoint, self._rule, self._layer, self._level = checkpoint, rule, layer, level
        self._threshold, self._limit = threshold, BatchLimit(batch_size, batch_tokens)
        self._languages = ((source, source_code), (target, target_code))
        self._codes: tuple[str | None, str | None] | None = None
        self._encoder: Encoder | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave the loaded model out when the aligner is sent to a worker."""
        return {**self.__dict__, "_encoder": None}

    def release(self) -> None:
        """Free the memory of the model; it is loaded again when it is needed."""
        self._encoder = None

    def settings(self) -> Mapping[str, object]:
        """Return model, rule and everything else that decides the links.

        The languages count only by the codes that the model takes; both are ``None`` for a model that takes none.
        """
        self.check()
        return {
            "engine": "embedding",
            **self._checkpoint.settings(),
            "rule": self._rule,
            "layer": self._layer,
            "level": self._level,
            "threshold": self._threshold if self._rule == "softmax" else None,
            **self._limit.settings(),
            "codes": self._sides(),
            "soft_links": [LEAST_PROBABILITY, SOFT_DIGITS],
        }

    def check(self) -> None:
        """Check packages, model and layer, and look up the languages; the weights are not loaded.

        :raises UsageError: when the model has no such layer, or does not know a language.
        :raises SilvernerError: when package or model is missing.
        """
        self._checkpoint.check()
        check_layer(self._checkpoint, self._layer)
        self._sides()

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align sentence pairs.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence; an empty side gets no links.
        :returns: The links of every pair with the similarity (or probability) as weight, equal in both directions; and
            the soft links of each direction.
        :raises UsageError: when the model does not know a language, or has no such layer.
        :raises SilvernerError: when the model cannot be loaded, or a sentence does not fit the memory.
        """
        codes = self._sides()
        if self._encoder is None:
            self._encoder = self._checkpoint.share("embedding", self._load, self._layer, self._limit)
        pairs = []
        total = max(len(sources), len(targets))
        for start in range(0, total, CHUNK):
            end = min(start + CHUNK, total)
            middle = (start + end) / 2
            with part(start / total, middle / total):
                source = self._encoder.encode(sources[start:end], code=codes[0])
            with part(middle / total, end / total):
                target = self._encoder.encode(targets[start:end], code=codes[1])
            pairs += [self._align_pair(s, t) for s, t in zip(source, target, strict=True)]
        return pairs

    def _load(self) -> Encoder:
        limit = self._limit
        return Encoder(self._checkpoint, layer=self._layer, batch_size=limit.items, batch_tokens=limit.subwords)

    def _sides(self) -> tuple[str | None, str | None]:
        """Return the model's codes of the two languages; they are looked up once."""
        if self._codes is None:
            takes_languages = any(name is not None for side in self._languages for name in side)
            tokenizer = self._checkpoint.shared_tokenizer("embedding") if takes_languages else None
            if tokenizer is not None:
                family = self._checkpoint.config().model_type
                check_language_tokens(tokenizer, family, what=self._checkpoint.name_tokenizer())
            source, target = (self._side(tokenizer, *side) for side in self._languages)
            self._codes = (source, target)
        return self._codes

    def _side(self, tokenizer: object, language: LanguageLike | None, code: str | None) -> str | None:
        """Return the model's code of a language, if the model takes languages at all."""
        if language is None and code is None:
            return None
        if not hasattr(tokenizer, "src_lang"):
            if code is None:
                return None
            raise UsageError(f"the encoder of {self._checkpoint.name!r} takes no language codes; leave out {code!r}")
        token = language_token(tokenizer, language, model=self._checkpoint.name, code=code)
        return token.code if token is not None else None

    def _align_pair(self, source: SubwordRows, target: SubwordRows) -> AlignedPair:
        """Link the words of one pair."""
        if not len(source.words) or not len(target.words):
            return AlignedPair([], [], [], [])
        if self._level == "word":
            source, target = _words(source), _words(target)
        directions = probabilities(source.vectors, target.vectors)
        if self._rule == "softmax":
            places, weights = both_ways(directions, self._threshold)
        else:
            weights = cosine(source.vectors, target.vectors)
            places = LINK_RULES[self._rule](weights)
        links = _links(source, target, places, weights)
        return AlignedPair(links, links, *(_soft_links(source, target, direction) for direction in directions))


def _links(source: SubwordRows, target: SubwordRows, places: Places, weights: Matrix) -> list[Link]:
    """Make links of words from those of subwords; if there are several between two words, the strongest counts."""
    rows, columns = places
    endpoints = source.words[rows], target.words[columns], weights[rows, columns].clip(0.0, 1.0)
    # The links of two words are sorted by weight, so that the strongest comes last and replaces the others.
    best = {(i, j): weight for i, j, weight in sorted(zip(*(side.tolist() for side in endpoints), strict=True))}
    return [(i, j, weight) for (i, j), weight in best.items()]


def _soft_links(source: SubwordRows, target: SubwordRows, direction: Matrix) -> list[Link]:
    """Make soft links of words from the probabilities of subwords in a direction."""
    rows, columns = (direction >= LEAST_PROBABILITY).nonzero()
    return _links(source, target, (rows, columns), direction.astype(np.float64).round(SOFT_DIGITS))


def _words(sentence: SubwordRows) -> SubwordRows:
    """Average the subword vectors of every word that has subwords."""
    first = np.flatnonzero(np.diff(sentence.words, prepend=-1))
    counts = np.diff(first, append=len(sentence.words))
    sums = np.add.reduceat(sentence.vectors, first, axis=0)
    return SubwordRows((sums / counts[:, None]).astype(np.float32), sentence.words[first])


class EmbeddingSettings(ModelSettings, AlignerSettings):
    """The settings of any aligner that compares vectors."""

    extra = "neural"

    batch_size: int = Field(default=16, ge=1, description="sentences the model reads at once")
    layer: int = Field(default=8, ge=0, description="which hidden layer to compare; 0 is the embeddings")
    source_code: str | None = Field(
        default=None, description="the model's own code of the source language, for an encoder that takes languages"
    )
    target_code: str | None = Field(
        default=None, description="the model's own code of the target language, for an encoder that takes languages"
    )
    adapter: Annotated[AdapterSection, short_for("model")] | None = Field(
        default=None, description="LoRA matrices that were trained beside the model (extra lora)"
    )

    def checkpoint(self, base: Path) -> Checkpoint:
        """Find the model and its adapter; neither is loaded."""
        adapter = None if self.adapter is None else self.adapter.adapter(base)
        return replace(super().checkpoint(base), adapter=adapter)

    def embedding_aligner(self, context: EngineContext, **rule: Any) -> EmbeddingAligner:
        """Make the aligner.

        :param context: The corpus.
        :param rule: The rule and its options, as :class:`EmbeddingAligner` takes them.
        """
        return EmbeddingAligner(
            self.checkpoint(context.base),
            layer=self.layer,
            batch_size=self.batch_size,
            batch_tokens=self.batch_tokens,
            source=context.source,
            target=context.target,
            source_code=self.source_code,
            target_code=self.target_code,
            **rule,
        )
