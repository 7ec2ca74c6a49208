from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import AutoModelForMaskedLM, AutoTokenizer, GPT2Config, GPT2Model

from silverner.projection.errors import UsageError
from silverner.students.adapt.masked_model import load_masked_model
from tests.students.corpora import same_weights
from tests.taggers import write_tagger
from tests.tiny import write_model


def test_a_model_with_a_head_for_masked_words_keeps_it(tmp_path: Path) -> None:
    first = load_masked_model(str(write_model("bert", tmp_path / "encoder")), device="cpu", seed=3)
    assert first.has_fresh_head
    first.save(tmp_path / "saved")
    again = load_masked_model(str(tmp_path / "saved"), device="cpu", seed=4)
    assert not again.has_fresh_head
    again.save(tmp_path / "again")
    assert same_weights(tmp_path / "saved", tmp_path / "again")
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "again")
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight


def test_a_new_head_follows_from_the_seed(tmp_path: Path) -> None:
    write_model("bert", tmp_path / "model")
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        load_masked_model(str(tmp_path / "model"), device="cpu", seed=seed).save(tmp_path / name)
    assert same_weights(tmp_path / "a", tmp_path / "b")
    assert not same_weights(tmp_path / "a", tmp_path / "c")


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_a_tagger_comes_out_as_it_came_in(family: str, tmp_path: Path) -> None:
    masked = load_masked_model(str(write_tagger(family, tmp_path / "tagger")), device="cpu")
    masked.save(tmp_path / "out")
    assert same_weights(tmp_path / "tagger", tmp_path / "out")
    before, after = (json.loads((tmp_path / name / "config.json").read_text()) for name in ("tagger", "out"))
    assert before == after


@pytest.mark.parametrize("family", ["nllb", "t5", "marian"])
def test_an_encoder_decoder_is_refused(family: str, tmp_path: Path) -> None:
    write_model(family, tmp_path / "model")
    with pytest.raises(
        UsageError, match=r"is an encoder-decoder \(.*\), which is not trained on masked words; adapt an"
    ):
        load_masked_model(str(tmp_path / "model"), device="cpu")


def test_a_model_that_reads_in_one_direction_is_refused(tmp_path: Path) -> None:
    write_model("roberta", tmp_path / "model")
    GPT2Model(GPT2Config(vocab_size=400, n_embd=8, n_layer=1, n_head=1)).save_pretrained(tmp_path / "model")
    with pytest.raises(UsageError, match="is a gpt2 model, which is not trained on masked words; adapt an encoder"):
        load_masked_model(str(tmp_path / "model"), device="cpu")


def test_a_tokenizer_without_a_mask_token_is_refused(tmp_path: Path) -> None:
    write_model("bert", tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    settings = json.loads((tmp_path / "model/tokenizer_config.json").read_text())
    settings.pop("mask_token", None)
    (tmp_path / "model/tokenizer_config.json").write_text(json.dumps(settings | {"mask_token": None}))
    assert tokenizer.mask_token_id is not None
    with pytest.raises(UsageError, match="has no mask token, so the model was not trained on masked words"):
        load_masked_model(str(tmp_path / "model"), device="cpu")
