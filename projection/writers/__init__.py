"""Writes labelled sentences to files of the formats that annotation tools and libraries read.

:mod:`silverner.projection.readers` reads all of them back, with the same tokens and entities.
"""

from silverner.projection.writers.formats import WRITERS, Writer
from silverner.projection.writers.labelled_text import LabelledText, visible_tokens

__all__ = ["WRITERS", "LabelledText", "Writer", "visible_tokens"]
