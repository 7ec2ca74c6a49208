"""Measures time, memory and bytes of build, check and diff as a corpus grows.

    python benchmarks/bench_size.py N [N ...] --folder DIR [--score dice]

The text is made up: words by Zipf's law, of which new ones never end, in sentences of 5 to 35 tokens; a tenth of them
are names. The target has the same words in another spelling, nearly in the same order, and its links come with it, a
tenth of them wrong. Every hundredth sentence is a copy of an earlier one, every hundredth nearly so. Text like this
needs no model, so the chain itself is measured. ``diff`` compares the corpus with another one that lacks the copies.
Memory is the most that the process ever held, time is that of the processor.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RECIPE = """\
name: size
version: 1.0.0
license: cc0-1.0
method: parallel
labels: [PER, LOC]
source: {language: eng, format: conll, files: source.conll}
target: {format: tokens, files: target.txt}
languages: [spa]
aligner: {engine: pharaoh, forward: links.pharaoh}
evaluation: [{format: tokens, files: test.txt}]
filters: {duplicate: 0, near-duplicate: 0.8, leak: 0.8, lost-entity: 0, low-confidence: 0.5, unlinked: 0.3}
"""
BLOCK = 10_000
"""Sentences that are drawn at once."""
TEST_SENTENCES = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence pair: words by their ranks, which of them are names, and where each stands in the target."""

    ranks: list[int]
    names: list[bool]
    order: list[int]


def pairs(count: int) -> Iterator[Pair]:
    """Draw sentence pairs; the first ones are the same whatever their number."""
    earlier: list[Pair] = []
    for block in range(-(-count // BLOCK)):
        rng = np.random.default_rng(block)
        sizes = rng.integers(5, 36, BLOCK)
        ranks = np.minimum(rng.zipf(1.25, sizes.sum()), 50_000_000).tolist()
        names = (rng.random(len(ranks)) < 0.1).tolist()
        shifts = rng.normal(0, 0.6, len(ranks))
        kinds = rng.random(BLOCK)
        start = 0
        for k in range(min(BLOCK, count - block * BLOCK)):
            stop = start + int(sizes[k])
            order = np.argsort(np.arange(stop - start) + shifts[start:stop]).tolist()
            pair = Pair(ranks[start:stop], names[start:stop], order)
            start = stop
            if kinds[k] < 0.02 and earlier:
                pair = earlier[k % len(earlier)]
                if kinds[k] > 0.01:
                    pair = Pair([*pair.ranks[:-1], pair.ranks[-1] + 1], pair.names, pair.order)
            elif kinds[k] > 0.99:
                earlier = [*earlier[-999:], pair]
            yield pair


def spelled(rank: int, letters: str) -> str:
    """Spell a rank with letters."""
    word = ""
    while True:
        rank, digit = divmod(rank, len(letters))
        word += letters[digit]
        if not rank:
            return word


def write_text(folder: Path, count: int) -> None:
    """Write both sides, the links and a test set."""
    with (
        (folder / "source.conll").open("w") as source,
        (folder / "target.txt").open("w") as target,
        (folder / "links.pharaoh").open("w") as links,
        (folder / "test.txt").open("w") as test,
    ):
        for number, pair in enumerate(pairs(count + TEST_SENTENCES)):
            foreign = [spelled(97 * rank + 1000, "ceagiomnuprst") for rank in pair.ranks]
            words = [spelled(97 * rank + 1000, "etaoinshrdlu") for rank in pair.ranks]
            foreign = [w.title() if name else w for w, name in zip(foreign, pair.names, strict=True)]
            line = " ".join(foreign[k] for k in pair.order)
            if number >= count:
                test.write(line + "\n")
                continue
            for k, (word, is_name) in enumerate(zip(words, pair.names, strict=True)):
                label = "PER" if pair.ranks[k] % 2 else "LOC"
                source.write(f"{word.title() if is_name else word}\t{f'B-{label}' if is_name else 'O'}\n")
            source.write("\n")
            target.write(line + "\n")
            wrong = number % 10
            linked = [f"{i}-{j if j % 10 != wrong else 0}" for j, i in enumerate(pair.order)]
            links.write(" ".join(linked) + "\n")


def measured(*command: str | Path, folder: Path) -> tuple[float, float]:
    """Run a command, and return its seconds of the processor and the most megabytes it held."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "silverner", *map(str, command)],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed, see {folder / 'log'}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size_of(folder: Path, pattern: str) -> float:
    """Add up megabytes of files."""
    return sum(path.stat().st_size for path in folder.rglob(pattern)) / 2**20


def main() -> int:
    """Print a line of the table for every size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="+", type=int, metavar="N", help="numbers of sentences")
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder for texts, stores and corpora")
    parser.add_argument("--score", default="fitted", help="the score (default: fitted)")
    options = parser.parse_args()
    sys.stdout.write(
        "| sentences | build s | ms each | MB | check s | ms each | MB | diff s | ms each | MB "
        "| Parquet MB | store MB |\n"
    )
    sys.stdout.write(f"|{'---|' * 12}\n")
    for count in options.sizes:
        folder = options.folder.resolve() / str(count)
        folder.mkdir(parents=True)
        write_text(folder, count)
        (folder / "recipe.yaml").write_text(RECIPE)
        build = ("build", "recipe.yaml", "--store", "store", "--set", f"score={options.score}")
        times = [measured(*build, "--out", "corpus", folder=folder)]
        without_copies = ("--set", "keep={without: [duplicate]}", "--set", "version=1.1.0")
        measured(*build, "--out", "other", *without_copies, folder=folder)
        times.append(measured("check", "corpus", folder=folder))
        times.append(measured("diff", "corpus", "other", folder=folder))
        cells = [f"{s:.0f} | {1000 * s / count:.2f} | {megabytes:.0f}" for s, megabytes in times]
        files = f"{size_of(folder / 'corpus', '*.parquet'):.0f} | {size_of(folder / 'store', '*'):.0f}"
        sys.stdout.write(f"| {count:,} | {' | '.join(cells)} | {files} |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
