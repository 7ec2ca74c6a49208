"""What a translation model reads: the subwords of a text, between those that frame every input."""

from __future__ import annotations

from typing import Any

from silverner.projection.neural.subwords import Subwords


class ModelInput:
    """Turns texts into inputs of a model, in the language that its tokenizer was set to in the beginning."""

    def __init__(self, tokenizer: Any, prefix: str) -> None:
        """Learn the subwords around every input.

        :param tokenizer: A tokenizer of ``transformers``; another engine may set its language afterwards.
        :param prefix: Text before every input, which may contain special tokens.
        """
        self.split = Subwords(tokenizer)
        head, self._tail = self.split.special_tokens_around()
        before = tokenizer(prefix.strip(), add_special_tokens=False)["input_ids"] if prefix.strip() else []
        self._head = [*head, *before]
        self._rows: dict[str, list[int]] = {}

    def of(self, text: str) -> list[int]:
        """Return the input for a text; it is kept, because it is needed several times.

        :param text: The text.
        :returns: Ids of subwords.
        """
        if text not in self._rows:
            self._rows[text] = [*self._head, *self.split.of_text(text), *self._tail]
        return self._rows[text]

    def forget(self) -> None:
        """Forget all texts."""
        self._rows = {}
