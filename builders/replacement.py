"""What a build would replace in a folder: other rows, or another recipe, under a version that has not moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from silverner.dataset_cards.facts import LanguageFacts
from silverner.dataset_cards.release.difference import numbers, recipe_changes

_MOST_CHANGES = 5
"""Changed keys of the recipe that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A language whose content changes and whose version does not.

    :param code: The language.
    :param version: Its version, before and after.
    :param changes: What differs, in words.
    """

    code: str
    version: str
    changes: str

    @property
    def advice(self) -> str:
        """The version to write."""
        major, minor, patch = numbers(self.version)
        return f"write a higher version: in the recipe, such as {major}.{minor}.{patch + 1}"

    def __str__(self) -> str:
        """Say what was replaced."""
        return (
            f"{self.code}: replaced other content of the same version {self.version} ({self.changes}); {self.advice}, "
            "before you publish"
        )


def replacement_of(code: str, before: LanguageFacts, after: LanguageFacts) -> Replacement | None:
    """Compare what a folder holds of a language with what a build has made.

    :param code: The language.
    :param before: Its facts in the folder.
    :param after: Its new facts.
    :returns: What changes; ``None`` where nothing does, or the version has moved.
    """
    hashes = [{split: part.sha256 for split, part in facts.splits.items()} for facts in (before, after)]
    changes = _changes(before, after.recipe_without_defaults)
    if before.version != after.version or (hashes[0] == hashes[1] and not changes):
        return None
    rows = [sum(part.rows for part in facts.splits.values()) for facts in (before, after)]
    size = f"{rows[0]:,} rows, now {rows[1]:,}" if hashes[0] != hashes[1] else "the rows are the same"
    reason = changes or _unseen_reason(before, after)
    return Replacement(code=code, version=after.version, changes=f"{size}; {reason}")


def _unseen_reason(before: LanguageFacts, after: LanguageFacts) -> str:
    """Say why rows differ, though the recipe does not."""
    program = [one.corrections.uncorrected if one.corrections else one.signature for one in (before, after)]
    if program[0] == program[1]:
        return "people corrected sentences since"
    return "the recipe is the same, so the text, a model or silverner has changed"


def planned_replacement(code: str, before: LanguageFacts, recipe: Mapping[str, Any]) -> Replacement | None:
    """Compare what a folder holds of a language with a recipe that is to be built.

    :param code: The language.
    :param before: Its facts in the folder.
    :param recipe: The new recipe, without defaults.
    :returns: What changes for certain; ``None`` where nothing does, or the version has moved.
    """
    changes = _changes(before, recipe)
    if before.version != recipe.get("version") or not changes:
        return None
    return Replacement(code=code, version=before.version, changes=changes)


def _changes(before: LanguageFacts, recipe: Mapping[str, Any]) -> str:
    """Say which keys of the recipe have changed, with the value before and after."""
    changed = recipe_changes(before.recipe_without_defaults, recipe)
    words = [f"{key}: {_value(old)} -> {_value(new)}" for key, (old, new) in changed.items()]
    more = [f"{len(words) - _MOST_CHANGES} more"] if len(words) > _MOST_CHANGES else []
    return ", ".join([*words[:_MOST_CHANGES], *more])


def _value(value: Any) -> str:
    return "the default" if value is None else f"{value!s:.60}"
