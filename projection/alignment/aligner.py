"""What every aligner offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from silverner.projection.links import Link


class AlignedPair(NamedTuple):
    """The links of one sentence pair, source token first in both directions; equal where the engine has only one."""

    forward: list[Link]
    reverse: list[Link]


class Aligner(Protocol):
    """Aligns sentence pairs.

    One that ``learns`` must be given the whole corpus at once (a statistical aligner, or files that hold all of it);
    any other aligns each pair on its own.
    """

    @property
    def learns(self) -> bool:
        """Whether it must see the whole corpus at once."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the links: it becomes part of the signature."""

    def check(self) -> None:
        """Refuse to begin when the engine cannot run.

        :raises SilvernerError: naming what is missing, before any work is done.
        """

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align sentence pairs.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence; an empty side gets no links.
        :returns: The links of every pair, in order.
        """
