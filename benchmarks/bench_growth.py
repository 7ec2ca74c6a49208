"""How the time of a projection grows with the sentence and its entities.

    python benchmarks/bench_growth.py [--repeat N]

*Typical*: names of one to four tokens, linked as an aligner links them, a tenth of the links wrong. *Crowded*: all
entities bear one name, which stands at every place of the target, and every source token of theirs is linked to every
target token: all of them compete for all places. The joint problem is NP-hard in general (with spans of any length it
contains maximum-weight independent set on interval graphs with colours, the job interval selection problem), so there
is no bound but the exponential one; beyond 20,000 steps of a component HiGHS takes over, and past 1,000 candidates
there it breaks no ties by rule any more.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from statistics import median
from string import ascii_lowercase

from projection.links import Link
from projection.projector import Projector
from projection.scoring import SCORES
from projection.spans import Span

SIZES = {"typical": ((25, 50, 100, 200), (5, 15, 30, 60)), "crowded": ((10, 25, 50), (5, 15, 30))}
"""Tokens and entities."""


def typical(length: int, count: int, rng: random.Random) -> tuple[list[str], list[Span], list[str], list[list[Link]]]:
    """Draw a sentence pair as corpora have them; no more entities than have room."""
    spans: list[Span] = []
    place = 0
    while len(spans) < count and place < length:
        end = min(length, place + rng.randint(1, 4))
        spans.append(Span(place, end, "PER"))
        place = end + max(1, length // count - 3)
    words = ["".join(rng.choices(ascii_lowercase, k=rng.randint(2, 9))) for _ in range(length)]
    for span in spans:
        words[span.start : span.end] = [word.title() for word in words[span.start : span.end]]
    sides: list[list[Link]] = []
    for _ in range(2):
        sides.append([(i, i if rng.random() > 0.1 else rng.randrange(length), 1.0) for i in range(length)])
    return words, spans, list(words), sides


def crowded(length: int, count: int, rng: random.Random) -> tuple[list[str], list[Span], list[str], list[list[Link]]]:
    """Make a sentence pair in which every entity could be everywhere."""
    del rng
    source = ["Ana"] * (2 * count)
    spans = [Span(2 * k, 2 * k + 1, "PER") for k in range(count)]
    links: list[Link] = [(i, j, 1.0) for i in range(0, 2 * count, 2) for j in range(length)]
    return source, spans, ["Ana"] * length, [links, links]


def main() -> int:
    """Print a table a kind of sentence."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=5, help="sentences a cell (default: 5)")
    repeat = parser.parse_args().repeat
    for kind in (typical, crowded):
        lengths, entities = SIZES[kind.__name__]
        for score in SCORES:
            projector = Projector(score=score, max_length=None)
            sys.stdout.write(f"\n{kind.__name__}, {score}: milliseconds a sentence (median of {repeat})\n\n")
            sys.stdout.write(f"| tokens | {' | '.join(f'{n} entities' for n in entities)} |\n")
            sys.stdout.write(f"|{'---|' * (len(entities) + 1)}\n")
            for length in lengths:
                cells = []
                for count in entities:
                    seconds = []
                    for seed in range(repeat):
                        drawn = kind(length, count, random.Random(seed))  # noqa: S311 - no secret
                        source, spans, target, (forward, reverse) = drawn
                        start = time.perf_counter()
                        projector(source, spans, target, forward, reverse)
                        seconds.append(time.perf_counter() - start)
                    cells.append(f"{1000 * median(seconds):.1f}")
                    sys.stdout.flush()
                sys.stdout.write(f"| {length} | {' | '.join(cells)} |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
