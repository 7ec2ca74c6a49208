"""Tiny models with the real classes and tokenizer families, built on the spot with random weights."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Model,
    M2M100Tokenizer,
    MarianConfig,
    MarianModel,
    MarianMTModel,
    MarianTokenizer,
    MBart50Tokenizer,
    MBartConfig,
    MBartForConditionalGeneration,
    MBartTokenizer,
    NllbTokenizer,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizer,
    T5Config,
    T5ForConditionalGeneration,
    T5Model,
    T5Tokenizer,
    XLMRobertaConfig,
    XLMRobertaModel,
    XLMRobertaTokenizer,
)

TEXT = [
    "Ana visits New York with the Red Cross of Kenya , where unbelievable internationalisation begins .",
    "Ana visita Nueva York con la Cruz Roja de Kenia , donde empieza una internacionalización increíble .",
    "Ɓala ya tafi Ƙano da ng'ombe wake ; 1998 and 2026 were years .",
] * 4
WIDTH = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 48}
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def _trained(model: Any, trainer: Any, before: Any, lines: Sequence[str] = TEXT) -> dict[str, Any]:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = before
    tokenizer.train_from_iterator(lines, trainer)
    found: dict[str, Any] = json.loads(tokenizer.to_str())["model"]
    return found


def _bpe(before: Any, lines: Sequence[str] = TEXT, **options: Any) -> tuple[dict[str, int], list[tuple[str, str]]]:
    trainer = trainers.BpeTrainer(vocab_size=350, special_tokens=SPECIAL, show_progress=False, **options)
    found = _trained(models.BPE(unk_token="<unk>"), trainer, before, lines)
    return found["vocab"], [tuple(merge) for merge in found["merges"]]


@cache
def _sentencepiece() -> tuple[bytes, list[tuple[str, float]]]:
    """Train a SentencePiece model; returns it, and its pieces with their scores."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_writer=written,
        vocab_size=120,
        hard_vocab_limit=False,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    return written.getvalue(), [(model.id_to_piece(k), model.get_score(k)) for k in range(model.get_piece_size())]


def _unigram(special: list[str]) -> list[tuple[str, float]]:
    # Not by the trainer of ``tokenizers``: it finds other pieces every time.
    found = [(piece, score) for piece, score in _sentencepiece()[1] if piece != "<unk>"]
    return [*((name, 0.0) for name in special), *found]


def _bert() -> tuple[Any, Any]:
    special, before = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], pre_tokenizers.BertPreTokenizer()
    words = [word for line in TEXT for word, _ in before.pre_tokenize_str(line)]
    # The trainer numbers characters as it meets them, in another order every time, and then finds other pieces.
    alphabet = {word[0] for word in words} | {f"##{character}" for word in words for character in word[1:]}
    numbered = [*special, *sorted(alphabet)]
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=numbered, show_progress=False)
    found = _trained(models.WordPiece(unk_token="[UNK]"), trainer, before)
    tokenizer = BertTokenizer(vocab=found["vocab"], do_lower_case=False)
    return BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=512, **WIDTH)), tokenizer


def _xlmr() -> tuple[Any, Any]:
    tokenizer = XLMRobertaTokenizer(vocab=_unigram(["<s>", "<pad>", "</s>", "<unk>"]))
    config = XLMRobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=514, pad_token_id=1, **WIDTH)
    return XLMRobertaModel(config), tokenizer


def _roberta() -> tuple[Any, Any]:
    vocab, merges = _bpe(
        pre_tokenizers.ByteLevel(add_prefix_space=False), initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer = RobertaTokenizer(vocab=vocab, merges=merges, add_prefix_space=True)
    config = RobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=514, pad_token_id=1, **WIDTH)
    return RobertaModel(config), tokenizer


SIZES = {
    "d_model": 32,
    "encoder_layers": 3,
    "decoder_layers": 1,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "max_position_embeddings": 512,
}


def _nllb_tokenizer() -> Any:
    vocab, merges = _bpe(pre_tokenizers.Metaspace())
    return NllbTokenizer(vocab=vocab, merges=merges, src_lang="eng_Latn", tgt_lang="spa_Latn")


def _nllb() -> tuple[Any, Any]:
    tokenizer = _nllb_tokenizer()
    return M2M100Model(M2M100Config(vocab_size=len(tokenizer), **SIZES)), tokenizer


def _with_files(first: list[str], last: list[str], build: Callable[[str, str], Any]) -> Any:
    """Build a tokenizer that reads its SentencePiece model and its vocabulary from files."""
    model, found = _sentencepiece()
    names = dict.fromkeys([*first, *(piece for piece, _ in found if piece != "<unk>"), *last])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pieces.spm").write_bytes(model)
        Path(folder, "vocab.json").write_text(json.dumps({name: k for k, name in enumerate(names)}))
        return build(f"{folder}/pieces.spm", f"{folder}/vocab.json")


def _m2m100_tokenizer() -> Any:
    return _with_files(
        ["<s>", "<pad>", "</s>", "<unk>"],
        [],
        lambda model, vocab: M2M100Tokenizer(vocab_file=vocab, spm_file=model, src_lang="en", tgt_lang="es"),
    )


def _m2m100() -> tuple[Any, Any]:
    tokenizer = _m2m100_tokenizer()
    return M2M100Model(M2M100Config(vocab_size=256, **SIZES)), tokenizer


def _marian_tokenizer(*languages: str) -> Any:
    return _with_files(
        ["</s>", "<unk>", *languages],
        ["<pad>"],
        lambda model, vocab: MarianTokenizer(source_spm=model, target_spm=model, vocab=vocab),
    )


def _marian_config(tokenizer: Any, sizes: dict[str, int]) -> MarianConfig:
    pad = tokenizer.pad_token_id
    return MarianConfig(
        vocab_size=len(tokenizer), pad_token_id=pad, decoder_start_token_id=pad, eos_token_id=0, **sizes
    )


def _marian() -> tuple[Any, Any]:
    tokenizer = _marian_tokenizer()
    return MarianModel(_marian_config(tokenizer, SIZES)), tokenizer


def _t5_tokenizer(*languages: str) -> Any:
    return T5Tokenizer(vocab=_unigram(["<pad>", "</s>", "<unk>", *languages]), extra_ids=5)


def _t5_config(tokenizer: Any, *, layers: int = 3) -> T5Config:
    sizes = {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": layers, "num_heads": 4}
    return T5Config(vocab_size=len(tokenizer), decoder_start_token_id=0, **sizes)


def _t5() -> tuple[Any, Any]:
    tokenizer = _t5_tokenizer()
    return T5Model(_t5_config(tokenizer)), tokenizer


FAMILIES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "bert": _bert,
    "xlm-roberta": _xlmr,
    "roberta": _roberta,
    "nllb": _nllb,
    "m2m100": _m2m100,
    "marian": _marian,
    "t5": _t5,
}


def write_model(family: str, folder: Path) -> Path:
    """Write a tiny model of a family, always the same weights, and return its folder."""
    torch.manual_seed(7)
    model, tokenizer = FAMILIES[family]()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


TRANSLATORS = ("nllb", "m2m100", "mbart50", "mbart", "marian", "marian-multi", "t5", "madlad")
CODES = {"nllb": "spa_Latn", "m2m100": "__es__", "mbart50": "es_XX", "mbart": "es_XX"}
"""The token of Spanish in models whose output is forced to begin with it."""
REQUESTS = {"marian-multi": ">>spa<< ", "madlad": "<2es> ", "t5": "translate English to Spanish: "}
"""What stands before a text in models that are asked for Spanish that way."""
SMALL = SIZES | {"encoder_layers": 1}


def _mbart(tokenizer: Any, start: int) -> tuple[Any, Any]:
    config = MBartConfig(vocab_size=len(tokenizer), decoder_start_token_id=start, **SMALL)
    model = MBartForConditionalGeneration(config)
    model.generation_config.update(num_beams=5, max_length=200, early_stopping=True, forced_eos_token_id=2)
    return model, tokenizer


def _m2m100_translator(tokenizer: Any, size: int, *, layers: int = 1) -> tuple[Any, Any]:
    sizes = SMALL | {"encoder_layers": layers}
    model = M2M100ForConditionalGeneration(M2M100Config(vocab_size=size, decoder_start_token_id=2, **sizes))
    model.generation_config.update(num_beams=5, max_length=200, early_stopping=True)
    return model, tokenizer


def _marian_translator(tokenizer: Any) -> tuple[Any, Any]:
    model = MarianMTModel(_marian_config(tokenizer, SMALL))
    pad = tokenizer.pad_token_id
    model.generation_config.update(num_beams=6, max_length=512, bad_words_ids=[[pad]], forced_eos_token_id=0)
    return model, tokenizer


def _t5_translator(tokenizer: Any) -> tuple[Any, Any]:
    return T5ForConditionalGeneration(_t5_config(tokenizer, layers=1)), tokenizer


_BUILD: dict[str, Callable[[], tuple[Any, Any]]] = {
    "nllb": lambda: _m2m100_translator(tokenizer := _nllb_tokenizer(), len(tokenizer)),
    "m2m100": lambda: _m2m100_translator(_m2m100_tokenizer(), 256),
    "mbart50": lambda: _mbart(MBart50Tokenizer(vocab=_unigram(SPECIAL[:4]), src_lang="en_XX"), 2),
    "mbart": lambda: _mbart(tokenizer := _mbart_tokenizer(), tokenizer.convert_tokens_to_ids("es_XX")),
    "marian": lambda: _marian_translator(_marian_tokenizer()),
    "marian-multi": lambda: _marian_translator(_marian_tokenizer(">>spa<<", ">>deu<<")),
    "t5": lambda: _t5_translator(_t5_tokenizer()),
    "madlad": lambda: _t5_translator(_t5_tokenizer("<2es>", "<2sw>")),
}


def _mbart_tokenizer() -> Any:
    return MBartTokenizer(vocab=_unigram(SPECIAL[:4]), src_lang="en_XX", tgt_lang="es_XX")


def _goals(family: str, tokenizer: Any, rows: list[list[int]]) -> Any:
    """What a model shall answer: its input, with the language token where its family has it."""
    goals = [[k for k in row if k != tokenizer.pad_token_id] for row in rows]
    if family in CODES:
        code = tokenizer.convert_tokens_to_ids(CODES[family])
        # The first mBART has the token behind its input, and begins decoding from it.
        goals = [[*row[:-1], code] if family == "mbart" else [code, *row[1:]] for row in goals]
    longest = max(map(len, goals))
    return torch.tensor([row + [-100] * (longest - len(row)) for row in goals])


def _learn(family: str, model: Any, tokenizer: Any, steps: int) -> None:
    """Train a model to repeat its input, well enough that outputs differ, and end."""
    lines = [" ".join(line.split()[k : k + n]) for line in TEXT[:3] for n in (2, 5) for k in range(0, 14, 4)]
    rows = tokenizer([REQUESTS.get(family, "") + line for line in lines], padding=True, return_tensors="pt")
    goal = _goals(family, tokenizer, tokenizer(lines)["input_ids"])
    optimiser = torch.optim.Adam(model.eval().parameters(), lr=1e-2)  # without dropout it learns in half the steps
    for _ in range(steps):
        optimiser.zero_grad()
        model(input_ids=rows["input_ids"], attention_mask=rows["attention_mask"], labels=goal).loss.backward()
        optimiser.step()


def _speak_all_as_spanish(model: Any, tokenizer: NllbTokenizer) -> None:
    """Let what a tiny NLLB learnt of one language hold for all: what it says in one it did not learn is chance."""
    codes = [tokenizer.convert_tokens_to_ids(code) for code in tokenizer.extra_special_tokens]
    weights = model.get_input_embeddings().weight.data
    weights[codes] = weights[tokenizer.convert_tokens_to_ids("spa_Latn")].clone()


def write_seq2seq(family: str, folder: Path, *, steps: int = 60, every_language: bool = False) -> Path:
    """Write a tiny translation model of a family, always the same weights, and return its folder.

    The more steps it learns, the better it repeats its input; an NLLB does so in every language if asked to.
    """
    torch.manual_seed(7)
    model, tokenizer = _BUILD[family]()
    _learn(family, model, tokenizer, steps)
    if every_language:
        _speak_all_as_spanish(model, tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_parrot(
    folder: Path,
    answer: str = "[Ana] visits [New York].",
    *,
    layers: int = 1,
    read: Sequence[str] = (),
    tokenizer_of: Path | None = None,
) -> Path:
    """Write a tiny NLLB that answers every sentence, in every pair of languages, with the same one; return its folder.

    Unlike a model that learns to repeat its input, it comes to an end whatever script it is given. Its tokenizer has
    read its answer, and what else it is given to read. With the tokenizer of another model, none lies beside it.
    """
    torch.manual_seed(7)
    vocab, merges = _bpe(pre_tokenizers.Metaspace(), lines=[*TEXT, *[answer, *read] * 8])
    tokenizer = NllbTokenizer(vocab=vocab, merges=merges, src_lang="eng_Latn", tgt_lang="spa_Latn")
    if tokenizer_of is not None:
        tokenizer = NllbTokenizer.from_pretrained(tokenizer_of)
    model, tokenizer = _m2m100_translator(tokenizer, len(tokenizer), layers=layers)
    end, code = tokenizer.eos_token_id, tokenizer.convert_tokens_to_ids("spa_Latn")
    goal = [code, *tokenizer(answer, add_special_tokens=False)["input_ids"], end]
    model.eval().model.encoder.layers.requires_grad_(requires_grad=layers == 1)  # else it no longer tells words apart
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(40):
        rows = torch.randint(len(vocab), (16, 1 + step % 20))
        optimiser.zero_grad()
        model(input_ids=rows, labels=torch.tensor([goal] * len(rows))).loss.backward()
        optimiser.step()
    _speak_all_as_spanish(model, tokenizer)
    model.save_pretrained(folder)
    if tokenizer_of is None:
        tokenizer.save_pretrained(folder)
    return folder
