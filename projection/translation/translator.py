"""What every translation engine offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated sentence.

    :param text: The translation, without any mark of the engine's.
    :param unknown: Positions in ``text`` where a word begins that the engine could not translate.
    :param cut: Whether the engine stopped before the sentence was at its end.
    """

    text: str
    unknown: tuple[int, ...] = ()
    cut: bool = False


class Translator(Protocol):
    """Translates sentences from one language into another."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the translations: it becomes part of the signature."""

    def check(self) -> None:
        """Refuse to begin when the engine cannot run.

        :raises SilvernerError: naming what is missing, before any work is done.
        """

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch; each translation depends on its own sentence alone.

        :param ids: The sentences' ids.
        :param texts: The sentences, without line breaks.
        :returns: One translation a sentence; an empty text means the engine gave none.
        """
