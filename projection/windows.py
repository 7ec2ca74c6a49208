"""Reading sentences of any length with a model of limited length: subwords, overlapping windows, batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projection.batches import in_batches
from projection.models import Checkpoint, Kind

OVERLAP = 64
"""Subwords that two windows of a long sentence share."""
LONGEST = 512
"""No window is longer, whatever the model says it can read."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a model says of one sentence.

    :param vectors: Float32 matrix of shape (subwords, width); no special tokens.
    :param words: For each subword the index of its word; a word without subwords does not occur.
    """

    vectors: NDArray[np.float32]
    words: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a sentence that fits the model: ``ids`` with special tokens; its own begin at ``inner``."""

    sentence: int
    begin: int
    ids: list[int]
    inner: int
    count: int


class WindowReader:
    """Runs a model over sentences given as words, and returns one row a subword.

    A sentence longer than the model's window is read in overlapping windows, each subword taken from the window in
    which it has most context. Batches are made of windows of similar length, in an order that depends on nothing but
    the sentences.
    """

    def __init__(
        self, checkpoint: Checkpoint, kind: Kind, answer: Callable[[Any, Any, Any], Any], *, width: str, batch_size: int
    ) -> None:
        """Load a model.

        :param checkpoint: Its weights, and how they run.
        :param kind: What to load it as.
        :param answer: Called with the model, ids and mask (batch, length); returns a tensor (batch, length, width).
        :param width: Key of the model's configuration that tells the width.
        :param batch_size: Windows a batch.
        :raises SilvernerError: when the model cannot be loaded.
        """
        self.model, self.tokenizer = checkpoint.load(kind)
        self._name, self._answer, self._batch_size = checkpoint.name, answer, batch_size
        self._width = int(getattr(self.model.config, width))
        limits = (self.tokenizer.model_max_length, getattr(self.model.config, "max_position_embeddings", LONGEST))
        offset = 2 if "roberta" in self.model.config.model_type else 0  # positions it reserves for padding
        self._window = min(limits[0], limits[1] - offset, LONGEST)

    def read(self, sentences: Sequence[Sequence[str]], *, code: str | None = None) -> list[Rows]:
        """Read sentences.

        :param sentences: Words of every sentence; an empty one gives no rows.
        :param code: The model's own code of their language, where it has such codes.
        :returns: One matrix a sentence.
        """
        frame = self._frame(code)
        split = self._subwords(sentences)
        windows = [window for k, (ids, _) in enumerate(split) for window in self._windows(k, ids, frame)]
        rows = [np.zeros((len(owner), self._width), dtype=np.float32) for _, owner in split]
        context = {k: np.full(len(owner), -1) for k, (_, owner) in enumerate(split)}
        windows.sort(key=lambda w: (-len(w.ids), w.sentence, w.begin))
        answers = in_batches(windows, self._run, size=self._batch_size, what=f"the model {self._name!r}")
        for window, vectors in zip(windows, answers, strict=True):
            place = slice(window.begin, window.begin + window.count)
            steps = np.arange(window.count)
            room = np.minimum(steps, steps[::-1])
            better = room > context[window.sentence][place]
            rows[window.sentence][place][better] = vectors[better]
            context[window.sentence][place][better] = room[better]
        return [Rows(vectors, owner) for vectors, (_, owner) in zip(rows, split, strict=True)]

    def _frame(self, code: str | None) -> tuple[list[int], list[int]]:
        """Tell which special tokens stand before a sentence and which behind."""
        if code is not None:
            self.tokenizer.src_lang = code
        whole, bare = (list(self.tokenizer("a", add_special_tokens=add)["input_ids"]) for add in (True, False))
        before = next(k for k in range(len(whole)) if whole[k : k + len(bare)] == bare)
        return whole[:before], whole[before + len(bare) :]

    def _subwords(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[int], NDArray[np.int64]]]:
        """Split sentences into ids of subwords, and the word each belongs to."""
        if self.tokenizer.is_fast:
            return self._fast_subwords(sentences)
        known: dict[str, list[int]] = {}
        for word in {word for sentence in sentences for word in sentence}:
            known[word] = self.tokenizer.convert_tokens_to_ids(self.tokenizer.tokenize(word))
        split: list[tuple[list[int], NDArray[np.int64]]] = []
        for sentence in sentences:
            pieces = [known[word] for word in sentence]
            owner = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
            split.append(([k for piece in pieces for k in piece], owner.astype(np.int64)))
        return split

    def _fast_subwords(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[int], NDArray[np.int64]]]:
        filled = [list(sentence) for sentence in sentences if len(sentence)]
        if not filled:
            return [([], np.zeros(0, dtype=np.int64)) for _ in sentences]
        done = self.tokenizer(filled, is_split_into_words=True, add_special_tokens=False, verbose=False)
        found = iter(range(len(filled)))
        split: list[tuple[list[int], NDArray[np.int64]]] = []
        for sentence in sentences:
            if not len(sentence):
                split.append(([], np.zeros(0, dtype=np.int64)))
                continue
            k = next(found)
            owner = np.array([w for w in done.word_ids(k) if w is not None], dtype=np.int64)
            split.append((list(done["input_ids"][k]), owner))
        return split

    def _windows(self, number: int, ids: list[int], frame: tuple[list[int], list[int]]) -> list[_Window]:
        """Cut a sentence into windows."""
        head, tail = frame
        room = self._window - len(head) - len(tail)
        step = room - OVERLAP if room > 2 * OVERLAP else max(room // 2, 1)
        windows = []
        for begin in range(0, len(ids), step):
            part = ids[begin : begin + room]
            windows.append(_Window(number, begin, [*head, *part, *tail], len(head), len(part)))
            if begin + room >= len(ids):
                break
        return windows

    def _run(self, batch: Sequence[_Window]) -> list[NDArray[np.float32]]:
        """Run the model over windows and return the rows of each window's own subwords."""
        import torch

        pad, longest = self.tokenizer.pad_token_id or 0, max(len(w.ids) for w in batch)
        place = self.model.device
        ids = torch.tensor([w.ids + [pad] * (longest - len(w.ids)) for w in batch], device=place)
        mask = torch.tensor([[1] * len(w.ids) + [0] * (longest - len(w.ids)) for w in batch], device=place)
        with torch.inference_mode():
            rows = self._answer(self.model, ids, mask).float().cpu().numpy()
        return [rows[k, w.inner : w.inner + w.count] for k, w in enumerate(batch)]
