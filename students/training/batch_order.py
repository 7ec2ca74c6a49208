"""The order of sentences in training: batches of like length, in random order, the same after a kill.

A batch is padded to its longest sentence. In a random order half of what the model computes is padding; here a batch
holds sentences of nearly one length. The order of an epoch follows from the seed and the number of the epoch alone, so
that a run which goes on in the middle of an epoch skips exactly what it has learnt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

POOL = 16
"""Batches whose sentences are sorted together: few enough that the neighbours of a sentence change every epoch."""


class LikeLengths:
    """A sampler for ``torch``: indices of sentences, batch after batch.

    >>> order = LikeLengths([5, 1, 5, 1], batch=2, seed=0)
    >>> indices = list(order)
    >>> sorted(sorted(indices[k : k + 2]) for k in (0, 2))
    [[0, 2], [1, 3]]
    """

    def __init__(self, lengths: Sequence[int], *, batch: int, seed: int) -> None:
        """Begin with the first epoch.

        :param lengths: The length of every sentence.
        :param batch: Sentences a batch.
        :param seed: Decides the order together with the epoch.
        """
        self._lengths = np.array(lengths)
        self._batch, self._seed, self._epoch = batch, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch; the data loader calls it.

        :param epoch: Its number, from 0.
        """
        self._epoch = epoch

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        """Return the indices of all sentences; only the last batch can be smaller."""
        random = np.random.default_rng((self._seed, self._epoch))
        shuffled = random.permutation(len(self._lengths))
        pools = np.split(shuffled, range(POOL * self._batch, len(shuffled), POOL * self._batch))
        by_length = np.concatenate([pool[np.argsort(self._lengths[pool], kind="stable")] for pool in pools])
        whole = len(by_length) // self._batch * self._batch
        batches = by_length[:whole].reshape(-1, self._batch)
        yield from random.permutation(batches).ravel().tolist()
        yield from by_length[whole:].tolist()


class LikeLengthsOfEpochs(LikeLengths):
    """The same order, as pairs of epoch and index: an example may differ from epoch to epoch."""

    def __iter__(self) -> Iterator[tuple[int, int]]:  # type: ignore[override]
        """Return epoch and index of all sentences."""
        for index in super().__iter__():
            yield self._epoch, index
