"""What an aligner does and what it returns: the links of a sentence pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from silverner.projection.links import Link


class AlignedPair(NamedTuple):
    """The links of one sentence pair in both directions, source token first; equal if the engine has one direction.

    :param forward: The links of the source-to-target direction.
    :param reverse: Those of the target-to-source direction.
    :param soft_forward: How probable each source token finds target tokens, where an engine knows it: links with their
        probabilities, of which small ones are left out.
    :param soft_reverse: How probable each target token finds source tokens, source token first too.
    """

    forward: list[Link]
    reverse: list[Link]
    soft_forward: list[Link] | None = None
    soft_reverse: list[Link] | None = None


class Aligner(Protocol):
    """Aligns sentence pairs.

    An aligner that ``learns`` gets the whole corpus at once: a statistical aligner, or files with all links. Any other
    aligner aligns each pair on its own. An aligner that learns the same from the same corpus every time says so by an
    attribute ``repeatable``; the links of any other one that learns are published with the corpus. An aligner that has
    soft links says so by an attribute ``soft_links``; then it returns them for every pair.

    An aligner that learns can have a method ``each_pair(sources, targets)``, an iterator over the same links as those
    of ``align``: those of a large corpus do not fit into memory.
    """

    @property
    def learns(self) -> bool:
        """Whether it must get the whole corpus at once."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the links; it becomes part of the signature."""

    def check(self) -> None:
        """Check that the engine can run.

        :raises SilvernerError: naming what is missing, before the build starts.
        """

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align sentence pairs.

        :param sources: Source tokens of every sentence. Those of a whole corpus lie on the disk: reading them in order
            costs little, and a list of them may not fit into memory.
        :param targets: Target tokens of every sentence; an empty side gets no links.
        :returns: The links of every pair, in order.
        """


def pairs_of(
    aligner: Aligner, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
) -> Iterable[AlignedPair]:
    """Align sentence pairs, and hold no more links than needed, where the aligner can do so.

    :param aligner: The aligner.
    :param sources: As :meth:`Aligner.align` takes them.
    :param targets: As :meth:`Aligner.align` takes them.
    :returns: The links of every pair, in order.
    """
    return getattr(aligner, "each_pair", aligner.align)(sources, targets)
