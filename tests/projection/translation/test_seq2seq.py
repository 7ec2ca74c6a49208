from __future__ import annotations

import json
import logging
import pickle
import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from silverner.projection.errors import EngineError, MissingEngineError, MissingFileError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.translation import Seq2Seq, Translation
from silverner.projection.translation.neural import Output
from silverner.projection.translation.pieces import halves, pieces
from silverner.projection.translation.seq2seq import Seq2SeqSettings
from tests.tiny import REQUESTS, TEXT, TRANSLATORS, write_model, write_seq2seq

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split() if word.isalpha()})
STEPS = {"nllb": 80, "m2m100": 80}  # after fewer their outputs are too much alike
LONGEST = 28  # more than most outputs need: most end, some do not


def sentences(count: int, longest: int = 7) -> list[str]:
    rng = random.Random(count)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, longest))) for _ in range(count)]


ODD = [
    "",
    " \n ",
    "Ana visits . New York",
    "🎉",
    "ทดสอบ",
    "</s>",
    "<pad> Ana",
    "Ana visits. The Red Cross begins.",
    "Ana",
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("translators")
    return {family: write_seq2seq(family, root / family, steps=STEPS.get(family, 60)) for family in TRANSLATORS}


def engine(folder: Path, **options: Any) -> Seq2Seq:
    options = {"source": "eng", "target": "spa", "max_length": LONGEST, **options}
    return Seq2Seq(Checkpoint(name=str(folder)), **options)


def translated(engine: Seq2Seq, texts: Sequence[str]) -> list[Translation]:
    return engine.translate([str(k) for k in range(len(texts))], texts)


def plain(family: str, folder: Path, texts: Sequence[str], beams: int) -> list[str | None]:
    """Translate one text at a time, as the documentation of each family shows; ``None`` where it did not end."""
    named = {"nllb": "eng_Latn", "m2m100": "en", "mbart50": "en_XX", "mbart": "en_XX"}
    tokenizer = AutoTokenizer.from_pretrained(folder, **({"src_lang": named[family]} if family in named else {}))
    model = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    more: dict[str, Any] = {
        "nllb": lambda: {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("spa_Latn")},
        "m2m100": lambda: {"forced_bos_token_id": tokenizer.get_lang_id("es")},
        "mbart50": lambda: {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("es_XX")},
        "mbart": lambda: {"decoder_start_token_id": tokenizer.convert_tokens_to_ids("es_XX")},
    }.get(family, dict)()
    done: list[str | None] = []
    for text in texts:
        inputs = tokenizer(REQUESTS.get(family, "") + text, return_tensors="pt")
        ids = model.generate(**inputs, num_beams=beams, max_new_tokens=LONGEST, forced_eos_token_id=None, **more)
        ended = ids[0, -1] == model.generation_config.eos_token_id
        decoded = tokenizer.batch_decode(ids, skip_special_tokens=True)[0]
        # transformers 5.23 does not count the language tokens of M2M100 among the special ones.
        done.append(" ".join(decoded.replace("__es__", "").split()) if ended else None)
    return done


@pytest.mark.parametrize(
    ("family", "beams"), [*((family, 4) for family in TRANSLATORS), ("nllb", 1), ("marian", 1), ("madlad", 1)]
)
def test_translations_are_those_of_the_plain_loop(folders: dict[str, Path], family: str, beams: int) -> None:
    texts = sentences(12, longest=5)
    expected = plain(family, folders[family], texts, beams)
    found = translated(engine(folders[family], beams=beams), texts)
    compared = [(t.text, text) for t, text in zip(found, expected, strict=True) if text is not None]
    assert len(compared) >= 6
    assert len({text for _, text in compared}) >= 4, "outputs that are all alike show little"
    assert all(ours == theirs for ours, theirs in compared), compared


@pytest.mark.parametrize("family", TRANSLATORS)
def test_a_translation_does_not_depend_on_its_batch(folders: dict[str, Path], family: str) -> None:
    texts = [*sentences(8, longest=9), *ODD]
    expected = translated(engine(folders[family], batch_size=32, max_length=12), texts)
    assert translated(engine(folders[family], batch_size=1, max_length=12), texts) == expected
    order = random.Random(1).sample(range(len(texts)), len(texts))
    shuffled = translated(engine(folders[family], batch_size=3, max_length=12), [texts[k] for k in order])
    assert shuffled == [expected[k] for k in order]


@pytest.mark.parametrize("family", TRANSLATORS)
def test_no_token_of_the_model_is_left_in_the_text(folders: dict[str, Path], family: str) -> None:
    for done in translated(engine(folders[family], max_length=12), sentences(12)):
        assert not re.search(r"<2|>>|</?s>|<pad>|__|_XX|_Latn|  ", done.text)
        assert done.text == done.text.strip()


class Copier(Seq2Seq):
    """Repeats its input; what is longer than ``room`` words, or holds the word ``endless``, does not end."""

    room = 10**6

    def _load(self) -> Any:
        self.seen: list[str] = []
        return "loaded"

    def _generate(self, rows: Sequence[Sequence[int]]) -> list[Output]:
        texts = [self._tokenizer.decode(row, skip_special_tokens=True) for row in rows]
        assert max(map(len, rows)) <= self._room
        self.seen += texts
        return [Output(t, len(t.split()) <= self.room and "endless" not in t.split()) for t in texts]


def copier(folder: Path, room: int = 10**6, **options: Any) -> Copier:
    made = Copier(Checkpoint(name=str(folder)), **{"source": "eng", "target": "spa", **options})
    made.room = room
    return made


def test_no_word_of_a_long_text_is_lost(folders: dict[str, Path]) -> None:
    texts = ["Ana", " ".join(random.Random(0).choices(WORDS, k=900)), "Ana" * 500]
    done = translated(copier(folders["nllb"]), texts)
    assert [t.text.replace(" ", "") for t in done] == [text.replace(" ", "") for text in texts]
    assert not any(t.cut for t in done)


def test_a_translation_that_does_not_end_is_made_of_halves(folders: dict[str, Path]) -> None:
    copy = copier(folders["nllb"], room=3)
    text = "Ana visits New York with the Red Cross"
    assert translated(copy, [text, "Kenya"]) == [Translation(text), Translation("Kenya")]
    quarters = ["Ana visits", "New York", "with the", "Red Cross"]
    assert copy.seen == [text, "Kenya", "Ana visits New York", "with the Red Cross", *quarters]


def test_what_does_not_end_even_alone_is_marked(folders: dict[str, Path]) -> None:
    copy = copier(folders["nllb"])
    done = translated(copy, ["Ana visits endless Red Cross of Kenya", "Ana visits", "endless"])
    assert [t.cut for t in done] == [True, False, True]
    assert len(copy.seen) < 9, "the other halves of a lost text are left alone"


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([*WORDS, "endless"]), max_size=12), max_size=6), st.integers(1, 6))
def test_every_text_comes_back_whole_or_marked(folders: dict[str, Path], rows: list[list[str]], room: int) -> None:
    texts = [" ".join(row) for row in rows]
    for text, done in zip(texts, translated(copier(folders["nllb"], room=room), texts), strict=True):
        assert done.cut == ("endless" in text.split())
        assert done.cut or done.text == text


@pytest.mark.parametrize("family", ["m2m100", "marian", "t5"])  # the second is told to end where it would be cut
def test_a_cut_translation_never_passes_as_whole(folders: dict[str, Path], family: str) -> None:
    texts = sentences(12)
    few = engine(folders[family], max_length=8)
    found = translated(few, texts)
    assert {t.cut for t in found} == {True, False}
    for text, done in zip(texts, found, strict=True):
        if not done.cut:
            assert done.text == ending(few, text)


def ending(few: Seq2Seq, text: str) -> str:
    """Translate by hand, piece by piece, each cut in two for as long as it does not end."""
    parts = []
    for piece in pieces(text, "eng", few._fits):
        output = few._generate([few._encoded(piece)])[0]
        both = halves(piece, language="eng")
        parts.append(output.text if output.ended else " ".join(ending(few, half) for half in both or ()))
    return " ".join(part for part in parts if part)


def test_white_space_reaches_no_model(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Seq2Seq, "_load", lambda self: pytest.fail("loaded"))
    assert translated(engine(folders["nllb"]), ["", " \t\n\u3000", ""]) == [Translation("")] * 3
    assert translated(engine(folders["nllb"]), []) == []


def test_it_says_nothing_of_its_own(
    folders: dict[str, Path], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("transformers"), "propagate", True)
    for family in TRANSLATORS:
        ready = engine(folders[family], max_length=8, beams=1 if family == "nllb" else 4)
        translated(ready, ["Ana " * 600])
    messages = [record.getMessage() for record in caplog.records]
    assert all(message.startswith(("loaded the model ", "loaded the tokenizer ")) for message in messages)


def test_a_batch_holds_pieces_of_similar_length(folders: dict[str, Path]) -> None:
    copy = copier(folders["nllb"], batch_size=4)
    translated(copy, sentences(30, longest=20))
    lengths = [len(copy._encoded(text)) for text in copy.seen]
    assert lengths == sorted(lengths, reverse=True)


def test_a_batch_holds_as_many_pieces_as_its_subwords_allow(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, shapes = copier(folders["nllb"], batch_tokens=60), list[tuple[int, int]]()
    whole = copy._generate

    def generate(rows: Sequence[Sequence[int]]) -> list[Output]:
        shapes.append((len(rows), max(map(len, rows))))
        return whole(rows)

    monkeypatch.setattr(copy, "_generate", generate)
    texts = sentences(30, longest=20)
    assert [t.text for t in translated(copy, texts)] == texts
    assert len(shapes) > 3
    assert all(count * longest <= 60 or count == 1 for count, longest in shapes)
    assert any(count > 1 for count, _ in shapes)


def test_equal_pieces_are_translated_once(folders: dict[str, Path]) -> None:
    copy = copier(folders["nllb"])
    assert [t.text for t in translated(copy, ["Ana", "Kenya", "Ana", "Ana"])] == ["Ana", "Kenya", "Ana", "Ana"]
    assert sorted(copy.seen) == ["Ana", "Kenya"]


def changed(folder: Path, to: Path, file: str, **values: object) -> Path:
    """Copy a checkpoint and change one of its JSON files."""
    made = Path(shutil.copytree(folder, to))
    content = json.loads((made / file).read_text())
    (made / file).write_text(json.dumps(content | values))
    return made


WISHES = {
    "do_sample": True,
    "temperature": 9.0,
    "top_k": 3,
    "num_return_sequences": 3,
    "num_beams": 5,
    "max_length": 4,
    "min_length": 30,
    "min_new_tokens": 30,
    "max_time": 0.0001,
    "stop_strings": ["a"],
    "num_beam_groups": 2,
    "diversity_penalty": 0.5,
    "forced_eos_token_id": 2,
    "forced_bos_token_id": 7,
    "return_dict_in_generate": True,
    "output_scores": True,
    "prompt_lookup_num_tokens": 3,
}


@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize("file", ["generation_config.json", "config.json"])
def test_a_checkpoint_cannot_sample_cut_or_multiply(
    folders: dict[str, Path], tmp_path: Path, file: str, beams: int
) -> None:
    texts = sentences(10)
    wishing = changed(folders["nllb"], tmp_path / "x", file, **WISHES)
    if file == "config.json":
        (wishing / "generation_config.json").unlink()
        changed(wishing, tmp_path / "y", file, early_stopping=True)
        wishing = tmp_path / "y"
    found = translated(engine(wishing, beams=beams), texts)
    assert found == translated(engine(folders["nllb"], beams=beams), texts)


@pytest.mark.parametrize("wish", ["suppress_tokens", "bad_words_ids"])
def test_a_checkpoint_may_forbid_subwords(folders: dict[str, Path], tmp_path: Path, wish: str) -> None:
    texts = sentences(10)
    usual = translated(engine(folders["nllb"]), texts)
    token = AutoTokenizer.from_pretrained(folders["nllb"])(usual[0].text, add_special_tokens=False)["input_ids"][0]
    wishes = {wish: [token] if wish == "suppress_tokens" else [[token]]}
    other = changed(folders["nllb"], tmp_path / "x", "generation_config.json", **wishes)
    assert translated(engine(other), texts) != usual


def test_what_it_is_told_stands_before_the_input(folders: dict[str, Path]) -> None:
    texts = sentences(8)

    def prefix(family: str, **options: Any) -> object:
        return engine(folders[family], **options).settings()["prefix"]

    assert prefix("t5") == "translate English to Spanish: "
    assert prefix("t5", source="deu", target="swh") == "translate German to Swahili: "
    assert prefix("t5", prefix="") == prefix("nllb") == prefix("marian") == ""
    assert prefix("madlad") == "<2es> "
    assert prefix("madlad", target="swh") == "<2sw> "
    assert prefix("marian-multi", target="spa", target_code="deu") == ">>deu<< "
    assert prefix("marian-multi", target="swh", prefix=">>spa<< ") == ">>spa<< "
    ours = translated(engine(folders["t5"], prefix="translate English to Spanish: "), texts)
    assert ours == translated(engine(folders["t5"]), texts)
    assert ours != translated(engine(folders["t5"], prefix=""), texts)


@pytest.mark.parametrize("family", TRANSLATORS)
def test_words_that_look_like_special_tokens_are_words(folders: dict[str, Path], family: str) -> None:
    ready = engine(folders[family])
    ready.check()
    tokenizer = ready._tokenizer
    special = {*tokenizer.all_special_ids} - {tokenizer.unk_token_id}
    plain, odd = (
        ready._encoded(text) for text in ("Ana visits", "Ana </s> <s> <pad> spa_Latn __es__ <2sw> >>deu<< es_XX")
    )
    assert [k for k in odd if k in special] == [k for k in plain if k in special]


def test_a_model_of_one_direction_does_not_translate_back(folders: dict[str, Path]) -> None:
    for family in ("nllb", "marian-multi", "madlad"):
        engine(folders[family], way_back=True).check()
    for family in ("marian", "t5"):
        with pytest.raises(
            UsageError, match=r"takes no language codes, so it cannot translate back into Spanish; .*back_tr"
        ):
            engine(folders[family], way_back=True).check()


def test_the_settings_are_what_decides(folders: dict[str, Path]) -> None:
    folder = folders["nllb"]
    usual = engine(folder).settings()
    assert json.loads(json.dumps(usual)) == usual
    others = [
        {"target": "swh"},
        {"source": "deu"},
        {"target_code": "por_Latn"},
        {"source_code": "por_Latn"},
        {"prefix": "x"},
        {"beams": 1},
        {"max_length": 9},
        {"batch_size": 3},
        {"batch_tokens": 300},
    ]
    found = [engine(folder, **other).settings() for other in others]
    found.append(Seq2Seq(Checkpoint(name=str(folder), precision="bfloat16"), source="eng", target="spa").settings())
    found.append(engine(folders["m2m100"]).settings())
    assert all(a != b for k, a in enumerate([usual, *found]) for b in found[k:])
    on_cpu = Seq2Seq(Checkpoint(name=str(folder), device="cpu"), source="eng", target="spa", max_length=LONGEST)
    assert on_cpu.settings() == usual
    assert {"sentencex", "model", "precision"} <= usual.keys()


def test_it_travels_without_its_model(folders: dict[str, Path]) -> None:
    texts = sentences(5)
    one = engine(folders["marian-multi"])
    done = translated(one, texts)
    sent = pickle.dumps(one)
    assert len(sent) < 3000
    assert translated(pickle.loads(sent), texts) == done


def test_a_recipe_translates_in_the_precision_that_the_machine_decides(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Seq2SeqSettings(engine="seq2seq", model=str(folders["nllb"])).checkpoint(Path()).precision == "auto"
    translator = Seq2Seq(Checkpoint(name=str(folders["nllb"]), precision="auto"), source="eng", target="spa")
    assert (
        translator.settings() == Seq2Seq(Checkpoint(name=str(folders["nllb"])), source="eng", target="spa").settings()
    )
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    assert translator.settings()["precision"] == "bfloat16"


def test_low_precision_runs(folders: dict[str, Path]) -> None:
    model = Checkpoint(name=str(folders["nllb"]), precision="bfloat16")
    done = translated(Seq2Seq(model, source="eng", target="spa", max_length=12), sentences(6))
    assert any(t.text for t in done)


@pytest.mark.parametrize(
    ("family", "options", "error", "message"),
    [
        ("nllb", {"target": "pcm"}, UsageError, "has no language code for 'pcm' (Nigerian Pidgin); it knows ace_Arab"),
        ("nllb", {"source": "pcm"}, UsageError, "has no language code for 'pcm'"),
        ("nllb", {"target_code": "es"}, UsageError, "has no language code for 'es'; it knows"),
        ("m2m100", {"target": "tel"}, UsageError, "has no language code for 'tel'"),
        ("marian-multi", {"target": "swh"}, UsageError, "for 'swh' (Swahili); it knows deu, spa; choose another model"),
        ("madlad", {"target": "deu"}, UsageError, "for 'deu' (German); it knows es, sw; choose another model"),
        ("marian", {"target_code": "spa"}, UsageError, "has no language codes, so it cannot be given 'spa'"),
        ("marian", {"source_code": "eng"}, UsageError, "its source language; leave out source_code: 'eng'"),
        (
            "madlad",
            {"source_code": "en"},
            UsageError,
            "takes no code of its source language; leave out source_code: 'en'",
        ),
        ("marian", {"max_length": 513}, UsageError, "max_length: 513: the model"),
        ("t5", {"prefix": "Ana " * 600}, UsageError, "leave no room for text: the model"),
    ],
)
def test_what_is_wrong_is_found_before_the_model_is_loaded(
    folders: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    family: str,
    options: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    monkeypatch.setattr(Checkpoint, "load", lambda *_: pytest.fail("loaded"))
    for call in ("check", "settings"):
        with pytest.raises(error, match=re.escape(message)):
            getattr(engine(folders[family], **options), call)()


def test_what_is_missing_is_one_clear_line(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingFileError, match=r"no cached model 'nobody/nothing'.*hf download nobody/nothing"):
        engine(Path("nobody/nothing")).check()
    with pytest.raises(UsageError, match="is of the family bert, which cannot translate; choose a sequence-to-seq"):
        engine(write_model("bert", tmp_path / "bert")).check()
    bare = Path(shutil.copytree(folders["nllb"], tmp_path / "bare"))
    (bare / "model.safetensors").unlink()
    with pytest.raises(MissingFileError, match=r"the model .*bare' has no weights as safetensors"):
        translated(engine(bare), ["Ana"])
    for model, words in [
        (
            Checkpoint(name=str(folders["nllb"]), device="cuda"),
            r"shall run on a GPU \(device: cuda\), and torch sees none",
        ),
        (Checkpoint(name=str(folders["nllb"]), precision="float16"), "cannot run in float16 without a GPU"),
    ]:
        if not torch.cuda.is_available():
            with pytest.raises(MissingEngineError, match=words):
                Seq2Seq(model, source="eng", target="spa").check()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"'torch' is not installed: pip install 'silverner\[neural\]'"):
        engine(folders["nllb"]).check()


def test_memory_that_runs_out_changes_no_translation(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    texts = sentences(8)
    expected = translated(engine(folders["nllb"]), texts)
    full = engine(folders["nllb"])
    translated(full, ["Ana"])
    whole, most = full._model.generate, 4

    def generate(**options: Any) -> Any:
        if len(options["input_ids"]) > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return whole(**options)

    monkeypatch.setattr(full._model, "generate", generate)
    with caplog.at_level(logging.WARNING, "silverner"):
        assert translated(full, texts) == expected
    assert "ran out of memory on a batch of 8; halving it" in caplog.text
    most = 0
    with pytest.raises(EngineError, match=r"the translator '.*' ran out of memory on a single item; use a smaller"):
        translated(full, ["Ana"])
