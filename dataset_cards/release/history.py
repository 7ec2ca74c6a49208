"""The changelog of the data, in the repository of the corpus."""

from __future__ import annotations

from silverner.dataset_cards.release.difference import Difference
from silverner.dataset_cards.release.release import Release
from silverner.projection.text.display import readable

CHANGELOG = "CHANGELOG.md"
_HEAD = "# Changelog\n\nWhat changed in the data, newest first. Versions follow semantic versioning.\n"


def updated_changelog(history: str | None, release: Release, difference: Difference | None, *, date: str) -> str:
    """Put the changes of a release on top of a changelog; an older section of the same version is replaced.

    :param history: The changelog so far, if there is one.
    :param release: The release.
    :param difference: What changed since the last release; ``None`` for the first.
    :param date: The day of the release, as 2026-01-31.
    :returns: The new changelog.
    """
    if difference is None:
        rows = {c: sum(part.rows for part in facts.splits.values()) for c, facts in release.languages.items()}
        lines = ["First release: " + ", ".join(f"{code} ({number:,} sentences)" for code, number in rows.items()) + "."]
    else:
        lines = list(difference.lines()) or ["No change in the data."]
    section = f"## {release.version} - {date}\n\n" + "".join(f"- {_escaped(line)}\n" for line in lines)
    older = [part for part in _sections(history or "") if not part.startswith(f"## {release.version} ")]
    return "\n".join([_HEAD, section, *older])


def _sections(history: str) -> list[str]:
    """Split a changelog into its sections, newest first."""
    parts = ("\n" + history).split("\n## ")
    return ["## " + part.strip("\n") + "\n" for part in parts[1:]]


def _escaped(line: str) -> str:
    """Escape characters that a reader of Markdown or HTML would take for markup."""
    for char in "\\`*_<>[]|":
        line = line.replace(char, "\\" + char if char not in "<>" else {"<": "&lt;", ">": "&gt;"}[char])
    return readable(" ".join(line.split()))
