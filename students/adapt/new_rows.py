"""New rows of the input embedding as a parameter of their own, which learns at a rate of its own.

Adam divides every gradient by its own size, so that a scaled gradient changes nothing: another rate needs another
parameter (arXiv 2106.09063 trains new pieces at 1e-4 and the rest of the model at 2e-5). The model keeps its modules:
hooks put the new rows in place of the old ones, in the embedding and in the output head that is tied to it. So the old
rows can be frozen, and then no gradient of the whole vocabulary is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

_NAME = "new_rows"


class NewRows(torch.nn.Module):
    """Some rows of a model's input embedding, as the parameter ``rows``.

    It is a part of the model until :meth:`fold`, named ``new_rows``: the parameters of the model and its checkpoints
    hold ``new_rows.rows``. The model itself must not be saved before.
    """

    _ids: torch.Tensor
    _place: torch.Tensor

    def __init__(self, model: Any, ids: Sequence[int]) -> None:
        """Take rows out of a model; they start as they are.

        :param model: A model of ``transformers``.
        :param ids: Ids of the rows, each once.
        """
        super().__init__()
        embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
        chosen = torch.tensor(list(ids), device=embedding.weight.device)
        place = torch.full((embedding.num_embeddings,), -1, device=chosen.device)
        place[chosen] = torch.arange(len(chosen), device=chosen.device)
        self.register_buffer("_ids", chosen, persistent=False)
        self.register_buffer("_place", place, persistent=False)
        self.rows = torch.nn.Parameter(embedding.weight.detach()[chosen].clone())
        self._hooks = [embedding.register_forward_hook(self._embed)]
        if head is not None and head.weight is embedding.weight:
            self._hooks.append(head.register_forward_hook(self._score))
        model.add_module(_NAME, self)

    def _embed(self, _: Any, inputs: tuple[Any, ...], embedded: Any) -> Any:
        """Put the new rows where the input has their ids."""
        place = self._place[inputs[0]]
        return torch.where((place >= 0).unsqueeze(-1), self.rows[place.clamp(min=0)].to(embedded.dtype), embedded)

    def _score(self, head: Any, inputs: tuple[Any, ...], scores: Any) -> Any:
        """Score the new pieces by the new rows."""
        bias = None if head.bias is None else head.bias[self._ids]
        new = torch.nn.functional.linear(inputs[0], self.rows, bias)
        return scores.index_copy(-1, self._ids, new.to(scores.dtype))

    def fold(self, model: Any) -> None:
        """Write the rows back into the model, and leave it.

        :param model: The model that they were taken from.
        """
        with torch.no_grad():
            model.get_input_embeddings().weight[self._ids] = self.rows
        for hook in self._hooks:
            hook.remove()
        delattr(model, _NAME)


def new_row_parameters(model: Any) -> list[Any]:
    """Return the parameters of a model that are :class:`NewRows`, for an optimiser with two rates.

    :param model: A model, with or without new rows.
    """
    return [parameter for name, parameter in model.named_parameters() if name.startswith(f"{_NAME}.")]
