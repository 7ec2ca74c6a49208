"""Recipes: the files that decide a corpus, read, completed per language, and refused with the line that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from builders import yaml_lines
from builders.schema import LanguageRecipe
from projection.errors import DataError, MissingFileError, RecipeError, UsageError, nearest
from projection.languages import language_name
from projection.readers.sentence import numbered_lines

SHIPPED = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A corpus of one or more languages.

    :param path: The file it came from; paths inside it are relative to its folder.
    :param languages: For every language of the corpus, everything that decides it.
    """

    path: Path
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

        :param codes: The codes; all languages if left out.
        :returns: Their recipes, in the order of the file.
        :raises UsageError: naming the code this recipe does not have.
        """
        for code in codes or ():
            if code not in self.languages:
                raise UsageError(f"{self.path.name} has no language {code!r}; {nearest(code, self.languages)}")
        return {code: plan for code, plan in self.languages.items() if not codes or code in codes}


def shipped_recipes() -> dict[str, Path]:
    """Return the recipes that come with the package, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}


def load_recipe(name: str, *, changes: Sequence[str] = ()) -> Recipe:
    """Read a recipe.

    :param name: Path of a YAML file, or the name of a shipped recipe.
    :param changes: ``key=value`` assignments over the file's own; dots reach into sections.
    :returns: The recipe, every language validated.
    :raises RecipeError: naming line, allowed values and nearest spelling of what is wrong.
    """
    path = Path(name)
    if not path.is_file():
        shipped = shipped_recipes()
        if name not in shipped:
            raise RecipeError(f"no recipe {name!r}: neither a file nor a shipped recipe; {nearest(name, shipped)}")
        path = shipped[name]
    try:
        text = "\n".join(line for _, line in numbered_lines(path))
    except (DataError, MissingFileError) as error:
        raise RecipeError(str(error)) from error
    data, node = yaml_lines.load(text, name=str(path))
    if not isinstance(data, dict):
        raise RecipeError(f"{path}: a recipe is a mapping of keys to values, such as 'name: my-corpus'")
    changed = [_assign(data, change) for change in changes]
    languages = data.pop("languages", None)
    if isinstance(languages, list) and all(isinstance(code, str) for code in languages):
        languages = dict.fromkeys(languages)
    if not isinstance(languages, dict) or not languages:
        line = yaml_lines.line_of(node, ["languages"])
        raise RecipeError(f"{path}{_at(line)}: 'languages' must name at least one language, such as [spa, deu]")
    plans = {}
    for code, own in languages.items():
        try:
            language_name(str(code))
        except UsageError as error:
            raise RecipeError(f"{path}{_at(yaml_lines.line_of(node, ['languages', code]))}: {error}") from error
        if own is not None and (not isinstance(own, dict) or "name" in own):
            line = yaml_lines.line_of(node, ["languages", code])
            raise RecipeError(
                f"{path}{_at(line)}: languages.{code}: {own!r:.60} is not settings of one language, such as "
                f"{{aligner: eflomal}}; the name belongs to the whole corpus"
            )
        merged = _fill(_merge(data, own or {}), code)
        try:
            plans[code] = LanguageRecipe.model_validate(merged)
        except ValidationError as error:
            raise RecipeError(_explain(error, path, node, code, changed)) from error
    return Recipe(path, plans)


def _at(line: int | None) -> str:
    return "" if line is None else f", line {line}"


def _assign(data: dict[str, Any], change: str) -> tuple[str, ...]:
    """Apply one ``key=value`` and return the path of the key."""
    key, equals, value = change.partition("=")
    parts = tuple(key.strip().split("."))
    if not equals or not all(parts):
        raise UsageError(
            f"--set {change!r}: write key=value, as in --set matcher=greedy or --set aligner.symmetrise=union"
        )
    parsed, _ = yaml_lines.load(value, name=f"--set {change!r}")
    section: Any = data
    for part in parts[:-1]:
        if isinstance(section, dict) and isinstance(section.get(part), str):
            section[part] = {"engine": section[part]}
        section = section.setdefault(part, {}) if isinstance(section, dict) else None
    if not isinstance(section, dict):
        raise UsageError(f"--set {change!r}: {'.'.join(parts[:-1])} is not a section of the recipe")
    section[parts[-1]] = parsed
    return parts


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a language's own settings over those of all languages, section by section."""
    merged = deepcopy(dict(base))
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else deepcopy(value)
    return merged


def _fill(value: Any, code: str) -> Any:
    """Put the language's code in the place of ``{lang}``."""
    if isinstance(value, dict):
        return {key: _fill(item, code) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, code) for item in value]
    return value.replace("{lang}", code) if isinstance(value, str) else value


def _explain(
    error: ValidationError, path: Path, node: yaml.Node | None, code: str, changed: Sequence[tuple[str, ...]]
) -> str:
    """Say what is wrong in a recipe, and where."""
    first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    place: list[str | int] = [*first["loc"], *(context[k] for k in ("key", "at") if k in context)]
    keys = [part for part in place if isinstance(part, str)]
    line = yaml_lines.line_of(node, ["languages", code, *place]) if _has(node, ["languages", code, *keys]) else None
    line = line or yaml_lines.line_of(node, place)
    where = f"{path}{_at(line)}"
    for parts in changed:
        if keys and parts[0] == keys[0] and (set(parts) <= set(keys) or set(keys) <= set(parts)):
            where = f"--set {'.'.join(parts)}"
    name = ".".join(str(part) for part in first["loc"])
    value = first["input"]
    given = (
        "" if isinstance(value, dict | list) or first["type"] in {"missing", "unknown_key"} else f" (given: {value!r})"
    )
    match first["type"]:
        case "string_pattern_mismatch":
            shape = "three numbers, as in 1.0.0" if name == "version" else "small letters, digits, '.', '_' and '-'"
            return f"{where}: {name}: {value!r} is not made of {shape}"
        case "tuple_type" | "dict_type":
            kind = "list, as in [a, b]" if first["type"] == "tuple_type" else "mapping of keys to values"
            return f"{where}: {name}: {value!r} is not a {kind}"
        case "missing":
            return f"{where}: the key {name!r} is missing"
        case "literal_error":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"{where}: {name}: unknown value {value!r}; {nearest(str(value), allowed)}"
        case "union_tag_invalid":
            allowed = str(context["expected_tags"]).replace("'", "").split(", ")
            return f"{where}: {name}: unknown engine {context['tag']!r}; {nearest(str(context['tag']), allowed)}"
        case "union_tag_not_found":
            return f"{where}: {name}: the key 'engine' is missing"
    return f"{where}: {name + ': ' if name else ''}{first['msg']}{given}"


def _has(node: yaml.Node | None, keys: Sequence[str]) -> bool:
    """Tell whether a language's own settings mention a key."""
    for key in keys[:3]:
        if not isinstance(node, yaml.MappingNode):
            return False
        found = [value for name, value in node.value if name.value == key]
        if not found:
            return False
        node = found[0]
    return True
