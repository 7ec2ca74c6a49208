"""The interface of every aligner, and the table of aligners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol

from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.links import Link
from silverner.projection.registry import Registry, subclass_of


class AlignedPair(NamedTuple):
    """The links of one sentence pair in both directions, source token first; equal if the engine has one direction."""

    forward: list[Link]
    reverse: list[Link]


class Aligner(Protocol):
    """Aligns sentence pairs.

    An aligner that ``learns`` gets the whole corpus at once: a statistical aligner, or files with all links. Any other
    aligner aligns each pair on its own. An aligner that learns the same from the same corpus every time says so by an
    attribute ``repeatable``; the links of any other one that learns are published with the corpus.
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

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence; an empty side gets no links.
        :returns: The links of every pair, in order.
        """


class AlignerSettings(EngineSettings):
    """The section of a recipe that names an aligner.

    If the two directions of an aligner differ, its settings have a field ``symmetrise``
    (:data:`~silverner.projection.links.Symmetrisation`).

    :cvar keeps_tokens: Whether the links are always between the tokens of the corpus; otherwise tokens may be grouped
        into words before they are aligned.
    """

    keeps_tokens: ClassVar[bool] = False

    def build(self, context: EngineContext) -> Aligner:
        """Make the aligner; its model is not loaded yet.

        :param context: The corpus; ``source`` is the language of the side that has the labels.
        """
        raise NotImplementedError

    def check_splits(self, splits: Sequence[str]) -> None:
        """Check that the settings fit the splits of the corpus.

        :param splits: Their names, in order.
        :raises UsageError: when files are named by split, but not by these splits.
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
