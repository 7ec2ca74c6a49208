"""Transliteration: what words become, and that a tokenizer keeps it wherever it is loaded."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import normalizers
from transformers import AutoTokenizer

from silverner.projection.errors import UsageError
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.subwords import Subwords
from silverner.students.adapt.latin_spelling import spelling_table
from silverner.students.adapt.scripts import SCRIPTS, script_of
from silverner.students.adapt.transliteration import normaliser_steps, transliterating_tokenizer
from silverner.students.training.encoding import Encoding
from tests.taggers import write_tagger
from tests.tiny import write_model

FAMILIES = ("bert", "xlm-roberta", "roberta")  # WordPiece, SentencePiece, byte-level BPE
SMALL_SCRIPTS = tuple(script for script in SCRIPTS if script not in {"han", "hangul", "yi"})


@cache
def _normaliser(*scripts: str) -> Any:
    table = {letter: latin for script in scripts for letter, latin in spelling_table(script).items()}
    return normalizers.Sequence(list(normaliser_steps(table)))


def _latin(text: str, *scripts: str) -> str:
    return _normaliser(*scripts).normalize_str(text)


@pytest.mark.parametrize(
    ("script", "text", "latin"),
    [
        ("cyrillic", "Россия Щербаков Львів й и\u0306 Росси\u0301я ь", "Rossiya Shcherbakov Lviv y y Rossiya '"),
        ("greek", "Αθήνα Ἑλλάς Θεσσαλονίκη", "Athina Hellas Thessaloniki"),
        ("arabic", "الرياض مُحَمَّد محمد إسلام ایران می\u200cخواهم ع ٣", "alryad mhmd mhmd islam ayran mykhwahm ' 3"),
        ("hebrew", "ישראל שָׁלוֹם", "ysral slvm"),
        ("devanagari", "भारत राजस्थान हिन्दी मुंबई कृष्ण न में १२३", "bharat rajasthan hindi mumbai krishn n men 123"),
        ("bengali", "বাংলাদেশ চট্টগ্রাম", "bangladesh chattagram"),
        ("tamil", "தமிழ் சென்னை", "tamil chennai"),
        ("malayalam", "കേരളം", "keralam"),
        ("kannada", "ಕರ್ನಾಟಕ ಬೆಂಗಳೂರು", "karnataka bengaluru"),
        ("ethiopic", "አዲስ አበባ ኢትዮጵያ", "adis abeba ityopya"),
        ("han", "北京 中国", "beijing zhongguo"),
        ("katakana", "トヨター ジョン ヴィクトリア", "toyota jon vikutoria"),
        ("hangul", "서울 " + unicodedata.normalize("NFD", "서울"), "seoul seoul"),
        ("thaana", "ދިވެހި", "dhivehi"),
        ("adlam", "𞤆𞤵𞤤𞤢𞤪", "Pular"),
    ],
)
def test_names_become_what_they_are_in_english_text(script: str, text: str, latin: str) -> None:
    assert _latin(text, script) == latin


@pytest.mark.parametrize(
    "text", ["ẹ̀kọ́", "Ẹ̀kọ́ ní Ìbàdàn", "Łódź naïve", "12 % , “a” — 3.5 ' ’", "北京 ١٢", "a\u200db 👩\u200d👧"]
)
def test_what_is_in_no_chosen_script_stays_as_it_is(text: str) -> None:
    assert _latin(text, "cyrillic", "devanagari", "greek") == text


def test_a_joiner_vanishes_between_letters_that_are_written_in_latin() -> None:
    assert _latin("ශ්\u200dරී", "sinhala") == "sri"


@pytest.mark.parametrize("script", SCRIPTS)
def test_nearly_every_letter_of_a_script_has_a_spelling(script: str) -> None:
    letters = "".join(letter for letter in spelling_table(script) if letter.isalpha())
    spelt = sum(bool(latin) for latin in spelling_table(script).values())
    assert spelt > 0.8 * len(letters)
    assert {script_of(letter) for letter in _latin(letters[:500], script) if letter.isalpha()} == {"latin"}


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from([*"aZ é\u0301ọ9'-", *(c for s in SMALL_SCRIPTS for c in spelling_table(s))]), max_size=20)
)
def test_transliterating_twice_changes_nothing_and_leaves_none_of_the_scripts(text: str) -> None:
    once = _latin(text, *SMALL_SCRIPTS)
    assert _latin(once, *SMALL_SCRIPTS) == once
    assert not {letter for script in SMALL_SCRIPTS for letter in spelling_table(script)} & set(once)


@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x24F), max_size=30))
def test_a_text_of_latin_letters_stays_as_it_is(text: str) -> None:
    assert _latin(text, *SMALL_SCRIPTS) == text


@pytest.fixture(scope="module", params=FAMILIES)
def plain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(request.param, tmp_path_factory.mktemp(request.param))


def _save(folder: Path, out: Path, *scripts: str) -> Path:
    """Write a copy of a model folder whose tokenizer transliterates."""
    for file in folder.iterdir():
        (out / file.name).write_bytes(file.read_bytes())
    transliterating_tokenizer(Checkpoint(name=str(folder)).tokenizer(), scripts).save_pretrained(out)
    return out


SENTENCE = ["Ана", "visits", "Нью-Йорк", "ь", "北京", "Keňa", "ẹ̀kọ́", "."]
IN_LATIN = ["Ana", "visits", "Nyu-York", "'", "beijing", "Keňa", "ẹ̀kọ́", "."]


def test_a_saved_tokenizer_keeps_it_wherever_it_is_loaded(plain: Path, tmp_path: Path) -> None:
    before, folder = Checkpoint(name=str(plain)), _save(plain, tmp_path, "cyrillic", "han")
    expected = Subwords(before.tokenizer()).of_words(IN_LATIN)
    adapted = Checkpoint(name=str(folder))
    for tokenizer in (AutoTokenizer.from_pretrained(folder), adapted.tokenizer()):
        assert Subwords(tokenizer).of_words(SENTENCE) == expected
        whole = tokenizer(SENTENCE, is_split_into_words=True)
        assert sorted({word for word in whole.word_ids() if word is not None}) == list(range(len(SENTENCE)))
    windows = Encoding(adapted.tokenizer(), adapted.config()).encode([SENTENCE])
    assert windows == Encoding(before.tokenizer(), before.config()).encode([IN_LATIN])
    assert windows[0].words == tuple(range(len(SENTENCE)))


def test_nothing_else_of_the_tokenizer_changes(plain: Path, tmp_path: Path) -> None:
    before = Checkpoint(name=str(plain)).tokenizer()
    before.model_max_length, before.padding_side = 77, "left"
    transliterating_tokenizer(before, ["cyrillic"]).save_pretrained(tmp_path)
    after = AutoTokenizer.from_pretrained(tmp_path)
    same = (
        "model_max_length model_input_names padding_side truncation_side clean_up_tokenization_spaces all_special_ids "
        "all_special_tokens special_tokens_map mask_token_id pad_token_id unk_token_id"
    )
    for name in same.split():
        assert getattr(after, name) == getattr(before, name), name
    assert after.get_vocab() == before.get_vocab()
    text = "Ana visits New York with [MASK] <mask> , 1998 ."
    pair = {"text_pair": "Kenya", "padding": "max_length", "max_length": 60}
    assert {**after(text, **pair)} == {**before(text, **pair)}
    ids = before(text)["input_ids"]
    assert after.decode(ids) == before.decode(ids)


def test_a_model_that_lowers_case_does_so_after_it(tmp_path: Path) -> None:
    folder = write_model("bert", tmp_path / "bert")
    settings = json.loads((folder / "tokenizer_config.json").read_text()) | {"do_lower_case": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    lowering = AutoTokenizer.from_pretrained(folder)
    assert lowering.backend_tokenizer.normalizer.normalize_str("ANA") == "ana"
    transliterating_tokenizer(lowering, ["cyrillic"]).save_pretrained(folder)
    after = AutoTokenizer.from_pretrained(folder)
    assert after.backend_tokenizer.normalizer.normalize_str("Шана ANA") == "shana ana"


def test_scripts_can_be_added_one_after_the_other(plain: Path, tmp_path: Path) -> None:
    first = transliterating_tokenizer(Checkpoint(name=str(plain)).tokenizer(), ["cyrillic"])
    transliterating_tokenizer(first, ["han"]).save_pretrained(tmp_path)
    after = Subwords(AutoTokenizer.from_pretrained(tmp_path))
    assert after.of_words(SENTENCE) == Subwords(Checkpoint(name=str(plain)).tokenizer()).of_words(IN_LATIN)


def test_a_tagger_finds_a_name_in_another_script_and_its_span_is_that_of_the_words(tmp_path: Path) -> None:
    (tmp_path / "adapted").mkdir()
    folder = write_tagger("bert", tmp_path / "plain", learn=True)
    adapted = _save(folder, tmp_path / "adapted", "cyrillic")
    sentence = ["Ана", "visits", "Кениа", "."]

    def entities(model: Path) -> list[tuple[int, int, str]]:
        (labelling,) = Tagger(Checkpoint(name=str(model)), labels=["PER", "LOC", "MISC"]).label([sentence])
        return [(span.start, span.end, span.label) for span in labelling.spans]

    assert entities(adapted) == [(0, 1, "PER"), (2, 3, "LOC")]
    assert entities(folder) != entities(adapted)


def test_a_tokenizer_that_is_written_in_python_is_refused(tmp_path: Path) -> None:
    marian = Checkpoint(name=str(write_model("marian", tmp_path))).tokenizer()
    with pytest.raises(UsageError, match=r"MarianTokenizer is written in Python.*needs a model with a fast tokenizer"):
        transliterating_tokenizer(marian, ["cyrillic"])
