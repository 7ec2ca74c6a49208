"""The facts about the corrections of a language: their file, and what they say of the program."""

from __future__ import annotations

from silverner.dataset_cards.facts.base import Count, Facts
from silverner.dataset_cards.facts.counts import SpanScores
from silverner.projection.parsing.names import FileName


class CorrectionFacts(Facts):
    """What people corrected.

    :param file: The file of the corrections in the folder.
    :param sha256: Its hash.
    :param uncorrected: The signature of the rows without corrections.
    :param sentences: Rows that people looked at.
    :param changed: Rows of them whose entities are not those of the program.
    :param unused: Corrections whose sentence is not in the corpus.
    :param scores: The scores of the program on the rows that people looked at; ``None`` where there is no such row.
    """

    file: FileName
    sha256: str
    uncorrected: str
    sentences: Count
    changed: Count
    unused: Count
    scores: SpanScores | None
