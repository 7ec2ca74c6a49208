"""Compares the engines with plain loops and pipelines of transformers, on models of real size with random weights.

    bash benchmarks/gpu.sh [--tiny] [--seconds N] [--only NAME ...]

Every way gets sentences of the embedded corpus's words and lengths until its seconds are over. A translator with random
weights never ends a sentence, so all write ``--length`` subwords a sentence, and none tries again in halves. Tokens are
words of the input. "Outside the model" is the share of the time that no forward pass runs, the GPU waited for.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import torch
import transformers
from random_models import MODELS, RandomModel, Size, corpus_words, make_config, make_tokenizer

from silverner.projection.alignment.embedding import EmbeddingAligner
from silverner.projection.labelling.tagger import Tagger
from silverner.projection.translation.seq2seq import Seq2Seq

SHARD, BATCH, BUDGET = 1000, 32, 16384
"""Sentences that the engines of silverner get at once, as in a build; sentences and subwords of a batch."""
NAMES = [name for name in MODELS if name != "opus-mt"]
"""The models that are measured; the tokenizer of the other one needs a package that gpu.sh does not bring."""
Way = Callable[[Sequence[list[str]]], object]


def main() -> int:
    """Print one Markdown table, and the same as JSON lines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tiny", action="store_true", help="models a thousandth as large, to see that it runs")
    parser.add_argument("--seconds", type=float, help="seconds of each measurement (default: 20, and 0.5 with --tiny)")
    parser.add_argument("--length", type=int, default=32, help="subwords of a translation (default: %(default)s)")
    parser.add_argument("--beams", type=int, default=5, help="beam of the translators (default: %(default)s)")
    parser.add_argument("--only", nargs="*", choices=NAMES, default=NAMES, metavar="NAME")
    options = parser.parse_args()
    transformers.utils.logging.set_verbosity_error()
    gpu = torch.cuda.is_available()
    if not gpu and not options.tiny:
        sys.stderr.write("gpu.sh: torch sees no GPU; try --tiny to see that it runs\n")
        return 1
    if options.tiny:
        torch.set_num_threads(1)  # on a busy machine, more threads wait for each other
    options.seconds = options.seconds or (0.5 if options.tiny else 20.0)
    device = torch.cuda.get_device_name() if gpu else "CPU: these figures mean nothing"
    print_line(
        f"{device}; torch {torch.__version__}, transformers {transformers.__version__}; {options.seconds:g} s each\n"
    )
    print_line(
        "| model | way | sentences/s | tokens/s | GPU memory, GB | outside the model |\n|---|---|---|---|---|---|"
    )
    for name in options.only:
        for row in measure(name, options):
            print_line("| {model} | {way} | {sentences:.1f} | {tokens:.0f} | {memory} | {outside:.0%} |".format(**row))
            sys.stderr.write(json.dumps({**row, "device": device}) + "\n")
    return 0


def print_line(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def measure(name: str, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measure every way of using one model.

    :param name: Its name in :data:`NAMES`.
    :param options: As the command line gives them.
    :returns: A row for each way.
    """
    kind, architecture, size = MODELS[name]
    if options.tiny:
        size = Size(64, 9 if kind == "encoder" else 2, 4, 128, 0)
    words = corpus_words()
    tokenizer = make_tokenizer(architecture, words)
    vocabulary = max(size.vocabulary, len(tokenizer))
    precision = "bfloat16" if torch.cuda.is_available() else "float32"
    checkpoint = RandomModel(name, make_config(architecture, size, vocabulary), tokenizer, precision)
    for way, (run, model) in ways(kind, checkpoint, options).items():
        warming = islice(sentences(words, seed=0), 8 if options.tiny else 2 * BATCH)
        run(list(warming))  # loads the model, and does what is done only once
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        yield {
            "model": name,
            "way": way,
            **timed(run, model(), words, options.seconds, one=way.startswith("plain loop")),
        }


def timed(run: Way, model: Any, words: list[list[str]], seconds: float, *, one: bool) -> dict[str, Any]:
    """Give sentences to one way until its time is over."""
    in_model, depth = [0.0], [0]
    forward = model.forward

    def watched(*arguments: Any, **named: Any) -> Any:
        if depth[0]:
            return forward(*arguments, **named)
        depth[0] = 1
        begin = time.perf_counter()
        try:
            result = forward(*arguments, **named)
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            return result
        finally:
            in_model[0] += time.perf_counter() - begin
            depth[0] = 0

    model.forward = watched
    supply, count, tokens = sentences(words, seed=1), 0, 0
    start = time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        shard = list(islice(supply, 8 if one else (24 if seconds < 5 else SHARD)))
        run(shard)
        count, tokens = count + len(shard), tokens + sum(map(len, shard))
    passed = time.perf_counter() - start
    model.forward = forward
    peak = f"{torch.cuda.max_memory_allocated() / 1e9:.1f}" if torch.cuda.is_available() else "-"
    return {
        "sentences": count / passed,
        "tokens": tokens / passed,
        "memory": peak,
        "outside": max(1 - in_model[0] / passed, 0.0),
    }


def ways(kind: str, checkpoint: Any, options: argparse.Namespace) -> dict[str, tuple[Way, Callable[[], Any]]]:
    """Return the ways to use a model: how each is run, and what gives its model once it has run."""
    limits = {
        f"silverner, batch_size {BATCH}": {"batch_size": BATCH},
        f"silverner, batch_tokens {BUDGET}": {"batch_tokens": BUDGET},
    }
    ours = {name: OURS[kind](checkpoint, options, limit) for name, limit in limits.items()}
    plain = Plain(kind, checkpoint, options)
    result = {
        **ours,
        f"batches of {BATCH} as they come": (partial(plain.run, size=BATCH), lambda: plain.model),
        "plain loop, one by one": (partial(plain.run, size=1), lambda: plain.model),
    }
    if kind != "seq2seq":  # transformers 5 has no pipeline for translation
        result[f"pipeline, batch_size {BATCH}"] = (plain.pipeline, lambda: plain.model)
    return result


def translator(checkpoint: Any, options: argparse.Namespace, limit: dict[str, int]) -> tuple[Way, Callable[[], Any]]:
    """Return our translator, which does not try again what did not end."""
    common: dict[str, Any] = {"beams": options.beams, "max_length": options.length, **limit}
    engine: Any = Seq2Seq(checkpoint, source="eng", target="spa", **common)
    engine._retried = lambda row, _: row
    return lambda shard: engine.translate([], [" ".join(sentence) for sentence in shard]), lambda: engine._model


def tagger(checkpoint: Any, options: argparse.Namespace, limit: dict[str, int]) -> tuple[Way, Callable[[], Any]]:
    """Return our tagger."""
    engine: Any = Tagger(checkpoint, labels=["PER", "ORG", "LOC"], **limit)
    return engine.label, lambda: engine._reader.model


def aligner(checkpoint: Any, options: argparse.Namespace, limit: dict[str, int]) -> tuple[Way, Callable[[], Any]]:
    """Return our aligner, which aligns every sentence with its words in another order."""
    engine: Any = EmbeddingAligner(checkpoint, layer=8, **limit)
    return lambda shard: engine.align(shard, [row[::-1] for row in shard]), lambda: engine._encoder._reader.model


OURS = {"seq2seq": translator, "tagger": tagger, "encoder": aligner}


class Plain:
    """What the documentation of transformers shows: a batch, padded, as it comes. An encoder encodes both sides."""

    def __init__(self, kind: str, checkpoint: Any, options: argparse.Namespace) -> None:
        """Remember what to load."""
        self._kind, self._checkpoint, self._options = kind, checkpoint, options
        self.model: Any = None
        self._pipe: Any = None

    def _load(self) -> Any:
        if self.model is None:
            self.model, self._tokenizer = self._checkpoint.load(self._kind)
        return self.model

    def run(self, shard: Sequence[list[str]], *, size: int) -> None:
        """Read sentences in batches."""
        model = self._load()
        sides = [shard, [row[::-1] for row in shard]] if self._kind == "encoder" else [shard]
        for side in sides:
            for start in range(0, len(side), size):
                batch = self._tokenizer(
                    side[start : start + size], is_split_into_words=True, padding=True, return_tensors="pt"
                ).to(model.device)
                with torch.inference_mode():
                    self._forward(model, batch)

    def _forward(self, model: Any, batch: Any) -> None:
        if self._kind == "seq2seq":
            code = self._tokenizer.convert_tokens_to_ids("spa_Latn")
            limits = {"num_beams": self._options.beams, "max_new_tokens": self._options.length}
            rows = model.generate(**batch, forced_bos_token_id=code, **limits)
            self._tokenizer.batch_decode(rows, skip_special_tokens=True)
        elif self._kind == "tagger":
            model(**batch).logits.argmax(-1).tolist()
        else:
            model(**batch, output_hidden_states=True).hidden_states[8].float().cpu().numpy()

    def pipeline(self, shard: Sequence[list[str]]) -> None:
        """Read sentences by a pipeline."""
        if self._pipe is None:
            task = "token-classification" if self._kind == "tagger" else "feature-extraction"
            model = self._load()
            self._pipe = transformers.pipeline(task, model=model, tokenizer=self._tokenizer, batch_size=BATCH)
        sides = [shard, [row[::-1] for row in shard]] if self._kind == "encoder" else [shard]
        for side in sides:
            for _ in self._pipe([" ".join(row) for row in side]):
                pass


def sentences(words: list[list[str]], *, seed: int) -> Iterator[list[str]]:
    """Draw sentences without end: the lengths and the words of the corpus, so that no two are alike."""
    rng, vocabulary = random.Random(seed), [word for row in words for word in row]  # noqa: S311  no secret
    while True:
        yield rng.choices(vocabulary, k=len(rng.choice(words)))


if __name__ == "__main__":
    sys.exit(main())
