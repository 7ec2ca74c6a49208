"""What changed between two releases of a corpus, and which version the newer one needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from silverner.dataset_cards.release.release import Release
from silverner.dataset_cards.release.released_rows import CHANGES
from silverner.projection.scoring.capitalisation import name_kind

Bump = Literal["none", "patch", "minor", "major"]
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
_IGNORED_KEYS = ("version",)
"""Keys of a recipe that change with every release."""
_CAPITALS = "candidates.capitals"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageDifference:
    """What changed in one language that both releases have.

    :param added: Rows that only the newer release has.
    :param removed: Rows that only the older release has.
    :param relabelled: Rows with the same tokens and different tags.
    :param rewritten: Rows with different tokens.
    :param moved: Rows in a different split.
    :param columns_added: New columns.
    :param columns_changed: Columns that were removed or changed their type. The labels belong to the type of the tags.
    :param entities: For every label the entities before and after, where the numbers differ.
    :param recipe: For every changed key of the recipe, with dots, its value before and after.
    :param files: Whether the bytes of any Parquet file differ.
    """

    added: int = 0
    removed: int = 0
    relabelled: int = 0
    rewritten: int = 0
    moved: int = 0
    columns_added: tuple[str, ...] = ()
    columns_changed: tuple[str, ...] = ()
    entities: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    recipe: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    files: bool = False

    @property
    def bump(self) -> Bump:
        """The version bump that the change needs."""
        if self.columns_changed:
            return "major"
        if self.added or self.removed or self.moved or self.columns_added:
            return "minor"
        return "patch" if self.relabelled or self.rewritten or self.recipe or self.files else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed between two releases.

    :param before: Version of the older release; ``None`` where its languages have different versions.
    :param after: Version of the newer release; ``None`` likewise.
    :param added: Languages that only the newer release has.
    :param removed: Languages that only the older release has.
    :param languages: What changed in the languages of both, where anything did.
    """

    before: str | None
    after: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    languages: Mapping[str, LanguageDifference]

    @property
    def bump(self) -> Bump:
        """The version bump that all changes together need.

        Major: code that loads the corpus today can break (a language or column is gone, a column has another type, the
        labels or their order changed). Minor: languages, columns or rows are new, rows are gone or in another split.
        Patch: only tags, tokens or the recipe changed.
        """
        bumps: list[Bump] = ["none", *(one.bump for one in self.languages.values())]
        if self.removed:
            bumps.append("major")
        if self.added:
            bumps.append("minor")
        return max(bumps, key=BUMPS.index)

    def next_version(self) -> str | None:
        """Return the lowest version the newer release may have; ``None`` where the older one has no single version."""
        if self.before is None or self.bump == "none":
            return self.before
        major, minor, patch = numbers(self.before)
        steps = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
        return ".".join(map(str, steps[self.bump]))

    def advice(self) -> str | None:
        """Say which version the newer release needs; ``None`` where its version is high enough."""
        lowest = self.next_version()
        if lowest is None or self.after is None or numbers(lowest) <= numbers(self.after):
            return None
        return f"these changes need a {self.bump} version, {lowest} or later, and this is {self.after}"

    def lines(self) -> Iterator[str]:
        """Describe every change in one line."""
        if self.added:
            yield f"languages added: {', '.join(self.added)}"
        if self.removed:
            yield f"languages removed: {', '.join(self.removed)}"
        for code, one in self.languages.items():
            counts = [f"{getattr(one, kind):,} {kind}" for kind in CHANGES if getattr(one, kind)]
            if counts:
                yield f"{code}: rows {', '.join(counts)}"
            if one.columns_added:
                yield f"{code}: columns added: {', '.join(one.columns_added)}"
            if one.columns_changed:
                yield f"{code}: columns changed or removed: {', '.join(one.columns_changed)}"
            if one.entities:
                yield f"{code}: entities {', '.join(f'{k} {a:,} -> {b:,}' for k, (a, b) in one.entities.items())}"
            for key, (old, new) in one.recipe.items():
                change = f"{key}: {_text(old)} -> {_text(new)}"
                yield f"{code}: card {change} (no row depends on it)" if _is_about(key) else f"{code}: recipe {change}"
            if one.files and not (counts or one.columns_added or one.columns_changed):
                yield f"{code}: values in other columns changed (scores, flags, links)"

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        languages = {code: {**asdict(one), "bump": one.bump} for code, one in self.languages.items()}
        return {**asdict(self), "languages": languages, "bump": self.bump, "next_version": self.next_version()}


def _is_about(key: str) -> bool:
    """Tell whether a key of the recipe only says what a text or the corpus is."""
    return "about" in key.split(".")


def numbers(version: str) -> tuple[int, int, int]:
    """Split a version into numbers, so that versions can be compared.

    :param version: Such as 1.10.0.
    :returns: Its three numbers.

    >>> numbers("1.10.0") > numbers("1.9.3")
    True
    """
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def compare(before: Release, after: Release) -> Difference:
    """Compare two releases of a corpus, row by row.

    :param before: The older one.
    :param after: The newer one.
    :returns: What changed.
    :raises DataError: when a file of either cannot be read.
    """
    both = [code for code in after.languages if code in before.languages]
    languages = {code: _language(before, after, code) for code in both}
    return Difference(
        before=_version(before),
        after=_version(after),
        added=tuple(code for code in after.languages if code not in before.languages),
        removed=tuple(code for code in before.languages if code not in after.languages),
        languages={code: one for code, one in languages.items() if one.bump != "none"},
    )


def _version(release: Release) -> str | None:
    versions = {facts.version for facts in release.languages.values()}
    return versions.pop() if len(versions) == 1 else None


def _language(before: Release, after: Release, code: str) -> LanguageDifference:
    old, new = before.languages[code], after.languages[code]
    hashes = [{split: part.sha256 for split, part in facts.splits.items()} for facts in (old, new)]
    same_files = hashes[0] == hashes[1]
    counts = {} if same_files else after.rows(code).changes_since(before.rows(code))
    columns = [{feature["name"]: feature for feature in facts.features} for facts in (old, new)]
    entities = [facts.counts.entities for facts in (old, new)]
    return LanguageDifference(
        **counts,
        columns_added=tuple(name for name in columns[1] if name not in columns[0]),
        columns_changed=tuple(name for name in columns[0] if columns[0][name] != columns[1].get(name)),
        entities={
            label: (entities[0].get(label, 0), entities[1].get(label, 0))
            for label in dict.fromkeys([*entities[0], *entities[1]])
            if entities[0].get(label, 0) != entities[1].get(label, 0)
        },
        recipe=recipe_changes(old.recipe, new.recipe),
        files=not same_files,
    )


def recipe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Compare two recipes of a language; the version is no change.

    :param before: The older one.
    :param after: The newer one.
    :returns: For every changed key, with dots, its value before and after. Where only one of the two names the labels
        that hold a capital, those of the other are written out.

    >>> recipe_changes({"matcher": "exact", "version": "1.0.0"}, {"matcher": "greedy", "version": "1.1.0"})
    {'matcher': ('exact', 'greedy')}
    >>> recipe_changes({"labels": ["PERSON", "DATE"]}, {"labels": ["PERSON", "DATE"], "candidates": {"capitals": []}})
    {'candidates.capitals': (['PERSON'], [])}
    """
    old, new = _flat(dict(before)), _flat(dict(after))
    if (old.get(_CAPITALS) is None) != (new.get(_CAPITALS) is None):
        old[_CAPITALS], new[_CAPITALS] = _name_labels(old), _name_labels(new)
    return {
        key: (old.get(key), new.get(key))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key) and key not in _IGNORED_KEYS
    }


def _flat(value: Any, key: str = "") -> dict[str, Any]:
    """Turn nested mappings into one mapping whose keys have dots."""
    if not isinstance(value, dict):
        return {key: value}
    if not value:
        return {}
    return {
        path: item for name, part in value.items() for path, item in _flat(part, f"{key}.{name}".strip(".")).items()
    }


def _name_labels(recipe: Mapping[str, Any]) -> list[str]:
    """List the labels of a corpus that must hold a capital: those that the recipe names, or else those of names."""
    named, labels = recipe.get(_CAPITALS), recipe.get("labels")
    # A stranger's manifest may say something else.
    labels = [label for label in labels if isinstance(label, str)] if isinstance(labels, list | tuple) else []
    if isinstance(named, list | tuple):
        return [label for label in labels if label in named]
    return [label for label in labels if name_kind(label)]


def _text(value: Any) -> str:
    """Write a value as a recipe does."""
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return "not set" if value is None else str(value)
