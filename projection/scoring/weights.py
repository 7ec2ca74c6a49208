"""What each part of the fused score is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from silverner.projection.errors import UsageError, nearest
from silverner.projection.scoring.parts.table import PARTS


@dataclass(frozen=True, slots=True)
class PartWeights:
    """The weight of every part of the fused score, one setting for all languages.

    :param by_part: Weights by the name of the part: :data:`~silverner.projection.scoring.parts.table.PARTS`.
    """

    by_part: Mapping[str, float]

    @classmethod
    def of(cls, changes: Mapping[str, float]) -> Self:
        """Make weights that differ from the defaults.

        :param changes: Weights by part; 0 switches a reward or a penalty off.
        :returns: The weights of all parts.
        :raises UsageError: for a part there is not, naming those there are, or for what is no weight.

        >>> PartWeights.of({"likeness": 0})["likeness"]
        0
        """
        for name, weight in changes.items():
            if name not in PARTS:
                raise UsageError(f"the fused score has no part {name!r}; {nearest(name, PARTS)}")
            if not 0.0 <= weight < float("inf"):
                raise UsageError(f"weight {name}: {weight} is not a number from 0")
            if PARTS[name].kind == "penalty" and weight > 1:
                raise UsageError(f"weight {name}: {weight} takes away more than there is; it lies between 0 and 1")
        return cls({name: part.weight for name, part in PARTS.items()} | dict(changes))

    def __getitem__(self, name: str) -> float:
        """Return the weight of a part."""
        return self.by_part[name]

    @property
    def need_cooccurrences(self) -> bool:
        """Whether a part that is switched on reads the counts of the whole corpus."""
        return any(part.needs_cooccurrences and self[name] for name, part in PARTS.items())


DEFAULT_WEIGHTS = PartWeights.of({})
"""Chosen on Europarl en-es, en-de and PUD en-de, each in both directions; ``dot`` on the embedded corpus, and
``penalty_small_word`` and ``cohesion`` on both."""
