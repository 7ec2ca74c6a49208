"""Teachers: what taggers of other languages say of every word, and how much each is listened to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import UsageError, nearest
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.spans import split_tag
from silverner.students.targets import Reals


def teacher(name: str, labels: Sequence[str], renamed: Mapping[str, str | None], *, device: str = "auto") -> Tagger:
    """Make a teacher, and check that its labels are known.

    :param name: A token-classification model: a folder, or an id on the Hub.
    :param labels: The labels of the corpus.
    :param renamed: Other names for the model's labels; ``None`` or ``O`` drops one.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :returns: The teacher.
    :raises SilvernerError: when it cannot be loaded, or finds a label nobody knows.
    """
    checkpoint = Checkpoint(name=name, device=device)  # type: ignore[arg-type]
    checkpoint.check()
    for tag in checkpoint.config().id2label.values():
        label = split_tag(str(tag))[1]
        if label and renamed.get(label, label) not in (None, "O", *labels):
            raise UsageError(
                f"the model {name!r} finds {label!r}, which is not a label of the corpus; {nearest(label, labels)}; "
                f"drop it with --map {label}=O"
            )
    found = Tagger(checkpoint, labels=labels, label_map=renamed)
    found.check()
    return found


def joined(teachers: Sequence[Reals], weights: NDArray[np.floating] | None = None) -> Reals:
    """Join what teachers say of one sentence: ``sum(w_k * p_k)`` (arXiv 2004.12440).

    :param teachers: The probabilities of each, shape (words, tags).
    :param weights: How much each is listened to; they add up to 1. All alike if left out.
    :returns: The probabilities of all, of the same shape.
    """
    stacked = np.stack(teachers)
    share = np.full(len(stacked), 1 / len(stacked)) if weights is None else weights
    return np.tensordot(share, stacked.astype(np.float64), axes=1).astype(np.float32)
