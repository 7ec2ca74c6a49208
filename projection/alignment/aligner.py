"""The settings of every aligner, and the table of aligners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from silverner.projection.alignment.aligned_pair import Aligner
from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.registry import Registry, subclass_of


class AlignerSettings(EngineSettings):
    """The section of a recipe that names an aligner.

    If the two directions of an aligner differ, its settings have a field ``symmetrise``
    (:data:`~silverner.projection.links.Symmetrisation`).

    :cvar keeps_tokens: Whether the links are always between the tokens of the corpus; otherwise tokens may be grouped
        into words before they are aligned.
    :cvar reads_entities: Whether the engine links entities alone, by its method ``align_entities``, instead of words.
    """

    keeps_tokens: ClassVar[bool] = False
    reads_entities: ClassVar[bool] = False

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
        "llm": "silverner.projection.alignment.llm:LlmAlignerSettings",
        "pharaoh": "silverner.projection.alignment.pharaoh:PharaohSettings",
        "command": "silverner.projection.alignment.command:CommandAlignerSettings",
    },
    accepts=subclass_of(AlignerSettings),
)
"""All aligners, in the order in which a new recipe prefers them."""
