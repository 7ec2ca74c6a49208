"""Language similarity: weighs teachers by how much a sentence is like their languages (arXiv 2004.12440).

A language-identification head computes ``logit_k = (U f) . (V mu_k)``: ``f`` is the vector of the sentence, ``mu_k``
that of a source language, and the matrices have low rank. The head is trained on source text only, to tell the
languages apart; ``gamma * ||mu' mu - I||^2`` keeps the ``mu`` apart. On target text the softmax of the logits weighs
the teachers. Its temperature is the variance of all logits, as in the code that the authors published: the head is
trained until it is certain of every source sentence, so plain logits would give all weight to one teacher. A variance
below 1 is taken as 1, so that languages that cannot be told apart weigh the same. The encoder is not trained here.
``f`` is the mean of its last hidden state, centred and scaled as on the source text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from silverner.projection.errors import DataError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import Encoder
from silverner.projection.readers import CorpusFiles, detect_text_format, read_corpus
from silverner.students.teaching.answers import kept_answer, text_hash

RANK = 64
ORTHOGONALITY = 0.01
STEPS = 300
RATE = 1e-2
MAX_SENTENCES = 2000
"""Most sentences of a language that the head learns from; more do not make it better."""

Vectors = NDArray[np.float32]


def teacher_weights(
    checkpoint: Checkpoint,
    texts: Sequence[Path],
    sentences: Sequence[Sequence[str]],
    *,
    each: bool,
    seed: int,
    answers: Path | None = None,
) -> NDArray[np.float64]:
    """Weigh the teachers of every sentence.

    :param checkpoint: The encoder.
    :param texts: A file of every teacher's language: columns, or tokens split on spaces.
    :param sentences: The target text.
    :param each: Whether every sentence has weights of its own; otherwise all have the mean weights of the text.
    :param seed: Seed of the head.
    :param answers: Folder that keeps the vectors; ``None`` encodes every time.
    :returns: Weights that add up to 1, shape (sentences, teachers).
    :raises SilvernerError: when a file or the model cannot be read.
    """
    layer = checkpoint.config().num_hidden_layers
    load = cache(lambda: Encoder(checkpoint, layer=layer))

    def means(text: Sequence[Sequence[str]]) -> Vectors:
        facts = {**checkpoint.settings(), "mean of layer": layer, "text": text_hash(text)}
        return kept_answer(answers, facts, len(text), lambda: _means(load(), text))

    head = LanguageHead([means(read_language(path)) for path in texts], seed=seed)
    return weights_from_logits(head.logits(means(sentences)), each=each)


def weights_from_logits(logits: NDArray[np.floating], *, each: bool) -> NDArray[np.float64]:
    """Turn logits of target sentences into weights of teachers.

    :param logits: Shape (sentences, languages).
    :param each: Whether every sentence has weights of its own.
    :returns: Weights that add up to 1, of the same shape.
    """
    values = logits.astype(np.float64)
    temperature = max(float(values.var()), 1.0)
    weights: NDArray[np.float64] = softmax(values / temperature, axis=1)
    if not each:
        weights[:] = weights.mean(axis=0)
    return weights


class LanguageHead:
    """A classifier that tells languages apart by vectors of sentences."""

    def __init__(self, vectors: Sequence[Vectors], *, rank: int = RANK, seed: int = 0) -> None:
        """Train the classifier.

        :param vectors: Vectors of sentences of every language, shape (sentences, width) each.
        :param rank: Rank of the form that compares sentence and language.
        :param seed: Seed of its first weights.
        """
        import torch

        together = np.concatenate(vectors)
        self._centre = together.mean(axis=0)
        self._scale = np.maximum((together - self._centre).std(), 1e-6)
        width = together.shape[1]
        generator = torch.Generator().manual_seed(seed)
        shapes = ((rank, width), (rank, width), (width, len(vectors)))
        parts = [(torch.randn(shape, generator=generator) / width**0.5).requires_grad_() for shape in shapes]
        inputs = torch.from_numpy(self._scaled(together))
        languages = torch.from_numpy(np.repeat(np.arange(len(vectors)), [len(v) for v in vectors]))
        # Every language counts the same, however much text there is of it.
        share = torch.tensor([1 / len(v) for v in vectors])
        optimiser = torch.optim.Adam(parts, lr=RATE)
        for _ in range(STEPS):
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(_logits(inputs, parts), languages, weight=share)
            embeddings = parts[2]
            overlap = (embeddings.T @ embeddings - torch.eye(len(vectors))).square().sum()
            (loss + ORTHOGONALITY * overlap).backward()
            optimiser.step()
        self._parts = [part.detach() for part in parts]

    def logits(self, vectors: Vectors) -> NDArray[np.float32]:
        """Return the logits of sentences.

        :param vectors: Shape (sentences, width).
        :returns: Shape (sentences, languages).
        """
        import torch

        logits: NDArray[np.float32] = _logits(torch.from_numpy(self._scaled(vectors)), self._parts).numpy()
        return logits

    def _scaled(self, vectors: Vectors) -> Vectors:
        return np.asarray((vectors - self._centre) / self._scale, dtype=np.float32)


def _logits(inputs: Any, parts: Sequence[Any]) -> Any:
    """Return ``(U f) . (V mu_k)``."""
    u, v, languages = parts
    return (inputs @ u.T) @ (v @ languages)


def _means(encoder: Encoder, sentences: Sequence[Sequence[str]]) -> Vectors:
    """Return the mean vector of every sentence; zeros for one without subwords."""
    rows = encoder.encode(sentences)
    width = max((row.vectors.shape[1] for row in rows), default=0)
    return np.stack([r.vectors.mean(axis=0) if len(r.vectors) else np.zeros(width, np.float32) for r in rows])


def read_language(path: Path) -> list[tuple[str, ...]]:
    """Read the first sentences of a text.

    :param path: Columns, or tokens split on spaces.
    :returns: The words of each, at most :data:`MAX_SENTENCES`.
    :raises DataError: when there is none.
    """
    text_format = detect_text_format(path)
    corpus = CorpusFiles(format="tokens" if text_format == "text" else text_format, files={path.stem: str(path)})
    sentences = [s.tokens for s in read_corpus(corpus, tagged=False) if s.tokens][:MAX_SENTENCES]
    if not sentences:
        raise DataError(f"{path}: no sentence to learn the language from")
    return sentences
