"""Measures whether an encoder gives better links after it was tuned on the sentence pairs of a set, without gold links.

    python benchmarks/bench_tuning.py DIR --model FOLDER [--layer 6] [--set NAME ...] [--seeds N]
        [--objectives self translation parallel] [--links softmax|inter|itermax|agreed] [--rate 2e-5] [--epochs 1]
        [--bitext SOURCE TARGET] [--lora RANK]

DIR is a folder of sets, as ``silverner benchmark`` takes it. The objectives are those of awesome-align (Dou and Neubig
2021, section 2.2): ``self`` makes the links of the encoder itself more probable, ``translation`` recognises masked
subwords of a sentence and its translation, ``parallel`` tells translations from other pairs. The encoder must be of
BERT's build. ``--links agreed`` trains on those of its links (itermax) that the links that come with the set have, too.
``--bitext`` trains on two parallel files (a sentence a line, tokens split by spaces) instead of the pairs of the set.
``--lora`` trains an adapter of the shape of TransAlign (Ebing, Goldschmied and Glavas 2025) instead of the layers, and
measures it as a recipe uses it: written to a folder, and named by ``adapter:``.
The table has, before and after, the F1 of the default projection and of the published heuristic with links by
``itermax`` and by ``softmax``, the number of links, and how many links only one of the two encoders has. Then the mean
loss of the first and of the last tenth of the steps, the processor seconds of the training, the share of the weights
that was trained, how far the weights moved (the norm of the change by the norm of the weights), how far the encoder
with its adapter is from that of peft (the largest difference of a weight), and a hash of what was written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

import torch
from transformers.utils import logging as transformers_logging
from tuning import LINKS, OBJECTIVES, Tuner, Tuning

from silverner.projection.chain import ShardStore
from silverner.projection.errors import SilvernerError
from silverner.projection.metrics import evaluate_spans
from silverner.projection.neural.adapter import Adapter
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.scoreboard.aligners import SUPPLIED, read_aligner
from silverner.scoreboard.links import SetLinks, link
from silverner.scoreboard.methods import METHODS
from silverner.scoreboard.parallel_set import ParallelSet, read_set
from silverner.scoreboard.registry import choose_sets, registered_sets
from silverner.scoreboard.trial import try_method

ENGINES = {"itermax": {"engine": "simalign", "method": "itermax"}, "softmax": {"engine": "awesome"}}
MEASURED = ("default", "heuristic")


def embedding_links(parallel_set: ParallelSet, encoder: Mapping[str, str], layer: int, rule: str) -> SetLinks:
    """Align a set with an encoder, given as the keys of a recipe."""
    section = {**ENGINES[rule], **encoder, "layer": layer, "device": "cpu"}
    return links_of(parallel_set, json.dumps(section))


def links_of(parallel_set: ParallelSet, aligner: str) -> SetLinks:
    """Align a set, or read the links that come with it; nothing is stored."""
    with tempfile.TemporaryDirectory(prefix="silverner-") as folder:
        return link(parallel_set, read_aligner(aligner), ShardStore(Path(folder)))


def row(name: str, parallel_set: ParallelSet, links: Mapping[str, SetLinks], before: Mapping[str, SetLinks]) -> str:
    """Write the figures of an encoder on a set."""
    cells = [parallel_set.name, name]
    for rule in ENGINES:
        for method in MEASURED:
            entities = try_method(METHODS[method], parallel_set, links[rule], timed=False).entities
            cells.append(f"{evaluate_spans(parallel_set.gold, entities).overall.f1:.2f}")
        pairs, pairs_before = _pairs(links[rule]), _pairs(before[rule])
        cells += [str(len(pairs)), str(len(pairs ^ pairs_before))]
    return " | ".join(cells)


def _pairs(links: SetLinks) -> set[tuple[int, int, int]]:
    """Return sentence, source token and target token of every link."""
    return {(k, i, j) for k, sentence in enumerate(links.forward) for i, j, _ in sentence}


def agreed_links(parallel_set: ParallelSet, model: Path, layer: int) -> list[frozenset[tuple[int, int]]]:
    """Return the links that the encoder and the supplied links of either direction share."""
    supplied = links_of(parallel_set, SUPPLIED)
    neural = embedding_links(parallel_set, {"model": str(model)}, layer, "itermax").forward
    return [
        frozenset((i, j) for i, j, _ in links) & {(i, j) for i, j, _ in [*forward, *reverse]}
        for links, forward, reverse in zip(neural, supplied.forward, supplied.reverse, strict=True)
    ]


def training_pairs(parallel_set: ParallelSet, options: argparse.Namespace) -> list[tuple[Any, Any, Any]]:
    """Return tokens of both sides, and the links to train on, of every pair."""
    sides: Sequence[Sequence[Sequence[str]]] = parallel_set.source_tokens, parallel_set.target_tokens
    if options.bitext:
        sides = [[line.split() for line in path.read_text(encoding="utf-8").splitlines()] for path in options.bitext]
    agreed = options.links == "agreed"
    links = agreed_links(parallel_set, options.model, options.layer) if agreed else [None] * len(sides[0])
    return list(zip(*sides, links, strict=True))


def tune(pairs: Sequence[tuple[Any, Any, Any]], model: Path, tuning: Tuning, folder: Path) -> str:
    """Tune an encoder, write it (or its adapter) to a folder, and return the facts of the table."""
    untuned = Checkpoint(name=str(model), device="cpu")
    tuner = Tuner(untuned, tuning)
    trained = sum(weights.numel() for weights in tuner.trained_weights()) / tuner.model.num_parameters()
    start = time.process_time()
    losses = tuner.train([tuner.pair(*pair) for pair in pairs])
    seconds = time.process_time() - start
    tuner.save(folder)
    (file,) = folder.glob("*model.safetensors")
    tuned = replace(untuned, adapter=Adapter(name=str(folder))) if tuning.lora else replace(untuned, name=str(folder))
    before, after = (lower_layers(one, tuning.layer) for one in (untuned, tuned))
    tenth = max(1, len(losses) // 10)
    cells = [
        " to ".join(f"{sum(part) / tenth:.3f}" for part in (losses[:tenth], losses[-tenth:])),
        f"{seconds:.0f}",
        f"{trained:.2%}",
        f"{moved(before, after):.2%}",
        "" if tuner.lora is None else f"{off_peft(tuner, after):.0e}",
        hashlib.sha256(file.read_bytes()).hexdigest()[:12],
    ]
    return " | ".join(cells)


def lower_layers(checkpoint: Checkpoint, layer: int) -> dict[str, Any]:
    """Load the weights of all layers below one, as the engines do."""
    encoder, _ = checkpoint.load("encoder")
    return dict(encoder.encoder.layer[:layer].state_dict())


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    """Return the norm of the change of weights by that of the weights."""
    change = sum(float((after[name] - weights).norm() ** 2) for name, weights in before.items())
    return (change / sum(float(weights.norm() ** 2) for weights in before.values())) ** 0.5


def off_peft(tuner: Tuner, layers: Mapping[str, Any]) -> float:
    """Return the largest difference of a weight from the encoder that peft makes of the adapter."""
    expected = tuner.lora.merge_and_unload().encoder.layer.state_dict()
    return max(float((expected[name] - weights).abs().max()) for name, weights in layers.items())


def rows(options: argparse.Namespace) -> Iterator[str]:
    """Write the rows of every set: before tuning, then after tuning with every seed."""
    untuned = {"model": str(options.model)}
    for entry in choose_sets(registered_sets(options.folder), options.set or []):
        parallel_set = read_set(entry)
        before = {rule: embedding_links(parallel_set, untuned, options.layer, rule) for rule in ENGINES}
        yield f"{row('untuned', parallel_set, before, before)} | | | | | |"
        for seed in range(options.seeds):
            tuning = Tuning(
                layer=options.layer,
                objectives=options.objectives,
                links=options.links,
                rate=options.rate,
                epochs=options.epochs,
                seed=seed,
                lora=options.lora,
            )
            with tempfile.TemporaryDirectory(prefix="silverner-") as folder:
                facts = tune(training_pairs(parallel_set, options), options.model, tuning, Path(folder))
                tuned = {**untuned, "adapter": folder} if options.lora else {"model": folder}
                links = {rule: embedding_links(parallel_set, tuned, options.layer, rule) for rule in ENGINES}
                name = f"{'+'.join(options.objectives)} on {options.links}, seed {seed}"
                yield f"{row(name, parallel_set, links, before)} | {facts}"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    parser.add_argument("--model", type=Path, required=True, help="folder of an encoder of BERT's build")
    parser.add_argument("--layer", type=int, default=6, help="hidden layer to compare (default: 6)")
    parser.add_argument("--set", action="append", metavar="NAME", help="a set or a corpus of sets (default: all)")
    parser.add_argument("--seeds", type=int, default=2, metavar="N", help="seeds to try (default: 2)")
    parser.add_argument("--objectives", nargs="+", choices=OBJECTIVES, default=["self"], help="(default: self)")
    parser.add_argument("--links", choices=LINKS, default="softmax", help="for self (default: softmax)")
    parser.add_argument("--rate", type=float, default=2e-5, help="learning rate (default: 2e-5)")
    parser.add_argument("--epochs", type=int, default=1, help="how often every pair is read (default: 1)")
    parser.add_argument("--bitext", nargs=2, type=Path, metavar=("SOURCE", "TARGET"), help="train on these files")
    parser.add_argument(
        "--lora", type=int, default=0, metavar="RANK", help="train an adapter of this rank (default: none)"
    )
    options = parser.parse_args()
    if options.bitext and options.links == "agreed":
        parser.error("--links agreed needs the links of the set; leave out --bitext")
    torch.set_num_threads(1)
    transformers_logging.disable_progress_bar()
    cells = [f"{rule}, {what}" for rule in ENGINES for what in (*MEASURED, "links", "changed")]
    head = ["set", "encoder", *cells, "loss", "seconds", "trained", "moved", "off peft", "hash"]
    sys.stdout.write(f"| {' | '.join(head)} |\n{'|---' * len(head)}|\n")
    try:
        for line in rows(options):
            sys.stdout.write(f"| {line} |\n")
            sys.stdout.flush()
    except SilvernerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
