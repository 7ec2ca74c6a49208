"""The loss of masked subwords: how unlikely the model finds what was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from silverner.students.adapt.fresh_head import head_parameters
from silverner.students.adapt.lora import lora_parameters
from silverner.students.adapt.masking import Masking
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.training.encoding import pad_ids
from silverner.students.training.losses import cross_entropy
from silverner.students.training.objective import BatchLoss, run


class MaskedLoss(BatchLoss):
    """The mean cross-entropy of the masked subwords of a batch."""

    measurements = 1
    measures_beginning = True

    def __init__(self, masking: Masking, settings: AdaptationSettings, *, has_fresh_head: bool) -> None:
        """Minimise it.

        :param masking: Chooses the subwords.
        :param settings: How the model is trained.
        :param has_fresh_head: Whether the head for masked words is new, so that it learns at the rate of what is new.
        """
        self._masking, self._settings, self._has_fresh_head = masking, settings, has_fresh_head

    def example(self, row: dict[str, Any], index: int, epoch: int | None) -> dict[str, Any]:
        """Mask a window anew in every epoch."""
        return self._masking.of_window(row, index, epoch)

    def collate(self, examples: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
        """Make a batch: ids are padded; positions count through the whole batch."""
        import torch

        ids, mask = pad_ids([example["input_ids"].tolist() for example in examples], pad)
        places = [example["positions"] + k * ids.shape[1] for k, example in enumerate(examples)]
        positions, goals = np.concatenate(places), np.concatenate([example["goals"] for example in examples])
        return {
            "input_ids": ids,
            "attention_mask": mask,
            "positions": torch.from_numpy(positions),
            "goals": torch.from_numpy(goals),
        }

    def loss(self, model: Any, batch: Mapping[str, Any]) -> Any:
        """Return the mean of the masked subwords."""
        return cross_entropy(masked_logits(model, batch), batch["goals"]).mean()

    def optimiser(self, model: Any) -> Any:
        """Let what is new learn at its own rate."""
        import torch

        from silverner.students.adapt.new_rows import new_row_parameters

        head = head_parameters(model) if self._has_fresh_head else []
        new = {id(weights) for weights in (*head, *new_row_parameters(model), *lora_parameters(model))}
        learnt = [weights for weights in model.parameters() if weights.requires_grad]
        groups = [
            {"params": [weights for weights in learnt if id(weights) not in new], "lr": self._settings.rate},
            {"params": [weights for weights in learnt if id(weights) in new], "lr": self._settings.rate_new},
        ]
        return torch.optim.AdamW([group for group in groups if group["params"]], weight_decay=0.0)


def masked_logits(model: Any, batch: Mapping[str, Any]) -> Any:
    """Ask the head for the masked positions only: there is a number for every subword of the vocabulary.

    The encoder passes on nothing but the states of these positions, as if they were one sentence; every head for masked
    words reads each state by itself.

    :param model: A model with a head for masked words.
    :param batch: The tensors of a batch.
    :returns: Shape (positions, vocabulary).
    """

    def keep_masked(encoder: Any, inputs: Any, output: Any) -> Any:
        output.last_hidden_state = output[0].flatten(0, 1)[batch["positions"]].unsqueeze(0)
        return output

    hook = model.base_model.register_forward_hook(keep_masked)
    try:
        return run(model, batch).logits[0].float()
    finally:
        hook.remove()
