"""The method ``vocabulary`` on whole model folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForTokenClassification, AutoTokenizer, BertConfig, BertModel, BertTokenizer

from silverner.cli import main
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.adapt.adaptation import Adaptation, adapt_model
from silverner.students.adapt.adaptation_text import text_of_file
from silverner.students.adapt.methods.vocabulary import Vocabulary
from silverner.students.adapt.settings import AdaptationSettings
from tests.students.corpora import Killed, same_weights
from tests.taggers import write_tagger
from tests.tiny import WIDTH, write_model

TEXT = ["Ана живёт в Киеве .", "Киев живёт , и Ана", "Ана и Киев"] * 4
PIECES = ["Ана", "Киев", "живёт", "и"]  # 12 of the first, 8 of the others; ",", "." and what is in four words follow


def adapt(folder: Path, model: str, *words: str) -> int:
    (folder / "text.txt").write_text("\n".join(TEXT) + "\n", encoding="utf-8")
    begin = ["adapt", "vocabulary", "--model", str(folder / model), "--text", str(folder / "text.txt"), "--lang", "rus"]
    return main([*begin, "--epochs", "0", "--device", "cpu", "--out", str(folder / "out"), *words])


def write_model_with_unused_ids(folder: Path) -> None:
    names = ["[PAD]", "[unused1]", "[unused2]", "[UNK]", "[unused3]", "[CLS]", "[SEP]", "[MASK]", ".", ","]
    torch.manual_seed(5)
    BertModel(BertConfig(vocab_size=len(names), max_position_embeddings=64, **WIDTH)).save_pretrained(folder)
    BertTokenizer(vocab={name: k for k, name in enumerate(names)}, do_lower_case=False).save_pretrained(folder)


def test_pieces_take_the_place_of_unused_ids_and_keep_their_rows(tmp_path: Path) -> None:
    write_model_with_unused_ids(tmp_path / "model")
    assert adapt(tmp_path, "model", "--new-pieces", "3") == 0
    before, after = (AutoModel.from_pretrained(tmp_path / name) for name in ("model", "out"))
    assert torch.equal(before.get_input_embeddings().weight, after.get_input_embeddings().weight)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert tokenizer.convert_tokens_to_ids([*PIECES[:3], "[UNK]", "[unused3]"]) == [1, 2, 4, 3, 3]
    results = json.loads((tmp_path / "out/results.json").read_text())
    assert results["change"] == {
        "new_pieces": 3,
        "against_unknown": 3,
        "over_unused_ids": 3,
        "first_new_pieces": "Ана Киев живёт",
    }
    assert results["unknown"]["after"] < results["unknown"]["before"]


def test_without_a_number_no_word_of_the_text_stays_unknown(tmp_path: Path) -> None:
    write_model_with_unused_ids(tmp_path / "model")
    assert adapt(tmp_path, "model") == 0
    unknown = json.loads((tmp_path / "out/results.json").read_text())["unknown"]
    assert (unknown["before"] > 0.8, unknown["after"]) == (True, 0)
    model, tokenizer = (kind.from_pretrained(tmp_path / "out") for kind in (AutoModel, AutoTokenizer))
    assert model.config.vocab_size == model.get_input_embeddings().num_embeddings == len(tokenizer)
    old, new = AutoModel.from_pretrained(tmp_path / "model"), model
    unused, rows = (one.get_input_embeddings().weight[[1, 2, 4]] for one in (old, new))
    assert torch.equal(unused, rows)
    more = new.get_input_embeddings().weight[10:]
    assert len(more) >= 3
    assert torch.allclose(more, unused.mean(dim=0), atol=1e-6)
    assert not any("[UNK]" in tokenizer.tokenize(line) for line in TEXT)


def test_rows_behind_the_vocabulary_start_as_the_mean_and_a_tagger_stays_one(tmp_path: Path) -> None:
    write_tagger("bert", tmp_path / "model", learn=True)
    assert adapt(tmp_path, "model") == 0
    before, after = (AutoModelForTokenClassification.from_pretrained(tmp_path / name) for name in ("model", "out"))
    old, new = (model.get_input_embeddings().weight for model in (before, after))
    assert len(new) > len(old)
    assert torch.equal(new[: len(old)], old)
    assert torch.allclose(new[len(old) :], old.mean(dim=0), atol=1e-6)
    assert torch.equal(after.classifier.weight, before.classifier.weight)
    tagger, tokenizer = Checkpoint(name=str(tmp_path / "out")).load("tagger")
    assert tokenizer.tokenize("Ана Киев Ana") == ["Ана", "Киев", "Ana"]
    ids = tokenizer("Ana visits New York", return_tensors="pt")["input_ids"]
    assert torch.equal(before(input_ids=ids).logits, tagger(input_ids=ids).logits)


@pytest.mark.parametrize(("family", "kind"), [("xlm-roberta", "Unigram"), ("roberta", "BPE")])
def test_other_tokenizers_are_refused(
    family: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(family, tmp_path / "model")
    assert adapt(tmp_path, "model") == 2
    shown = capsys.readouterr().err
    assert f"is no WordPiece tokenizer ({kind})" in shown
    assert "silverner adapt lapt" in shown
    assert "silverner adapt focus" in shown


def test_a_vocabulary_that_has_every_piece_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model("bert", tmp_path / "model")
    pieces = AutoTokenizer.from_pretrained(tmp_path / "model").get_vocab()
    (tmp_path / "text.txt").write_text("Ana\nAna\nAna .\n")
    assert "Ana" in pieces
    words = ["adapt", "vocabulary", "--model", str(tmp_path / "model"), "--text", str(tmp_path / "text.txt")]
    assert main([*words, "--lang", "swh", "--out", str(tmp_path / "out")]) == 2
    shown = capsys.readouterr().err
    assert "has all frequent pieces of text.txt; nothing is to be added: silverner adapt lapt" in shown


TRAINED = ["--epochs", "2", "--rate", "1e-3", "--rate-new", "1e-2", "--batch", "4", "--freeze-embeddings"]


def test_only_new_rows_learn_where_embeddings_are_frozen(tmp_path: Path) -> None:
    write_model_with_unused_ids(tmp_path / "model")
    assert adapt(tmp_path, "model", "--new-pieces", "2", *TRAINED) == 0
    before, after = (AutoModel.from_pretrained(tmp_path / name) for name in ("model", "out"))
    changed = (before.get_input_embeddings().weight != after.get_input_embeddings().weight).any(dim=1)
    assert changed.tolist() == [False, True, True, *[False] * 7]
    assert not any("new_rows" in name for name in load_file(tmp_path / "out/model.safetensors"))


def test_a_killed_run_with_new_rows_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    write_model_with_unused_ids(tmp_path / "model")
    (tmp_path / "text.txt").write_text("\n".join(TEXT) + "\n", encoding="utf-8")
    settings = AdaptationSettings(epochs=3, rate=1e-3, rate_new=1e-2, batch=4, seed=1)
    text = text_of_file(tmp_path / "text.txt", "rus")
    plan = Adaptation(
        method=Vocabulary(pieces=3), model=str(tmp_path / "model"), text=text, settings=settings, device="cpu"
    )
    whole = adapt_model(plan, tmp_path / "whole")

    def kill(step: int, total: int, loss: float) -> None:
        if step == 5:
            raise Killed

    with pytest.raises(Killed):
        adapt_model(plan, tmp_path / "killed", progress=kill)
    assert adapt_model(plan, tmp_path / "killed")["course"] == whole["course"]
    assert same_weights(tmp_path / "whole", tmp_path / "killed")
    assert not same_weights(tmp_path / "whole", tmp_path / "model")
