"""A dry run reads the texts: what it found, and what is missing or wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from silverner.builders import estimate, models, text_preview
from silverner.builders.recipe.load import load_recipe
from silverner.cli import main
from silverner.projection.errors import SilvernerError
from silverner.projection.labelling.tagger import TaggerSettings
from tests.corpora import write_corpus


def dry(capsys: pytest.CaptureFixture[str], recipe: Path, *words: str) -> tuple[int, str, str]:
    code = main(["build", str(recipe), "--dry-run", "--store", str(recipe.parent / "store"), *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_it_shows_formats_counts_and_the_first_pairs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = dry(capsys, write_corpus(tmp_path), "--lang", "spa")
    assert code == 0
    assert "  source: CoNLL columns; 3 sentences; 11 tokens; LOC 2, PER 1, ORG 1\n" in out
    assert "  target: text split into tokens; 3 sentences; 12 tokens\n" in out
    assert "    Ana visits New York | Ana visita Nueva York\n    It rains | Llueve\n" in out


def test_json_has_the_same_facts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = dry(capsys, write_corpus(tmp_path), "--json")
    data = json.loads(out)["languages"]["deu"]["data"]
    assert (code, data["faults"]) == (0, [])
    assert data["texts"][0]["labels"] == {"LOC": 2, "PER": 1, "ORG": 1}
    assert data["first"][2] == ["Bern honours the Red Cross", "Bern ehrt das Rote Kreuz"]


def _replaced(file: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_text((folder / file).read_text().replace(old, new))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_replaced("spa.txt", "Llueve\n", ""), "wrong: the split 'train' has 3 source and 2 target sentences"),
        (
            _replaced("eng.conll", "-ORG", "-COMPANY"),
            "the label 'COMPANY' (1 entity) is not among PER, ORG, LOC; write",
        ),
        (_replaced("eng.conll", "-ORG", "-COMPANY"), "label_map: {COMPANY: ORG}"),
        (lambda folder: (folder / "spa.txt").unlink(), "spa.txt"),
        (_replaced("eng.conll", "B-PER", "I-PER\tX"), "wrong: source: "),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_gives_exit_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, spoil: Callable[[Path], Any], message: str
) -> None:
    recipe = write_corpus(tmp_path)
    spoil(tmp_path)
    code, out, err = dry(capsys, recipe, "--lang", "spa")
    assert code == 1
    assert message in out + err


def test_data_of_the_hub_are_not_missing_and_their_command_names_the_revision(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source = {"language": "eng", "format": "hub", "dataset": "nobody/nothing", "revision": "v3", "files": "train"}
    code, out, _ = dry(capsys, write_corpus(tmp_path, source=source), "--lang", "spa")
    assert code == 0
    assert "source: nobody/nothing: on the Hub, not on this machine; the build downloads it" in out
    assert "hf download nobody/nothing --repo-type dataset --revision v3" in out
    assert "missing" not in out


@pytest.mark.parametrize("files", ["eng*.conll", "fold", {"train": "eng*.conll"}, {"train": "fold"}])
def test_a_glob_and_a_folder_are_read_as_a_build_reads_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, files: str | dict[str, str]
) -> None:
    recipe = write_corpus(tmp_path, source={"language": "eng", "files": files})
    (tmp_path / "fold").mkdir()
    (tmp_path / "fold" / "a.conll").write_text((tmp_path / "eng.conll").read_text())
    code, out, _ = dry(capsys, recipe, "--lang", "spa")
    assert "  source: CoNLL columns; 3 sentences; 11 tokens; LOC 2, PER 1, ORG 1\n" in out
    assert code == 0


def test_a_glob_without_a_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recipe = write_corpus(tmp_path, source={"language": "eng", "files": "fra*.conll"})
    code, out, err = dry(capsys, recipe, "--lang", "spa")
    assert code == 1
    assert "fra*.conll: no file is there; write the name of a file, a glob or a folder" in out + err


def test_files_that_are_too_large_are_not_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = write_corpus(tmp_path)
    monkeypatch.setattr(text_preview, "LARGEST", 100)
    code, out, _ = dry(capsys, recipe, "--lang", "spa")
    assert code == 0
    assert "source: CoNLL columns; 0 MB, of which only the beginning was read, for the format" in out


def test_the_time_on_a_gpu_is_estimated_and_called_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = dry(capsys, Path("masakhaner2"), "--lang", "swh")
    assert code == 0
    assert (
        "time on one GPU for every 1,000 sentences (estimated, not measured): about 38 s (translator 36 s, "
        "labeller 2 s, aligner 1 s), with 10 GB of its memory\n"
    ) in out


def test_an_estimate_grows_with_the_text_and_names_models_of_unknown_size(tmp_path: Path) -> None:
    translator = {"engine": "seq2seq", "model": "facebook/nllb-200-3.3B"}
    labeller = {"engine": "tagger", "model": "some/tagger"}
    recipe = load_recipe(str(write_corpus(tmp_path, method="translate-train", target=..., translator=translator)))
    one = recipe.languages["spa"].model_copy(update={"labeller": TaggerSettings(**labeller)})
    texts = [{"sentences": 200_000, "tokens": 5_040_000}, {"sentences": 100_000, "tokens": None}]
    facts = estimate.estimate([one, one], texts, tmp_path)
    assert facts == {
        "sentences": 300_000,
        "counted": True,
        "models": [
            {
                "role": "translator",
                "model": translator["model"],
                "hours": pytest.approx(2.992, abs=0.001),
                "gb": 9.6,
                "measured": False,
            }
        ],
        "unknown": ["some/tagger"],
    }
    assert estimate.describe(facts) == [
        "time on one GPU for 300,000 sentences (estimated, not measured): about 3.0 h (translator 3.0 h), with 10 GB "
        "of its memory; without some/tagger, of unknown size"
    ]


@pytest.mark.parametrize("files", [["model.safetensors"], ["one.safetensors", "two.safetensors"]])
def test_the_size_of_a_model_on_this_machine_is_counted(tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "mine").mkdir()
    weights = {f"layer.{k}": np.zeros((1500, 1000), np.float16) for k in range(len(files))}
    for file, (name, values) in zip(files, weights.items(), strict=True):
        save_file({name: values}, tmp_path / "mine" / file)
    if len(files) > 1:
        index = {"weight_map": dict(zip(weights, files, strict=True))}
        (tmp_path / "mine/model.safetensors.index.json").write_text(json.dumps(index))
    section = TaggerSettings(engine="tagger", model="mine")
    assert models.millions_of_parameters(section, tmp_path) == [2, 3][len(files) - 1]
    (tmp_path / "mine" / files[-1]).write_bytes(b"torn")
    assert models.millions_of_parameters(section, tmp_path) is None


@pytest.mark.parametrize("name", ["/data/models/ner", "models/own/ner", "./x", "org/", "a--b/c", "Org/Nämé", "~/m/ner"])
def test_a_model_that_is_not_there_has_no_size_and_its_stage_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    assert models.millions_of_parameters(TaggerSettings(engine="tagger", model=name), tmp_path) is None
    recipe = write_corpus(tmp_path, aligner={"engine": "simalign", "model": name})
    code, out, _ = dry(capsys, recipe, "--lang", "spa")
    assert code == 1 and "there is no folder" in out


@pytest.mark.parametrize("index", [[], {"weight_map": {"a": 5}}, {"weight_map": {"a": "a" * 5000 + ".safetensors"}}])
def test_a_model_with_a_broken_index_has_no_size_and_its_stage_says_so(tmp_path: Path, index: Any) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/model.safetensors.index.json").write_text(json.dumps(index))
    section = TaggerSettings(engine="tagger", model="mine")
    assert models.millions_of_parameters(section, tmp_path) is None
    with pytest.raises(SilvernerError, match=r"model\.safetensors\.index\.json"):
        section.checkpoint(tmp_path).check()


@pytest.mark.parametrize("package", ["safetensors", "torch"])
def test_a_model_has_no_size_where_the_package_that_reads_it_is_missing(
    tmp_path: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    save_file({"a": np.zeros((1500, 1000), np.float16)}, tmp_path / "mine/model.safetensors")
    section = TaggerSettings(engine="tagger", model="mine")
    assert models.millions_of_parameters(section, tmp_path) == 2
    monkeypatch.setitem(sys.modules, package, None)
    assert models.millions_of_parameters(section, tmp_path) is None


def test_every_rate_says_whether_it_was_measured_and_how() -> None:
    for entry in estimate._rates():
        assert set(entry) == {"task", "device", "parameters", "tokens", "measured", "source"}
        assert entry["task"] in {"translate", "tag", "encode"} and entry["device"] == "GPU"
    half, double = (estimate.tokens_a_second("tag", size) for size in (280, 1120))
    assert (half, double) == ((30000.0, False), (7500.0, False))
