"""From the similarity of subwords to links: the rules of SimAlign and of awesome-align, on whole matrices."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import softmax

Matrix: TypeAlias = NDArray[np.floating]
Mask: TypeAlias = NDArray[np.bool_]
Method = Literal["inter", "itermax", "mwmf"]

ALPHA = 0.9
"""Discount of the second round for words that have one partner already (Jalili Sabet et al. 2020, section 3.2)."""


def cosine(source: Matrix, target: Matrix) -> Matrix:
    """Compare vectors by their angle.

    :param source: Shape (m, width).
    :param target: Shape (n, width).
    :returns: Shape (m, n), the cosine moved into [0, 1]; a vector of zeros is compared as 0.
    """
    unit = [v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12) for v in (source, target)]
    similarity: Matrix = (unit[0] @ unit[1].T + 1.0) / 2.0
    return similarity


def inter(similarity: Matrix) -> Mask:
    """Link pairs that are each other's best (Argmax of Jalili Sabet et al. 2020, section 3.1).

    :param similarity: Shape (m, n), neither of them 0.
    :returns: Shape (m, n).
    """
    forward, backward = similarity.argmax(axis=1), similarity.argmax(axis=0)
    mask = np.zeros(similarity.shape, dtype=bool)
    rows = np.flatnonzero(backward[forward] == np.arange(len(forward)))
    mask[rows, forward[rows]] = True
    return mask


def itermax(similarity: Matrix) -> Mask:
    """Link best pairs, then once more among what is left (Itermax, section 3.2, with two rounds).

    In the second round a pair of which one side is linked already is discounted, and one of which both are is out.

    :param similarity: Shape (m, n), neither of them 0.
    :returns: Shape (m, n).
    """
    first = inter(similarity)
    free_rows: Mask = np.logical_not(first.max(axis=1))
    free_columns: Mask = np.logical_not(first.max(axis=0))
    if min(similarity.shape) <= 2 or not free_rows.any() or not free_columns.any():
        return first
    either = free_rows[:, None] | free_columns[None, :]
    both = free_rows[:, None] & free_columns[None, :]
    discount = np.where(both, 1.0, np.where(either, ALPHA, 0.0))
    return first | (inter(similarity * discount) & either)


def mwmf(similarity: Matrix) -> Mask:
    """Link the pairs of the heaviest one-to-one matching (Match, section 3.3).

    :param similarity: Shape (m, n), neither of them 0.
    :returns: Shape (m, n).
    """
    mask = np.zeros(similarity.shape, dtype=bool)
    mask[linear_sum_assignment(similarity, maximize=True)] = True
    return mask


METHODS = {"inter": inter, "itermax": itermax, "mwmf": mwmf}


def both_ways(source: Matrix, target: Matrix, threshold: float) -> tuple[Mask, Matrix]:
    """Link pairs that are likely both ways (Dou and Neubig 2021, section 2.1: softmax over dot products).

    :param source: Shape (m, width).
    :param target: Shape (n, width).
    :param threshold: Both probabilities must be greater.
    :returns: Links and the smaller of their two probabilities, each of shape (m, n).
    """
    scores = source @ target.T
    least = np.minimum(softmax(scores, axis=1), softmax(scores, axis=0))
    return least > threshold, least
