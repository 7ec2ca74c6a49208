"""Compares the batched aligner with the simalign package, or with a plain loop: pairs a second, links, memory.

    python benchmarks/bench_alignment.py DIR/en.conll DIR/es.conll                      # a tiny encoder, made here
    python benchmarks/bench_alignment.py DIR/en.conll DIR/es.conll --model FOLDER --layer 8
    python benchmarks/bench_alignment.py DIR/en.conll DIR/es.conll --base --pairs 100   # mBERT's size, random weights

The files are the two sides of a parallel text, in columns. One thread is used. Both sides of a ratio are measured in
turns, and the best of ``--repeat`` runs counts. The package aligns the first ``--package`` pairs only, and by ``mwmf``
the first ``--mwmf``: networkx takes seconds for a long sentence. "Outside the model" is the share of the batched time
that is not spent in the model's forward passes.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import BertConfig, BertModel, BertTokenizer
from transformers.utils import logging as transformers_logging

from silverner.projection.alignment import EmbeddingAligner
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.readers import CorpusFiles, read_corpus

RULES = {"inter": "a", "itermax": "i", "mwmf": "m"}
LEVELS = {"subword": "bpe", "word": "word"}
TINY = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 48}
Sides = tuple[list[list[str]], list[list[str]]]


def read_tokens(path: Path) -> list[list[str]]:
    """Read the tokens of every sentence of a file."""
    corpus = CorpusFiles(files={"test": str(path)}, repair=True)
    return [list(sentence.tokens or ()) for sentence in read_corpus(corpus, tagged=True)]


def write_random_bert(folder: Path, text: Sequence[Sequence[str]], *, base: bool) -> None:
    """Write a BERT with random weights and a WordPiece vocabulary learnt from the text.

    :param folder: Folder to write.
    :param text: Tokens of every sentence.
    :param base: Use the sizes of multilingual BERT base (12 layers, width 768) instead of tiny ones.
    """
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token=special[1]))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=8000, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([" ".join(tokens) for tokens in text], trainer)
    torch.manual_seed(7)
    vocabulary = tokenizer.get_vocab()
    config = BertConfig(vocab_size=119547) if base else BertConfig(vocab_size=len(vocabulary), **TINY)
    BertModel(config).save_pretrained(folder)
    BertTokenizer(vocab=vocabulary, do_lower_case=False).save_pretrained(folder)


class Stopwatch:
    """Adds up the seconds that a model spends in its forward passes."""

    def __init__(self, model: Any) -> None:
        """Replace the forward pass of the model by one that is timed."""
        self.seconds, self._forward = 0.0, model.forward
        model.forward = self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run and time one forward pass."""
        start = time.perf_counter()
        try:
            return self._forward(*args, **kwargs)
        finally:
            self.seconds += time.perf_counter() - start


def simalign_aligner(model: str, rule: str, level: str, layer: int) -> Callable[[list[str], list[str]], Any]:
    """Make the aligner of the simalign package, which takes one pair at a time."""
    import simalign

    aligner = simalign.SentenceAligner(
        model=model, token_type=LEVELS[level], matching_methods=RULES[rule], layer=layer, device="cpu"
    )
    return lambda source, target: [(int(i), int(j)) for i, j in aligner.get_word_aligns(source, target)[rule]]


def plain_loop_aligner(model: str, rule: str, level: str, layer: int) -> Callable[[list[str], list[str]], Any]:
    """Make a subword aligner that reads one sentence at a time with plain transformers, through all layers."""
    from silverner.projection.alignment.similarity import METHODS, cosine

    encoder, tokenizer = Checkpoint(name=model, device="cpu").load("encoder")

    def encode(words: list[str]) -> tuple[Any, list[int]]:
        inputs = tokenizer(words, is_split_into_words=True, return_tensors="pt")
        word_of_subword = [word for word in inputs.word_ids() if word is not None]
        with torch.inference_mode():
            states = encoder(**inputs, output_hidden_states=True).hidden_states[layer]
        return states[0, 1:-1].numpy(), word_of_subword

    def align(source: list[str], target: list[str]) -> list[tuple[int, int]]:
        (left, rows), (right, columns) = encode(source), encode(target)
        links = METHODS[rule](cosine(left, right))
        return sorted({(rows[i], columns[j]) for i, j in zip(*links, strict=True)})

    return align


def measure(model: str, rule: Any, level: Any, sides: Sides, make_reference: Any, count: int, options: Any) -> str:
    """Measure one rule at one level, and return a row of the table."""
    batched = EmbeddingAligner(Checkpoint(name=model, device="cpu"), rule=rule, level=level, layer=options.layer)
    batched.align([["a"]], [["a"]])
    watch = Stopwatch(batched._encoder._reader.model)
    reference = make_reference(model, rule, level, options.layer)
    batched_seconds, reference_seconds, model_seconds = float("inf"), float("inf"), 0.0
    for _ in range(options.repeat):
        watch.seconds, start = 0.0, time.perf_counter()
        pairs = batched.align(*sides)
        seconds = time.perf_counter() - start
        if seconds < batched_seconds:
            batched_seconds, model_seconds = seconds, watch.seconds
        start = time.perf_counter()
        links = [reference(s, t) for s, t in zip(sides[0][:count], sides[1][:count], strict=True)]
        reference_seconds = min(reference_seconds, time.perf_counter() - start)
    rates = len(sides[0]) / batched_seconds, len(links) / reference_seconds
    same = sum([link[:2] for link in pair.forward] == expected for pair, expected in zip(pairs, links, strict=False))
    return (
        f"| {rule} | {level} | {rates[0]:,.1f} | {rates[1]:,.1f} | {rates[0] / rates[1]:.1f} | {same} of {len(links)} "
        f"| {1 - model_seconds / batched_seconds:.0%} |\n"
    )


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=Path, help="columns of the source")
    parser.add_argument("target", type=Path, help="columns of the target")
    parser.add_argument("--model", help="folder of an encoder (default: one with random weights)")
    parser.add_argument(
        "--base", action="store_true", help="make an encoder of multilingual BERT's size, and compare with a plain loop"
    )
    parser.add_argument("--layer", type=int, help="hidden state to compare (default: 2 of a tiny model, else 8)")
    parser.add_argument("--rule", choices=sorted(RULES), action="append", help="only this rule (can be repeated)")
    parser.add_argument("--level", choices=sorted(LEVELS), action="append", help="only this level (can be repeated)")
    parser.add_argument("--pairs", type=int, default=400, help="pairs to align (default 400)")
    parser.add_argument("--package", type=int, default=100, help="pairs that the package or loop aligns (default 100)")
    parser.add_argument("--mwmf", type=int, default=5, help="pairs that the package aligns by mwmf (default 5)")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the best counts (default 3)")
    options = parser.parse_args()
    if options.layer is None:
        options.layer = 8 if options.base or options.model else 2
    return options


def main() -> int:
    """Print a Markdown table."""
    options = arguments()
    torch.set_num_threads(1)
    transformers_logging.disable_progress_bar()
    text = read_tokens(options.source), read_tokens(options.target)
    sides = text[0][: options.pairs], text[1][: options.pairs]
    make_reference, name = (plain_loop_aligner, "plain loop") if options.base else (simalign_aligner, "package")
    with tempfile.TemporaryDirectory() as scratch:
        if options.model is None:
            write_random_bert(Path(scratch), [*text[0], *text[1]], base=options.base)
        sys.stdout.write(
            f"| rule | level | batched, pairs/s | {name}, pairs/s | ratio | same links | outside the model |\n"
        )
        sys.stdout.write(f"|{'---|' * 7}\n")
        for level in ["subword"] if options.base else options.level or LEVELS:
            for rule in options.rule or RULES:
                count = options.mwmf if rule == "mwmf" and make_reference is simalign_aligner else options.package
                row = measure(options.model or scratch, rule, level, sides, make_reference, count, options)
                sys.stdout.write(row)
                sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"\n{len(sides[0])} pairs, layer {options.layer}; peak memory of the process {peak:,.0f} MiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
