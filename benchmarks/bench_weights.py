"""Measures what every part of the fused score is worth, and its weights on sets they were not chosen on.

    python benchmarks/bench_weights.py DIR

The first table switches off one part at a time. The second chooses all weights anew on all sets but one, as a developer
would (one part after another, beginning with agreed links alone), and measures them on the set left out. The reverse of
a set (target to source) is left out with it. This takes some minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from parallel_sets import NEEDED, ParallelSet, load_sets

from silverner.projection.projector import Projector
from silverner.projection.scoring.weights import PartWeights

GRID: dict[str, tuple[float, ...]] = {
    "likeness": (0, 0.75, 1.5, 2.25),
    "cap_per_token": (1, 1.25, 1.5, 9),
    "single": (0, 0.15, 0.3, 0.45),
    "compound": (0, 0.5, 1, 1.5),
    "penalty_small_word": (0, 0.3, 0.6, 0.9),
    "penalty_article": (0, 0.5, 1),
    "penalty_lookalike_elsewhere": (0, 0.4, 0.75, 1),
    "lexicon": (0, 0.4, 0.75, 1.1),
    "cohesion": (0, 0.2, 0.4, 0.6),
    "split_word": (0, 0.5, 0.75, 1),
    "acronym": (0, 0.5, 0.75, 1),
    "bridge": (0, 0.1, 0.2, 0.3),
    "bracket": (0, 0.5, 0.75, 1),
}
OFF = {part: 9.0 if part == "cap_per_token" else 0.0 for part in GRID}
"""Values that switch a part off. ``gloss`` and ``dot`` do nothing here: see ``bench_glosses``, ``bench_scripts``."""
BARE = PartWeights.of(OFF)


def ablation(sets: Sequence[ParallelSet]) -> str:
    """Switch off one part at a time, then the rules that have no weight.

    :param sets: The sets, and their reverses.
    :returns: A Markdown table of F1, and of the loss.
    """
    variants = {
        "all parts": Projector(score="fused"),
        "without any part but agreed links": Projector(score="fused", weights=BARE),
    }
    for part in GRID:
        variants[f"without {part}"] = Projector(score="fused", weights=PartWeights.of({part: OFF[part]}))
    variants["without capitals"] = Projector(score="fused", capitals=())
    variants["without threshold"] = Projector(score="fused", threshold=0.0)
    text = f"| variant | {' | '.join(s.name for s in sets)} |\n|{'---|' * (len(sets) + 1)}\n"
    all_parts: list[float] = []
    for name, projector in variants.items():
        row = [parallel_set.f1(projector) for parallel_set in sets]
        all_parts = all_parts or row
        losses = [f"{f1:.2f} ({f1 - best:+.2f})" for f1, best in zip(row, all_parts, strict=True)]
        cells = [f"{f1:.2f}" for f1 in row] if row is all_parts else losses
        text += f"| {name} | {' | '.join(cells)} |\n"
    return text


def choose_weights(sets: Sequence[ParallelSet]) -> PartWeights:
    """Choose weights part by part; a part stays only if it helps on average.

    :param sets: The sets to choose on.
    :returns: The weights.
    """
    best, top = BARE, mean(parallel_set.f1(Projector(score="fused", weights=BARE)) for parallel_set in sets)
    for part, values in GRID.items():
        for value in values:
            trial = PartWeights.of({**best.by_part, part: value})
            f1 = mean(parallel_set.f1(Projector(score="fused", weights=trial)) for parallel_set in sets)
            if f1 > top:
                best, top = trial, f1
    return best


def measure_left_out(sets: Sequence[ParallelSet], training_sets: Mapping[str, Sequence[ParallelSet]]) -> str:
    """Measure on every set the weights that were chosen on the others.

    :param sets: The sets.
    :param training_sets: For every set, the sets to choose on.
    :returns: A Markdown table.
    """
    text = "| left out | default weights | chosen on the others | the weights |\n|---|---|---|---|\n"
    for parallel_set in sets:
        weights = choose_weights(training_sets[parallel_set.name])
        parts = ", ".join(f"{part} {value:g}" for part, value in weights.by_part.items() if part in GRID)
        f1 = parallel_set.f1(Projector(score="fused")), parallel_set.f1(Projector(score="fused", weights=weights))
        text += f"| {parallel_set.name} | {f1[0]:.2f} | {f1[1]:.2f} | {parts} |\n"
    return text


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    folder = parser.parse_args().folder
    sets = load_sets(folder)
    if len(sets) < 2:
        sys.stderr.write(f"{len(sets)} sets below {folder}, but at least two are needed: {NEEDED}\n")
        return 1
    pairs = {parallel_set.name: [parallel_set, parallel_set.turned()] for parallel_set in sets}
    sys.stdout.write(ablation([side for pair in pairs.values() for side in pair]) + "\n")
    sys.stdout.flush()
    training_sets = {name: [s for key, pair in pairs.items() if key != name for s in pair] for name in pairs}
    sys.stdout.write(measure_left_out(sets, training_sets))
    return 0


if __name__ == "__main__":
    sys.exit(main())
