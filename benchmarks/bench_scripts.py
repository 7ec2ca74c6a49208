"""Measures the score across scripts: the embedded corpus in eight languages, aligned by eflomal.

    python benchmarks/bench_scripts.py [--runs N]

The corpus has 193 sentences. An aligner learns little from so few, so the score has much to mend. Eflomal cannot be
seeded: every figure is the mean F1 of N alignments, which all rows share; the last row is the deviation of the default.
``by letters`` romanises words, but does not compare their consonants. The second table has the change of F1 when one
part of the score is switched off.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean, pstdev
from unittest.mock import patch

from bench_weights import OFF
from parallel_sets import ParallelSet, align_set, read_side

from silverner import builders
from silverner.projection import Projector
from silverner.projection.alignment import Eflomal
from silverner.projection.scoring import name_similarity
from silverner.projection.scoring.weights import PartWeights

FOLDER = Path(builders.__file__).parent / "quickstart"
LANGUAGES = ("spa", "deu", "swh", "rus", "arb", "hin", "jpn", "zho")


def align_all(code: str, runs: int) -> list[ParallelSet]:
    """Align English with a language several times."""
    source, target = (read_side(FOLDER / f"{name}.conll") for name in ("eng", code))
    return [align_set(f"quickstart eng-{code}", source, target, Eflomal()) for _ in range(runs)]


def f1_by_letters(parallel_set: ParallelSet) -> float:
    """Return the F1 of the default when romanised names are compared by their letters only."""
    name_similarity.by_ear.cache_clear()
    with patch.object(name_similarity, "_consonants", lambda word: word):
        f1 = parallel_set.f1(Projector(score="fused"))
    name_similarity.by_ear.cache_clear()
    return f1


def _f1_of(projector: Projector) -> Callable[[ParallelSet], float]:
    return lambda parallel_set: parallel_set.f1(projector)


MEASURES: Mapping[str, Callable[[ParallelSet], float]] = {
    "greedy, dice (published)": _f1_of(Projector(matcher="greedy", score="dice", capitals=(), threshold=0.0)),
    "without likeness": _f1_of(
        Projector(score="fused", weights=PartWeights.of({"likeness": 0.0, "penalty_lookalike_elsewhere": 0.0}))
    ),
    "by letters": f1_by_letters,
    "the default": _f1_of(Projector(score="fused")),
}
PARTS: Mapping[str, Projector] = {
    **{
        part: Projector(score="fused", weights=PartWeights.of({part: value}))
        for part, value in {**OFF, "dot": 0.0}.items()
    },
    "capitals": Projector(score="fused", capitals=()),
    "threshold": Projector(score="fused", threshold=0.0),
}


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([name, *cells])} |\n"


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="alignments to average over (default: 5)")
    runs = parser.parse_args().runs
    if runs < 1:
        parser.error(f"--runs {runs} measures nothing; allowed: 1 or more")
    sets = {code: align_all(code, runs) for code in LANGUAGES}
    sys.stdout.write(_row("method", LANGUAGES) + "|---" * (len(LANGUAGES) + 1) + "|\n")
    figures: dict[str, list[float]] = {}
    for name, measure in MEASURES.items():
        figures = {code: [measure(one) for one in sets[code]] for code in LANGUAGES}
        sys.stdout.write(_row(name, [f"{mean(figures[code]):.1f}" for code in LANGUAGES]))
    sys.stdout.write(_row("deviation", [f"{pstdev(figures[code]):.1f}" for code in LANGUAGES]))
    sys.stdout.write("\n" + _row("without", [*LANGUAGES, "mean"]) + "|---" * (len(LANGUAGES) + 2) + "|\n")
    for name, projector in PARTS.items():
        change = [mean(one.f1(projector) for one in sets[code]) - mean(figures[code]) for code in LANGUAGES]
        sys.stdout.write(_row(name, [f"{f1:+.1f}" for f1 in [*change, mean(change)]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
