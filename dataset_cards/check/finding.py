"""What is wrong with a published folder: one fault, its place, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

MOST = 5
"""Rows of one file that are named for one kind of fault; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault.

    :param kind: Its short name, the same in every version.
    :param file: The file it is in, relative to the folder.
    :param row: The row, counted from 0, with its id; ``None`` where the whole file is meant.
    :param says: What is wrong, with the value.
    :param remedy: What to do about it.
    """

    kind: str
    file: str
    says: str
    remedy: str
    row: str | None = None

    def __str__(self) -> str:
        """Write it on one line."""
        where = f"{self.file}, row {self.row}" if self.row else self.file
        return " ".join(f"{where}: {self.says}; {self.remedy} [{self.kind}]".split())

    def facts(self) -> dict[str, str | None]:
        """Return everything by name."""
        return asdict(self)


def shortened(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Name the first rows of every kind of fault, and count the others: a broken column breaks every row.

    :param findings: The faults of one file.
    :returns: At most :data:`MOST` of a kind, and one that counts the rest.
    """
    seen: dict[str, int] = {}
    last: dict[str, Finding] = {}
    for finding in findings:
        seen[finding.kind] = seen.get(finding.kind, 0) + 1
        last[finding.kind] = finding
        if seen[finding.kind] <= MOST:
            yield finding
    for kind, number in seen.items():
        if number > MOST:
            end = last[kind]
            says = f"and {number - MOST} more rows like these, the last of them this one: {end.says}"
            yield Finding(kind=kind, file=end.file, row=end.row, says=says, remedy=end.remedy)
