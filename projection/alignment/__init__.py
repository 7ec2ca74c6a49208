"""Word aligners, one a file."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.alignment.aligned_pair import AlignedPair, Aligner, pairs_of
    from silverner.projection.alignment.aligner import ALIGNERS, AlignerSettings
    from silverner.projection.alignment.eflomal import Eflomal
    from silverner.projection.alignment.embedding import EmbeddingAligner
    from silverner.projection.alignment.link_files import PharaohFiles
    from silverner.projection.alignment.llm import LlmAligner
    from silverner.projection.alignment.reference import SimAlignReference

__all__ = [
    "ALIGNERS",
    "AlignedPair",
    "Aligner",
    "AlignerSettings",
    "Eflomal",
    "EmbeddingAligner",
    "LlmAligner",
    "PharaohFiles",
    "SimAlignReference",
    "pairs_of",
]

__getattr__ = names_on_demand(
    __name__,
    {
        "aligned_pair": ("AlignedPair", "Aligner", "pairs_of"),
        "aligner": ("ALIGNERS", "AlignerSettings"),
        "eflomal": ("Eflomal",),
        "embedding": ("EmbeddingAligner",),
        "link_files": ("PharaohFiles",),
        "llm": ("LlmAligner",),
        "reference": ("SimAlignReference",),
    },
)
