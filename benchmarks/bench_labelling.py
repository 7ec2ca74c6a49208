"""Compares the batched tagger with the plain loop of transformers: sentences a second, and time outside the model.

    python benchmarks/bench_labelling.py MODEL FILE.conll [--limit N] [--batch-size N] [--map MISC=O]

MODEL is a folder or an id on the Hub. FILE is a labelled corpus: the tagger is also scored against its labels.
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
    parser.add_argument("--limit", type=int, help="use only the first N sentences")
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
    model_seconds = _time_forward(model)
    sys.stdout.write("| engine | sentences/s | tokens/s | outside the model |\n|---|---|---|---|\n")
    labellings = _row("batched", tokens, model_seconds, lambda: tagger.label(tokens))
    _row("plain loop", tokens, model_seconds, lambda: [_tag_sentence(model, tokenizer, words) for words in tokens])
    score = evaluate_spans(gold, [labelling.spans for labelling in labellings]).overall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"\n{len(tokens)} sentences, {torch.get_num_threads()} threads, peak {memory} MiB; against the labels of "
        f"{options.file.name}: F1 {score.f1:.2f}, precision {score.precision:.2f}, recall {score.recall:.2f}\n"
    )
    return 0


def _time_forward(model: Any) -> list[float]:
    """Add up the seconds of a model's forward passes, in the list that is returned."""
    seconds = [0.0]
    forward = model.forward

    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return forward(*args, **kwargs)
        finally:
            seconds[0] += time.perf_counter() - start

    model.forward = timed
    return seconds


def _row(name: str, tokens: list[list[str]], model_seconds: list[float], label: Callable[[], Any]) -> Any:
    """Time one way of labelling, and print its row."""
    model_seconds[0] = 0.0
    start = time.perf_counter()
    labellings = label()
    seconds = time.perf_counter() - start
    words = sum(map(len, tokens))
    outside = 1 - model_seconds[0] / seconds
    sys.stdout.write(f"| {name} | {len(tokens) / seconds:.1f} | {words / seconds:.0f} | {outside:.0%} |\n")
    return labellings


def _tag_sentence(model: Any, tokenizer: Any, words: list[str]) -> list[int]:
    """Tag one sentence as the documentation of transformers shows it."""
    inputs = tokenizer(words, is_split_into_words=True, truncation=True, return_tensors="pt").to(model.device)
    with torch.no_grad():
        tags: list[int] = model(**inputs).logits[0].argmax(-1).tolist()
    return tags


if __name__ == "__main__":
    sys.exit(main())
