"""Reads sentences of any length with a model of limited length, in overlapping windows and batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silverner.projection.chain.reports import report
from silverner.projection.errors import EngineError
from silverner.projection.neural.batches import BatchLimit, in_batches
from silverner.projection.neural.checkpoint import Checkpoint, ModelKind
from silverner.projection.neural.subwords import Subwords

OVERLAP = 64
"""Subwords that two windows of a long sentence share."""
LONGEST_WINDOW = 512
"""Largest number of subwords of a window, also for models that can read more."""
SHORT_WINDOW = 64
"""Windows with fewer subwords than this (special tokens included) are put into larger batches."""


@dataclass(frozen=True, slots=True)
class SubwordRows:
    """The output of a model for one sentence, one row for each subword.

    :param vectors: Float32 matrix of shape (subwords, width); special tokens have no row.
    :param words: For each subword the index of its word; a word without subwords has no row.
    """

    vectors: NDArray[np.float32]
    words: NDArray[np.int64]


def longest_window(tokenizer: Any, config: Any) -> int:
    """Return how many subwords a model reads at once, special tokens included.

    :param tokenizer: Its tokenizer.
    :param config: Its configuration.
    :returns: The number that both allow, :data:`LONGEST_WINDOW` at most.
    """
    offset = 2 if "roberta" in config.model_type else 0  # positions it reserves for padding
    positions = getattr(config, "max_position_embeddings", LONGEST_WINDOW) - offset
    return int(min(tokenizer.model_max_length, positions, LONGEST_WINDOW))


def overlapping_ranges(length: int, room: int) -> list[tuple[int, int]]:
    """Cut a sentence into overlapping ranges of subwords.

    :param length: Number of its subwords.
    :param room: Subwords that fit into a window.
    :returns: Half-open ranges from left to right; none for an empty sentence.

    >>> overlapping_ranges(10, 6)
    [(0, 6), (3, 9), (6, 10)]
    """
    step = room - OVERLAP if room > 2 * OVERLAP else max(room // 2, 1)
    ranges = []
    for begin in range(0, length, step):
        ranges.append((begin, min(begin + room, length)))
        if begin + room >= length:
            break
    return ranges


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a sentence that fits the model.

    :param sentence: Number of the sentence.
    :param begin: First subword of the part.
    :param ids: Subword ids with special tokens around them.
    :param offset: Special tokens before the part.
    :param count: Subwords of the part.
    """

    sentence: int
    begin: int
    ids: list[int]
    offset: int
    count: int


class WindowReader:
    """Runs a model over sentences given as words, and returns one row for each subword.

    A sentence longer than the model's window is read in overlapping windows. The row of a subword is taken from the
    window in which it has most context. Batches hold windows of similar length, in an order that depends only on the
    sentences.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        kind: ModelKind,
        forward: Callable[[Any, Any, Any], Any],
        *,
        width: str,
        batch_size: int,
        batch_tokens: int | None = None,
    ) -> None:
        """Load a model.

        :param checkpoint: Its weights, and how they run.
        :param kind: The kind of model to load.
        :param forward: Called with the model, ids and mask (batch, length); returns a tensor (batch, length, width).
        :param width: Key of the model's configuration that holds the width.
        :param batch_size: Windows in a batch; more if they are shorter than :data:`SHORT_WINDOW`, so that a batch has
            about as many subwords.
        :param batch_tokens: Subwords in a batch, padding included; then ``batch_size`` does not count.
        :raises SilvernerError: when the model cannot be loaded.
        """
        self.model, self.tokenizer = checkpoint.load(kind)
        self._split = Subwords(self.tokenizer)
        self._name, self._forward, self._limit = checkpoint.name, forward, BatchLimit(batch_size, batch_tokens)
        self._width = int(getattr(self.model.config, width))
        self._window = longest_window(self.tokenizer, self.model.config)
        self._code = getattr(self.tokenizer, "src_lang", None)
        self._frames: dict[str | None, tuple[list[int], list[int]]] = {}

    def read(self, sentences: Sequence[Sequence[str]], *, code: str | None = None) -> list[SubwordRows]:
        """Read sentences.

        :param sentences: Words of every sentence; an empty one gives no rows.
        :param code: The model's own code of their language, if it has such codes; the default is the language that its
            tokenizer is set to.
        :returns: One matrix for each sentence.
        :raises EngineError: when a single window does not fit into memory.
        """
        frame = self._frame(code)
        split = self._subwords(sentences)
        windows = [window for k, (ids, _) in enumerate(split) for window in self._windows(k, ids, frame)]
        windows.sort(key=lambda w: (-len(w.ids), w.sentence, w.begin))
        window_rows: list[list[tuple[_Window, NDArray[np.float32]]]] = [[] for _ in split]
        finished = 0
        for batch in self._batches(windows):
            outputs = in_batches(batch, self._run, size=len(batch), what=f"the model {self._name!r}")
            for window, vectors in zip(batch, outputs, strict=True):
                window_rows[window.sentence].append((window, vectors))
            finished += len(batch)
            report(finished / len(windows))
        return [
            SubwordRows(self._merge(parts, len(owner)), owner)
            for parts, (_, owner) in zip(window_rows, split, strict=True)
        ]

    def _frame(self, code: str | None) -> tuple[list[int], list[int]]:
        """Return the special tokens before and after a sentence of a language."""
        code = self._code if code is None else code
        if code not in self._frames:
            if code is not None:
                self.tokenizer.src_lang = code
            self._frames[code] = self._split.special_tokens_around()
        return self._frames[code]

    def _subwords(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[int], NDArray[np.int64]]]:
        """Split sentences into subword ids, each with the index of its word; every distinct word is split once."""
        distinct = dict.fromkeys(word for sentence in sentences for word in sentence)
        pieces = dict(zip(distinct, self._split.of_words(list(distinct)), strict=True))
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
            for begin, end in overlapping_ranges(len(ids), self._window - len(head) - len(tail))
        ]

    def _batches(self, windows: Sequence[_Window]) -> Iterator[Sequence[_Window]]:
        """Cut windows, the longest first, into batches; few short windows would leave most of a processor idle."""
        start = 0
        while start < len(windows):
            longest = len(windows[start].ids)
            size = self._limit.count(longest)
            if self._limit.subwords is None:
                size *= max(SHORT_WINDOW // longest, 1)
            yield windows[start : start + size]
            start += size

    def _run(self, batch: Sequence[_Window]) -> list[NDArray[np.float32]]:
        """Run the model over windows, and return the rows of their subwords without the special tokens."""
        import torch

        lengths = np.array([[len(w.ids), w.offset, w.offset + w.count] for w in batch])
        place = np.arange(lengths[:, 0].max())
        ids = np.full((len(batch), len(place)), self.tokenizer.pad_token_id or 0, dtype=np.int64)
        for row, window in zip(ids, batch, strict=True):
            row[: len(window.ids)] = window.ids
        mask = (place < lengths[:, :1]).astype(np.int64)
        is_subword = (place >= lengths[:, 1:2]) & (place < lengths[:, 2:])
        with torch.inference_mode():
            arguments = [torch.from_numpy(array).to(self.model.device) for array in (ids, mask, is_subword)]
            rows = self._forward(self.model, *arguments[:2])[arguments[2]].float().cpu().numpy()
        if not np.isfinite(rows).all():
            raise EngineError(
                f"the model {self._name!r} returns numbers that are not finite (NaN, infinite): its weights are "
                "broken, or too large for its precision; say precision: float32, or use another model"
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
            has_more = room > context[place]
            rows[place][has_more] = vectors[has_more]
            context[place][has_more] = room[has_more]
        return rows
