"""Measures what engines cost: processor seconds for 1,000 sentences, on one thread, models loaded.

    OMP_NUM_THREADS=1 python benchmarks/bench_engines.py SOURCE TARGET [--sentences N] ENGINE...

SOURCE and TARGET are CoNLL files of one parallel text. Each ENGINE is ``KIND SECTION``: what a recipe calls it, and its
section, for example ``'labeller {engine: spacy, model: es_core_news_sm}'``. Labellers read SOURCE. A program that
an engine starts counts, too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from silverner.projection.alignment import ALIGNERS
from silverner.projection.chain.engine import EngineContext
from silverner.projection.files.reading import Reading
from silverner.projection.labelling import LABELLERS
from silverner.projection.languages import find_language
from silverner.projection.text.tokenization import join
from silverner.projection.translation import TRANSLATORS

REGISTRIES = {"translator": TRANSLATORS, "labeller": LABELLERS, "aligner": ALIGNERS}
RUNS = 3


def seconds_of(work: Callable[[], object]) -> float:
    """Return the least processor seconds of several runs, with those of programs that they start."""
    best = float("inf")
    for _ in range(RUNS):
        before = os.times()
        work()
        after = os.times()
        best = min(best, sum(after[k] - before[k] for k in range(4)))
    return best


def main() -> None:
    """Print a line of a table for every engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("engines", nargs="+", metavar="ENGINE")
    parser.add_argument("--from", dest="origin", default="eng", help="code of the language of SOURCE")
    parser.add_argument("--to", default="spa", help="code of the language of TARGET")
    parser.add_argument("--sentences", type=int, default=799)
    options = parser.parse_args()
    texts = [
        [list(one.tokens or ()) for one in Reading().labelled(path)][: options.sentences]
        for path in (options.source, options.target)
    ]
    source, target = texts
    languages = find_language(options.origin), find_language(options.to)
    running = [join(tokens, languages[0]) for tokens in source]
    ids = [str(k) for k in range(len(source))]
    header = "| engine | seconds for 1,000 sentences |\n|---|---|"
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
            work = {
                "translator": lambda engine=engine: engine.translate(ids, running),
                "labeller": lambda engine=engine: engine.label(source),
                "aligner": lambda engine=engine: engine.align(source, target),
            }[kind]
            work()
            sys.stdout.write(f"| {words} | {seconds_of(work) / len(source) * 1000:.1f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
