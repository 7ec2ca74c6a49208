"""Measures every matcher, score and symmetrisation on every parallel set of a folder: entity F1, ceiling and time.

    python benchmarks/bench_projection.py DIR [--out FOLDER] [--repeat N]

A set is a pair of labelled files ``A.conll`` and ``B.conll`` (or ``.iob2``) beside ``A-B.fwd.pharaoh`` and
``A-B.rev.pharaoh`` (links of both directions, source-target). The time is for the whole set, without reading files:
processor seconds of the best of N runs. ``--out`` also writes the tables to ``projection.md`` and a plot to
``projection.png`` in that folder.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from parallel_sets import NEEDED, ParallelSet, load_sets

from silverner.projection.links import SYMMETRISATIONS
from silverner.projection.metrics import ceiling
from silverner.projection.projector import Projector

# The published methods have no capitals and no threshold; so the rows that compare matchers on "dice" have none.
NO_RULES: dict[str, Any] = {"capitals": (), "threshold": 0.0}
ONE_SENTENCE = {"lexicon": 0.0, "cohesion": 0.0, "penalty_article": 0.0}
PUBLISHED: dict[str, dict[str, Any]] = {
    "heuristic, dice (published)": {**NO_RULES, "matcher": "heuristic", "score": "dice"},
    "greedy n-gram, dice (published)": {**NO_RULES, "matcher": "greedy", "score": "dice"},
    "bipartite n-gram, dice (published)": {**NO_RULES, "matcher": "bipartite", "score": "dice"},
}
OURS: dict[str, dict[str, Any]] = {
    "exact n-gram, dice": {**NO_RULES, "matcher": "exact", "score": "dice"},
    "exact aligned runs, dice": {**NO_RULES, "matcher": "exact", "score": "dice", "proposer": "runs"},
    "heuristic, fused": {"matcher": "heuristic"},
    "greedy n-gram, fused": {"matcher": "greedy"},
    "bipartite n-gram, fused": {"matcher": "bipartite"},
    "exact aligned runs, fused": {"proposer": "runs"},
    "exact n-gram, fused, each sentence alone, no capitals": {**NO_RULES, "weights": ONE_SENTENCE},
    "exact n-gram, fused, no capitals": {"capitals": ()},
    "exact n-gram, fused (the default)": {},
}


def measure_all(sets: Sequence[ParallelSet], repeat: int = 3) -> tuple[str, dict[str, dict[str, float]]]:
    """Measure every method on every set.

    :param sets: The sets.
    :param repeat: Runs of which the fastest counts.
    :returns: Markdown tables, and for every method its best F1 on every set.
    """
    text, best = "", {}
    for parallel_set in sets:
        top = ceiling(parallel_set.entities, parallel_set.gold)
        text += f"\n## {parallel_set.name}\n\n{len(parallel_set.source)} sentences, "
        text += f"{sum(map(len, parallel_set.entities))} source entities; "
        text += f"a perfect projector reaches {top.every.f1:.1f}, one that knows what has no counterpart "
        text += f"{top.best.f1:.1f}.\n\n| method | {' | '.join(SYMMETRISATIONS)} |\n"
        text += f"|{'---|' * (len(SYMMETRISATIONS) + 1)}\n"
        for name, settings in {**PUBLISHED, **OURS}.items():
            cells, row = [], []
            # If only the fused score looks at the links, it weighs both directions itself: then one column is enough.
            uses_links = bool({"dice", "heuristic", "runs"} & set(map(str, settings.values())))
            for how in SYMMETRISATIONS if uses_links else ("gdfa",):
                f1, seconds = measure(parallel_set, _projector(settings, how), repeat)
                row.append(f1)
                cells.append(f"{row[-1]:.2f} ({seconds:.2f} s)")
            cells += [""] * (len(SYMMETRISATIONS) - len(cells))
            text += f"| {name} | {' | '.join(cells)} |\n"
            best.setdefault(name, {})[parallel_set.name] = max(row)
    return text.lstrip(), best


def measure(parallel_set: ParallelSet, projector: Projector, repeat: int) -> tuple[float, float]:
    """Return the F1 of a method on a set, and the processor seconds of the fastest run."""
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        projections = parallel_set.project(projector)
        seconds.append(time.process_time() - start)
    return parallel_set.score(projections), min(seconds)


def _projector(settings: Mapping[str, Any], symmetrise: str) -> Projector:
    from silverner.projection.scoring.weights import PartWeights

    keywords = dict(settings)
    if keywords.get("matcher") == "heuristic":
        keywords.pop("threshold", None)
    if "weights" in keywords:
        keywords["weights"] = PartWeights.of(keywords["weights"])
    return Projector(symmetrise=symmetrise, **keywords)  # type: ignore[arg-type]  # one of SYMMETRISATIONS


def plot(best: Mapping[str, Mapping[str, float]], sets: Sequence[ParallelSet], path: Path) -> None:
    """Draw the best F1 of every method on every set, below the set's ceiling.

    :param best: As :func:`measure_all` returns it.
    :param sets: The sets.
    :param path: PNG file to write.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(sets), figsize=(4.5 * len(sets), 4.5), sharey=True, squeeze=False)
    names = list(best)
    for axis, parallel_set in zip(axes[0], sets, strict=True):
        colours = ["tab:gray" if name in PUBLISHED else "tab:blue" for name in names]
        axis.barh(range(len(names)), [best[name][parallel_set.name] for name in names], color=colours)
        axis.axvline(
            ceiling(parallel_set.entities, parallel_set.gold).best.f1, color="black", linestyle="--", label="ceiling"
        )
        axis.set_title(parallel_set.name)
        axis.set_xlim(50, 100)
        axis.set_xlabel("F1, best symmetrisation")
    axes[0][0].set_yticks(range(len(names)), names)
    axes[0][0].invert_yaxis()
    axes[0][-1].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> int:
    """Print the tables; write them and the plot if ``--out`` asks for it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    parser.add_argument("--out", type=Path, help="folder for projection.md and projection.png")
    parser.add_argument(
        "--repeat", type=int, default=3, metavar="N", help="runs of which the fastest counts (default: 3)"
    )
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error(f"--repeat {options.repeat} measures nothing; allowed: 1 or more")
    sets = load_sets(options.folder)
    if not sets:
        sys.stderr.write(f"no set below {options.folder}: {NEEDED}\n")
        return 1
    text, best = measure_all(sets, options.repeat)
    sys.stdout.write(text)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "projection.md").write_text(f"# Projection on given links\n\n{text}", encoding="utf-8")
        try:
            plot(best, sets, options.out / "projection.png")
        except ImportError:
            sys.stderr.write("matplotlib is missing, so there is no plot: pip install matplotlib\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
