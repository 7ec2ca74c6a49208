"""Corrections: the entities that people see in sentences of a corpus, beside those that a program projected.

They lie in the corpus folder, one file a language (:data:`~silverner.projection.paths.CORRECTIONS`). A correction
belongs to a sentence, that is, to its exact tokens: every row with these tokens gets it, in this build and in every
later one.
"""

from silverner.dataset_cards.corrections.correction import Correction, Corrections, span_fault
from silverner.dataset_cards.corrections.correction_file import corrections_name, corrections_text, read_corrections
from silverner.dataset_cards.corrections.labels import HUMAN_ENTITIES, HUMAN_FEATURE, human_columns, published_entities
from silverner.dataset_cards.corrections.measure import correction_facts

__all__ = [
    "HUMAN_ENTITIES",
    "HUMAN_FEATURE",
    "Correction",
    "Corrections",
    "correction_facts",
    "corrections_name",
    "corrections_text",
    "human_columns",
    "published_entities",
    "read_corrections",
    "span_fault",
]
