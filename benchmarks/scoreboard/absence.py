"""What a scoreboard could not measure, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A set, or the links of one aligner for a set, that is not there.

    :param set_name: The set.
    :param aligner: The aligner; ``None`` where the set itself is not there.
    :param reason: Why it is not there.
    """

    set_name: str
    aligner: str | None
    reason: str


def absence_lines(absences: Iterable[Absence]) -> list[str]:
    """Describe what is not there, with all sets of one reason in one line.

    :param absences: What is not there.
    :returns: The lines.

    >>> absence_lines([Absence(set_name=name, aligner="e5", reason="no model") for name in ("a", "b")])
    ['links of e5: no model (a, b)']
    """
    sets_by_reason: dict[tuple[str | None, str], list[str]] = {}
    for one in absences:
        sets_by_reason.setdefault((one.aligner, one.reason), []).append(one.set_name)
    return [
        f"{'' if aligner is None else f'links of {aligner}: '}{reason} ({', '.join(names)})"
        for (aligner, reason), names in sets_by_reason.items()
    ]
