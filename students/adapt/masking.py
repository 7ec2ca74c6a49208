"""Masking: which subwords a model must guess.

Of the subwords that are chosen, 8 of 10 become the mask token, 1 becomes any other subword, and 1 stays (Devlin et al.
2019, section 3.1). The choice follows from the seed, the epoch and the number of the sentence alone, so that it is the
same whatever is in memory at once, and after a kill; every epoch chooses others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from silverner.projection.neural.subwords import Subwords
from silverner.projection.neural.windows import longest_window
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.corpus import Row

MASKED, REPLACED = 0.8, 0.1
"""Shares of the chosen subwords that become the mask token, and another subword."""


class MaskableText:
    """Makes windows of subwords, each with the probability that it is masked."""

    def __init__(self, tokenizer: Any, config: Any, settings: AdaptationSettings) -> None:
        """Use a model's tokenizer and configuration.

        :param tokenizer: The tokenizer.
        :param config: The configuration of the model.
        :param settings: Length, and shares of masked subwords.
        """
        self._subwords, self._unknown = Subwords(tokenizer), tokenizer.unk_token_id
        self._head, self._tail = self._subwords.special_tokens_around()
        longest = min(longest_window(tokenizer, config), settings.length)
        self._room = longest - len(self._head) - len(self._tail)
        self._settings = settings

    def windows(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Cut sentences into windows; one without a subword that can be guessed is left out.

        :param rows: The sentences.
        :returns: Windows: ``input_ids``, and ``shares``, the probability of each to be masked; that of special tokens
            and of the unknown token is 0.
        """
        distinct = list(dict.fromkeys(word for row in rows for word in row.tokens))
        pieces = dict(zip(distinct, self._subwords.of_words(distinct), strict=True))
        return [window for row in rows for window in self._windows(row, [pieces[word] for word in row.tokens])]

    def _windows(self, row: Row, parts: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
        ids = np.array([k for part in parts for k in part], dtype=np.int64)
        owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        shares = np.full(len(ids), self._settings.mask, dtype=np.float32)
        if self._settings.mask_names is not None:
            for span in row.spans:
                shares[(owner >= span.start) & (owner < span.end)] = self._settings.mask_names
        shares[ids == self._unknown] = 0
        windows = []
        for begin in range(0, len(ids), self._room):
            inside = slice(begin, begin + self._room)
            if shares[inside].any():
                windows.append(
                    {
                        "input_ids": np.concatenate([self._head, ids[inside], self._tail]).astype(np.int64),
                        "shares": np.pad(shares[inside], (len(self._head), len(self._tail))),
                    }
                )
        return windows


class Masking:
    """Chooses the subwords of a window that the model must guess."""

    def __init__(self, tokenizer: Any, *, seed: int) -> None:
        """Use a tokenizer.

        :param tokenizer: The tokenizer.
        :param seed: Decides what is masked, together with epoch and number of the window.
        """
        self._mask, self._seed = tokenizer.mask_token_id, seed
        special = {*tokenizer.all_special_ids}
        self._ordinary = np.array(sorted({*tokenizer.get_vocab().values()} - special), dtype=np.int64)

    def of_window(self, window: Mapping[str, Any], index: int, epoch: int | None) -> dict[str, Any]:
        """Mask a window.

        :param window: One of :meth:`MaskableText.windows`.
        :param index: Its number.
        :param epoch: The epoch, from 0; ``None`` for a window that is held out, which is masked the same every time.
        :returns: ``input_ids`` with masks, ``positions`` of the chosen subwords, and ``goals``, what they were.
        """
        random = np.random.default_rng((self._seed, index, 0 if epoch is None else epoch + 1))
        ids: NDArray[np.int64] = window["input_ids"].copy()
        shares: NDArray[np.float32] = window["shares"]
        positions = np.flatnonzero(random.random(len(ids)) < shares)
        if not len(positions):
            positions = random.choice(np.flatnonzero(shares), 1)
        goals, fate = ids[positions], random.random(len(positions))
        replacements = random.choice(self._ordinary, len(positions))
        ids[positions] = np.where(fate < MASKED, self._mask, np.where(fate < MASKED + REPLACED, replacements, goals))
        return {"input_ids": ids, "positions": positions, "goals": goals}
