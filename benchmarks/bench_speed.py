"""Measures how fast ``silverner`` starts, projects a whole file, and projects beside the published rules.

    python benchmarks/bench_speed.py DIR [--set NAME] [--repeat N]

A set is a pair of labelled files ``A.conll`` and ``B.conll`` beside ``A-B.fwd.pharaoh`` and ``A-B.rev.pharaoh``. The
machine decides the seconds, so every figure stands beside a yardstick that is measured in the same run: commands beside
the interpreter with numpy, which both need; methods beside their rules in plain Python, on the same links. Times are
those of the processor, the best of N runs that take turns. The rules return tags alone; a projection has scores,
confidences and origins besides.
"""

from __future__ import annotations

import argparse
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from parallel_sets import NEEDED, ParallelSet, load_sets

from silverner.projection import Projection, Projector, Span, project_batch, symmetrise
from silverner.projection.links import Link

Tags = list[list[str]]
_MEASURED = """
import runpy, sys, time
code = sys.argv[2] if sys.argv[1] == "-c" else None
del sys.argv[0]
try:
    exec(code) if code else runpy.run_module("silverner", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(1000 * time.process_time(), peak, file=sys.stderr)
"""
"""Runs a command, and writes its milliseconds and its peak memory. The peak that the system tells the parent of a
process is at least that of the parent."""
RUN_RATIO = 0.8
_PUNCTUATION = frozenset(string.punctuation) | {"«", "»", "“", "”", "„", "…", "–", "—", "¿", "¡"}


def runs_of(places: set[int], *, gap: int) -> list[tuple[int, int]]:
    """Join target tokens into half-open runs, with at most ``gap`` other tokens between two of them."""
    runs: list[tuple[int, int]] = []
    for j in sorted(places):
        if runs and j - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], j + 1)
        else:
            runs.append((j, j + 1))
    return runs


def _tag(tags: list[str], start: int, end: int, label: str) -> None:
    tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]


def published_heuristic(entities: Sequence[Span], target: Sequence[str], links: Sequence[Link]) -> list[str]:
    """Project by the rule of arXiv 2501.18750, section 3.1: every long enough run; later entities overwrite."""
    tags = ["O"] * len(target)
    for entity in entities:
        for start, end in runs_of({j for i, j, _ in links if entity.start <= i < entity.end}, gap=1):
            if (end - start) / (entity.end - entity.start) > RUN_RATIO:
                _tag(tags, start, end, entity.label)
    return tags


def easy_label_projection(
    source: Sequence[str], entities: Sequence[Span], target: Sequence[str], links: Sequence[Link]
) -> list[str]:
    """Project by the rule of Easy-Label-Projection: drop links of punctuation, fill gaps of 1, keep the longest run."""
    tags = ["O"] * len(target)
    words = [(i, j) for i, j, _ in links if source[i] not in _PUNCTUATION and target[j] not in _PUNCTUATION]
    for entity in entities:
        runs = runs_of({j for i, j in words if entity.start <= i < entity.end}, gap=1)
        if runs:
            _tag(tags, *max(runs, key=lambda run: run[1] - run[0]), entity.label)
    return tags


def published_gdfa(forward: Sequence[Link], reverse: Sequence[Link]) -> list[Link]:
    """Join two directions by the published pseudo-code of grow-diag-final-and."""
    there, back = ({(i, j) for i, j, _ in links} for links in (forward, reverse))
    union, links = there | back, there & back
    rows, columns = {i for i, _ in links}, {j for _, j in links}
    steps = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))

    def add(i: int, j: int) -> None:
        links.add((i, j))
        rows.add(i)
        columns.add(j)

    grown = True
    while grown:
        grown = False
        for i, j in sorted(union):
            for di, dj in steps if (i, j) in links else ():
                new = (i + di, j + dj)
                if new in union and new not in links and (new[0] not in rows or new[1] not in columns):
                    add(*new)
                    grown = True
    for direction in (there, back):
        for i, j in sorted(direction):
            if i not in rows and j not in columns:
                add(i, j)
    return [(i, j, 1.0) for i, j in sorted(links)]


def best_times(repeat: int, *works: Callable[[], object]) -> list[float]:
    """Return the processor milliseconds of the fastest run of each; they take turns."""
    best = [float("inf")] * len(works)
    for _ in range(repeat):
        for k, work in enumerate(works):
            start = time.process_time()
            work()
            best[k] = min(best[k], 1000 * (time.process_time() - start))
    return best


def compare_methods(data: ParallelSet, repeat: int) -> str:
    """Measure the heuristic and the default beside the published rules, and write a Markdown table."""
    sides = data.source, data.entities, data.target
    heuristic, default = Projector(matcher="heuristic", score="dice", capitals=()), Projector()
    joined = [symmetrise(there, back) for there, back in zip(data.forward, data.reverse, strict=True)]
    rows: list[tuple[str, Callable[[], list[Projection]], Callable[[], Tags]]] = [
        (
            "heuristic, one direction; the published rule",
            lambda: project_batch(*sides, data.forward, projector=heuristic),
            lambda: [published_heuristic(*row) for row in zip(*sides[1:], data.forward, strict=True)],
        ),
        (
            "heuristic, two directions; the published rule and grow-diag-final-and",
            lambda: project_batch(*sides, data.forward, data.reverse, projector=heuristic),
            lambda: [
                published_heuristic(entities, target, published_gdfa(there, back))
                for entities, target, there, back in zip(*sides[1:], data.forward, data.reverse, strict=True)
            ],
        ),
        (
            "default, two directions; Easy-Label-Projection on joined links",
            lambda: project_batch(*sides, data.forward, data.reverse, projector=default),
            lambda: [easy_label_projection(*row) for row in zip(*sides, joined, strict=True)],
        ),
    ]
    text = "| method; yardstick | ms | yardstick, ms | ratio | sentences with the same tags |\n|---|---|---|---|---|\n"
    for name, ours, rule in rows:
        milliseconds, of_rule = best_times(repeat, ours, rule)
        same = sum(projection.tags == tags for projection, tags in zip(ours(), rule(), strict=True))
        figures = f"{milliseconds:.1f} | {of_rule:.1f} | {milliseconds / of_rule:.1f} | {same} of {len(data.source)}"
        text += f"| {name} | {figures} |\n"
    return text


def measure_command(words: Sequence[str], repeat: int) -> tuple[float, float]:
    """Return processor milliseconds and peak memory (MiB) of a command or of ``-c CODE``, the best of several runs."""
    figures = []
    for _ in range(repeat):
        child = subprocess.run([sys.executable, "-c", _MEASURED, *words], capture_output=True, text=True, check=True)
        milliseconds, kilobytes = child.stderr.splitlines()[-1].split()
        figures.append((float(milliseconds), int(kilobytes) / 1024))
    return min(ms for ms, _ in figures), min(memory for _, memory in figures)


def compare_commands(folder: Path, data: ParallelSet, repeat: int) -> str:
    """Measure commands beside the interpreter with numpy, and write a Markdown table."""
    links = next(folder.rglob(f"{data.name.split()[-1]}.fwd.pharaoh"))
    source, target = (
        next(path for path in links.parent.glob(f"{code}.*") if path.suffix in {".conll", ".iob2"})
        for code in links.name.split(".")[0].split("-")
    )
    output = ["--output", "-", "--repair"]
    both = ["--alignment", str(links), "--reverse", str(links).replace(".fwd.", ".rev.")]
    with tempfile.TemporaryDirectory() as name:
        one = [str(Path(name, part)) for part in ("one.conll", "one.txt", "one.links")]
        texts = "Ana\tB-PER\nvisits\tO\nBern\tB-LOC\n", "Ana visita Berna\n", "0-0 1-1 2-2\n"
        for path, text in zip(one, texts, strict=True):
            Path(path).write_text(text, encoding="utf-8")
        sentence = ["--source", one[0], "--target", one[1], "--alignment", one[2]]
        rows = {
            "python, with numpy": ["-c", "import numpy"],
            "silverner --help": ["silverner", "--help"],
            "silverner project, one sentence": ["silverner", "project", *sentence, *output],
            f"silverner project, {len(data.source)} sentences": [
                *("silverner", "project", "--source", str(source), "--target", str(target)),
                *(*both, *output),
            ],
            "silverner languages": ["silverner", "languages"],
        }
        measured = {name: measure_command(words, repeat) for name, words in rows.items()}
    text = "| command | ms | ratio to python with numpy | peak memory, MiB |\n|---|---|---|---|\n"
    yardstick = measured["python, with numpy"][0]
    for name, (milliseconds, memory) in measured.items():
        text += f"| {name} | {milliseconds:.0f} | {milliseconds / yardstick:.1f} | {memory:.0f} |\n"
    return text


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    parser.add_argument("--set", default="en-es", help="the set, by its languages (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of which the fastest counts")
    options = parser.parse_args()
    sets = [one for one in load_sets(options.folder) if one.name.endswith(options.set)]
    if not sets or options.repeat < 1:
        sys.stderr.write(f"no set {options.set} below {options.folder} ({NEEDED}), or no run\n")
        return 1
    sys.stdout.write(f"{sets[0].name}, {len(sets[0].source)} sentences\n\n")
    sys.stdout.write(compare_commands(options.folder, sets[0], options.repeat) + "\n")
    sys.stdout.write(compare_methods(sets[0], options.repeat))
    return 0


if __name__ == "__main__":
    sys.exit(main())
