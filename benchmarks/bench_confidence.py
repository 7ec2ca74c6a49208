"""Whether the confidence of a projected span is a probability, on sets it was not fitted on.

    python benchmarks/bench_confidence.py DIR [--out FOLDER]

For every set and its reverse (target to source): the constants fitted on the other sets and their reverses, and the
expected calibration error (ten bins) they have on this one. Judged are spans where the target has an entity at all,
right being the boundaries (see ``projection/confidence.py``); the columns behind take every span, and boundaries and
label. The last line fits on all sets: those are the constants in the code. With ``--out`` a reliability plot goes to
``confidence.png`` there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from parallel_sets import NEEDED, ParallelSet, load_sets
from scipy.optimize import minimize

from silverner.projection.metrics import Calibration, calibration
from silverner.projection.projector import Projector
from silverner.projection.scoring.choices import SCORES, Score
from silverner.projection.scoring.confidence import CONSTANTS, FULL

LEAST = 10
"""Spans of a bin that is drawn."""


@dataclass(frozen=True)
class Outcomes:
    """Margin and height of every projected span, and whether there is an entity, of these boundaries, of this label."""

    evidence: np.ndarray
    there: np.ndarray
    bounded: np.ndarray
    right: np.ndarray


def outcomes(one: ParallelSet, score: Score, **options: Any) -> Outcomes:
    """Project a set, and compare every span with gold; the options are those of ``project_batch``."""
    intercept, slope, height = CONSTANTS[score]
    rows = []
    for projection, gold in zip(one.project(Projector(score=score), **options), one.gold, strict=True):
        places, exact = {(g.start, g.end) for g in gold}, {(g.start, g.end, g.label) for g in gold}
        for span in projection.spans:
            assert span.confidence is not None
            high = min(span.score, FULL)
            margin = (np.log(span.confidence / (1 - span.confidence)) - intercept - height * high) / slope
            there = any(g.start < span.end and span.start < g.end for g in gold)
            place = span.start, span.end
            rows.append((1.0, margin, high, there, place in places, (*place, span.label) in exact))
    evidence, outcome = np.hsplit(np.array(rows), [3])
    return Outcomes(evidence, *outcome.T.astype(bool))


def fit(sets: Sequence[Outcomes]) -> np.ndarray:
    """Fit a logistic regression by maximum likelihood, each set weighing the same."""

    def loss(constants: np.ndarray) -> float:
        total = 0.0
        for one in sets:
            logit = one.evidence[one.there] @ constants
            total += float(np.mean(np.logaddexp(0, np.where(one.bounded[one.there], -logit, logit))))
        return total

    return np.asarray(minimize(loss, np.zeros(3), method="BFGS").x)


def measured(one: Outcomes, constants: np.ndarray) -> tuple[Calibration, Calibration, Calibration]:
    """Compare confidence with truth: boundaries where there is an entity, boundaries, boundaries and label."""
    sure = 1 / (1 + np.exp(-one.evidence @ constants))
    there = one.there
    return (
        calibration(sure[there].tolist(), one.bounded[there].tolist()),
        calibration(sure.tolist(), one.bounded.tolist()),
        calibration(sure.tolist(), one.right.tolist()),
    )


def _written(constants: np.ndarray) -> str:
    return ", ".join(f"{value:.2f}" for value in constants)


def plot(drawn: Sequence[tuple[str, Calibration]], path: Path) -> None:
    """Draw a reliability plot; a bin of fewer than ten spans is chance, and left out.

    :param drawn: Name and outcome of every set left out.
    :param path: Where to write the PNG.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(5, 5))
    axis.plot([0, 1], [0, 1], color="black", linestyle="--", label="perfect")
    for name, one in drawn:
        label = f"{name} (error {one.error:.3f})"
        bins = [b for b in one.bins if b.count >= LEAST]
        axis.plot([b.confidence for b in bins], [b.correct for b in bins], marker="o", label=label)
    axis.set_xlim(0.5, 1)
    axis.set_ylim(0.5, 1)
    axis.set_xlabel("confidence")
    axis.set_ylabel("share with right boundaries")
    axis.legend(loc="upper left", fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> int:
    """Print the table, and draw the plot where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the sets are")
    parser.add_argument("--out", type=Path, help="folder for confidence.png")
    options = parser.parse_args()
    sets = load_sets(options.folder)
    if len(sets) < 2:
        sys.stderr.write(f"{len(sets)} sets below {options.folder}, and two at least are needed: {NEEDED}\n")
        return 1
    sys.stdout.write("| score, set left out | intercept, slopes | error | boundaries of every span | and label |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    drawn = []
    for score in SCORES:
        pairs = [(one, one.turned()) for one in sets]
        found = [[outcomes(side, score) for side in pair] for pair in pairs]
        for k, pair in enumerate(pairs):
            constants = fit([*chain(*found[:k], *found[k + 1 :])])
            for one, seen in zip(pair, found[k], strict=True):
                results = measured(seen, constants)
                if score == "fused":
                    drawn.append((one.name, results[0]))
                cells = " | ".join(f"{r.error:.3f} ({r.confidence:.3f}, right {r.correct:.3f})" for r in results)
                sys.stdout.write(f"| {score}, {one.name} | {_written(constants)} | {cells} |\n")
        constants = fit([*chain(*found)])
        sys.stdout.write(f"| {score}, none | {_written(constants)} | | | |\n")
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        plot(drawn, options.out / "confidence.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
