"""One fault of a published folder: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace

MOST = 5
"""Rows of one file that are named for one kind of fault; further rows are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault.

    :param kind: Its short name, which is the same in every version.
    :param file: The file it is in, relative to the folder.
    :param row: The row, counted from 0, with its id; ``None`` where the fault is one of the whole file.
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
    """Name the first rows of every kind of fault, and count the others, since a broken column breaks every row.

    :param findings: The faults of one file.
    :returns: At most :data:`MOST` of a kind, and one that counts the rest.
    """
    numbers: dict[str, int] = {}
    last: dict[str, Finding] = {}
    for finding in findings:
        numbers[finding.kind] = numbers.get(finding.kind, 0) + 1
        last[finding.kind] = finding
        if numbers[finding.kind] <= MOST:
            yield finding
    for kind, number in numbers.items():
        if number > MOST:
            says = f"and {number - MOST} more rows like these; the last of them is this one: {last[kind].says}"
            yield replace(last[kind], says=says)
