"""How labels come to be, in words."""

from __future__ import annotations

from collections.abc import Iterable

from silverner.dataset_cards.card.escape import inline
from silverner.dataset_cards.facts.corpus import LanguageFacts

_HOW = {
    "parallel": "A program carried the labels of {source} text over to its translations by people.",
    "translate-train": "{source} text was machine-translated into each language below, and its labels carried over.",
    "translate-test": "text of each language below was machine-translated into {source}, labelled there by a model, "
    "and the labels were carried back.",
    "back-translation": "text of each language below was machine-translated into {source}, labelled there by a model, "
    "translated back with its entities marked, and the labels were carried over to the original.",
    "marked": "{source} text was machine-translated into each language below with its entities marked.",
    "vote": "several ways of labelling text of each language below voted on its entities.",
    "model-transfer": "a model that was trained on other languages labelled text of each language below.",
}
_BY_PEOPLE = {"parallel", "translate-train", "marked"}
"""Methods whose source text people labelled, unless a model did."""
TRANSLATED = {"translate-train", "marked"}
"""Methods whose target text a machine wrote."""
NO_SOURCE = {"model-transfer", "vote"}
"""Methods that carry no labels over from anywhere."""


def ways(languages: Iterable[LanguageFacts]) -> list[str]:
    """Say once for every method how its labels came to be.

    :param languages: The languages.
    :returns: Sentences of Markdown; the first may go on where another began.
    """
    said = []
    for facts in languages:
        source, how = inline(facts.source_language.name), _HOW[facts.method]
        if facts.method in _BY_PEOPLE and facts.recipe.get("labeller"):
            how = "the labels of the {source} text were found by a model. " + how
        said.append(how.replace("{source}", source))
    first, *others = dict.fromkeys(said)
    return [first, *(way[:1].upper() + way[1:] for way in others)]
