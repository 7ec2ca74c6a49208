"""LoRA: small matrices beside the layers of the encoder learn instead of them (Hu et al. 2021, arXiv 2106.09685).

The optimiser then keeps its state for a hundredth of the weights. The matrices are added to the layers before the model
is saved, so that what comes out is an ordinary model.
"""

from __future__ import annotations

from typing import Any

from silverner.projection.errors import UsageError
from silverner.students.adapt.fresh_head import head_parameters


def add_lora(model: Any, *, rank: int, learns_head: bool) -> None:
    """Let small matrices learn in place of the encoder, and freeze all else.

    :param model: A model with a head for masked words.
    :param rank: Rows of a matrix.
    :param learns_head: Whether the head for masked words learns too, since it is new.
    :raises UsageError: when the matrices would be no smaller than the layers.
    """
    from peft import LoraConfig, inject_adapter_in_model
    from torch.nn import Linear

    names = {id(module): name for name, module in model.named_modules()}
    modules = [module for module in model.base_model.modules() if isinstance(module, Linear)]
    layers = [names[id(module)] for module in modules]
    narrowest = min(min(module.weight.shape) for module in modules)
    if rank > narrowest:
        raise UsageError(
            f"--lora {rank} is no smaller than the layers of this model, whose narrowest has {narrowest} rows or "
            f"columns; choose at most {narrowest}, such as {min(16, narrowest)}, or leave --lora out"
        )
    head = head_parameters(model)
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=layers), model)
    for weights in head:
        weights.requires_grad_(learns_head)


def lora_parameters(model: Any) -> list[Any]:
    """Return the small matrices of a model; none without LoRA.

    :param model: A model.
    """
    return [weights for name, weights in model.named_parameters() if ".lora_" in name]
