"""Label consistency: weighs words by the labels of words that look alike (CoLaDa: Ma et al. 2023, ACL).

A word whose nearest neighbours carry its label is likely labelled right. CoLaDa weighs a word by
``sigmoid(alpha * (c - mu))`` with ``c`` the share of its neighbours that carry its label. Here ``mu`` is the mean of
``c`` over all words with the same label, so that rare labels do not weigh less for being rare.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import Encoder
from silverner.students.targets import Reals

NEIGHBOURS = 20
STEEPNESS = 6.0
BANK = 20_000
"""Most words to look for neighbours among: a larger corpus is sampled evenly."""
CHUNK = 1024


def label_consistency(
    sentences: Sequence[Sequence[str]],
    tags: Sequence[NDArray[np.int64]],
    checkpoint: Checkpoint,
    *,
    neighbours: int = NEIGHBOURS,
) -> list[Reals]:
    """Weigh the words of sentences by the labels of words that look alike to a model. The model is not trained.

    :param sentences: The words of each.
    :param tags: Their tags; ``B-`` and ``I-`` of a label count as one.
    :param checkpoint: The model; the last hidden state of first subwords is compared, by cosine.
    :param neighbours: How many neighbours.
    :returns: Weights between 0 and 1 for the words of every sentence; 1 for a word without subwords.
    :raises SilvernerError: when the model cannot be loaded.
    """
    encoder = Encoder(checkpoint, layer=checkpoint.config().num_hidden_layers)
    weights = [np.ones(len(sentence), dtype=np.float32) for sentence in sentences]
    vectors, labels, positions = [], [], []
    for number, rows in enumerate(encoder.encode(sentences)):
        words, first = np.unique(rows.words, return_index=True)
        vectors.append(rows.vectors[first])
        labels.append((tags[number][words] + 1) // 2)
        positions += [(number, int(word)) for word in words]
    word_weights = consistency_weights(np.concatenate(vectors), np.concatenate(labels), neighbours=neighbours)
    for (number, word), weight in zip(positions, word_weights.tolist(), strict=True):
        weights[number][word] = weight
    return weights


def consistency_weights(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], *, neighbours: int = NEIGHBOURS
) -> Reals:
    """Weigh vectors by the labels of their neighbours.

    :param vectors: Shape (words, width).
    :param labels: Shape (words,).
    :param neighbours: How many; all others where there are fewer.
    :returns: Shape (words,), between 0 and 1; all 0.5 where there is nothing to compare with.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    shares = _shares(vectors / np.maximum(lengths, 1e-12), labels, neighbours)
    centre = np.zeros_like(shares)
    for label in np.unique(labels):
        same = labels == label
        centre[same] = shares[same].mean()
    return (1 / (1 + np.exp(-STEEPNESS * (shares - centre)))).astype(np.float32)


def _shares(vectors: NDArray[np.float32], labels: NDArray[np.int64], neighbours: int) -> NDArray[np.float64]:
    """Return for every word the share of its neighbours that carry its label; it is not its own neighbour."""
    bank = np.unique(np.linspace(0, len(vectors) - 1, min(BANK, len(vectors))).astype(np.int64))
    nearest = min(neighbours, len(bank) - 1)
    shares = np.ones(len(vectors), dtype=np.float64)
    if nearest < 1:
        return shares
    for start in range(0, len(vectors), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(vectors)))
        similarity = vectors[rows] @ vectors[bank].T
        similarity[rows[:, None] == bank[None, :]] = -np.inf
        # A stable order, so that the earlier of two neighbours equally near is taken.
        best = np.argsort(-similarity, axis=1, kind="stable")[:, :nearest]
        shares[rows] = (labels[bank][best] == labels[rows, None]).mean(axis=1)
    return shares
