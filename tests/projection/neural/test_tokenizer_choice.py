"""A model with the tokenizer of another one: which subwords it gets, and what is refused before it is loaded."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from silverner.projection.alignment import EmbeddingAligner
from silverner.projection.errors import DataError, MissingFileError, NotDownloadedError, UsageError
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.settings import ModelSettings
from silverner.projection.neural.tokenizer_choice import TokenizerChoice
from silverner.projection.translation import CTranslate2, Seq2Seq
from tests.taggers import write_tagger
from tests.tiny import write_model, write_parrot, write_seq2seq

torch.set_num_threads(1)
ANSWER = "[Ana] visits [New York]."


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parrot(tmp_path_factory.mktemp("original") / "nllb", "Ana visits New York.", read=[ANSWER])


@pytest.fixture(scope="module")
def tuned(nllb: Path) -> Path:
    """A model that was tuned from NLLB; the tokenizer beside it has lost its language codes, as a mere fast one has."""
    folder = write_parrot(nllb.with_name("tuned"), ANSWER, tokenizer_of=nllb)
    vocabulary = AutoTokenizer.from_pretrained(nllb)._tokenizer
    special = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "bos_token": "<s>"}
    PreTrainedTokenizerFast(tokenizer_object=vocabulary, **special).save_pretrained(folder)
    return folder


def _translator(model: Path, tokenizer: TokenizerChoice | None) -> Seq2Seq:
    return Seq2Seq(Checkpoint(name=str(model), tokenizer_choice=tokenizer), source="eng", target="deu")


def test_a_tuned_model_translates_with_the_tokenizer_it_was_tuned_with(tuned: Path, nllb: Path) -> None:
    engine = _translator(tuned, TokenizerChoice(name=str(nllb)))
    assert [one.text for one in engine.translate(["a", "b"], ["[Ana] visits Kenya.", "It rains."])] == [ANSWER] * 2


@pytest.mark.parametrize("legacy", [None, False, True])
def test_legacy_behaviour_puts_the_code_behind_the_text(tuned: Path, nllb: Path, legacy: bool | None) -> None:
    engine = _translator(tuned, TokenizerChoice(name=str(nllb), legacy_behaviour=legacy))
    engine.check()
    tokenizer = AutoTokenizer.from_pretrained(nllb)
    code, end = tokenizer.convert_tokens_to_ids("eng_Latn"), tokenizer.eos_token_id
    row = engine._encoded("Ana")
    assert [row[0], row[-1]] == ([code, end] if not legacy else [row[0], code])
    assert (row[0] == code) is not bool(legacy)
    assert row[-2:] == [end, code] or not legacy


def test_a_model_that_needs_language_codes_is_refused_without_them(tuned: Path) -> None:
    message = (
        f"the tokenizer beside {str(tuned)!r} has no language codes, and a model of the family m2m_100 needs them; "
        "name the model it was made from beside it, as in tokenizer: facebook/nllb-200-3.3B"
    )
    with pytest.raises(UsageError, match=re.escape(message)):
        _translator(tuned, None).settings()
    with pytest.raises(UsageError, match=re.escape(message)):
        EmbeddingAligner(Checkpoint(name=str(tuned)), layer=1, source="eng", target="deu").settings()


def test_the_encoder_of_a_tuned_model_aligns_with_the_tokenizer_it_was_tuned_with(tuned: Path, nllb: Path) -> None:
    checkpoint = Checkpoint(name=str(tuned), tokenizer_choice=TokenizerChoice(name=str(nllb)))
    aligner = EmbeddingAligner(checkpoint, layer=1, source="eng", target="deu")
    assert aligner.settings()["codes"] == ("eng_Latn", "deu_Latn")
    assert [(i, j) for i, j, _ in aligner.align([["Ana"]], [["Ana"]])[0].forward] == [(0, 0)]


def test_the_signature_holds_the_tokenizer_and_where_the_code_stands(tuned: Path, nllb: Path, tmp_path: Path) -> None:
    only_tokenizer = Path(shutil.copytree(nllb, tmp_path / "t", ignore=shutil.ignore_patterns("*.safetensors")))
    plain = Checkpoint(name=str(nllb))
    chosen = Checkpoint(name=str(tuned), tokenizer_choice=TokenizerChoice(name=str(nllb)))
    elsewhere = replace(chosen, tokenizer_choice=TokenizerChoice(name=str(only_tokenizer)))
    legacy = replace(chosen, tokenizer_choice=TokenizerChoice(name=str(nllb), legacy_behaviour=True))
    assert "tokenizer" not in plain.settings()
    assert chosen.settings() == elsewhere.settings()  # its place and its weights do not count
    assert len({str(one.settings()) for one in (chosen, legacy, Checkpoint(name=str(tuned)))}) == 3
    (only_tokenizer / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "NllbTokenizer", "x": 1}))
    assert elsewhere.settings() != chosen.settings()
    assert pickle.loads(pickle.dumps(legacy)).settings() == legacy.settings()


def test_engines_with_other_tokenizers_share_no_model(tmp_path: Path) -> None:
    tagger = write_tagger("bert", tmp_path / "tagger")
    twin = Path(shutil.copytree(tagger, tmp_path / "twin", ignore=shutil.ignore_patterns("*.safetensors")))
    own = Checkpoint(name=str(tagger))
    borrowed = replace(own, tokenizer_choice=TokenizerChoice(name=str(twin)))
    readers = [one.share("tagger", torch.nn.Identity) for one in (own, borrowed)]
    assert readers[0] is not readers[1]


def test_a_converted_model_has_the_tokenizer_in_its_name(tuned: Path, nllb: Path, tmp_path: Path) -> None:
    pytest.importorskip("ctranslate2", reason="needs the extra: pip install 'silverner[ctranslate2]'")
    for number, legacy in enumerate((None, True), start=1):
        choice = TokenizerChoice(name=str(nllb), legacy_behaviour=legacy)
        checkpoint = Checkpoint(name=str(tuned), tokenizer_choice=choice, device="cpu")
        engine = CTranslate2(checkpoint, source="eng", target="deu", cache=tmp_path)
        assert engine.translate(["a"], ["It rains."])[0].text == ANSWER
        assert len([*tmp_path.glob("tuned-*")]) == number


def _other_pad(folder: Path) -> None:
    file = folder / "tokenizer_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "pad_token": "<s>"}))


def _without_end(folder: Path) -> None:
    vocabulary = AutoTokenizer.from_pretrained(folder)._tokenizer
    PreTrainedTokenizerFast(tokenizer_object=vocabulary, pad_token="<pad>", bos_token="<s>").save_pretrained(folder)


def _code(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text('{"auto_map": {"AutoTokenizer": "x.py"}, "model_type": "strange"}')


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (shutil.rmtree, MissingFileError, "no folder and no cached model|there is no folder"),
        (lambda f: (f / "tokenizer.json").unlink(), MissingFileError, "has no tokenizer beside it"),
        (_other_pad, UsageError, "has the special token 'pad' as number 0, and the model expects 1"),
        (_without_end, UsageError, "has no special token 'eos', which the model needs"),
        (_code, DataError, "brings Python code of its own"),
    ],
)
def test_a_tokenizer_that_does_not_fit_is_found_before_any_work(
    tuned: Path, nllb: Path, tmp_path: Path, spoil: Callable[[Path], object], error: type[Exception], message: str
) -> None:
    other = Path(shutil.copytree(nllb, tmp_path / "other"))
    spoil(other)
    with pytest.raises(error, match=message):
        Checkpoint(name=str(tuned), tokenizer_choice=TokenizerChoice(name=str(other))).check()


def test_a_tokenizer_of_another_size_is_found_before_any_work(tuned: Path, tmp_path: Path) -> None:
    small = write_seq2seq("mbart", tmp_path / "mbart", steps=1)
    with pytest.raises(UsageError, match=r"the tokenizer '.*mbart' for '.*tuned' has only \d+ subwords and the model"):
        Checkpoint(name=str(tuned), tokenizer_choice=TokenizerChoice(name=str(small))).check()
    tagger = write_tagger("bert", tmp_path / "tagger")
    checkpoint = Checkpoint(name=str(tagger), tokenizer_choice=TokenizerChoice(name=str(tuned)))
    with pytest.raises(UsageError, match=r"has \d+ subwords and the model \d+; it belongs to another model"):
        Tagger(checkpoint, labels=["PER", "LOC"], label_map={"MISC": "O"}).settings()


def test_only_nllb_has_a_legacy_behaviour(tmp_path: Path) -> None:
    bert = write_model("bert", tmp_path / "bert")
    choice = TokenizerChoice(name=str(bert), legacy_behaviour=True)
    with pytest.raises(UsageError, match=r"legacy_behaviour: the tokenizer '.*bert' is a BertTokenizer, and only NLLB"):
        Checkpoint(name=str(bert), tokenizer_choice=choice).check()


def _choice(tokenizer: Any, base: Path, **keys: Any) -> TokenizerChoice | None:
    section = {"model": "org/model", "revision": "v1", "tokenizer": tokenizer, **keys}
    return ModelSettings.model_validate(section).checkpoint(base).tokenizer_choice


@pytest.mark.parametrize(
    ("tokenizer", "expected"),
    [
        (None, None),
        ("org/other", TokenizerChoice(name="org/other")),
        ({"model": "org/other", "revision": "v2"}, TokenizerChoice(name="org/other", revision="v2")),
        ({"legacy_behaviour": True}, TokenizerChoice(name="org/model", revision="v1", legacy_behaviour=True)),
    ],
)
def test_a_recipe_names_the_tokenizer(tokenizer: Any, expected: TokenizerChoice | None, tmp_path: Path) -> None:
    assert _choice(tokenizer, tmp_path) == expected


def test_a_tokenizer_can_be_a_folder_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert _choice("other", tmp_path) == TokenizerChoice(name=str(tmp_path / "other"))
    with pytest.raises(UsageError, match="revision: v2: the model 'other' is a folder and has no revisions"):
        _choice({"model": "other", "revision": "v2"}, tmp_path)


@pytest.mark.parametrize("tokenizer", [{}, {"revision": "v2"}, {"revision": "v2", "legacy_behaviour": True}])
def test_a_section_without_a_model_is_refused(tokenizer: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the key 'model' is missing; name the model whose tokenizer is meant"):
        _choice(tokenizer, tmp_path)


def test_a_model_and_a_tokenizer_that_are_missing_are_named_together() -> None:
    with pytest.raises(NotDownloadedError, match=r"hf download a/b; no folder .* hf download c/d --include '\*\.json'"):
        Checkpoint(name="a/b", tokenizer_choice=TokenizerChoice(name="c/d")).check()
    with pytest.raises(MissingFileError, match=r"there is no folder './no', and it is no name .* hf download c/d"):
        Checkpoint(name="./no", tokenizer_choice=TokenizerChoice(name="c/d")).check()
