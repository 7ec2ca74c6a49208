"""Adds the filters that every sentence fails, and drops sentences that fail certain filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch
from silverner.projection.stages.columns import rows_of

LOST = "projected.lost"
"""The column that a rule declares for lost entities; a method may lose entities in several stages."""


class Rule(Protocol):
    """A filter as this stage sees it."""

    @property
    def name(self) -> str:
        """The flag."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""

    @property
    def optional_columns(self) -> tuple[str, ...]:
        """The columns it reads if the chain has them."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides its answer."""

    def fails(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a sentence fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRoles:
    """The texts of the chain that have a certain role in a method.

    :param translation: The text that a translator made.
    :param detokenized: The text whose tokens were joined for the translator.
    """

    translation: str = "target"
    detokenized: str = "source"

    def column(self, declared: str) -> str:
        """Return the column of the chain that a rule means.

        :param declared: A column as a rule declares it. The text ``foreign`` is the one in the other language.
        :returns: Its name in the chain.

        >>> TextRoles(translation="pivot").column("translation.tokens")
        'pivot.tokens'
        """
        text, _, part = declared.partition(".")
        foreign = "source" if self.translation == "target" else self.translation
        names = {"translation": self.translation, "detokenized": self.detokenized, "foreign": foreign}
        return f"{names.get(text, text)}.{part}"


class Flag:
    """Adds the filters that a sentence fails. Some filters drop the sentence; the first of these is the reason."""

    name = "flag"
    version = 4
    outputs: Mapping[str, pa.DataType] = {"flags": pa.list_(pa.string())}

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        without: Iterable[str] = (),
        roles: TextRoles | None = None,
        lost: Sequence[str] = (LOST,),
        available: Iterable[str] = (),
    ) -> None:
        """Choose filters.

        :param rules: The filters.
        :param without: The flags that drop a sentence.
        :param roles: The texts that have a certain role in the method.
        :param lost: The columns of entities that were lost on the way.
        :param available: The columns of the chain; a filter reads its optional columns if they are among these.
        """
        self._rules, self._without = sorted(rules, key=lambda rule: rule.name), sorted(without)
        roles, in_chain = roles or TextRoles(), set(available)
        declared = [column for rule in rules for column in rule.columns]
        declared += [c for rule in rules for c in rule.optional_columns if roles.column(c) in in_chain]
        self._columns = {c: tuple(lost) if c == LOST else (roles.column(c),) for c in dict.fromkeys(declared)}
        # Every method ends with this column. As an input it makes sure that dropped sentences are not flagged.
        needed = ["projected.entities", *chain.from_iterable(self._columns.values())]
        self.inputs: tuple[str, ...] = tuple(dict.fromkeys(needed))

    def settings(self) -> Mapping[str, object]:
        """Return the filters, the settings of each, and which of them drop sentences."""
        return {"filters": {rule.name: dict(rule.settings()) for rule in self._rules}, "without": self._without}

    def apply(self, batch: Batch) -> Batch:
        """Flag every sentence."""
        flags = [[rule.name for rule in self._rules if rule.fails(row)] for row in self._rows(batch)]
        return {"flags": flags, DROP: [next((f for f in row if f in self._without), None) for row in flags]}

    def _rows(self, batch: Batch) -> Iterator[dict[str, Any]]:
        """Yield every sentence with the columns that the filters declare."""
        for row in rows_of(batch, self.inputs):
            yield {
                declared: [lost for column in columns for lost in row[column]] if declared == LOST else row[columns[0]]
                for declared, columns in self._columns.items()
            }
