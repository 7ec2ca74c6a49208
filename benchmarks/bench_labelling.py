"""A tagger on real text, against the plain loop of transformers: sentences a second, and the share spent in the model.

    python benchmarks/bench_labelling.py MODEL FILE.conll [--limit N] [--batch-size N] [--map MISC=O]

MODEL is a folder or an id on the Hub, FILE a labelled corpus whose labels the model is also scored against.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from silverner.projection.labelling import Tagger
from silverner.projection.metrics import evaluate_spans
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.readers import CorpusFiles, read_corpus


def main() -> int:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="folder or id of a token-classification model")
    parser.add_argument("file", type=Path, help="a labelled corpus")
    parser.add_argument("--limit", type=int, help="use the first sentences only")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--threads", type=int, help="cores torch may use (default: all)")
    parser.add_argument("--map", action="append", default=[], metavar="LABEL=NEW", help="rename a label; O drops it")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    corpus = CorpusFiles(files={"test": str(options.file)}, repair=True)
    sentences = list(islice(read_corpus(corpus, tagged=True), options.limit))
    tokens = [list(sentence.tokens or ()) for sentence in sentences]
    gold = [sentence.spans or () for sentence in sentences]
    checkpoint = Checkpoint(name=options.model)
    tagger = Tagger(
        checkpoint,
        labels=sorted({span.label for spans in gold for span in spans}),
        label_map=dict(pair.split("=", 1) for pair in options.map),
        batch_size=options.batch_size,
    )
    tagger.label(tokens[:2])  # loads the model
    assert tagger._reader is not None
    model, tokenizer = tagger._reader.model, tagger._reader.tokenizer
    inside = _watch(model)
    sys.stdout.write("| engine | sentences/s | tokens/s | outside the model |\n|---|---|---|---|\n")
    found = _row("batched", tokens, inside, lambda: tagger.label(tokens))
    _row("plain loop", tokens, inside, lambda: [_plain(model, tokenizer, sentence) for sentence in tokens])
    score = evaluate_spans(gold, [labelling.spans for labelling in found]).overall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"\n{len(tokens)} sentences, {torch.get_num_threads()} threads, peak {memory} MiB; against the labels of "
        f"{options.file.name}: F1 {score.f1:.2f}, precision {score.precision:.2f}, recall {score.recall:.2f}\n"
    )
    return 0


def _watch(model: Any) -> list[float]:
    """Measure the time spent in a model's forward pass."""
    spent = [0.0]
    forward = model.forward

    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return forward(*args, **kwargs)
        finally:
            spent[0] += time.perf_counter() - start

    model.forward = timed
    return spent


def _row(name: str, tokens: list[list[str]], inside: list[float], run: Callable[[], Any]) -> Any:
    """Time one way of labelling and print its row."""
    inside[0] = 0.0
    start = time.perf_counter()
    found = run()
    seconds = time.perf_counter() - start
    words = sum(map(len, tokens))
    outside = 1 - inside[0] / seconds
    sys.stdout.write(f"| {name} | {len(tokens) / seconds:.1f} | {words / seconds:.0f} | {outside:.0%} |\n")
    return found


def _plain(model: Any, tokenizer: Any, words: list[str]) -> list[int]:
    """Tag one sentence as the documentation of transformers shows it."""
    inputs = tokenizer(words, is_split_into_words=True, truncation=True, return_tensors="pt").to(model.device)
    with torch.no_grad():
        tags: list[int] = model(**inputs).logits[0].argmax(-1).tolist()
    return tags


if __name__ == "__main__":
    sys.exit(main())
