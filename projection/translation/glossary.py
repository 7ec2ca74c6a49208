"""Translates names without their sentences, with a dictionary or a translator.

The translation of a name, its gloss, shows where the name stands in the target, without the aligner. A target token
that resembles a word of the gloss counts as much as one that resembles a source word: see the part
:mod:`~silverner.projection.scoring.parts.gloss` of the fused score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.chain.stage import release
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.registry import Registry, subclass_of
from silverner.projection.spans import Span
from silverner.projection.text import tokenization
from silverner.projection.translation.translator import Translator


class Glossary(Protocol):
    """Translates names into the target language."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the glosses: it becomes part of the signature."""

    def glosses(self, phrases: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the target words for every name; they depend on the tokens of that name alone.

        :param phrases: The tokens of the names.
        :returns: For every name its words in any order; an empty list for an unknown name.
        """


def gloss_all(
    glossary: Glossary, sources: Sequence[Sequence[str]], entities: Sequence[Sequence[Span]]
) -> list[list[list[str]]]:
    """Look up the entities of many sentences; every name is looked up once.

    :param glossary: The glossary.
    :param sources: Tokens of every sentence.
    :param entities: Its entities.
    :returns: For every entity of every sentence, the words of its gloss.
    """
    rows = [
        [tuple(tokens[span.start : span.end]) for span in spans]
        for tokens, spans in zip(sources, entities, strict=True)
    ]
    names = list(dict.fromkeys(name for row in rows for name in row))
    glosses = dict(zip(names, glossary.glosses(names), strict=True))
    return [[glosses[name] for name in row] for row in rows]


class TranslatedNames:
    """Translate every name on its own."""

    def __init__(self, translator: Translator, *, source: LanguageLike, target: LanguageLike) -> None:
        """Use a translator.

        :param translator: The engine; it translates from ``source`` into ``target``.
        :param source: The language of the names.
        :param target: The target language.
        """
        self._translator, self._source, self._target = translator, language_of(source), language_of(target)

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the translator, and of the rules that join and split tokens.

        :raises SilvernerError: when one of them cannot run.
        """
        sides = {"source": self._source, "target": self._target}
        for language in sides.values():
            tokenization.check(language)
        rules = {side: dict(tokenization.settings(language)) for side, language in sides.items()}
        return {"translator": dict(self._translator.settings()), **rules}

    def release(self) -> None:
        """Free the memory of the translator's model."""
        release(self._translator)

    def glosses(self, phrases: Sequence[Sequence[str]]) -> list[list[str]]:
        """Translate every name on its own."""
        texts = [tokenization.join(list(phrase), self._source) for phrase in phrases]
        translations = self._translator.translate(texts, texts)
        return [tokenization.split(one.text, self._target) for one in translations]


class GlossarySettings(EngineSettings):
    """The section of a recipe that names a glossary."""

    def build(self, context: EngineContext) -> Glossary:
        """Make the glossary.

        :param context: The corpus; the glossary translates names from ``source`` into ``target``.
        """
        raise NotImplementedError


GLOSSARIES: Registry[type[GlossarySettings]] = Registry(
    "glossary",
    "silverner.glossaries",
    {"dictionary": "silverner.projection.translation.dictionary:DictionarySettings"},
    accepts=subclass_of(GlossarySettings),
)
"""All glossaries; a translator can be used as one too, but is not listed here."""
