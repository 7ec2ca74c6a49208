"""What the score is worth across scripts: the embedded corpus in eight languages, aligned on the spot.

    python benchmarks/bench_scripts.py [--runs N]

Its 193 sentences are little text for an aligner that learns from it alone, so much is left to the score. eflomal cannot
be seeded: every figure is the mean F1 of N alignments, the same ones for every row; the last row is the deviation of
the default over them. ``by letters`` romanises words, but does not compare their consonants. A second table has what
F1 is without each part of the score, against the default.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, pstdev
from unittest.mock import patch

from bench_weights import OFF
from parallel_sets import ParallelSet, align_set, read_side

from silverner import builders
from silverner.projection import Projector
from silverner.projection.alignment import Eflomal
from silverner.projection.scoring import name_similarity as likeness
from silverner.projection.scoring.weights import Weights

FOLDER = Path(builders.__file__).parent / "quickstart"
LANGUAGES = ("spa", "deu", "swh", "rus", "arb", "hin", "jpn", "zho")


def aligned(code: str, runs: int) -> list[ParallelSet]:
    """Align English with a language some times."""
    source, target = (read_side(FOLDER / f"{name}.conll") for name in ("eng", code))
    return [align_set(f"quickstart eng-{code}", source, target, Eflomal()) for _ in range(runs)]


def by_letters(one: ParallelSet) -> float:
    """Return the F1 of the default with names romanised and compared by all their letters alone."""
    likeness.likeness.cache_clear()
    with patch.object(likeness, "_consonants", lambda word: word):
        f1 = one.f1(Projector())
    likeness.likeness.cache_clear()
    return f1


def _with(projector: Projector) -> Callable[[ParallelSet], float]:
    return lambda one: one.f1(projector)


METHODS: Mapping[str, Callable[[ParallelSet], float]] = {
    "greedy, dice (published)": _with(Projector(matcher="greedy", score="dice", capitals=(), threshold=0.0)),
    "without likeness": _with(Projector(weights=replace(Weights(), likeness=0.0, twin=0.0))),
    "by letters": by_letters,
    "the default": _with(Projector()),
}
PARTS: Mapping[str, Projector] = {
    **{part: Projector(weights=replace(Weights(), **{part: value})) for part, value in {**OFF, "dot": 0.0}.items()},
    "capitals": Projector(capitals=()),
    "threshold": Projector(threshold=0.0),
}


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([name, *cells])} |\n"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="alignments to average over (default: 5)")
    runs = parser.parse_args().runs
    if runs < 1:
        parser.error(f"--runs {runs} measures nothing; allowed: 1 or more")
    sets = {code: aligned(code, runs) for code in LANGUAGES}
    sys.stdout.write(_row("method", LANGUAGES) + "|---" * (len(LANGUAGES) + 1) + "|\n")
    figures: dict[str, list[float]] = {}
    for name, measure in METHODS.items():
        figures = {code: [measure(one) for one in sets[code]] for code in LANGUAGES}
        sys.stdout.write(_row(name, [f"{mean(figures[code]):.1f}" for code in LANGUAGES]))
    sys.stdout.write(_row("deviation", [f"{pstdev(figures[code]):.1f}" for code in LANGUAGES]))
    sys.stdout.write("\n" + _row("without", [*LANGUAGES, "mean"]) + "|---" * (len(LANGUAGES) + 2) + "|\n")
    for name, projector in PARTS.items():
        lost = [mean(one.f1(projector) for one in sets[code]) - mean(figures[code]) for code in LANGUAGES]
        sys.stdout.write(_row(name, [f"{f1:+.1f}" for f1 in [*lost, mean(lost)]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
