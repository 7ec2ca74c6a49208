"""Losses of a student: each is one number a word, and :func:`mixed_loss` makes one number of a batch.

``torch`` is imported only when it is needed, so tensors are ``Any`` here.
"""

from __future__ import annotations

from typing import Any

from silverner.students.training_config import Distance

SMALLEST = 1e-7
"""Stands for a probability that a teacher rounds to zero, so that its logarithm is a number."""
ROUNDING = 1e-5
"""Probabilities this near count as equal: the last bits of a float depend on the batch, and Adam would follow them."""


def cross_entropy(logits: Any, tags: Any) -> Any:
    """Measure how unlikely the tags are to the student.

    :param logits: Float tensor of shape (words, tags).
    :param tags: Integer tensor of shape (words,).
    :returns: Natural logarithms, shape (words,).
    """
    from torch.nn import functional

    return functional.cross_entropy(logits, tags, reduction="none")


def squared_error(logits: Any, teacher_probabilities: Any) -> Any:
    """Return the mean squared error of the student's probabilities (arXiv 2004.12440).

    :param logits: Float tensor of shape (words, tags).
    :param teacher_probabilities: Of the same shape.
    :returns: The mean over tags, shape (words,).
    """
    return (logits.softmax(dim=-1) - teacher_probabilities).square().mean(dim=-1)


def kl_divergence(logits: Any, teacher_probabilities: Any, *, temperature: float = 1.0) -> Any:
    """Measure the divergence of the student from the teacher (Hinton et al. 2015, arXiv 1503.02531, section 2).

    Both are softened by the temperature; its square keeps the gradients of one size. The logarithms of a teacher's
    probabilities are its logits but for a constant, which changes no softmax.

    :param logits: Float tensor of shape (words, tags).
    :param teacher_probabilities: Of the same shape.
    :param temperature: Above 1 the small probabilities count for more.
    :returns: Kullback-Leibler divergence in nats times the square of the temperature, shape (words,).
    """
    teacher = (teacher_probabilities.clamp_min(SMALLEST).log() / temperature).log_softmax(dim=-1)
    student = (logits / temperature).log_softmax(dim=-1)
    return (teacher.exp() * (teacher - student)).sum(dim=-1) * temperature**2


def mixed_loss(
    logits: Any,
    *,
    tags: Any,
    teacher_probabilities: Any,
    tag_share: Any,
    weights: Any,
    teacher_share: Any = None,
    distance: Distance,
    temperature: float = 1.0,
) -> Any:
    """Return the loss of a batch: every word learns its tag, its teacher's probabilities, or both.

    :param logits: Float tensor of shape (words, tags).
    :param tags: The tag of every word, shape (words,).
    :param teacher_probabilities: Shape (words, tags); without meaning where ``teacher_share`` is 0.
    :param tag_share: How much the tag of every word counts, from 0 to 1, shape (words,).
    :param weights: How much every word counts, shape (words,).
    :param teacher_share: How much the teacher counts for every word, shape (words,); ``1 - tag_share`` if left out.
    :param distance: How the student is compared with the teacher.
    :param temperature: For ``kl``.
    :returns: The weighted mean, a scalar; 0 where nothing has weight.
    """
    from_tags = cross_entropy(logits, tags)
    if distance == "mse":
        from_teacher = squared_error(logits, teacher_probabilities)
    else:
        from_teacher = kl_divergence(logits, teacher_probabilities, temperature=temperature)
    equal = (logits.softmax(dim=-1) - teacher_probabilities).abs().amax(dim=-1) < ROUNDING
    from_teacher = from_teacher.masked_fill(equal, 0.0)
    share = 1 - tag_share if teacher_share is None else teacher_share
    words = tag_share * from_tags + share * from_teacher
    return (weights * words).sum() / weights.sum().clamp_min(SMALLEST)
