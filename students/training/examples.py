"""Examples of a student's training: windows of sentences with their targets, and batches of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from silverner.students.training.encoding import Window, pad_ids

if TYPE_CHECKING:
    from silverner.students.corpus import Row
    from silverner.students.targets import Target
    from silverner.students.training.objective import Objective

OF_WORDS = ("tags", "teacher_probabilities", "tag_share", "teacher_share", "weights")
"""The tensors of a batch that have one row a word: the fields of a target."""


def training_examples(
    rows: Sequence[Row], windows: Sequence[Window], targets: Sequence[Target], tags: int, objective: Objective
) -> list[dict[str, Any]]:
    """Give windows the targets of their sentences, and what the objective needs beside them.

    :param rows: The sentences.
    :param windows: The windows.
    :param targets: The target of every sentence.
    :param tags: Number of tags.
    :param objective: What is minimised.
    :returns: Examples for :func:`collate_batch`.
    """
    examples = []
    for window in windows:
        target, words = targets[window.sentence], list(window.words)
        probabilities = target.teacher_probabilities
        if probabilities is None:
            probabilities = np.zeros((len(target.tags), tags), np.float32)
        example = {
            "input_ids": window.ids,
            "positions": window.positions,
            "tags": target.tags[words],
            "teacher_probabilities": probabilities[words],
            "tag_share": target.tag_share[words],
            "teacher_share": (1 - target.tag_share if target.teacher_share is None else target.teacher_share)[words],
            "weights": target.weights[words],
        }
        examples.append(example | objective.columns(rows[window.sentence], window))
    return examples


def collate_batch(examples: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
    """Make a batch: ids are padded to one length; what belongs to words is put in one row, with positions in the ids.

    :param examples: Examples of :func:`training_examples`.
    :param pad: The id to pad with.
    :returns: Tensors.
    """
    import torch

    ids, mask = pad_ids([example["input_ids"] for example in examples], pad)
    length = ids.shape[1]
    positions = torch.tensor([k * length + position for k, one in enumerate(examples) for position in one["positions"]])
    words = {name: torch.from_numpy(np.concatenate([one[name] for one in examples])) for name in OF_WORDS}
    return {"input_ids": ids, "attention_mask": mask, "positions": positions, **words}
