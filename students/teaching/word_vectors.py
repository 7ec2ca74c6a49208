"""Word vectors: what the last layers of a model make of the words of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.windows import WindowReader
from silverner.students.targets import Reals

LAYERS = 3
"""Last layers whose mean is taken (CoLaDa: Ma et al. 2023, ACL, arXiv 2305.14913)."""
SENTENCES = 1024
"""Sentences whose subwords are held at once."""


@dataclass(frozen=True, slots=True)
class WordVectors:
    """The vectors of all words that have subwords.

    :param vectors: Shape (words, width).
    :param sentences: The number of each word's sentence, shape (words,).
    :param words: Its place in that sentence, shape (words,).
    """

    vectors: Reals
    sentences: NDArray[np.int64]
    words: NDArray[np.int64]


def word_vectors(checkpoint: Checkpoint, sentences: Sequence[Sequence[str]], *, layers: int = LAYERS) -> WordVectors:
    """Read a text with a model, which is not trained. A word is the mean of its subwords.

    :param checkpoint: An encoder or a tagger.
    :param sentences: The words of each.
    :param layers: How many of the last layers to take the mean of.
    :returns: The vectors, in the order of the words.
    :raises SilvernerError: when the model cannot be loaded.
    """

    def last_layers(model: Any, ids: Any, mask: Any) -> Any:
        states = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        return sum(states[-layers:]) / len(states[-layers:])

    reader = WindowReader(checkpoint, "encoder", last_layers, width="hidden_size", batch_size=16)
    vectors, owners, words = list[Reals](), list[int](), list[NDArray[np.int64]]()
    for start in range(0, len(sentences), SENTENCES):
        for number, rows in enumerate(reader.read(sentences[start : start + SENTENCES]), start):
            places, first = np.unique(rows.words, return_index=True)
            if len(places):
                sums = np.add.reduceat(rows.vectors, first, axis=0)
                vectors.append(np.asarray(sums / np.bincount(rows.words)[places, None], dtype=np.float32))
                words.append(places)
                owners += [number] * len(places)
    if not vectors:
        return WordVectors(np.zeros((0, 1), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    return WordVectors(np.concatenate(vectors), np.array(owners), np.concatenate(words))
