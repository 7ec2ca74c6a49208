"""Measures what engines cost: processor seconds for 1,000 sentences, on one thread, models loaded.

    OMP_NUM_THREADS=1 python benchmarks/bench_engines.py SOURCE TARGET [--sentences N] [--tokens LEAST MOST] [--runs N]
        [--random-weights] ENGINE...

SOURCE and TARGET are CoNLL files of one parallel text. Each ENGINE is ``KIND SECTION``: what a recipe calls it, and its
section, for example ``'labeller {engine: spacy, model: es_core_news_sm}'``. Labellers read SOURCE. A program that
an engine starts counts, too. ``--tokens`` takes only source sentences of such a length: a few of all lengths would be
padded more than the thousand that a build sorts. With ``--random-weights`` a translator of ``random_models.py``, which
never ends a sentence by itself, writes as many subwords for a batch as its longest input has.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from silverner.projection.alignment import ALIGNERS
from silverner.projection.chain.engine import EngineContext
from silverner.projection.files.reading import Reading
from silverner.projection.labelling import LABELLERS
from silverner.projection.languages import find_language
from silverner.projection.text.tokenization import join
from silverner.projection.translation import TRANSLATORS

REGISTRIES = {"translator": TRANSLATORS, "labeller": LABELLERS, "aligner": ALIGNERS}


def seconds_of(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the least processor seconds of several runs, with those of programs that they start, and of the clock."""
    best = clock = float("inf")
    for _ in range(runs):
        before, start = os.times(), time.perf_counter()
        work()
        after, clock = os.times(), min(clock, time.perf_counter() - start)
        best = min(best, sum(after[k] - before[k] for k in range(4)))
    return best, clock


def write_as_much_as_read(translator: Any) -> None:
    """Let a translator end every sentence of a batch after as many subwords as the longest input has."""
    generate = translator._generate

    def limited(rows: Sequence[Sequence[int]]) -> list[Any]:
        translator._max_length = max(map(len, rows))
        return [replace(output, ended=True) for output in generate(rows)]

    translator._generate = limited


def main() -> None:
    """Print a line of a table for every engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("engines", nargs="+", metavar="ENGINE")
    parser.add_argument("--from", dest="origin", default="eng", help="code of the language of SOURCE")
    parser.add_argument("--to", default="spa", help="code of the language of TARGET")
    parser.add_argument("--sentences", type=int, default=799)
    parser.add_argument("--tokens", type=int, nargs=2, default=(0, 10**6), metavar=("LEAST", "MOST"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--random-weights", action="store_true")
    options = parser.parse_args()
    texts = [[list(one.tokens or ()) for one in Reading().labelled(path)] for path in (options.source, options.target)]
    least, most = options.tokens
    pairs = [pair for pair in zip(*texts, strict=True) if least <= len(pair[0]) <= most][: options.sentences]
    source, target = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    languages = find_language(options.origin), find_language(options.to)
    running = [join(tokens, languages[0]) for tokens in source]
    ids = [str(k) for k in range(len(source))]
    header = "| engine | seconds for 1,000 sentences | of the clock |\n|---|---|---|"
    sys.stdout.write(f"{len(source)} sentences, {sum(map(len, source))} tokens\n\n{header}\n")
    with tempfile.TemporaryDirectory() as models:
        context = EngineContext(
            base=Path.cwd(),
            source=languages[0],
            target=languages[1],
            labels=("PER", "ORG", "LOC"),
            label_map={"MISC": None},
            splits=("train",),
            ids=lambda: ids,
            sizes=lambda: [len(ids)],
            limit=None,
            models=Path(models),
        )
        for words in options.engines:
            kind, _, section = words.partition(" ")
            settings = yaml.safe_load(section)
            engine = REGISTRIES[kind].get(settings["engine"]).model_validate(settings).build(context)
            engine.check()
            if options.random_weights:
                write_as_much_as_read(engine)
            work = {
                "translator": lambda some, engine=engine: engine.translate(ids[some], running[some]),
                "labeller": lambda some, engine=engine: engine.label(source[some]),
                "aligner": lambda some, engine=engine: engine.align(source[some], target[some]),
            }[kind]
            work(slice(2))  # loads the model
            seconds = [one / len(source) * 1000 for one in seconds_of(partial(work, slice(None)), options.runs)]
            sys.stdout.write(f"| {words} | {seconds[0]:.1f} | {seconds[1]:.1f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
