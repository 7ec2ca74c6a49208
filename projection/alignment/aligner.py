"""What every aligner offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol

from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.links import Link
from silverner.projection.registry import Registry, subclass_of


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


class AlignerSettings(EngineSettings):
    """The section of a recipe that names an aligner.

    One whose two directions differ has a field ``symmetrise`` (:data:`~silverner.projection.links.Symmetrisation`).

    :cvar keeps_tokens: Whether the links are between the corpus's own tokens, whatever these are, and never between
        words that are made of them first.
    """

    keeps_tokens: ClassVar[bool] = False

    def build(self, context: EngineContext) -> Aligner:
        """Make the aligner; nothing is loaded yet.

        :param context: What it is for; ``source`` is the language of the side that has the labels.
        """
        raise NotImplementedError

    def check_splits(self, splits: Sequence[str]) -> None:
        """Refuse what does not fit the splits of the corpus.

        :param splits: Their names, in order.
        :raises UsageError: where files are named by split, and a split is missing.
        """


ALIGNERS: Registry[type[AlignerSettings]] = Registry(
    "aligner",
    "silverner.aligners",
    {
        "eflomal": "silverner.projection.alignment.eflomal:EflomalSettings",
        "awesome": "silverner.projection.alignment.awesome:AwesomeSettings",
        "simalign": "silverner.projection.alignment.simalign:SimAlignSettings",
        "pharaoh": "silverner.projection.alignment.pharaoh:PharaohSettings",
    },
    accepts=subclass_of(AlignerSettings),
)
"""All aligners, in the order in which a new recipe prefers them."""
