"""The data's own changelog, kept in the corpus repository."""

from __future__ import annotations

from silverner.dataset_cards.release.difference import Difference
from silverner.dataset_cards.release.release import Release

CHANGELOG = "CHANGELOG.md"
_HEAD = "# Changelog\n\nWhat changed in the data, newest first. Versions follow semantic versioning.\n"


def updated(history: str | None, release: Release, difference: Difference | None, *, date: str) -> str:
    """Put the changes of a release on top of a changelog; a section it has of this version is replaced.

    :param history: The changelog so far, if there is one.
    :param release: The release.
    :param difference: What changed since the one before; ``None`` for the first.
    :param date: The day of the release, as 2026-01-31.
    :returns: The new changelog.
    """
    if difference is None:
        rows = {c: sum(p["rows"] for p in f["splits"].values()) for c, f in release.languages.items()}
        lines = ["First release: " + ", ".join(f"{code} ({number:,} sentences)" for code, number in rows.items()) + "."]
    else:
        lines = list(difference.lines()) or ["Nothing in the data."]
    section = f"## {release.version} - {date}\n\n" + "".join(f"- {_plain(line)}\n" for line in lines)
    older = [part for part in _sections(history or "") if not part.startswith(f"## {release.version} ")]
    return "\n".join([_HEAD, section, *older])


def _sections(history: str) -> list[str]:
    """Split a changelog into its sections, newest first."""
    parts = ("\n" + history).split("\n## ")
    return ["## " + part.strip("\n") + "\n" for part in parts[1:]]


def _plain(line: str) -> str:
    """Keep what a recipe says from being read as Markdown or HTML."""
    for char in "\\`*_<>[]|":
        line = line.replace(char, "\\" + char if char not in "<>" else {"<": "&lt;", ">": "&gt;"}[char])
    return " ".join(line.split())
