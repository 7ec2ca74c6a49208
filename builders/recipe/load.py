"""Reads recipes and completes them for every language; an error of a recipe names its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from silverner.builders.recipe import yaml_lines
from silverner.builders.recipe.errors import at_line, explain
from silverner.builders.recipe.merge import assign, fill, merge, names_of, read
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.projection.errors import RecipeError, UsageError, nearest
from silverner.projection.languages import config_code, find_language
from silverner.projection.paths import code_fault

SHIPPED = Path(__file__).parents[1] / "recipes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A corpus of one or more languages.

    :param path: The file of the recipe.
    :param base: The folder its paths are relative to: that of the file, or, for a shipped recipe, the current one.
    :param languages: The recipe of every language of the corpus, by its code.
    """

    path: Path
    base: Path
    languages: Mapping[str, LanguageRecipe]

    @property
    def name(self) -> str:
        """Name of the corpus."""
        return next(iter(self.languages.values())).name

    @property
    def version(self) -> str:
        """Version of the corpus."""
        return next(iter(self.languages.values())).version

    def choose(self, codes: Sequence[str] | None) -> dict[str, LanguageRecipe]:
        """Pick languages by code.

        :param codes: Languages by any of their codes, or by English names; by default all languages.
        :returns: Their recipes, in the order of the file.
        :raises UsageError: naming the code that is not in this recipe.
        """
        names = {alias: code for code, plan in self.languages.items() for alias in plan.find(code).codes}
        names |= {code: code for code in self.languages}
        chosen = {self._find(code, names) for code in codes or self.languages}
        return {code: plan for code, plan in self.languages.items() if code in chosen}

    def _find(self, written: str, names: Mapping[str, str]) -> str:
        """Find the language of this recipe that a code or English name stands for."""
        with suppress(UsageError, KeyError):
            return names[written] if written in names else names[find_language(written).code]
        raise UsageError(f"{self.path.name} has no language {written!r}; {nearest(written, self.languages)}")


def shipped_recipes() -> dict[str, Path]:
    """Return the recipes that come with the package, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}


def load_recipe(name: str, *, changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe.

    :param name: Path of a YAML file, or the name of a shipped recipe.
    :param changes: ``key=value`` assignments that replace those of the file; dots reach into sections.
    :returns: The recipe, every language validated.
    :raises RecipeError: naming line, wrong value, allowed values and nearest spelling.
    """
    path, base = _locate(name)
    data, node = read(path, _extended)
    changed = [assign(data, change) for change in changes]
    languages = data.pop("languages", None)
    if isinstance(languages, list) and all(isinstance(code, str) for code in languages):
        languages = dict.fromkeys(languages)
    if not isinstance(languages, dict) or not languages:
        line = yaml_lines.line_of(node, ["languages"])
        raise RecipeError(f"{path}{at_line(line)}: 'languages' must name at least one language, such as [spa, deu]")
    plans: dict[str, LanguageRecipe] = {}
    for written, language_keys in languages.items():
        try:
            code = _code(written, declared=data.get("declare"))
            if code in plans:
                raise UsageError(f"{written!r} and {code} are the same language; leave one out")
        except UsageError as error:
            line = yaml_lines.line_of(node, ["languages", written])
            raise RecipeError(f"{path}{at_line(line)}: languages: {error}") from error
        if language_keys is not None and (not isinstance(language_keys, dict) or "name" in language_keys):
            line = yaml_lines.line_of(node, ["languages", written])
            raise RecipeError(
                f"{path}{at_line(line)}: languages.{code}: {language_keys!r:.60} is not a section of one language, for "
                f"example {{aligner: eflomal}}; the name belongs to the whole corpus"
            )
        merged = merge(data, language_keys or {})
        try:
            filled = fill(merged, names_of(code, merged.get("declare")))
            plans[code] = LanguageRecipe.model_validate(filled)
            _check_language(code, plans)
        except ValidationError as error:
            raise RecipeError(explain(error, path, node, written, changed)) from error
        except UsageError as error:
            raise RecipeError(f"{path}{at_line(yaml_lines.line_of(node, ['languages', written]))}: {error}") from error
    return Recipe(path, base, plans)


def _code(written: str, *, declared: object) -> str:
    """Return the code of a language that a recipe builds; the recipe may write its English name."""
    is_declared = isinstance(declared, dict) and written in declared
    try:
        code = written if is_declared else config_code(written)
    except UsageError:
        if (why := code_fault(written)) is None:
            raise
        raise UsageError(why) from None
    if (why := code_fault(code)) is not None:
        raise UsageError(why)
    return code


def _locate(name: str) -> tuple[Path, Path]:
    """Find the file of a recipe, and the folder its paths are relative to."""
    path = Path(name)
    if path.is_file():
        return path, path.resolve().parent
    shipped = shipped_recipes()
    if name not in shipped:
        raise RecipeError(f"no recipe {name!r}: neither a file nor a shipped recipe; {nearest(name, shipped)}")
    return shipped[name], Path.cwd()


def _extended(name: str, path: Path) -> Path:
    """Find the recipe that another one extends: a file beside it, or a shipped recipe."""
    beside = path.parent / name
    return beside if beside.is_file() else _locate(name)[0]


def _check_language(code: str, plans: Mapping[str, LanguageRecipe]) -> None:
    """Refuse an unknown language, and one that the recipe already lists under another code."""
    language = plans[code].find(code)
    for earlier, plan in plans.items():
        if earlier != code and earlier.casefold() == code.casefold():
            raise UsageError(f"{code} and {earlier} would name one folder on many computers; give one another code")
        if earlier != code and plan.find(earlier).code == language.code:
            raise UsageError(f"{code} and {earlier} are the same language, {language.name}; leave one out")
