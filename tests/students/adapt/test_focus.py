"""The method ``focus`` on whole model folders."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
import torch
from transformers import (
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertTokenizer,
    ModernBertConfig,
    ModernBertForTokenClassification,
)

from silverner.cli import main
from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.adapt import focus_rows
from silverner.students.adapt.focus_rows import FocusRows
from silverner.students.adapt.language_tokenizer import train_tokenizer
from tests.students.corpora import same_weights
from tests.taggers import write_tagger
from tests.tiny import FAMILIES, WIDTH, write_model

needs_focus = pytest.mark.skipif(
    not all(importlib.util.find_spec(package) for package in ("deepfocus", "fasttext")),
    reason="needs the extra: pip install 'silverner[focus]'",
)
TEXT = ["Mwanafunzi anasoma kitabu shuleni .", "Mwalimu anasoma na mwanafunzi shuleni", "Kitabu cha mwalimu"] * 6


@pytest.fixture(autouse=True)
def _vectors_of_few_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(focus_rows, "_LEAST_READ", 20_000)


def adapt(folder: Path, *words: str, out: str = "out") -> int:
    (folder / "text.txt").write_text("\n".join(TEXT) + "\n", encoding="utf-8")
    begin = ["adapt", "focus", "--model", str(folder / "model"), "--text", str(folder / "text.txt"), "--lang", "swh"]
    return main([*begin, "--pieces", "60", "--device", "cpu", "--out", str(folder / out), *words])


@needs_focus
@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_pieces_of_the_old_vocabulary_keep_their_rows(family: str, tmp_path: Path) -> None:
    write_model(family, tmp_path / "model")
    assert adapt(tmp_path, "--epochs", "0") == 0
    before, after = (AutoModel.from_pretrained(tmp_path / name) for name in ("model", "out"))
    old, new = (AutoTokenizer.from_pretrained(tmp_path / name).get_vocab() for name in ("model", "out"))
    assert after.config.vocab_size == after.get_input_embeddings().num_embeddings == len(new)
    assert after.config.pad_token_id == before.config.pad_token_id
    old_rows, new_rows = (model.get_input_embeddings().weight for model in (before, after))
    kept = {piece for piece in new if piece in old}
    assert {"<mask>", "[MASK]"} & kept
    for piece in kept:
        assert torch.equal(new_rows[new[piece]], old_rows[old[piece]])
    # Every other is a mean of old rows, so that it is nowhere outside them.
    others = new_rows[[k for piece, k in new.items() if piece not in old]]
    assert len(others) > 5
    assert (others <= old_rows.max(dim=0).values).all()
    assert (others >= old_rows.min(dim=0).values).all()
    assert len({tuple(row.tolist()) for row in others}) > 5
    masked = AutoModelForMaskedLM.from_pretrained(tmp_path / "out")
    assert masked.get_output_embeddings().weight is masked.get_input_embeddings().weight
    change = json.loads((tmp_path / "out/results.json").read_text())["change"]
    assert change["subwords_a_word_after"] < 0.75 * change["subwords_a_word_before"]
    assert (change["vocabulary_before"], change["vocabulary_after"]) == (len(old), len(new))


@needs_focus
def test_a_tagger_keeps_its_head_and_learns_with_the_new_vocabulary(tmp_path: Path) -> None:
    write_tagger("xlm-roberta", tmp_path / "model", learn=True)
    assert adapt(tmp_path, "--epochs", "1", "--batch", "4", "--freeze-embeddings") == 0
    before, after = (AutoModelForTokenClassification.from_pretrained(tmp_path / name) for name in ("model", "out"))
    assert torch.equal(after.classifier.weight, before.classifier.weight)
    assert after.config.id2label == before.config.id2label
    old, new = (AutoTokenizer.from_pretrained(tmp_path / name).get_vocab() for name in ("model", "out"))
    old_rows, new_rows = (model.get_input_embeddings().weight for model in (before, after))
    assert all(torch.equal(new_rows[new[piece]], old_rows[old[piece]]) for piece in new if piece in old)
    tagger, tokenizer = Checkpoint(name=str(tmp_path / "out")).load("tagger")
    ids = tokenizer(TEXT[0].split(), is_split_into_words=True, return_tensors="pt")["input_ids"]
    assert int(ids.max()) < tagger.get_input_embeddings().num_embeddings
    assert tagger(input_ids=ids).logits.isfinite().all()


@needs_focus
def test_the_same_text_gives_the_same_model(tmp_path: Path) -> None:
    write_model("xlm-roberta", tmp_path / "model")
    assert [adapt(tmp_path, "--epochs", "0", out=out) for out in ("first", "second")] == [0, 0]
    assert same_weights(tmp_path / "first", tmp_path / "second")


@needs_focus
def test_a_piece_that_is_not_in_the_text_is_the_mean_of_its_old_pieces() -> None:
    model, old = FAMILIES["bert"]()
    sentences = [line.split() for line in TEXT]
    new = train_tokenizer(old, sentences, pieces=60)
    rows = model.get_input_embeddings().weight
    made = FocusRows(old, new, [["Mwalimu", "anasoma", "."]]).of(rows)
    split = {piece: old(piece, add_special_tokens=False)["input_ids"] for piece in ("anasoma", "shuleni")}
    assert len(split["shuleni"]) > 1
    assert old.unk_token_id not in split["shuleni"]
    means = [rows[parts].mean(dim=0) for parts in split.values()]
    ids = [new.get_vocab()[piece] for piece in split]
    assert [torch.allclose(made[k], mean) for k, mean in zip(ids, means, strict=True)] == [False, True]


def test_a_text_without_a_piece_of_the_model_is_refused() -> None:
    old = FAMILIES["bert"]()[1]
    sentences = [["дзвони"], ["дзвоник"]] * 9
    with pytest.raises(UsageError, match=r"the model has no piece of this text.*silverner adapt transliterate"):
        FocusRows(old, train_tokenizer(old, sentences, pieces=9), sentences)


def test_without_deepfocus_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "deepfocus" else find(name))
    write_model("bert", tmp_path / "model")
    assert adapt(tmp_path) == 1
    assert "the package 'deepfocus' is not installed: pip install 'silverner[focus]'" in capsys.readouterr().err


@needs_focus
def test_special_tokens_of_a_configuration_get_their_new_ids(tmp_path: Path) -> None:
    pieces = FAMILIES["bert"]()[1].get_vocab()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [*(piece for piece in pieces if piece not in special), *special]  # as in ModernBERT, at the end
    tokenizer = BertTokenizer(vocab={piece: k for k, piece in enumerate(vocabulary)}, do_lower_case=False)
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("pad", "cls", "sep")}
    config = ModernBertConfig(
        vocab_size=len(vocabulary), bos_token_id=ids["cls_token_id"], eos_token_id=ids["sep_token_id"], **ids, **WIDTH
    )
    torch.manual_seed(2)
    ModernBertForTokenClassification(config).save_pretrained(tmp_path / "model")
    tokenizer.save_pretrained(tmp_path / "model")
    assert adapt(tmp_path, "--epochs", "0") == 0
    model, new = Checkpoint(name=str(tmp_path / "out")).load("tagger")
    assert [new.pad_token_id, new.cls_token_id, new.sep_token_id] == [4, 1, 2]
    adapted = model.config
    assert [adapted.pad_token_id, adapted.cls_token_id, adapted.sep_token_id] == [4, 1, 2]
    assert [adapted.bos_token_id, adapted.eos_token_id] == [1, 2]
