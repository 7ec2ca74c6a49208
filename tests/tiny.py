"""Tiny models with the real classes and tokenizer families, built on the spot with random weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    M2M100Config,
    M2M100Model,
    NllbTokenizer,
    RobertaConfig,
    RobertaModel,
    RobertaTokenizer,
    T5Config,
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


def _trained(model: Any, trainer: Any, before: Any) -> dict[str, Any]:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = before
    tokenizer.train_from_iterator(TEXT, trainer)
    found: dict[str, Any] = json.loads(tokenizer.to_str())["model"]
    return found


def _bpe(before: Any, **options: Any) -> tuple[dict[str, int], list[tuple[str, str]]]:
    trainer = trainers.BpeTrainer(vocab_size=350, special_tokens=SPECIAL, show_progress=False, **options)
    found = _trained(models.BPE(unk_token="<unk>"), trainer, before)
    return found["vocab"], [tuple(merge) for merge in found["merges"]]


def _unigram(special: list[str]) -> list[tuple[str, float]]:
    trainer = trainers.UnigramTrainer(vocab_size=150, special_tokens=special, unk_token="<unk>", show_progress=False)
    found = _trained(models.Unigram(), trainer, pre_tokenizers.Metaspace())
    return [(piece, score) for piece, score in found["vocab"]]


def _bert() -> tuple[Any, Any]:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=special, show_progress=False)
    found = _trained(models.WordPiece(unk_token="[UNK]"), trainer, pre_tokenizers.BertPreTokenizer())
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


def _nllb() -> tuple[Any, Any]:
    vocab, merges = _bpe(pre_tokenizers.Metaspace())
    tokenizer = NllbTokenizer(vocab=vocab, merges=merges, src_lang="eng_Latn", tgt_lang="spa_Latn")
    sizes = {"encoder_layers": 3, "decoder_layers": 1, "encoder_attention_heads": 4, "decoder_attention_heads": 4}
    config = M2M100Config(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        max_position_embeddings=512,
        **sizes,
    )
    return M2M100Model(config), tokenizer


def _t5() -> tuple[Any, Any]:
    tokenizer = T5Tokenizer(vocab=_unigram(["<pad>", "</s>", "<unk>"]), extra_ids=5)
    return T5Model(
        T5Config(vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=48, num_layers=3, num_heads=4)
    ), tokenizer


FAMILIES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "bert": _bert,
    "xlm-roberta": _xlmr,
    "roberta": _roberta,
    "nllb": _nllb,
    "t5": _t5,
}


def write_model(family: str, folder: Path) -> Path:
    """Write a tiny model of a family, always the same weights, and return its folder."""
    torch.manual_seed(7)
    model, tokenizer = FAMILIES[family]()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
