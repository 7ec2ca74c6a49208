"""The recipe of a corpus, written from its facts: one file that makes every language again."""

from __future__ import annotations

from silverner.dataset_cards.facts import CorpusFacts
from silverner.projection.parsing import dump_yaml


def recipe_text(corpus: CorpusFacts) -> str:
    """Write the recipe of a corpus.

    Keys that are the same in all languages stand on top. A key in which they differ stands under each language.

    :param corpus: The facts of the corpus.
    :returns: YAML that ``silverner build`` takes.
    """
    recipes = {code: facts.recipe_without_defaults for code, facts in corpus.languages.items()}
    first = next(iter(recipes.values()))
    common = {
        key: first[key] for key in first if all(key in one and one[key] == first[key] for one in recipes.values())
    }
    differing = {code: {key: one[key] for key in one if key not in common} for code, one in recipes.items()}
    versions = ", ".join(dict.fromkeys(facts.silverner for facts in corpus.languages.values()))
    text = dump_yaml({**common, "languages": {code: keys or None for code, keys in differing.items()}})
    return f"# The recipe of this corpus, built with silverner {versions}. Put the files it names beside it.\n{text}"
