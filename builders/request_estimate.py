"""Estimates how many requests a build sends to servers of language models, and how many tokens these have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from silverner.builders.estimate import SAMPLE, TOKENS_OF_SENTENCE
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.projection.errors import SilvernerError
from silverner.projection.llm.prompt import prompt_text
from silverner.projection.llm.settings import LlmSettings

_TASKS = {
    "translator": "translate",
    "back_translator": "translate",
    "labeller": "label",
    "candidates.tagger": "label",
    "aligner": "locate",
    "judge": "judge",
}
"""What a model is asked for, by its key in the recipe. Names of ``glosses`` are left out: nobody has counted them."""
_CHARACTERS = 4
"""Characters of a token: the usual rule of thumb for English; text in other scripts has more tokens."""
_TEXT = {"translate": 3.1, "label": 2.7, "locate": 4.8, "judge": 3.6}
"""Tokens of data and answer for each token of the corpus, counted so on the English-Spanish text of the quickstart."""


def estimate_requests(
    recipes: Sequence[LanguageRecipe], texts: Sequence[Mapping[str, Any]], base: Path
) -> list[dict[str, Any]]:
    """Estimate the requests of a build that begins from nothing.

    :param recipes: The recipe of every language.
    :param texts: For every language what was read of its input text: ``sentences`` and ``tokens``, or ``None``.
    :param base: The folder the recipes' paths are relative to.
    :returns: For every model in its role the requests at most, and their tokens with those of the answers.
    """
    models: dict[tuple[str, str], dict[str, Any]] = {}
    for recipe, text in zip(recipes, texts, strict=True):
        sentences = SAMPLE if text["sentences"] is None else text["sentences"]
        tokens = sentences * TOKENS_OF_SENTENCE if text["tokens"] is None else text["tokens"]
        for role, section in recipe.engines:
            if isinstance(section, LlmSettings) and (task := _TASKS.get(role)) is not None:
                facts = {"role": role, "model": section.model, "requests": 0, "tokens": 0}
                one = models.setdefault((role, section.model), facts)
                one["requests"] += sentences
                one["tokens"] += round(sentences * _prompt_tokens(task, section, base) + tokens * _TEXT[task])
    return list(models.values())


def describe(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """Describe the requests for people.

    :param requests: As :func:`estimate_requests` returns them.
    :returns: A line; none where no server is asked.

    >>> describe([{"role": "translator", "model": "m", "requests": 1000, "tokens": 217000}])
    ['requests at most, with tokens of requests and answers (estimated): translator 1,000 with 217,000']
    """
    if not requests:
        return []
    parts = [f"{one['role'].replace('_', ' ')} {one['requests']:,} with {one['tokens']:,}" for one in requests]
    return [f"requests at most, with tokens of requests and answers (estimated): {', '.join(parts)}"]


def _prompt_tokens(task: str, section: LlmSettings, base: Path) -> float:
    """Estimate the tokens of a prompt."""
    try:
        return len(prompt_text(task, replaced_by=section.prompt, base=base)[1]) / _CHARACTERS
    except SilvernerError:  # its stage says what is wrong
        return 0.0
