"""The rows of a scoreboard, their signatures, and everything as facts for JSON."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from silverner.projection.metrics import Comparison, Interval, Scores
from silverner.projection.stages.project import Project
from silverner.scoreboard.absence import Absence
from silverner.scoreboard.confidence import ConfidenceScores
from silverner.scoreboard.links import SetLinks
from silverner.scoreboard.methods import METHODS
from silverner.scoreboard.parallel_set import ParallelSet
from silverner.scoreboard.trial import Trial

SCHEMA = 1
"""Version of the layout of ``results.json``."""
ALPHA = 0.05
"""Below this probability of an error, a difference is called significant."""
_PACKAGES = ("anyascii", "numpy", "rapidfuzz", "scipy")
"""Packages whose versions can change a number; those of an aligner are among its settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The scores of one method on one set, with the links of one aligner.

    :param trial: What the method projected.
    :param scores: Strict scores.
    :param intervals: Intervals of ``precision``, ``recall`` and ``f1``.
    :param comparison: Compares with the baseline (first); ``None`` for the baseline itself, and without one.
    :param confidence: How far the confidence of the entities can be believed; ``None`` where they have none.
    """

    trial: Trial
    scores: Scores
    intervals: Mapping[str, Interval]
    comparison: Comparison | None
    confidence: ConfidenceScores | None

    @property
    def method(self) -> str:
        """Return the name of the method or of the predictions."""
        return self.trial.name

    @property
    def label(self) -> str:
        """Return the method, and the symmetrisation that was best for it."""
        how = self.trial.symmetrisation
        return self.method if how is None else f"{self.method} ({how})"

    @property
    def differs(self) -> bool:
        """Whether the row differs from the baseline with a probability of an error below :data:`ALPHA`."""
        return self.comparison is not None and self.comparison.p < ALPHA

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values."""
        facts = {
            "method": self.method,
            "symmetrisation": self.trial.symmetrisation,
            "predictions_sha256": self.trial.predictions,
            **self.scores.facts(),
            "intervals": {name: interval.facts() for name, interval in self.intervals.items()},
            "comparison": None if self.comparison is None else self.comparison.facts(),
            "confidence": None if self.confidence is None else self.confidence.facts(),
            "f1_by_symmetrisation": dict(self.trial.f1_by_symmetrisation),
        }
        time = self.trial.milliseconds
        return facts if time is None else {**facts, "milliseconds_a_sentence": time}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one set and the links of one aligner.

    :param parallel_set: The set.
    :param links: The links; ``None`` if there are only predictions.
    :param rows: The rows, in the order of the methods, then the predictions.
    """

    parallel_set: ParallelSet
    links: SetLinks | None
    rows: Sequence[Row]

    @property
    def aligner(self) -> str:
        """Return the name of the aligner."""
        return self.links.aligner if self.links else "none"

    def row(self, method: str) -> Row | None:
        """Find the row of a method."""
        return next((row for row in self.rows if row.method == method), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoreboard:
    """Everything that was measured.

    :param groups: The groups, set by set.
    :param absent: What is not there, and why.
    :param baseline: The method that all others are compared with.
    :param resamples: Resamples of intervals and comparisons.
    :param seed: Seed of the resamples.
    """

    groups: Sequence[Group]
    absent: Sequence[Absence]
    baseline: str
    resamples: int
    seed: int

    @property
    def methods(self) -> list[str]:
        """Return every method that has a row, in order."""
        return list(dict.fromkeys(row.method for group in self.groups for row in group.rows))

    def signature(self, group: Group, row: Row | None = None) -> str:
        """Write the signature: one line that says everything that decides a row.

        :param group: The group of the row.
        :param row: The row; without one, the line holds METHOD in its place.
        """
        parts = {
            "set": f"{group.parallel_set.name}@{group.parallel_set.signature}",
            "links": "none" if group.links is None else f"{group.aligner}@{group.links.signature}",
            "method": "METHOD" if row is None else row.method,
            "baseline": self.baseline,
            "resamples": self.resamples,
            "seed": self.seed,
            **_own_versions(),
        }
        if row is not None and row.trial.symmetrisation is not None:
            parts["method"] = f"{row.method}.{row.trial.symmetrisation}"
        if row is not None and row.trial.predictions is not None:
            parts |= {"links": "unknown", "method": f"{row.method}@{row.trial.predictions[:16]}"}
        return "|".join(f"{name}:{value}" for name, value in parts.items())

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values; the same inputs give the same."""
        sets = {group.parallel_set.name: group.parallel_set.facts() for group in self.groups}
        return {
            "schema": SCHEMA,
            "versions": {**_own_versions(), "python": platform.python_version(), **_versions()},
            "baseline": self.baseline,
            "resamples": self.resamples,
            "seed": self.seed,
            "sets": sets,
            "links": [
                {"set": group.parallel_set.name, "aligner": group.aligner, **_link_facts(group.links)}
                for group in self.groups
                if group.links is not None
            ],
            "methods": {name: METHODS[name].facts() for name in self.methods if name in METHODS},
            "rows": [
                {
                    "signature": self.signature(group, row),
                    "set": group.parallel_set.name,
                    "aligner": group.aligner,
                    **row.facts(),
                }
                for group in self.groups
                for row in group.rows
            ],
            "absent": [{"set": one.set_name, "aligner": one.aligner, "reason": one.reason} for one in self.absent],
        }


def _link_facts(links: SetLinks) -> dict[str, Any]:
    return {"signature": links.signature, "directed": links.directed, "settings": dict(links.settings)}


def _own_versions() -> dict[str, str]:
    """Return the version of this package, and that of the projection: between two releases a score can change."""
    return {"silverner": version("silverner"), Project.name: str(Project.version)}


def _versions() -> dict[str, str]:
    return {name: version(name) for name in _PACKAGES}
