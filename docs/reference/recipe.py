"""The page on the keys of a recipe."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from reference.markdown import code, first_sentence, page, prose, table
from reference.values import default_of, sections_in, values_of
from silverner.builders.recipe.keys import FILE_KEYS
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import VoteSection
from silverner.projection.alignment import AlignerSettings
from silverner.projection.chain.engine import EngineSettings, Section
from silverner.projection.labelling import LabellerSettings
from silverner.projection.labelling.labeller import TeacherSettings
from silverner.projection.translation import TranslatorSettings

HEADER = ("key", "values", "default", "meaning")
_ENGINES: dict[type, str] = {
    TranslatorSettings: "[a translator](engines.md#translators)",
    LabellerSettings: "[a labeller](engines.md#labellers)",
    AlignerSettings: "[an aligner](engines.md#aligners)",
    EngineSettings: "[a glossary](engines.md#glossaries) or [a translator](engines.md#translators)",
    TeacherSettings: "a model, or the keys of [a tagger](engines.md#tagger) or of [spacy](engines.md#spacy)",
}
_LISTS = {
    "filters": "[filters](filters.md) and their thresholds",
    "weights": "[parts of the score](score.md) and their weights",
    "method": "[a method](methods.md)",
    "format": "`auto` or [a format](formats.md)",
    "files": "path, or splits, each with a path",
    "voters": "names, each with the keys of a recipe",
}
"""Keys whose values have a page of their own, or more forms than their type says."""
_SHORT = ("markers", "vote", "candidates")
"""Keys that take one word in place of a section."""


def recipe_page() -> str:
    """Describe every key of a recipe, and the keys of its sections."""
    sections = {section: place for place, section in _sections(LanguageRecipe, "")}
    links = {section: f"[a section](#{_anchor(place)})" for section, place in sections.items()} | _ENGINES
    file_keys = [
        (code("extends"), "text", "", prose(FILE_KEYS["extends"])),
        (code("languages"), "list or mapping", "required", prose(FILE_KEYS["languages"])),
    ]
    parts = []
    for section, place in sections.items():
        parts += [f"## Keys of `{place}`", first_sentence(section), table(HEADER, key_rows(section, links))]
    return page(
        "Keys of a recipe",
        "A recipe is a YAML file. It holds everything that decides a corpus. `silverner build` refuses an unknown key "
        "or a wrong value, and says what is allowed. [Methods](methods.md) says which keys a method needs. In names of "
        "files and datasets `{lang}` stands for the code of a language, `{iso1}`, `{wikiann}` and `{masakhaner}` for "
        "what corpora call it, and `{here}` for the folder of the recipe.",
        table(HEADER, [*file_keys, *key_rows(LanguageRecipe, links)]),
        *parts,
    )


def key_rows(section: type[BaseModel], links: dict[type, str]) -> Iterator[tuple[str, ...]]:
    """Describe the keys of a section, a row each.

    :param section: The section.
    :param links: What stands for sections that are described elsewhere.
    :returns: Cells of the table with the header :data:`HEADER`.
    """
    for name, field in section.model_fields.items():
        is_elsewhere = name in _LISTS and not issubclass(section, EngineSettings) and section is not VoteSection
        values = _LISTS[name] if is_elsewhere else values_of(field, links)
        short = "a word, or " if name in _SHORT else ""
        yield code(name), short + values, default_of(field), prose(field.description or "")


def _sections(section: type[Section], above: str) -> Iterator[tuple[str, type[Section]]]:
    """List the sections below a section that are not engines, each with its key; one of several names is enough."""
    for name, field in section.model_fields.items():
        place = f"{above}{name}"
        for inner in sections_in(field.annotation):
            if not issubclass(inner, EngineSettings | TeacherSettings):
                yield place, inner
                yield from _sections(inner, f"{place}.")


def _anchor(place: str) -> str:
    """Return the anchor of a heading, as MkDocs makes it."""
    return f"keys-of-{place.replace('.', '')}"
