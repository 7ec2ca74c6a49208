"""What changed between two releases of a corpus, and which version bump that calls for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from silverner.dataset_cards.release.release import Release, Row

Bump = Literal["none", "patch", "minor", "major"]
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
_SILENT = ("version",)
"""Keys of a recipe that every release changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageDifference:
    """What changed in one language that both releases have.

    :param added: Rows whose id is new.
    :param removed: Rows whose id is gone.
    :param relabelled: Rows with the same tokens and other tags.
    :param rewritten: Rows with other tokens.
    :param moved: Rows in another split.
    :param columns_added: New columns.
    :param columns_changed: Columns that are gone, or of another type; the labels count as the type of the tags.
    :param entities: For every label the entities before and after, where they differ.
    :param recipe: For every key of the recipe, dots reaching inside, what it said before and says now.
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
        """What the change calls for."""
        if self.columns_changed:
            return "major"
        if self.added or self.removed or self.moved or self.columns_added:
            return "minor"
        return "patch" if self.relabelled or self.rewritten or self.recipe or self.files else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed between two releases.

    :param before: Version of the older one; ``None`` where its languages have several.
    :param after: Version of the newer one, likewise.
    :param added: Languages that are new.
    :param removed: Languages that are gone.
    :param languages: What changed in those both have, where anything did.
    """

    before: str | None
    after: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    languages: Mapping[str, LanguageDifference]

    @property
    def bump(self) -> Bump:
        """The version bump all of it calls for.

        Major: what readers load today breaks (a language or column is gone, a column has another type, labels are
        others or in another order). Minor: languages, columns or rows come, rows go or change split. Patch: tags,
        tokens or the recipe change in the rows there are.
        """
        found: list[Bump] = ["none", *(one.bump for one in self.languages.values())]
        if self.removed:
            found.append("major")
        if self.added:
            found.append("minor")
        return max(found, key=BUMPS.index)

    def next_version(self) -> str | None:
        """Return the least version the newer release may have; ``None`` where the older has none of its own."""
        if self.before is None or self.bump == "none":
            return self.before
        major, minor, patch = numbers(self.before)
        steps = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
        return ".".join(map(str, steps[self.bump]))

    def advice(self) -> str | None:
        """Say what the version of the newer release should be; nothing where it is high enough."""
        wanted = self.next_version()
        if wanted is None or self.after is None or numbers(wanted) <= numbers(self.after):
            return None
        return f"what changed calls for a {self.bump} version, {wanted} or later, and this is {self.after}"

    def lines(self) -> Iterator[str]:
        """Say every change in a line of its own, for people."""
        if self.added:
            yield f"languages added: {', '.join(self.added)}"
        if self.removed:
            yield f"languages removed: {', '.join(self.removed)}"
        for code, one in self.languages.items():
            counts = [f"{getattr(one, kind):,} {kind}" for kind in _KINDS if getattr(one, kind)]
            if counts:
                yield f"{code}: rows {', '.join(counts)}"
            if one.columns_added:
                yield f"{code}: columns added: {', '.join(one.columns_added)}"
            if one.columns_changed:
                yield f"{code}: columns changed or removed: {', '.join(one.columns_changed)}"
            if one.entities:
                yield f"{code}: entities {', '.join(f'{k} {a:,} -> {b:,}' for k, (a, b) in one.entities.items())}"
            for key, (old, new) in one.recipe.items():
                yield f"{code}: recipe {key}: {_said(old)} -> {_said(new)}"
            if one.files and not (counts or one.columns_added or one.columns_changed):
                yield f"{code}: other columns of the rows (scores, flags, links)"

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values."""
        languages = {code: {**asdict(one), "bump": one.bump} for code, one in self.languages.items()}
        return {**asdict(self), "languages": languages, "bump": self.bump, "next_version": self.next_version()}


def numbers(version: str) -> tuple[int, int, int]:
    """Take a version apart, so that versions can be compared.

    :param version: Such as 1.10.0.
    :returns: Its three numbers.

    >>> numbers("1.10.0") > numbers("1.9.3")
    True
    """
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


_KINDS = ("added", "removed", "relabelled", "rewritten", "moved")


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
    found = {facts["version"] for facts in release.languages.values()}
    return found.pop() if len(found) == 1 else None


def _language(before: Release, after: Release, code: str) -> LanguageDifference:
    old, new = before.languages[code], after.languages[code]
    hashes = [{split: part["sha256"] for split, part in facts["splits"].items()} for facts in (old, new)]
    same = hashes[0] == hashes[1]
    rows = ({}, {}) if same else (before.rows(code), after.rows(code))
    columns = [{feature["name"]: feature for feature in facts["features"]} for facts in (old, new)]
    entities = [facts["counts"]["entities"] for facts in (old, new)]
    recipes = [_flat(facts["recipe"]) for facts in (old, new)]
    return LanguageDifference(
        **_count(*rows),
        columns_added=tuple(name for name in columns[1] if name not in columns[0]),
        columns_changed=tuple(name for name in columns[0] if columns[0][name] != columns[1].get(name)),
        entities={
            label: (entities[0].get(label, 0), entities[1].get(label, 0))
            for label in dict.fromkeys([*entities[0], *entities[1]])
            if entities[0].get(label, 0) != entities[1].get(label, 0)
        },
        recipe={
            key: (recipes[0].get(key), recipes[1].get(key))
            for key in dict.fromkeys([*recipes[0], *recipes[1]])
            if recipes[0].get(key) != recipes[1].get(key) and key not in _SILENT
        },
        files=not same,
    )


def _count(before: Mapping[str, Row], after: Mapping[str, Row]) -> dict[str, int]:
    """Count rows by what became of them; one that moved and was relabelled counts as both."""
    counts = Counter({"added": len(after.keys() - before.keys()), "removed": len(before.keys() - after.keys())})
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        counts["moved"] += old.split != new.split
        counts["rewritten"] += old.tokens != new.tokens
        counts["relabelled"] += old.tokens == new.tokens and old.tags != new.tags
    return {kind: counts[kind] for kind in _KINDS}


def _flat(value: Any, at: str = "") -> dict[str, Any]:
    """Write nested mappings as one, with dots."""
    if not isinstance(value, dict):
        return {at: value}
    if not value:
        return {}
    return {key: item for name, part in value.items() for key, item in _flat(part, f"{at}.{name}".strip(".")).items()}


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value)
