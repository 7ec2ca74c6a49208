"""Turns similarities of subwords into links, by the rules of SimAlign and of awesome-align on whole matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.floating]
Places: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows and columns of the linked pairs."""
LinkRule = Literal["inter", "itermax", "mwmf"]

ALPHA = 0.9
"""Discount in the second round for words that already have a partner (Jalili Sabet et al. 2020, section 3.2)."""


def unit(vectors: Matrix) -> Matrix:
    """Scale vectors to length 1, in their own precision.

    :param vectors: Shape (n, width).
    :returns: Shape (n, width); a vector of (almost) zeros stays as it is.
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    lengths[lengths < 10 * np.finfo(lengths.dtype).eps] = 1.0
    scaled: Matrix = vectors / lengths[:, None]
    return scaled


def cosine(source: Matrix, target: Matrix) -> Matrix:
    """Compare vectors by their angle.

    The result is bit for bit that of the simalign package from the same vectors.

    :param source: Shape (m, width).
    :param target: Shape (n, width).
    :returns: Shape (m, n), the cosine moved into [0, 1]; the cosine with a vector of zeros counts as 0.
    """
    similarity: Matrix = unit(source) @ unit(target).T
    similarity += 1.0
    similarity /= 2.0
    return similarity


def inter(similarity: Matrix) -> Places:
    """Link pairs that are each other's best partners (Argmax of Jalili Sabet et al. 2020, section 3.1).

    If several partners are equally good, the first one is the best.

    :param similarity: Shape (m, n), neither of them 0.
    :returns: The pairs, from the first row to the last.
    """
    forward, backward = similarity.argmax(axis=1), similarity.argmax(axis=0)
    rows = (backward[forward] == np.arange(len(forward))).nonzero()[0]
    return rows, forward[rows]


def itermax(similarity: Matrix) -> Places:
    """Link best pairs, then link again among the other pairs (Itermax, section 3.2, with two rounds).

    In the second round a pair is discounted if one side is linked already, and excluded if both sides are.

    :param similarity: Shape (m, n), neither of them 0.
    :returns: The pairs of the first round, then those of the second.
    """
    rows, columns = inter(similarity)
    linked_rows, linked_columns = (np.zeros(size, dtype=bool) for size in similarity.shape)
    linked_rows[rows], linked_columns[columns] = True, True
    free_rows, free_columns = (~linked_rows).nonzero()[0], (~linked_columns).nonzero()[0]
    if min(similarity.shape) <= 2 or not len(free_rows) or not len(free_columns):
        return rows, columns
    # In float64 as in the package: float32 may round two discounted pairs to one value, and then another pair is first.
    discounted = np.multiply(similarity, ALPHA, dtype=np.float64)
    both = free_rows[:, None], free_columns
    discounted[both] = similarity[both]
    discounted[rows[:, None], columns] = 0.0
    more_rows, more_columns = inter(discounted)
    new = ~(linked_rows[more_rows] & linked_columns[more_columns])
    return np.concatenate((rows, more_rows[new])), np.concatenate((columns, more_columns[new]))


def mwmf(similarity: Matrix) -> Places:
    """Link the pairs of the heaviest one-to-one matching (Match, section 3.3).

    :param similarity: Shape (m, n), neither of them 0.
    :returns: The pairs, from the first row to the last.
    """
    from scipy.optimize import linear_sum_assignment  # a recipe is read without it

    return linear_sum_assignment(similarity, maximize=True)


LINK_RULES: dict[LinkRule, Callable[[Matrix], Places]] = {"inter": inter, "itermax": itermax, "mwmf": mwmf}


def probabilities(source: Matrix, target: Matrix) -> tuple[Matrix, Matrix]:
    """Turn the dot products of vectors into probabilities of links, by a softmax in each direction.

    :param source: Shape (m, width).
    :param target: Shape (n, width).
    :returns: Two matrices of shape (m, n): the rows of the first one add up to 1, and the columns of the second one.
    """
    from scipy.special import softmax  # a recipe is read without it

    products = source @ target.T
    return softmax(products, axis=1), softmax(products, axis=0)


def both_ways(directions: tuple[Matrix, Matrix], threshold: float) -> tuple[Places, Matrix]:
    """Link pairs that are probable in both directions (Dou and Neubig 2021, section 2.1: softmax over dot products).

    :param directions: The :func:`probabilities` of each direction, shape (m, n).
    :param threshold: Both probabilities must be greater.
    :returns: The pairs, and the smaller of the two probabilities of every pair, shape (m, n).
    """
    least = np.minimum(*directions)
    rows, columns = (least > threshold).nonzero()
    return (rows, columns), least
