"""Files beside the card that say the same to programs: Croissant metadata, and how to cite the corpus."""

from __future__ import annotations

from silverner.dataset_cards.companions.citation_file import CITATION, citation_file
from silverner.dataset_cards.companions.croissant import CROISSANT, croissant
from silverner.dataset_cards.facts import CorpusFacts

__all__ = ["CITATION", "COMPANIONS", "CROISSANT", "companions"]

COMPANIONS = (CROISSANT, CITATION)
"""The names of these files."""


def companions(corpus: CorpusFacts) -> dict[str, str]:
    """Write the files.

    :param corpus: The facts of the corpus; where it is published changes nothing.
    :returns: The text of every file by its name.
    :raises RecipeError: when no licence fits the parts of a language.
    """
    corpus = corpus.model_copy(update={"repo_id": None})
    return {CROISSANT: croissant(corpus), CITATION: citation_file(corpus)}
