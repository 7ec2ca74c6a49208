"""Subword vectors of whole batches of sentences, however long a sentence is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.windows import Rows, WindowReader


class _Reached(Exception):  # noqa: N818 no error: it ends a forward pass that has done enough
    """Carries the hidden state out of a model that need not go on."""

    def __init__(self, hidden: Any) -> None:
        super().__init__()
        self.hidden = hidden


class Encoder:
    """Encodes sentences given as words with one layer of a model.

    Hidden state ``k`` is what layer ``k`` (from 0) is given, so the model is stopped there: at layer 8 of 12 that saves
    a third of the work. Whether a model's layers can be stopped so is tried once, when it is loaded, and one that
    answers differently is run to its end.
    """

    def __init__(self, checkpoint: Checkpoint, *, layer: int, batch_size: int = 16) -> None:
        """Load a model.

        :param checkpoint: Its weights, and how they run.
        :param layer: Which hidden state; 0 is the embeddings, the highest what the model returns.
        :param batch_size: Windows a batch, see :class:`~silverner.projection.neural.windows.WindowReader`.
        :raises UsageError: when the model has no such layer.
        :raises SilvernerError: when the model cannot be loaded.
        """
        check_layer(checkpoint, layer)
        self._layer = layer
        self._reader = WindowReader(checkpoint, "encoder", self._hidden, width="hidden_size", batch_size=batch_size)
        self.stops = self._stop_before(self._reader.model.config.num_hidden_layers)
        """Whether the model is stopped where the hidden state is known."""

    def encode(self, sentences: Sequence[Sequence[str]], *, code: str | None = None) -> list[Rows]:
        """Encode sentences.

        :param sentences: Words of every sentence; an empty one gives no vectors.
        :param code: The model's own code of their language, where it has such codes.
        :returns: Vectors and words of every subword.
        :raises EngineError: when a single window does not fit the memory.
        """
        return self._reader.read(sentences, code=code)

    def _hidden(self, model: Any, ids: Any, mask: Any) -> Any:
        if self.stops:
            try:
                model(input_ids=ids, attention_mask=mask)
            except _Reached as reached:
                return reached.hidden
        return model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[self._layer]

    def _stop_before(self, layers: int) -> bool:
        """Let the model stop before the layer that is not needed, if it then says the same; tell whether it does."""
        import torch

        model = self._reader.model
        # The stack of layers is the first list of that length: what a layer holds comes behind it.
        stacks = (m for m in model.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == layers)
        stack = next(stacks, None)
        if stack is None or self._layer == layers:
            return False
        ids = torch.arange(8, device=model.device).reshape(2, 4)
        mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]], device=model.device)
        with torch.inference_mode():
            self.stops = False
            whole = self._hidden(model, ids, mask)
            hook = stack[self._layer].register_forward_pre_hook(_leave, with_kwargs=True)
            try:
                model(input_ids=ids, attention_mask=mask)
            except _Reached as reached:
                if torch.is_tensor(reached.hidden) and torch.equal(reached.hidden, whole):
                    return True
            hook.remove()
        return False


def check_layer(checkpoint: Checkpoint, layer: int) -> None:
    """Refuse a layer a model does not have; its weights are not loaded.

    :param checkpoint: The model.
    :param layer: Which hidden state.
    :raises UsageError: when there is no such layer.
    """
    layers = checkpoint.config().num_hidden_layers
    if not 0 <= layer <= layers:
        raise UsageError(f"layer {layer}: the model {checkpoint.name!r} has layers 0 to {layers}")


def _leave(_: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    """End the forward pass with what a layer is given."""
    raise _Reached(given[0] if given else named.get("hidden_states"))
