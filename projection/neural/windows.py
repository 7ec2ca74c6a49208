"""Reading sentences of any length with a model of limited length: subwords, overlapping windows, batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import EngineError
from silverner.projection.neural.batches import in_batches
from silverner.projection.neural.checkpoint import Checkpoint, Kind
from silverner.projection.neural.subwords import Subwords

OVERLAP = 64
"""Subwords that two windows of a long sentence share."""
LONGEST = 512
"""No window is longer, whatever the model says it can read."""
SHORT = 64
"""A batch holds more windows than asked for where they are shorter than this many subwords, special tokens included."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a model says of one sentence.

    :param vectors: Float32 matrix of shape (subwords, width); no special tokens.
    :param words: For each subword the index of its word; a word without subwords does not occur.
    """

    vectors: NDArray[np.float32]
    words: NDArray[np.int64]


def longest_window(tokenizer: Any, config: Any) -> int:
    """Tell how many subwords a model reads at once, special tokens included.

    :param tokenizer: Its tokenizer.
    :param config: Its configuration.
    :returns: What both allow, :data:`LONGEST` at most.
    """
    offset = 2 if "roberta" in config.model_type else 0  # positions it reserves for padding
    return int(min(tokenizer.model_max_length, getattr(config, "max_position_embeddings", LONGEST) - offset, LONGEST))


def stretches(length: int, room: int) -> list[tuple[int, int]]:
    """Cut a sentence into overlapping stretches.

    :param length: Its subwords.
    :param room: Subwords that fit a window.
    :returns: Half-open stretches from left to right; none of an empty sentence.

    >>> stretches(10, 6)
    [(0, 6), (3, 9), (6, 10)]
    """
    step = room - OVERLAP if room > 2 * OVERLAP else max(room // 2, 1)
    cut = []
    for begin in range(0, length, step):
        cut.append((begin, min(begin + room, length)))
        if begin + room >= length:
            break
    return cut


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
        :param batch_size: Windows a batch; of windows shorter than :data:`SHORT` as many as hold no more subwords.
        :raises SilvernerError: when the model cannot be loaded.
        """
        self.model, self.tokenizer = checkpoint.load(kind)
        self._split = Subwords(self.tokenizer)
        self._name, self._answer, self._batch_size = checkpoint.name, answer, batch_size
        self._width = int(getattr(self.model.config, width))
        self._window = longest_window(self.tokenizer, self.model.config)
        self._code = getattr(self.tokenizer, "src_lang", None)
        self._frames: dict[str | None, tuple[list[int], list[int]]] = {}

    def read(self, sentences: Sequence[Sequence[str]], *, code: str | None = None) -> list[Rows]:
        """Read sentences.

        :param sentences: Words of every sentence; an empty one gives no rows.
        :param code: The model's own code of their language, where it has such codes; without one the language its
            tokenizer is set to.
        :returns: One matrix a sentence.
        :raises EngineError: when a single window does not fit the memory.
        """
        frame = self._frame(code)
        split = self._subwords(sentences)
        windows = [window for k, (ids, _) in enumerate(split) for window in self._windows(k, ids, frame)]
        windows.sort(key=lambda w: (-len(w.ids), w.sentence, w.begin))
        found: list[list[tuple[_Window, NDArray[np.float32]]]] = [[] for _ in split]
        for batch in self._batches(windows):
            answers = in_batches(batch, self._run, size=len(batch), what=f"the model {self._name!r}")
            for window, vectors in zip(batch, answers, strict=True):
                found[window.sentence].append((window, vectors))
        return [Rows(self._merge(parts, len(owner)), owner) for parts, (_, owner) in zip(found, split, strict=True)]

    def _frame(self, code: str | None) -> tuple[list[int], list[int]]:
        """Tell which special tokens stand before a sentence of a language and which behind."""
        code = self._code if code is None else code
        if code not in self._frames:
            if code is not None:
                self.tokenizer.src_lang = code
            self._frames[code] = self._split.frame()
        return self._frames[code]

    def _subwords(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[int], NDArray[np.int64]]]:
        """Split sentences into ids of subwords, and the word each belongs to; every distinct word is split once."""
        known = dict.fromkeys(word for sentence in sentences for word in sentence)
        pieces = dict(zip(known, self._split.of_words(list(known)), strict=True))
        split = []
        for sentence in sentences:
            parts = [pieces[word] for word in sentence]
            owner = np.repeat(np.arange(len(parts), dtype=np.int64), [len(part) for part in parts])
            split.append(([k for part in parts for k in part], owner))
        return split

    def _windows(self, number: int, ids: list[int], frame: tuple[list[int], list[int]]) -> list[_Window]:
        """Cut a sentence into windows."""
        head, tail = frame
        return [
            _Window(number, begin, [*head, *ids[begin:end], *tail], len(head), end - begin)
            for begin, end in stretches(len(ids), self._window - len(head) - len(tail))
        ]

    def _batches(self, windows: Sequence[_Window]) -> Iterator[Sequence[_Window]]:
        """Cut windows, the longest first, into batches: one of short windows would leave most of a processor idle."""
        start = 0
        while start < len(windows):
            size = self._batch_size * max(SHORT // len(windows[start].ids), 1)
            yield windows[start : start + size]
            start += size

    def _run(self, batch: Sequence[_Window]) -> list[NDArray[np.float32]]:
        """Run the model over windows and return the rows of each window's own subwords."""
        import torch

        lengths = np.array([[len(w.ids), w.inner, w.inner + w.count] for w in batch])
        place = np.arange(lengths[:, 0].max())
        ids = np.full((len(batch), len(place)), self.tokenizer.pad_token_id or 0, dtype=np.int64)
        for row, window in zip(ids, batch, strict=True):
            row[: len(window.ids)] = window.ids
        mask = (place < lengths[:, :1]).astype(np.int64)
        own = (place >= lengths[:, 1:2]) & (place < lengths[:, 2:])
        with torch.inference_mode():
            arguments = [torch.from_numpy(array).to(self.model.device) for array in (ids, mask, own)]
            rows = self._answer(self.model, *arguments[:2])[arguments[2]].float().cpu().numpy()
        if not np.isfinite(rows).all():
            raise EngineError(
                f"the model {self._name!r} answers with numbers that are none (NaN, infinite): its weights are broken, "
                "or too large for its precision; say precision: float32, or use another model"
            )
        ends = np.cumsum([w.count for w in batch]).tolist()
        return [rows[end - w.count : end] for end, w in zip(ends, batch, strict=True)]

    def _merge(self, parts: Sequence[tuple[_Window, NDArray[np.float32]]], length: int) -> NDArray[np.float32]:
        """Take every subword of a sentence from the window in which it has most context."""
        if len(parts) == 1:
            return parts[0][1]
        rows = np.zeros((length, self._width), dtype=np.float32)
        context = np.full(length, -1)
        for window, vectors in parts:
            place = slice(window.begin, window.begin + window.count)
            steps = np.arange(window.count)
            room = np.minimum(steps, steps[::-1])
            better = room > context[place]
            rows[place][better] = vectors[better]
            context[place][better] = room[better]
        return rows
