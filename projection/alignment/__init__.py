"""Word aligners, one a file."""

from silverner.projection.alignment.aligner import ALIGNERS, AlignedPair, Aligner, AlignerSettings
from silverner.projection.alignment.eflomal import Eflomal
from silverner.projection.alignment.embedding import EmbeddingAligner
from silverner.projection.alignment.pharaoh import PharaohFiles
from silverner.projection.alignment.reference import SimAlignReference

__all__ = [
    "ALIGNERS",
    "AlignedPair",
    "Aligner",
    "AlignerSettings",
    "Eflomal",
    "EmbeddingAligner",
    "PharaohFiles",
    "SimAlignReference",
]
