"""Word aligners, one a file."""

from projection.alignment.aligner import AlignedPair, Aligner
from projection.alignment.eflomal import Eflomal
from projection.alignment.embedding import EmbeddingAligner
from projection.alignment.pharaoh import PharaohFiles
from projection.alignment.reference import SimAlignReference

__all__ = ["AlignedPair", "Aligner", "Eflomal", "EmbeddingAligner", "PharaohFiles", "SimAlignReference"]
