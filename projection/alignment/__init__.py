"""Word aligners, one a file."""

from projection.alignment.aligner import AlignedPair, Aligner
from projection.alignment.eflomal import Eflomal
from projection.alignment.pharaoh import PharaohFiles

__all__ = ["AlignedPair", "Aligner", "Eflomal", "PharaohFiles"]
