"""Joins tokens into text and splits text into tokens: by Moses rules, or by segmenters for text without spaces.

Joining only adds or removes white space: every other character of the tokens stands in the text, in order. Splitting
only drops white space and control characters. For each sentence, :func:`resplits` tells whether splitting the joined
text gives the tokens of the corpus back.
"""

from silverner.projection.text.tokenization.offsets import extents, tokens_at, visible
from silverner.projection.text.tokenization.running_text import join, split
from silverner.projection.text.tokenization.segmenters import check, settings
from silverner.projection.text.tokenization.word_groups import resplits, word_groups

__all__ = ["check", "extents", "join", "resplits", "settings", "split", "tokens_at", "visible", "word_groups"]
