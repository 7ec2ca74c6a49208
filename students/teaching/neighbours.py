"""Neighbours: counts the labels of the nearest vectors of a bank, by cosine.

A vector that is the same as the one in hand is no neighbour of it: it is that word itself, or the same word of the same
sentence once more, and agrees with itself whatever its label. Neighbours equally near share the places that are left,
so that the counts do not depend on the order of the bank.

Memory: similarities are made for as many vectors at once as :data:`SIMILARITIES` allows, 64 MB of them. Beside them lie
the vectors, 4 bytes a number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from silverner.students.targets import Reals

SIMILARITIES = 2**24
"""Most similarities that are held at once."""
ROUNDING = 1e-6
"""Cosines this near count as equal: the last bits of a float depend on where in a matrix it is computed."""


def unit_vectors(vectors: Reals) -> Reals:
    """Scale vectors to length 1, so that their products are cosines; zeros stay zeros.

    :param vectors: Shape (words, width).
    :returns: The same shape.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def neighbour_counts(
    vectors: Reals, bank: Reals, labels: NDArray[np.int64], *, neighbours: int, classes: int
) -> NDArray[np.float64]:
    """Count the labels of the nearest neighbours of every vector.

    :param vectors: Of length 1, shape (words, width).
    :param bank: Where neighbours are looked for: of length 1, shape (bank, width).
    :param labels: Those of the bank, numbers from 0, shape (bank,).
    :param neighbours: How many; all others where there are fewer.
    :param classes: How many labels there are.
    :returns: Shape (words, classes); rows add up to the number of neighbours.

    >>> circle = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    >>> neighbour_counts(circle, circle, np.array([0, 0, 1]), neighbours=1, classes=2).tolist()
    [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]
    """
    counts = np.zeros((len(vectors), classes), dtype=np.float64)
    step = max(SIMILARITIES // max(len(bank), 1), 1)
    for start in range(0, len(vectors), step):
        counts[start : start + step] = _counts(vectors[start : start + step] @ bank.T, labels, neighbours, classes)
    return counts


def _counts(
    similarity: NDArray[np.float32], labels: NDArray[np.int64], neighbours: int, classes: int
) -> NDArray[np.float64]:
    """Count the labels of the highest similarities of every row."""
    rows, bank = similarity.shape
    if not bank or not neighbours:
        return np.zeros((rows, classes))
    similarity[similarity > 1 - ROUNDING] = -np.inf
    last = max(bank - neighbours, 0)
    threshold = np.partition(similarity, last, axis=1)[:, last, None]
    # A row with fewer neighbours has the threshold -inf, which the vectors that are the same must not reach.
    row, place = np.nonzero(similarity >= np.maximum(threshold - ROUNDING, -2))
    nearer = similarity[row, place] > threshold[row, 0] + ROUNDING
    places_left = neighbours - np.bincount(row[nearer], minlength=rows)
    equal = np.bincount(row[~nearer], minlength=rows)
    shares = np.where(nearer, 1.0, np.minimum(places_left / np.maximum(equal, 1), 1.0)[row])
    cells = np.bincount(row * classes + labels[place], shares, rows * classes)
    return np.asarray(cells, dtype=np.float64).reshape(rows, classes)
