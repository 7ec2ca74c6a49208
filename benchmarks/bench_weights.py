"""What every part of the fused score is worth, and what its weights are worth on text they were not chosen on.

    python benchmarks/bench_weights.py DIR

The first table switches off one part at a time. The second chooses all weights anew on all sets but one, in the manner
a developer would (one part after another, from a score of agreed links alone), and measures them on the set left out;
the reverse of a set (target to source) is left out with it. Takes some minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean

from parallel_sets import NEEDED, ParallelSet, load_sets

from silverner.projection.projector import Projector
from silverner.projection.scoring.weights import Weights

GRID: dict[str, tuple[float, ...]] = {
    "likeness": (0, 0.75, 1.5, 2.25),
    "enough": (1, 1.25, 1.5, 9),
    "single": (0, 0.15, 0.3, 0.45),
    "compound": (0, 0.5, 1, 1.5),
    "small": (0, 0.3, 0.6, 0.9),
    "article": (0, 0.5, 1),
    "twin": (0, 0.4, 0.75, 1),
    "lexicon": (0, 0.4, 0.75, 1.1),
    "cohesion": (0, 0.2, 0.4, 0.6),
    "acronym": (0, 0.5, 0.75, 1),
    "bridge": (0, 0.1, 0.2, 0.3),
    "bracket": (0, 0.5, 0.75, 1),
}
OFF = {part: 9.0 if part == "enough" else 0.0 for part in GRID}
"""Values that switch a part off. ``gloss`` and ``dot`` do nothing here: see ``bench_glosses``, ``bench_scripts``."""
BARE = Weights(**OFF)


def ablation(sets: Sequence[ParallelSet]) -> str:
    """Switch off one part at a time, and the rest that is not a weight.

    :param sets: The sets, and their reverses.
    :returns: A Markdown table of F1, and of what is lost.
    """
    variants = {"all parts": Projector(), "without any part but agreed links": Projector(weights=BARE)}
    for part in GRID:
        variants[f"without {part}"] = Projector(weights=replace(Weights(), **{part: OFF[part]}))
    variants["without capitals"] = Projector(capitals=())
    variants["without threshold"] = Projector(threshold=0.0)
    text = f"| variant | {' | '.join(one.name for one in sets)} |\n|{'---|' * (len(sets) + 1)}\n"
    whole: list[float] = []
    for name, projector in variants.items():
        row = [one.f1(projector) for one in sets]
        whole = whole or row
        cells = [f"{f1:.2f}" if row is whole else f"{f1:.2f} ({f1 - f:+.2f})" for f1, f in zip(row, whole, strict=True)]
        text += f"| {name} | {' | '.join(cells)} |\n"
    return text


def chosen(sets: Sequence[ParallelSet]) -> Weights:
    """Choose weights part by part, keeping a part only where it helps on average.

    :param sets: The sets to choose on.
    :returns: The weights.
    """
    best, top = BARE, mean(one.f1(Projector(weights=BARE)) for one in sets)
    for part, values in GRID.items():
        for value in values:
            trial = replace(best, **{part: value})
            f1 = mean(one.f1(Projector(weights=trial)) for one in sets)
            if f1 > top:
                best, top = trial, f1
    return best


def left_out(sets: Sequence[ParallelSet], others: Mapping[str, Sequence[ParallelSet]]) -> str:
    """Measure on every set the weights chosen on the others.

    :param sets: The sets.
    :param others: For every set those to choose on.
    :returns: A Markdown table.
    """
    text = "| left out | default weights | chosen on the others | the weights |\n|---|---|---|---|\n"
    for one in sets:
        weights = chosen(others[one.name])
        parts = ", ".join(f"{part} {value:g}" for part, value in asdict(weights).items() if part in GRID)
        f1 = one.f1(Projector()), one.f1(Projector(weights=weights))
        text += f"| {one.name} | {f1[0]:.2f} | {f1[1]:.2f} | {parts} |\n"
    return text


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the sets are")
    folder = parser.parse_args().folder
    sets = load_sets(folder)
    if len(sets) < 2:
        sys.stderr.write(f"{len(sets)} sets below {folder}, and two at least are needed: {NEEDED}\n")
        return 1
    around = {one.name: [one, one.turned()] for one in sets}
    sys.stdout.write(ablation([one for pair in around.values() for one in pair]) + "\n")
    sys.stdout.flush()
    others = {name: [one for key, pair in around.items() if key != name for one in pair] for name in around}
    sys.stdout.write(left_out(sets, others))
    return 0


if __name__ == "__main__":
    sys.exit(main())
