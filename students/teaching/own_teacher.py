"""A student that starts as its own teacher: it says what its teacher says before it has learnt anything."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.training.model import is_tagger

LOG = logging.getLogger("silverner")
_SIZES = ("hidden_size", "num_hidden_layers", "vocab_size", "num_labels")


def refuse_own_teacher(model: str, teachers: Sequence[str]) -> None:
    """Refuse a student whose teachers all have the weights that it starts with.

    :param model: What the student starts as.
    :param teachers: Its teachers, one or more.
    :raises UsageError: when they are the same model, under whatever names.
    """
    if all(same_weights(Checkpoint(name=model), Checkpoint(name=teacher)) for teacher in teachers):
        raise UsageError(
            f"the student starts as its own teacher: --model {model} has the weights of --teacher {teachers[0]}, so "
            "there is nothing to learn; start from an encoder (--model ENCODER), as the paper does, or name another "
            "teacher"
        )


def warn_of_own_teacher(model: str, corpus: str) -> None:
    """Warn that a tagger may have given the distributions that it shall learn now.

    :param model: What the student starts as.
    :param corpus: Name of the corpus that publishes distributions.
    """
    if is_tagger(Checkpoint(name=model).config()):
        LOG.warning(
            "the corpus %s does not say which model gave its distributions; if that was %s, the student has nothing to "
            "learn: start from an encoder then",
            corpus,
            model,
        )


def same_weights(first: Checkpoint, second: Checkpoint) -> bool:
    """Tell whether two taggers are the same, whatever their files and labels are called.

    :param first: A model.
    :param second: Another.
    :returns: Whether both are taggers and all their weights are equal.
    :raises SilvernerError: when one cannot be loaded.
    """
    configs = [first.config(), second.config()]
    if not all(map(is_tagger, configs)):
        return False
    sizes = [[getattr(config, name, None) for name in _SIZES] for config in configs]
    signatures = [str(one.settings()["model"]) for one in (first, second)]
    return signatures[0] == signatures[1] or (sizes[0] == sizes[1] and _equal(first.name, second.name, *signatures))


@cache
def _equal(first: str, second: str, *signatures: str) -> bool:
    """Compare the weights of two models, once as long as their signatures stay."""
    import torch

    one, other = (Checkpoint(name=name, device="cpu").load("tagger")[0].state_dict() for name in (first, second))
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
