"""Subword vectors of whole batches of sentences, however long a sentence is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projection.errors import UsageError
from projection.models import load_encoder

OVERLAP = 64
"""Subwords that two windows of a long sentence share."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sentence.

    :param vectors: Float32 matrix of shape (subwords, width); no special tokens.
    :param words: For each subword the index of its word; a word without subwords does not occur.
    """

    vectors: NDArray[np.float32]
    words: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a sentence that fits the model: ``ids`` with special tokens, and where its subwords begin."""

    sentence: int
    begin: int
    ids: list[int]
    inner: list[int]


class Encoder:
    """Encodes sentences given as words with one layer of a model.

    A sentence longer than the model's window is read in overlapping windows, each subword taken from the window in
    which it has most context. Batches are made of windows of similar length.
    """

    def __init__(self, name: str, *, layer: int, revision: str | None = None, batch_size: int = 64) -> None:
        """Load a model.

        :param name: A folder, or an id on the Hub.
        :param layer: Which hidden layer; 0 is the embeddings.
        :param revision: For an id: branch, tag or commit.
        :param batch_size: Windows a batch.
        :raises UsageError: when the model has no such layer.
        :raises SilvernerError: when the model cannot be loaded.
        """
        import torch

        self._model, self._tokenizer = load_encoder(name, revision=revision)
        layers = self._model.config.num_hidden_layers
        if not 0 <= layer <= layers:
            raise UsageError(f"layer {layer}: the model {name!r} has layers 0 to {layers}")
        self._layer, self._batch_size = layer, batch_size
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._model.to(self._device)
        limits = (self._tokenizer.model_max_length, getattr(self._model.config, "max_position_embeddings", 512))
        offset = 2 if "roberta" in self._model.config.model_type else 0  # positions it reserves for padding
        self._window = min(limits[0], limits[1] - offset, 512)

    def encode(self, sentences: Sequence[Sequence[str]]) -> list[Encoded]:
        """Encode sentences.

        :param sentences: Words of every sentence; an empty one gives no vectors.
        :returns: Vectors and words of every subword.
        """
        windows: list[_Window] = []
        owners: list[NDArray[np.int64]] = []
        for number, words in enumerate(sentences):
            found, owner = self._split(number, list(words))
            windows += found
            owners.append(owner)
        width = self._model.config.hidden_size
        vectors = [np.zeros((len(owner), width), dtype=np.float32) for owner in owners]
        context = [np.full(len(owner), -1) for owner in owners]
        for window, rows in self._run(windows):
            count = len(window.inner)
            place = slice(window.begin, window.begin + count)
            room = np.minimum(np.arange(count), np.arange(count)[::-1])
            better = room > context[window.sentence][place]
            vectors[window.sentence][place][better] = rows[better]
            context[window.sentence][place][better] = room[better]
        return [Encoded(v, o) for v, o in zip(vectors, owners, strict=True)]

    def _split(self, number: int, words: list[str]) -> tuple[list[_Window], NDArray[np.int64]]:
        """Cut a sentence into windows, and tell which word every subword belongs to."""
        if not words:
            return [], np.zeros(0, dtype=np.int64)
        plain = self._tokenizer(words, is_split_into_words=True, add_special_tokens=False, verbose=False)
        owner = np.array([w for w in plain.word_ids() if w is not None], dtype=np.int64)
        ids = list(plain["input_ids"])
        frame = self._tokenizer("", add_special_tokens=True)["input_ids"]
        head, tail = _frame(self._tokenizer, frame)
        room = self._window - len(frame)
        step = room - OVERLAP if room > 2 * OVERLAP else max(room // 2, 1)
        windows = []
        for begin in range(0, len(ids), step):
            part = ids[begin : begin + room]
            inner = list(range(len(head), len(head) + len(part)))
            windows.append(_Window(number, begin, [*head, *part, *tail], inner))
            if begin + room >= len(ids):
                break
        return windows, owner

    def _run(self, windows: Sequence[_Window]) -> Iterator[tuple[_Window, NDArray[np.float32]]]:
        """Run the model over windows, longest first, and yield the vectors of each window's own subwords."""
        import torch

        order = sorted(windows, key=lambda w: (-len(w.ids), w.sentence, w.begin))
        pad = self._tokenizer.pad_token_id or 0
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            longest = len(batch[0].ids)
            ids = torch.tensor([w.ids + [pad] * (longest - len(w.ids)) for w in batch], device=self._device)
            mask = torch.tensor([[1] * len(w.ids) + [0] * (longest - len(w.ids)) for w in batch], device=self._device)
            with torch.inference_mode():
                hidden = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
            rows = hidden[self._layer].float().cpu().numpy()
            for k, window in enumerate(batch):
                yield window, rows[k, window.inner[0] : window.inner[-1] + 1]


def _frame(tokenizer: Any, frame: list[int]) -> tuple[list[int], list[int]]:
    """Tell which special tokens stand before a sentence and which behind."""
    probe = tokenizer("a", add_special_tokens=True)
    inner = [k for k, word in enumerate(probe.word_ids()) if word is not None]
    before = inner[0] if inner else len(frame)
    return frame[:before], frame[before:]
