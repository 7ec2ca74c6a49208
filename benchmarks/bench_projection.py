"""Every matcher, score and symmetrisation on every parallel set of a folder: entity F1, ceiling and time.

    python benchmarks/bench_projection.py DIR [--out FOLDER] [--repeat N]

A set is a pair of labelled files ``A.conll`` and ``B.conll`` (or ``.iob2``) beside ``A-B.fwd.pharaoh`` and
``A-B.rev.pharaoh`` (source-target links of both directions). The time is that of everything but reading files, for the
whole set: seconds of one processor, whatever else it did meanwhile, the best of N runs. With ``--out`` the tables go to
``projection.md`` and a plot to ``projection.png`` there, too.
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

# The peers know no capitals and no threshold; nor do the rows that compare matchers on their score.
PLAIN: dict[str, Any] = {"capitals": (), "threshold": 0.0}
ALONE = {"lexicon": 0.0, "cohesion": 0.0, "article": 0.0}
PEERS: dict[str, dict[str, Any]] = {
    "heuristic, dice (published)": {**PLAIN, "matcher": "heuristic", "score": "dice"},
    "greedy n-gram, dice (published)": {**PLAIN, "matcher": "greedy", "score": "dice"},
    "bipartite n-gram, dice (published)": {**PLAIN, "matcher": "bipartite", "score": "dice"},
}
OURS: dict[str, dict[str, Any]] = {
    "exact n-gram, dice": {**PLAIN, "matcher": "exact", "score": "dice"},
    "exact aligned runs, dice": {**PLAIN, "matcher": "exact", "score": "dice", "proposer": "runs"},
    "heuristic, fused": {"matcher": "heuristic"},
    "greedy n-gram, fused": {"matcher": "greedy"},
    "bipartite n-gram, fused": {"matcher": "bipartite"},
    "exact aligned runs, fused": {"proposer": "runs"},
    "exact n-gram, fused, each sentence alone, no capitals": {**PLAIN, "weights": ALONE},
    "exact n-gram, fused, no capitals": {"capitals": ()},
    "exact n-gram, fused (the default)": {},
}


def tables(sets: Sequence[ParallelSet], repeat: int = 3) -> tuple[str, dict[str, dict[str, float]]]:
    """Measure everything.

    :param sets: The sets.
    :param repeat: Runs of which the fastest counts.
    :returns: Markdown, and of every method the best F1 on every set.
    """
    text, best = "", {}
    for one in sets:
        top = ceiling(one.entities, one.gold)
        text += f"\n## {one.name}\n\n{len(one.source)} sentences, {sum(map(len, one.entities))} source entities; "
        text += f"a perfect projector reaches {top.every.f1:.1f}, one that knows what has no counterpart "
        text += f"{top.best.f1:.1f}.\n\n| method | {' | '.join(SYMMETRISATIONS)} |\n"
        text += f"|{'---|' * (len(SYMMETRISATIONS) + 1)}\n"
        for name, settings in {**PEERS, **OURS}.items():
            cells, row = [], []
            # Where only the fused score looks at links, it weighs both directions itself.
            everywhere = settings.get("score") == "dice" or settings.get("matcher") == "heuristic" or "runs" in name
            for how in SYMMETRISATIONS if everywhere else ("gdfa",):
                f1, seconds = measure(one, _projector(settings, how), repeat)
                row.append(f1)
                cells.append(f"{row[-1]:.2f} ({seconds:.2f} s)")
            cells += [""] * (len(SYMMETRISATIONS) - len(cells))
            text += f"| {name} | {' | '.join(cells)} |\n"
            best.setdefault(name, {})[one.name] = max(row)
    return text.lstrip(), best


def measure(one: ParallelSet, projector: Projector, repeat: int) -> tuple[float, float]:
    """Return the F1 of a method on a set, and the processor's seconds of the fastest run."""
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        done = one.project(projector)
        seconds.append(time.process_time() - start)
    return one.score(done), min(seconds)


def _projector(settings: Mapping[str, Any], symmetrise: str) -> Projector:
    from silverner.projection.scoring.weights import Weights

    chosen = dict(settings)
    if chosen.get("matcher") == "heuristic":
        chosen.pop("threshold", None)
    if "weights" in chosen:
        chosen["weights"] = Weights.of(chosen["weights"])
    return Projector(symmetrise=symmetrise, **chosen)  # type: ignore[arg-type]  # one of SYMMETRISATIONS


def plot(best: Mapping[str, Mapping[str, float]], sets: Sequence[ParallelSet], path: Path) -> None:
    """Draw the best F1 of every method on every set, below the set's ceiling.

    :param best: As :func:`tables` gives it.
    :param sets: The sets.
    :param path: Where to write the PNG.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(sets), figsize=(4.5 * len(sets), 4.5), sharey=True, squeeze=False)
    names = list(best)
    for axis, one in zip(axes[0], sets, strict=True):
        colours = ["tab:gray" if name in PEERS else "tab:blue" for name in names]
        axis.barh(range(len(names)), [best[name][one.name] for name in names], color=colours)
        axis.axvline(ceiling(one.entities, one.gold).best.f1, color="black", linestyle="--", label="ceiling")
        axis.set_title(one.name)
        axis.set_xlim(50, 100)
        axis.set_xlabel("F1, best symmetrisation")
    axes[0][0].set_yticks(range(len(names)), names)
    axes[0][0].invert_yaxis()
    axes[0][-1].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> int:
    """Print the tables; write them and the plot where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the sets are")
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
    text, best = tables(sets, options.repeat)
    sys.stdout.write(text)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "silverner.projection.md").write_text(f"# Projection on given links\n\n{text}", encoding="utf-8")
        try:
            plot(best, sets, options.out / "silverner.projection.png")
        except ImportError:
            sys.stderr.write("no plot without matplotlib: pip install matplotlib\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
