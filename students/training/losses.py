"""What a student is trained to lessen. Each loss is one number a word; :func:`joined` makes one of a batch.

``torch`` is not imported before it is needed: tensors are ``Any`` here.
"""

from __future__ import annotations

from typing import Any

from silverner.students.settings import Distance

SMALLEST = 1e-7
"""A probability that a teacher rounds to zero: its logarithm must be a number."""
ROUNDING = 1e-5
"""Probabilities this near are the same: the last bits of a float depend on the batch, and Adam makes steps of them."""


def cross_entropy(logits: Any, tags: Any) -> Any:
    """Measure how unlikely the student finds the tags it is given.

    :param logits: Float tensor of shape (words, tags).
    :param tags: Integer tensor of shape (words,).
    :returns: Natural logarithms, shape (words,).
    """
    from torch.nn import functional

    return functional.cross_entropy(logits, tags, reduction="none")


def squared(logits: Any, soft: Any) -> Any:
    """Measure how far the student's probabilities are from the teacher's: mean squared error (arXiv 2004.12440).

    :param logits: Float tensor of shape (words, tags).
    :param soft: The teacher's probabilities, of the same shape.
    :returns: The mean over tags, shape (words,).
    """
    return (logits.softmax(dim=-1) - soft).square().mean(dim=-1)


def divergence(logits: Any, soft: Any, *, temperature: float = 1.0) -> Any:
    """Measure the divergence of the student from the teacher (Hinton et al. 2015, arXiv 1503.02531, section 2).

    Both are softened by the temperature; its square keeps gradients of one size whatever it is. A teacher's logits are
    known from its probabilities but for a constant, which no softmax sees.

    :param logits: Float tensor of shape (words, tags).
    :param soft: The teacher's probabilities, of the same shape.
    :param temperature: Above 1 the small probabilities count for more.
    :returns: Kullback-Leibler divergence in nats times the square of the temperature, shape (words,).
    """
    wanted = (soft.clamp_min(SMALLEST).log() / temperature).log_softmax(dim=-1)
    found = (logits / temperature).log_softmax(dim=-1)
    return (wanted.exp() * (wanted - found)).sum(dim=-1) * temperature**2


def joined(
    logits: Any, tags: Any, soft: Any, hardness: Any, weights: Any, *, distance: Distance, temperature: float = 1.0
) -> Any:
    """Join the losses of a batch: every word learns its tag, its teacher's probabilities, or a mixture.

    :param logits: Float tensor of shape (words, tags).
    :param tags: The tag of every word, shape (words,).
    :param soft: The teacher's probabilities, shape (words, tags); read only where ``hardness`` is below 1.
    :param hardness: From 0 (teacher alone) to 1 (tag alone), shape (words,).
    :param weights: How much every word counts, shape (words,).
    :param distance: How the student is compared with the teacher.
    :param temperature: For ``kl``.
    :returns: The weighted mean, a scalar; 0 where nothing has weight.
    """
    hard = cross_entropy(logits, tags)
    far = squared(logits, soft) if distance == "mse" else divergence(logits, soft, temperature=temperature)
    same = (logits.softmax(dim=-1) - soft).abs().amax(dim=-1) < ROUNDING
    far = far.masked_fill(same, 0.0)
    words = hardness * hard + (1 - hardness) * far
    return (weights * words).sum() / weights.sum().clamp_min(SMALLEST)
