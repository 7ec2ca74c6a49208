"""Subword vectors of sentences of any length, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.windows import SubwordRows, WindowReader


class _LayerReached(Exception):  # noqa: N818 no error: it ends a forward pass early
    """Carries the hidden state out of a forward pass that can stop."""

    def __init__(self, hidden: Any) -> None:
        super().__init__()
        self.hidden = hidden


class Encoder:
    """Encodes sentences, given as words, with one layer of a model.

    Hidden state ``k`` is the input of layer ``k`` (from 0), so the forward pass can stop there: at layer 8 of 12 this
    saves a third of the time. When a model is loaded, one test decides whether stopping gives the same numbers; if it
    does not, every forward pass runs to its end.
    """

    def __init__(
        self, checkpoint: Checkpoint, *, layer: int, batch_size: int = 16, batch_tokens: int | None = None
    ) -> None:
        """Load a model.

        :param checkpoint: Its weights, and how they run.
        :param layer: Number of the hidden state; 0 is the embeddings, the highest is the output of the model.
        :param batch_size: Windows in a batch, see :class:`~silverner.projection.neural.windows.WindowReader`.
        :param batch_tokens: Subwords in a batch, likewise.
        :raises UsageError: when the model has no such layer.
        :raises SilvernerError: when the model cannot be loaded.
        """
        check_layer(checkpoint, layer)
        self._layer = layer
        self._reader = WindowReader(
            checkpoint,
            "encoder",
            self._hidden,
            width="hidden_size",
            batch_size=batch_size,
            batch_tokens=batch_tokens,
        )
        self.stops_early = self._try_to_stop(self._reader.model.config.num_hidden_layers)
        """Whether a forward pass stops as soon as the hidden state is known."""

    def encode(self, sentences: Sequence[Sequence[str]], *, code: str | None = None) -> list[SubwordRows]:
        """Encode sentences.

        :param sentences: Words of every sentence; an empty one gives no vectors.
        :param code: The model's own code of their language, where it has such codes.
        :returns: For every sentence the vector and the word of every subword.
        :raises EngineError: when a single window does not fit into memory.
        """
        return self._reader.read(sentences, code=code)

    def _hidden(self, model: Any, ids: Any, mask: Any) -> Any:
        if self.stops_early:
            try:
                model(input_ids=ids, attention_mask=mask)
            except _LayerReached as reached:
                return reached.hidden
        return model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[self._layer]

    def _try_to_stop(self, layers: int) -> bool:
        """Make the forward pass stop at the layer, if the numbers stay the same; return whether they do."""
        import torch

        model = self._reader.model
        # The stack of layers is the first list of that length: the parts of a layer come later.
        stacks = (m for m in model.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == layers)
        stack = next(stacks, None)
        if stack is None or self._layer == layers:
            return False
        ids = torch.arange(8, device=model.device).reshape(2, 4)
        mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]], device=model.device)
        with torch.inference_mode():
            self.stops_early = False
            whole = self._hidden(model, ids, mask)
            hook = stack[self._layer].register_forward_pre_hook(_raise_layer_input, with_kwargs=True)
            try:
                model(input_ids=ids, attention_mask=mask)
            except _LayerReached as reached:
                if torch.is_tensor(reached.hidden) and torch.equal(reached.hidden, whole):
                    return True
            hook.remove()
        return False


def check_layer(checkpoint: Checkpoint, layer: int) -> None:
    """Refuse a layer that the model does not have, without loading the weights.

    :param checkpoint: The model.
    :param layer: Number of the hidden state.
    :raises UsageError: when there is no such layer.
    """
    layers = checkpoint.config().num_hidden_layers
    if not 0 <= layer <= layers:
        raise UsageError(f"layer {layer}: the model {checkpoint.name!r} has layers 0 to {layers}")


def _raise_layer_input(_: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    """End the forward pass with the input of a layer."""
    raise _LayerReached(arguments[0] if arguments else named.get("hidden_states"))
