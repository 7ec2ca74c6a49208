"""Subword vectors of whole batches of sentences, however long a sentence is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projection.errors import UsageError
from projection.models import Checkpoint
from projection.windows import Rows, WindowReader


class Encoder:
    """Encodes sentences given as words with one layer of a model."""

    def __init__(self, checkpoint: Checkpoint, *, layer: int, batch_size: int = 64) -> None:
        """Load a model.

        :param checkpoint: Its weights, and how they run.
        :param layer: Which hidden layer; 0 is the embeddings.
        :param batch_size: Windows a batch.
        :raises UsageError: when the model has no such layer.
        :raises SilvernerError: when the model cannot be loaded.
        """
        self._layer = layer
        self._reader = WindowReader(checkpoint, "encoder", self._hidden, width="hidden_size", batch_size=batch_size)
        layers = self._reader.model.config.num_hidden_layers
        if not 0 <= layer <= layers:
            raise UsageError(f"layer {layer}: the model {checkpoint.name!r} has layers 0 to {layers}")

    def encode(self, sentences: Sequence[Sequence[str]], *, code: str | None = None) -> list[Rows]:
        """Encode sentences.

        :param sentences: Words of every sentence; an empty one gives no vectors.
        :param code: The model's own code of their language, where it has such codes.
        :returns: Vectors and words of every subword.
        """
        return self._reader.read(sentences, code=code)

    def _hidden(self, model: Any, ids: Any, mask: Any) -> Any:
        return model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[self._layer]
