"""The reference names everything there is, so that nothing new can be forgotten."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from silverner.builders.methods.table import METHODS
from silverner.builders.recipe.keys import FILE_KEYS
from silverner.builders.recipe.load import shipped_recipes
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.cli import COMMANDS
from silverner.dataset_cards.card.contents import COLUMNS
from silverner.projection import project, project_batch, symmetrise
from silverner.projection.alignment import ALIGNERS
from silverner.projection.filters import FILTERS
from silverner.projection.labelling import LABELLERS
from silverner.projection.languages import all_languages
from silverner.projection.readers import read_corpus
from silverner.projection.readers.formats import READERS
from silverner.projection.scoring.parts.table import PARTS
from silverner.projection.translation import TRANSLATORS
from silverner.projection.translation.glossary import GLOSSARIES
from silverner.students.adapt.methods import METHODS as ADAPTATIONS
from silverner.students.strategies import STRATEGIES
from tests.builders.recipe.test_plain_words import keys_of
from tests.docs.conftest import DOCS


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("methods.md", METHODS),
        ("filters.md", FILTERS),
        ("score.md", PARTS),
        ("students.md", [*STRATEGIES, *ADAPTATIONS]),
        ("commands.md", COMMANDS),
        ("rows.md", COLUMNS),
        ("formats.md", READERS),
        ("recipes.md", shipped_recipes()),
        ("languages.md", [language.code for language in all_languages()]),
    ],
)
def test_a_page_names_everything_of_its_kind(reference: dict[str, str], page: str, names: list[str]) -> None:
    assert _missing(names, reference[page]) == []


def test_the_pages_on_recipes_and_engines_name_every_key(reference: dict[str, str]) -> None:
    keys = {place[-1] for place in keys_of(LanguageRecipe)} - {"spa"}  # the code of a declared language is no key
    assert _missing(LanguageRecipe.model_fields, reference["recipe.md"]) == []
    assert _missing([*FILE_KEYS, *keys], reference["recipe.md"] + reference["engines.md"]) == []


def _missing(names: Iterable[str], page: str) -> list[str]:
    return [name for name in names if not re.search(rf"^\| \[?`{re.escape(name)}`", page, re.MULTILINE)]


def test_the_page_on_engines_has_every_engine_with_every_key(reference: dict[str, str]) -> None:
    kinds = {kind.partition("\n")[0]: kind for kind in reference["engines.md"].split("\n## ")}
    for registry in (ALIGNERS, LABELLERS, TRANSLATORS, GLOSSARIES):
        kind = {"glossary": "Glossaries"}.get(registry.kind, f"{registry.kind.capitalize()}s")
        parts = {part.partition("\n")[0]: part for part in kinds[kind].split("\n### ")}  # one name, several kinds: llm
        for name, engine in registry.items():
            assert [key for key in engine.model_fields if f"| `{key}` |" not in parts[name]] == []
            assert engine.licence is None or f"- licence: {engine.licence}" in parts[name]


def test_the_table_of_engines_has_every_engine_with_its_licence() -> None:
    table = (DOCS / "pages/how-to/engines.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(): cells for line in table.splitlines() if len(cells := line.split("|")) == 9}
    for registry in (ALIGNERS, LABELLERS, TRANSLATORS, GLOSSARIES):
        for name, engine in registry.items():
            cells = rows[f"{registry.kind} `{name}`"]
            assert all(cell.strip() for cell in (*cells[2:6], cells[7])), name
            assert cells[4].strip() == engine.licence or name == "command"


def test_the_dollars_of_language_models_are_their_tokens_at_the_prices_of_the_page() -> None:
    table = (DOCS / "pages/how-to/engines.md").read_text(encoding="utf-8")
    assert "0.15 and 0.60 for a million tokens in and out" in table
    rows = re.findall(r"requests, ([\d,]+) tokens in, ([\d,]+) out \|[^|]*\| ([\d.]+) \|$", table, re.MULTILINE)
    assert len(rows) == 4  # translator, labeller, aligner, judge
    for tokens_in, tokens_out, dollars in rows:
        read, written = (int(number.replace(",", "")) for number in (tokens_in, tokens_out))
        assert float(dollars) == round((read * 0.15 + written * 0.60) / 1e6, 3)


def test_the_page_on_python_has_every_public_function_with_its_parameters(reference: dict[str, str]) -> None:
    parts = {part.partition("\n")[0]: part for part in reference["python.md"].split("\n### ")}
    for function in (project, project_batch, read_corpus, symmetrise):
        described = parts[function.__name__]
        assert _missing(inspect.signature(function).parameters, described) == []
        assert "\n- returns: " in described
    assert "```pycon\n>>> result = project(\n" in parts["project"]


def test_every_row_of_every_page_says_what_it_is_about(reference: dict[str, str]) -> None:
    silent = [
        f"{name}: {line}"
        for name, text in reference.items()
        for line in text.splitlines()
        if line.startswith("| `") and name not in {"languages.md", "recipes.md", "python.md"}
        if line.endswith("|  |")
    ]
    assert silent == []


@pytest.mark.parametrize("python", ["<class", "typing.", "PydanticUndefined", "NoneType", "Path(", " object at ", "%("])
def test_no_page_shows_python(reference: dict[str, str], python: str) -> None:
    assert [name for name, text in reference.items() if python in text] == []


def test_no_page_tells_of_this_machine(reference: dict[str, str]) -> None:
    homes = {str(Path.home()), str(Path(__file__).parents[2])} - {"/"}
    assert [name for name, text in reference.items() for home in homes if f"`{home}" in text] == []


def test_values_and_defaults_are_those_of_the_schema(reference: dict[str, str]) -> None:
    score = next(line for line in reference["recipe.md"].splitlines() if line.startswith("| `score` |"))
    values = ", ".join(f"`{value}`" for value in get_args(LanguageRecipe.model_fields["score"].annotation))
    assert score.startswith(f"| `score` | {values} | `fitted` | ")
    lost = next(line for line in reference["filters.md"].splitlines() if line.startswith("| `lost-entity` |"))
    assert "more than `threshold` source entities found no place in the target | 0 |" in lost
