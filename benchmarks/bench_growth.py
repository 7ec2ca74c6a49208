"""Measures how the time of a projection grows with the sentence and its entities.

    python benchmarks/bench_growth.py [--repeat N] [--limit SECONDS]

There are three kinds of sentences. *Typical*: names have one to four tokens and are linked as an aligner links them; a
tenth of the links is wrong. *Crowded*: all entities have the same name, every target token is this name, and every
source token of an entity is linked to every target token; so all entities compete for all places, with equal scores.
*Scattered*: every entity has two tokens, each linked to a random half of the target with random weights; so all
entities compete for all places, with different scores.

The joint problem is NP-hard in general: with spans of any length it contains the job interval selection problem
(maximum-weight independent set on coloured interval graphs), so only an exponential bound is known. After about 20,000
steps of a component HiGHS takes over; with more than 1,000 candidates it breaks ties without our rule. When a sentence
took longer than ``--limit`` seconds, larger ones of its kind are not measured.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from string import ascii_lowercase
from typing import Any

from silverner.projection.links import Link
from silverner.projection.projector import Projector
from silverner.projection.scoring.choices import SCORES
from silverner.projection.spans import Span

LENGTHS, COUNTS = (25, 50, 100, 200), (5, 15, 30, 60)
"""Tokens and entities."""


def typical(length: int, count: int, rng: random.Random) -> tuple[list[str], list[Span], list[str], list[list[Link]]]:
    """Draw a sentence pair as corpora have them, with at most ``count`` entities."""
    spans: list[Span] = []
    start = 0
    while len(spans) < count and start < length:
        end = min(length, start + rng.randint(1, 4))
        spans.append(Span(start, end, "PER"))
        start = end + max(1, length // count - 3)
    words = ["".join(rng.choices(ascii_lowercase, k=rng.randint(2, 9))) for _ in range(length)]
    for span in spans:
        words[span.start : span.end] = [word.title() for word in words[span.start : span.end]]
    sides: list[list[Link]] = []
    for _ in range(2):
        sides.append([(i, i if rng.random() > 0.1 else rng.randrange(length), 1.0) for i in range(length)])
    return words, spans, list(words), sides


def crowded(length: int, count: int, rng: random.Random) -> tuple[list[str], list[Span], list[str], list[list[Link]]]:
    """Make a sentence pair in which every entity fits every place equally well."""
    del rng
    source = ["Ana"] * (2 * count)
    spans = [Span(2 * k, 2 * k + 1, "PER") for k in range(count)]
    links: list[Link] = [(i, j, 1.0) for i in range(0, 2 * count, 2) for j in range(length)]
    return source, spans, ["Ana"] * length, [links, links]


def scattered(length: int, count: int, rng: random.Random) -> tuple[list[str], list[Span], list[str], list[list[Link]]]:
    """Make a sentence pair in which every entity fits every place, each with another score."""
    words = ["".join(rng.choices(ascii_lowercase, k=8)).title() for _ in range(2 * count + length)]
    spans = [Span(2 * k, 2 * k + 2, "PER") for k in range(count)]
    pairs = [(i, j) for i in range(2 * count) for j in range(length) if rng.random() < 0.5]
    links: list[Link] = [(i, j, rng.random()) for i, j in pairs]
    return words[: 2 * count], spans, words[2 * count :], [links, links]


def measure(kind: Callable[..., Any], projector: Projector, length: int, count: int, *, repeat: int) -> float:
    """Return the median time of a projection in seconds."""
    seconds = []
    for seed in range(repeat):
        rng = random.Random(seed)  # noqa: S311 - no secret
        source, spans, target, (forward, reverse) = kind(length, count, rng)
        start = time.perf_counter()
        projector(source, spans, target, forward, reverse)
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def main() -> int:
    """Print one table for every kind of sentence and every score."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=5, help="sentences for every cell (default: 5)")
    parser.add_argument("--limit", type=float, default=60.0, help="most seconds of one sentence (default: 60)")
    options = parser.parse_args()
    for kind in (typical, crowded, scattered):
        for score in SCORES:
            projector = Projector(score=score, max_length=None)
            sys.stdout.write(f"\n{kind.__name__}, {score}: milliseconds a sentence (median of {options.repeat})\n\n")
            sys.stdout.write(f"| tokens | {' | '.join(f'{n} entities' for n in COUNTS)} |\n")
            sys.stdout.write(f"|{'---|' * (len(COUNTS) + 1)}\n")
            too_slow = False
            for length in LENGTHS:
                cells = []
                for count in COUNTS:
                    seconds = None if too_slow else measure(kind, projector, length, count, repeat=options.repeat)
                    cells.append("not measured" if seconds is None else f"{1000 * seconds:.1f}")
                    too_slow = seconds is None or seconds > options.limit
                sys.stdout.write(f"| {length} | {' | '.join(cells)} |\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
