"""The page on the table of languages."""

from __future__ import annotations

from reference.markdown import code, page, prose, table
from silverner.projection.languages import Language, all_languages

_CODES = ("nllb", "m2m100", "apertium", "wikiann", "masakhaner")


def languages_page() -> str:
    """List the languages of the table, with their codes."""
    return page(
        "Languages",
        "`silverner languages` lists them with the recipes and engines that serve them. Every code and every English "
        "name of a language works wherever a language is asked for. A language that is not here is declared in the "
        "recipe: `declare: {nap: {name: Neapolitan, script: Latn}}`.",
        table(["code", "name", "script", "spaces between words", *_CODES], [_row(one) for one in all_languages()]),
    )


def _row(language: Language) -> tuple[str, ...]:
    corpus_codes = [getattr(language, name) for name in _CODES]
    spaced = "yes" if language.spaced else "no"
    return (
        code(language.code),
        prose(language.name),
        language.script,
        spaced,
        *(code(name) if name else "" for name in corpus_codes),
    )
