"""Compares translators on the architecture of NLLB: batched, by CTranslate2, and the plain loop of transformers.

    python benchmarks/bench_translation.py FILE [--limit N] [--beams N] [--batch-size N] [--model FOLDER] [--int8]

FILE is a corpus; its labels are not read. Without ``--model``, a model with random weights and the size of
NLLB-200-distilled-600M is written to a temporary folder. It writes nonsense and never ends a sentence: so every engine
writes ``--length`` subwords a sentence, and none tries again in halves. ``--small`` writes a model a tenth as large.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.text import tokenization
from silverner.projection.translation import CTranslate2, Seq2Seq, Translation, Translator

SIZES = {"600M": (1024, 12, 16, 4096), "small": (512, 6, 8, 2048)}
"""Width, layers of encoder and of decoder, heads, width of the feed-forward layers."""


def main() -> int:
    """Print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, help="a corpus to translate from English")
    parser.add_argument("--limit", type=int, default=64, help="use only the first N sentences (default: %(default)s)")
    parser.add_argument("--beams", type=int, default=4)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--length", type=int, default=32, help="subwords a translation (default: %(default)s)")
    parser.add_argument("--model", help="folder or id of an NLLB checkpoint, instead of random weights")
    parser.add_argument("--small", action="store_true", help="make a model a tenth as large")
    parser.add_argument("--precision", choices=["float32", "bfloat16", "float16"], default="float32")
    parser.add_argument("--int8", action="store_true", help="also measure CTranslate2 in int8")
    parser.add_argument("--plain", type=int, help="sentences that the plain loop translates (default: all)")
    options = parser.parse_args()
    corpus = CorpusFiles(files={"test": str(options.file)})
    sentences = islice(read_corpus(corpus, tagged=False), options.limit)
    texts = [s.text if s.tokens is None else tokenization.join(s.tokens, "eng") for s in sentences]
    with tempfile.TemporaryDirectory() as folder:
        name = options.model or str(_random_model(Path(folder, "nllb"), [t or "" for t in texts], options.small))
        _compare(name, [t or "" for t in texts], options, Path(folder))
    return 0


def _compare(name: str, texts: list[str], options: argparse.Namespace, folder: Path) -> None:
    """Time every engine on the same texts."""
    checkpoint = Checkpoint(name=name, precision=options.precision)
    common: dict[str, Any] = {
        "source": "eng",
        "target": "spa",
        "beams": options.beams,
        "batch_size": options.batch_size,
        "max_length": options.length,
    }
    sys.stdout.write("| engine | sentences/s | outside the model |\n|---|---|---|\n")
    batched = Seq2Seq(checkpoint, **common)
    batch_translations = _row("seq2seq, batched", batched, texts)
    model, tokenizer = batched._model, batched._tokenizer
    loop_texts = texts[: options.plain]
    start = time.perf_counter()
    loop_translations = [
        _translate_sentence(model, tokenizer, text, options.beams, options.length) for text in loop_texts
    ]
    _print("plain loop", time.perf_counter() - start, len(loop_texts), None)
    same_in_loop = sum(t.text == text for t, text in zip(batch_translations, loop_translations, strict=False))
    batched.release()
    model = None
    for kind in ["float32", *(["int8"] if options.int8 else [])]:
        engine = CTranslate2(checkpoint, cache=folder, compute_type=kind, **common)  # type: ignore[arg-type]  # one of the types of CTranslate2
        translations = _row(f"ctranslate2, {kind}", engine, texts)
        if kind == "float32":
            same_in_ctranslate2 = sum(a.text == b.text for a, b in zip(batch_translations, translations, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    gpu = f", GPU peak {torch.cuda.max_memory_allocated() // 2**20} MiB" if torch.cuda.is_available() else ""
    sys.stdout.write(
        f"\n{len(texts)} sentences, beam {options.beams}, batches of {options.batch_size}, {torch.get_num_threads()} "
        f"threads, peak {memory} MiB{gpu}; batched and plain loop give the same text for {same_in_loop} of "
        f"{len(loop_texts)}, ctranslate2 in float32 for {same_in_ctranslate2} of {len(texts)}\n"
    )


def _row(name: str, engine: Translator, texts: Sequence[str]) -> list[Translation]:
    """Time an engine, once its model is loaded, and print its row."""
    model_seconds = 0.0
    engine_internals: Any = engine
    engine_internals._retried = lambda row, _: row  # random weights never end a sentence
    engine.translate(["0"], ["One."])
    generate: Callable[[Any], Any] = engine_internals._generate

    def timed(rows: Any) -> Any:
        nonlocal model_seconds
        start = time.perf_counter()
        try:
            return generate(rows)
        finally:
            model_seconds += time.perf_counter() - start

    engine_internals._generate = timed
    start = time.perf_counter()
    translations = engine.translate([str(k) for k in range(len(texts))], texts)
    seconds = time.perf_counter() - start
    del engine_internals._generate
    _print(name, seconds, len(texts), 1 - model_seconds / seconds)
    return translations


def _print(name: str, seconds: float, sentences: int, outside: float | None) -> None:
    share = "" if outside is None else f"{outside:.1%}"
    sys.stdout.write(f"| {name} | {sentences / seconds:.2f} | {share} |\n")
    sys.stdout.flush()


def _translate_sentence(model: Any, tokenizer: Any, text: str, beams: int, length: int) -> str:
    """Translate one sentence as the documentation of transformers shows it."""
    inputs = tokenizer(text, return_tensors="pt").to(model.device)
    code = tokenizer.convert_tokens_to_ids("spa_Latn")
    row = model.generate(**inputs, forced_bos_token_id=code, num_beams=beams, max_new_tokens=length)[0]
    return str(tokenizer.decode(row, skip_special_tokens=True))


def _random_model(folder: Path, texts: list[str], small: bool) -> Path:
    """Write a model of NLLB's architecture with random weights."""
    width, layers, heads, inner = SIZES["small" if small else "600M"]
    tokenizer = _tokenizer(texts)
    torch.manual_seed(1)
    sizes = {
        f"{side}_{what}": n for side in ("encoder", "decoder") for what, n in (("layers", layers), ("ffn_dim", inner))
    }
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=256206 if not small else 32000,
            d_model=width,
            encoder_attention_heads=heads,
            decoder_attention_heads=heads,
            decoder_start_token_id=2,
            **sizes,
        )
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(texts: list[str]) -> Any:
    """Learn a tokenizer of the kind of NLLB's from the texts."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trained = Tokenizer(models.BPE(unk_token="<unk>"))  # noqa: S106 - not that kind of token
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trained.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=4000, special_tokens=special, show_progress=False)
    )
    learnt = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in learnt["merges"]]
    return NllbTokenizer(vocab=learnt["vocab"], merges=merges, src_lang="eng_Latn", tgt_lang="spa_Latn")


if __name__ == "__main__":
    sys.exit(main())
