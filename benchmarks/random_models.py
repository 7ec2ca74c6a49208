"""Models of real size with random weights, and tokenizers that are learnt from a text: for measuring time.

    python benchmarks/random_models.py MODEL FOLDER TEXT [--pieces 2000]

writes a translation model (``NLLB-600M``, ``opus-mt``) as a checkpoint that a recipe can name. TEXT is a CoNLL file.
The tokenizer learns ``--pieces`` subwords from its words; the model has as many rows as the real one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    AutoModel,
    AutoModelForSeq2SeqLM,
    AutoModelForTokenClassification,
    BertConfig,
    BertTokenizer,
    M2M100Config,
    MarianConfig,
    MarianTokenizer,
    NllbTokenizer,
    XLMRobertaConfig,
    XLMRobertaTokenizer,
)

CORPUS = Path(__file__).parents[1] / "builders" / "quickstart"
TAGS = {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-ORG", 4: "I-ORG", 5: "B-LOC", 6: "I-LOC"}
CLASSES = {"seq2seq": AutoModelForSeq2SeqLM, "tagger": AutoModelForTokenClassification, "encoder": AutoModel}


@dataclass(frozen=True)
class Size:
    """The numbers that make a model large."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int


MODELS: dict[str, tuple[str, str, Size]] = {
    "NLLB-3.3B": ("seq2seq", "nllb", Size(2048, 24, 16, 8192, 256206)),
    "NLLB-600M": ("seq2seq", "nllb", Size(1024, 12, 16, 4096, 256206)),
    "opus-mt": ("seq2seq", "marian", Size(512, 6, 8, 2048, 65001)),
    "XLM-R-large tagger": ("tagger", "xlmr", Size(1024, 24, 16, 4096, 250002)),
    "e5-base aligner": ("encoder", "xlmr", Size(768, 12, 12, 3072, 250002)),
    "mBERT aligner": ("encoder", "bert", Size(768, 12, 12, 3072, 119547)),
}
"""For every model what it is, its architecture, and its size."""


class RandomModel:
    """Stands where an engine expects a checkpoint: a model with random weights that lies nowhere."""

    revision = None

    def __init__(self, name: str, config: Any, tokenizer: Any, precision: str) -> None:
        """Remember them; the weights are made when the model is loaded."""
        self.name, self.precision = name, precision
        self._config, self._tokenizer = config, tokenizer
        self._model: Any = None

    def settings(self) -> Mapping[str, object]:
        """Return what the engine writes into its settings."""
        return {"model": self.name, "precision": self.precision}

    def check(self) -> None:
        """Check nothing."""

    def config(self) -> Any:
        """Return the configuration."""
        return self._config

    def tokenizer(self) -> Any:
        """Return the tokenizer."""
        return self._tokenizer

    def shared_tokenizer(self, engine: str) -> Any:
        """Return the tokenizer for one engine."""
        return self._tokenizer

    def name_tokenizer(self) -> str:
        """Name the tokenizer, for a message."""
        return f"the tokenizer of {self.name}"

    def share(self, engine: str, load: Callable[[], Any], *options: Hashable) -> Any:
        """Load the model for one engine."""
        return load()

    def load(self, kind: str) -> tuple[Any, Any]:
        """Make the weights, on the GPU if there is one; all ways share them, except those of an encoder."""
        if self._model is None or kind == "encoder":  # ours stops at a layer, which would stop the others too
            torch.manual_seed(1)
            device = "cuda" if torch.cuda.is_available() else "cpu"
            with torch.device(device):
                model = CLASSES[kind].from_config(self._config, dtype=getattr(torch, self.precision))
            self._model = model.to(device).eval()
        return self._model, self._tokenizer


def main() -> int:
    """Write a translation model."""
    from silverner.projection.files.reading import Reading  # needs more packages than gpu.sh brings

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("model", choices=[name for name, (kind, _, _) in MODELS.items() if kind == "seq2seq"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("text", type=Path)
    parser.add_argument("--pieces", type=int, default=2000, help="subwords of the tokenizer (default: %(default)s)")
    options = parser.parse_args()
    words = [list(one.tokens or ()) for one in Reading().labelled(options.text)]
    kind, architecture, size = MODELS[options.model]
    tokenizer = make_tokenizer(architecture, words, pieces=options.pieces)
    config = make_config(architecture, size, max(size.vocabulary, len(tokenizer)))
    model, _ = RandomModel(options.model, config, tokenizer, "float32").load(kind)
    model.save_pretrained(options.folder)
    tokenizer.save_pretrained(options.folder)
    rows = tokenizer([" ".join(row) for row in words])["input_ids"]
    subwords = sum(map(len, rows)) / sum(map(len, words))
    parameters = sum(weights.numel() for weights in model.parameters())
    sys.stdout.write(f"{parameters / 1e6:.0f} million parameters; {subwords:.2f} subwords a word\n")
    return 0


def corpus_words() -> list[list[str]]:
    """Read the sentences of the embedded corpus, as words."""
    blocks = (CORPUS / "eng.conll").read_text(encoding="utf-8").split("\n\n")
    rows = [[line.split("\t")[0] for line in block.splitlines() if line and line[0] != "#"] for block in blocks]
    return [row for row in rows if row]


def make_tokenizer(architecture: str, words: list[list[str]], *, pieces: int = 2000) -> Any:
    """Learn a tokenizer of the architecture's class from sentences."""
    return TOKENIZERS[architecture]([" ".join(row) for row in words], pieces)


def _bert(lines: Sequence[str], pieces: int) -> Any:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    learnt = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 - not that kind of token
    learnt.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    learnt.train_from_iterator(
        lines, trainers.WordPieceTrainer(vocab_size=pieces, special_tokens=special, show_progress=False)
    )
    return BertTokenizer(vocab=learnt.get_vocab(), do_lower_case=False)


def _xlmr(lines: Sequence[str], pieces: int) -> Any:
    learnt = Tokenizer(models.Unigram())
    learnt.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    options = {"vocab_size": pieces, "special_tokens": special, "unk_token": "<unk>"}
    learnt.train_from_iterator(lines, trainers.UnigramTrainer(show_progress=False, **options))
    return XLMRobertaTokenizer(vocab=[tuple(piece) for piece in json.loads(learnt.to_str())["model"]["vocab"]])


def _nllb(lines: Sequence[str], pieces: int) -> Any:
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    learnt = Tokenizer(models.BPE(unk_token="<unk>"))  # noqa: S106
    learnt.pre_tokenizer = pre_tokenizers.Metaspace()
    options = {"vocab_size": pieces, "special_tokens": special}
    learnt.train_from_iterator(lines, trainers.BpeTrainer(show_progress=False, **options))
    model = json.loads(learnt.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    return NllbTokenizer(vocab=model["vocab"], merges=merges, src_lang="eng_Latn", tgt_lang="spa_Latn")


def _marian(lines: Sequence[str], pieces: int) -> Any:
    from sentencepiece import SentencePieceTrainer

    rows = MODELS["opus-mt"][2].vocabulary  # every one has a name, because the tokenizer cannot decode one without
    with tempfile.TemporaryDirectory() as folder:
        prefix, names_file = f"{folder}/pieces", Path(folder) / "vocab.json"
        options = {"model_prefix": prefix, "model_type": "bpe", "vocab_size": pieces, "minloglevel": 2}
        SentencePieceTrainer.train(sentence_iterator=iter(lines), **options)
        learnt = [line.split("\t")[0] for line in Path(f"{prefix}.vocab").read_text(encoding="utf-8").splitlines()]
        names = list(dict.fromkeys(["</s>", "<unk>", *learnt]))
        names += [*(f"unused{k}" for k in range(len(names), rows - 1)), "<pad>"]
        names_file.write_text(json.dumps({name: k for k, name in enumerate(names)}), encoding="utf-8")
        model = f"{prefix}.model"
        return MarianTokenizer(source_spm=model, target_spm=model, vocab=str(names_file))


TOKENIZERS = {"bert": _bert, "xlmr": _xlmr, "nllb": _nllb, "marian": _marian}


def make_config(architecture: str, size: Size, vocabulary: int) -> Any:
    """Describe a model of an architecture and a size."""
    if architecture in {"nllb", "marian"}:
        sides = {
            f"{side}_{key}": value
            for side in ("encoder", "decoder")
            for key, value in (("layers", size.layers), ("ffn_dim", size.inner), ("attention_heads", size.heads))
        }
        if architecture == "nllb":
            return M2M100Config(vocab_size=vocabulary, d_model=size.width, decoder_start_token_id=2, **sides)
        padding = vocabulary - 1
        ids = {"pad_token_id": padding, "decoder_start_token_id": padding, "eos_token_id": 0}
        return MarianConfig(vocab_size=vocabulary, d_model=size.width, max_position_embeddings=512, **ids, **sides)
    sizes = {
        "hidden_size": size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "intermediate_size": size.inner,
    }
    if architecture == "bert":
        return BertConfig(vocab_size=vocabulary, **sizes)
    names = {"id2label": TAGS, "label2id": {tag: k for k, tag in TAGS.items()}}
    return XLMRobertaConfig(vocab_size=vocabulary, max_position_embeddings=514, pad_token_id=1, **sizes, **names)


if __name__ == "__main__":
    sys.exit(main())
