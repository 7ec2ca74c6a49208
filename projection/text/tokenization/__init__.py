"""Tokens into text and text into tokens: Moses rules where spaces stand between words, segmenters where none do.

Joining only ever moves white space: every other character of the tokens stands in the text, in order. Splitting only
drops white space and control characters. Whether splitting the joined text gives a corpus's tokens back is what
:func:`resplits` tells, sentence by sentence.
"""

from silverner.projection.text.tokenization.offsets import extents, tokens_at
from silverner.projection.text.tokenization.segmenters import check, settings
from silverner.projection.text.tokenization.texts import join, split
from silverner.projection.text.tokenization.units import resplits, units

__all__ = ["check", "extents", "join", "resplits", "settings", "split", "tokens_at", "units"]
