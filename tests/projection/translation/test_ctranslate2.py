from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import pytest
import torch
from ctranslate2.converters import TransformersConverter
from huggingface_hub.constants import HF_HUB_CACHE

from silverner.projection.chain.files import TEMPORARY_PREFIX
from silverner.projection.errors import MissingEngineError, OutputError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.translation import CTranslate2, Seq2Seq, Translation
from tests.tiny import TEXT, write_seq2seq

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split() if word.isalpha()})
ODD = [
    "",
    " \n ",
    "Ana visits . New York",
    "🎉",
    "</s>",
    "<pad> Ana",
    "Ana visits. The Red Cross begins.",
    "Ana " * 300,
]
SOME = ["Ana visits", "New York", "Kenya begins"]


def sentences(count: int) -> list[str]:
    rng = random.Random(count)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, 12))) for _ in range(count)]


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_seq2seq("nllb", tmp_path_factory.mktemp("translators") / "nllb", steps=80)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("converted")


def engine(folder: Path, cache: Path, **options: Any) -> CTranslate2:
    return CTranslate2(
        Checkpoint(name=str(folder)), **{"source": "eng", "target": "spa", "max_length": 48, "cache": cache, **options}
    )


def translated(engine: CTranslate2 | Seq2Seq, texts: list[str]) -> list[Translation]:
    return engine.translate([str(k) for k in range(len(texts))], texts)


@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize("longest", [5, 8, 48])
def test_translations_are_those_of_transformers(nllb: Path, cache: Path, beams: int, longest: int) -> None:
    texts = [*sentences(25), *ODD]
    options: dict[str, Any] = {"beams": beams, "max_length": longest}
    whole = Seq2Seq(Checkpoint(name=str(nllb)), source="eng", target="spa", **options)
    expected = translated(whole, texts)
    assert translated(engine(nllb, cache, **options), texts) == expected
    assert any(t.cut for t in expected) == (longest == 5)


def test_a_translation_does_not_depend_on_its_batch(nllb: Path, cache: Path) -> None:
    texts = [*sentences(25), *ODD]
    expected = translated(engine(nllb, cache), texts)
    for size in (1, 3):
        assert translated(engine(nllb, cache, batch_size=size), texts) == expected
    assert translated(engine(nllb, cache, batch_size=5), texts[::-1]) == expected[::-1]


@pytest.mark.parametrize(
    "wish",
    [{"length_penalty": 3.0}, {"no_repeat_ngram_size": 1}, {"repetition_penalty": 5.0}],
    ids=lambda wish: next(iter(wish)),
)
def test_it_searches_as_the_checkpoint_wants(nllb: Path, tmp_path: Path, wish: dict[str, float]) -> None:
    folder = Path(shutil.copytree(nllb, tmp_path / "nllb"))
    content = json.loads((folder / "generation_config.json").read_text())
    (folder / "generation_config.json").write_text(json.dumps(content | wish))
    found = engine(folder, tmp_path / "cache")
    translated(found, ["Ana"])
    assert wish.items() <= found._search.items()


@pytest.mark.parametrize("kind", ["int8", "int8_float32"])
def test_other_types_run(nllb: Path, cache: Path, kind: Any) -> None:
    assert all(t.text for t in translated(engine(nllb, cache, compute_type=kind), SOME))


def test_the_settings_name_type_and_version(nllb: Path, cache: Path) -> None:
    usual = engine(nllb, cache).settings()
    assert json.loads(json.dumps(usual)) == usual
    assert usual == engine(nllb, cache / "elsewhere").settings()
    assert usual["compute_type"] == "float32"
    assert engine(nllb, cache, compute_type="int8").settings() != usual
    assert not any(word in str(value) for value in usual.values() for word in (str(cache), str(nllb)))


def test_a_model_is_converted_once(nllb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = engine(nllb, tmp_path / "new" / "cache")
    done = translated(first, SOME)
    monkeypatch.setattr(TransformersConverter, "convert", lambda *_, **__: pytest.fail("converted again"))
    assert translated(engine(nllb, tmp_path / "new" / "cache", compute_type="int8"), ["Ana"])
    assert translated(pickle.loads(pickle.dumps(first)), SOME) == done
    (folder,) = (tmp_path / "new" / "cache").iterdir()
    assert re.fullmatch("nllb-[0-9a-f]{16}", folder.name)


def test_other_weights_are_converted_anew(nllb: Path, tmp_path: Path) -> None:
    translated(engine(nllb, tmp_path / "cache"), ["Ana"])
    other = write_seq2seq("nllb", tmp_path / "nllb", steps=3)
    translated(engine(other, tmp_path / "cache"), ["Ana"])
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, MemoryError])
def test_a_conversion_that_dies_leaves_nothing(
    nllb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def convert(self: object, folder: str) -> None:
        Path(folder).mkdir()
        Path(folder, "model.bin").write_bytes(b"half")
        raise error("killed")

    with monkeypatch.context() as patch:
        patch.setattr(TransformersConverter, "convert", convert)
        with pytest.raises(error):
            translated(engine(nllb, tmp_path), ["Ana"])
    assert list(tmp_path.iterdir()) == []
    translated(engine(nllb, tmp_path), ["Ana"])


def test_what_a_killed_conversion_left_is_removed(nllb: Path, tmp_path: Path) -> None:
    left = tmp_path / f"{TEMPORARY_PREFIX}x" / "model"
    left.mkdir(parents=True)
    (left / "model.bin").write_bytes(b"half")
    translated(engine(nllb, tmp_path), ["Ana"])
    assert [p.name.startswith(f"{nllb.name}-") for p in tmp_path.iterdir()] == [True]


def test_the_slower_of_two_conversions_takes_what_is_there(
    nllb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = TransformersConverter.convert

    def convert(self: Any, folder: str) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(TransformersConverter, "convert", whole)
            translated(engine(nllb, tmp_path), ["Ana"])
        return whole(self, folder)

    monkeypatch.setattr(TransformersConverter, "convert", convert)
    assert translated(engine(nllb, tmp_path), SOME) == translated(engine(nllb, tmp_path), SOME)
    assert len(list(tmp_path.iterdir())) == 1


FILES = ["model.bin", "config.json", "shared_vocabulary.json", "generation_config.json", "silverner-hashes.json"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "empty", "half", "flipped"])
def test_a_damaged_conversion_is_named_and_made_again(
    nllb: Path, cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, damage: str
) -> None:
    expected = translated(engine(nllb, cache), ["Ana"])
    (folder,) = Path(shutil.copytree(cache, tmp_path / "copy")).iterdir()
    content = (folder / name).read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    (folder / name).unlink()
    if damage != "missing":
        (folder / name).write_bytes({"empty": b"", "half": content[:middle], "flipped": flipped}[damage])
    assert translated(engine(nllb, tmp_path / "copy"), ["Ana"]) == expected
    assert f"the converted model {folder} is damaged" in caplog.text
    assert (folder / name).read_bytes() == content


def test_a_file_that_no_conversion_wrote_is_damage(nllb: Path, cache: Path, tmp_path: Path) -> None:
    translated(engine(nllb, cache), ["Ana"])
    (folder,) = Path(shutil.copytree(cache, tmp_path / "copy")).iterdir()
    (folder / "source_vocabulary.json").write_text("[]")
    translated(engine(nllb, tmp_path / "copy"), ["Ana"])
    assert not (folder / "source_vocabulary.json").exists()


def test_a_cache_that_cannot_be_written_is_named(nllb: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write the converted model .*file/nllb-.*: (Not a dir|File exists)"):
        translated(engine(nllb, tmp_path / "file"), ["Ana"])


def test_of_a_cached_model_the_revision_that_is_asked_for_is_converted(nllb: Path, tmp_path: Path) -> None:
    cached = Path(HF_HUB_CACHE, "models--tiny--nllb")
    for revision, commit, source in (("main", "a" * 40, tmp_path / "main"), ("v2", "b" * 40, nllb)):
        if not source.exists():
            write_seq2seq("nllb", source, steps=3)
        shutil.copytree(source, cached / "snapshots" / commit)
        (cached / "refs").mkdir(exist_ok=True)
        (cached / "refs" / revision).write_text(commit)
    model = Checkpoint(name="tiny/nllb", revision="v2")
    found = CTranslate2(model, source="eng", target="spa", max_length=48, cache=tmp_path / "cache")
    assert found.settings()["model"] == "b" * 40
    assert translated(found, SOME) == translated(engine(nllb, tmp_path / "cache"), SOME)
    assert len(list((tmp_path / "cache").iterdir())) == 2


@pytest.mark.parametrize(("worker", "expected"), [(False, 3), (True, 1)])
def test_workers_take_one_thread_each(
    nllb: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, worker: bool, expected: int
) -> None:
    seen = []

    class Translator:
        def __init__(self, folder: str, **options: Any) -> None:
            seen.append(options["intra_threads"])

    monkeypatch.setattr("ctranslate2.Translator", Translator)
    monkeypatch.setattr("torch.get_num_threads", lambda: 3)
    translated_model = engine(nllb, cache)
    translated_model.check()
    if worker:
        monkeypatch.setattr("multiprocessing.parent_process", lambda: os.getpid())
    translated_model._load()
    assert seen == [expected]


@pytest.mark.parametrize("family", ["m2m100", "marian", "mbart50"])
def test_other_families_are_refused(family: str, tmp_path: Path) -> None:
    folder = write_seq2seq(family, tmp_path / family, steps=0)
    with pytest.raises(UsageError, match=r"takes only NLLB checkpoints; .* is another model .*; use engine: seq2seq"):
        engine(folder, tmp_path).check()


def test_what_is_wrong_is_found_before_any_work(nllb: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checkpoint, "load", lambda *_: pytest.fail("loaded"))
    with pytest.raises(UsageError, match="no language code for 'pcm'"):
        engine(nllb, cache, target="pcm").check()
    here = ", ".join(sorted(ctranslate2.get_supported_compute_types("cpu")))  # each processor has its own
    with pytest.raises(MissingEngineError, match=rf"compute_type: .*float16.*machine \(cpu\); allowed: {here}$"):
        engine(nllb, cache, compute_type="int8_float16").check()
    low = Checkpoint(name=str(nllb), precision="bfloat16")
    with pytest.raises(
        UsageError, match="precision: bfloat16: the engine ctranslate2 does not take this key; write compute_type: bfl"
    ):
        CTranslate2(low, source="eng", target="spa", cache=cache).check()
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    engine(nllb, cache).check()
    gpu = Checkpoint(name=str(nllb), device="cuda")
    with pytest.raises(
        MissingEngineError, match=r"must run on a GPU \(device: cuda\), but ctranslate2 finds none; use"
    ):
        CTranslate2(gpu, source="eng", target="spa", cache=cache).check()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"'ctranslate2' is not installed: pip install 'silverner\[ctransl"):
        engine(nllb, cache).check()
