"""Measures whether the confidence of a projected span is a probability, on sets it was not fitted on.

    python benchmarks/bench_confidence.py DIR [--out FOLDER]

For every set and its reverse (target to source), the constants of the scores ``fused`` and ``dice`` are fitted on the
other sets and their reverses. The table has the expected calibration error (ten bins) of these constants on the set
left out. The last line of a score fits on all sets: these are the constants in ``projection/scoring/confidence.py``.
The fitted score has a model of its own: ``fit_span_model.py``. ``--out`` writes a reliability plot of the fused score
to ``confidence.png`` in that folder.
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
from silverner.projection.scoring.choices import Score
from silverner.projection.scoring.confidence import CONSTANTS, HEIGHT_LIMITS

MIN_BIN_COUNT = 10
"""Fewest spans of a bin that the plot shows: fewer are chance."""


@dataclass(frozen=True)
class Outcomes:
    """What is known and what is true of every projected span.

    :param evidence: 1, margin and height: what the confidence is made from (shape: spans, 3).
    :param correct: Whether a gold entity has its boundaries and its label.
    """

    evidence: np.ndarray
    correct: np.ndarray


def span_outcomes(parallel_set: ParallelSet, score: Score, **options: Any) -> Outcomes:
    """Project a set, and compare every span with gold. The options are those of ``project_batch``."""
    intercept, slope, height = CONSTANTS[score]
    rows = []
    projections = parallel_set.project(Projector(score=score), **options)
    for projection, gold in zip(projections, parallel_set.gold, strict=True):
        entities = {(g.start, g.end, g.label) for g in gold}
        for span in projection.spans:
            assert span.confidence is not None
            high = min(span.score, HEIGHT_LIMITS[score])
            margin = (np.log(span.confidence / (1 - span.confidence)) - intercept - height * high) / slope
            rows.append((1.0, margin, high, (span.start, span.end, span.label) in entities))
    evidence, correct = np.hsplit(np.array(rows), [3])
    return Outcomes(evidence, correct[:, 0].astype(bool))


def fit(sets: Sequence[Outcomes]) -> np.ndarray:
    """Fit a logistic regression by maximum likelihood; every set has the same weight."""

    def loss(constants: np.ndarray) -> float:
        total = 0.0
        for spans in sets:
            logit = spans.evidence @ constants
            total += float(np.mean(np.logaddexp(0, np.where(spans.correct, -logit, logit))))
        return total

    return np.asarray(minimize(loss, np.zeros(3), method="BFGS").x)


def measure_calibration(spans: Outcomes, constants: np.ndarray) -> Calibration:
    """Compare confidence with truth."""
    confidence = 1 / (1 + np.exp(-spans.evidence @ constants))
    return calibration(confidence.tolist(), spans.correct.tolist())


def _format(constants: np.ndarray) -> str:
    return ", ".join(f"{value:.2f}" for value in constants)


def plot(curves: Sequence[tuple[str, Calibration]], path: Path) -> None:
    """Draw a reliability plot.

    :param curves: Name and calibration of every set left out.
    :param path: PNG file to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(5, 5))
    axis.plot([0, 1], [0, 1], color="black", linestyle="--", label="perfect")
    for name, measured in curves:
        label = f"{name} (error {measured.error:.3f})"
        bins = [b for b in measured.bins if b.count >= MIN_BIN_COUNT]
        axis.plot([b.confidence for b in bins], [b.correct for b in bins], marker="o", label=label)
    axis.set_xlim(0.5, 1)
    axis.set_ylim(0.5, 1)
    axis.set_xlabel("confidence")
    axis.set_ylabel("share of right entities")
    axis.legend(loc="upper left", fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> int:
    """Print the table, and draw the plot if ``--out`` asks for it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    parser.add_argument("--out", type=Path, help="folder for confidence.png")
    options = parser.parse_args()
    sets = load_sets(options.folder)
    if len(sets) < 2:
        sys.stderr.write(f"{len(sets)} sets below {options.folder}, but at least two are needed: {NEEDED}\n")
        return 1
    sys.stdout.write("| score, set left out | intercept, slopes | error |\n|---|---|---|\n")
    curves = []
    for score in CONSTANTS:
        pairs = [(parallel_set, parallel_set.turned()) for parallel_set in sets]
        outcomes = [[span_outcomes(side, score) for side in pair] for pair in pairs]
        for k, pair in enumerate(pairs):
            constants = fit([*chain(*outcomes[:k], *outcomes[k + 1 :])])
            for side, spans in zip(pair, outcomes[k], strict=True):
                result = measure_calibration(spans, constants)
                if score == "fused":
                    curves.append((side.name, result))
                cells = f"{result.error:.3f} ({result.confidence:.3f}, right {result.correct:.3f})"
                sys.stdout.write(f"| {score}, {side.name} | {_format(constants)} | {cells} |\n")
        constants = fit([*chain(*outcomes)])
        sys.stdout.write(f"| {score}, none | {_format(constants)} | |\n")
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        plot(curves, options.out / "confidence.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
