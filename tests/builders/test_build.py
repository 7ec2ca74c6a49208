from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner.builders.build import BuildOptions, build, plan
from silverner.builders.build_request import BuildRequest
from silverner.builders.folder import CorpusFolder
from silverner.builders.methods.table import METHODS
from silverner.builders.recipe.load import load_recipe
from silverner.builders.runlog import run_log
from silverner.cli import main
from silverner.dataset_cards.check import check_folder
from silverner.projection.chain import ShardStore
from silverner.projection.chain.executors import InProcess
from silverner.projection.chain.files import file_hash
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.errors import DataError, LanguagesError, MissingEngineError, OutputError, SilvernerError
from silverner.projection.stages import Project
from tests.corpora import SPANISH, write_corpus
from tests.tiny import write_model


def _work(folder: Path, **options: Any) -> BuildOptions:
    return BuildOptions(out=folder / "out", store=ShardStore(folder / "store"), **options)


def _parquet(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


def test_the_folder_opens_with_class_labels_version_and_provenance(tmp_path: Path) -> None:
    build(load_recipe(str(write_corpus(tmp_path))), None, _work(tmp_path))
    data = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")
    tags = data.features["ner_tags"].feature
    assert tags.names == ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
    assert str(data.info.version) == "1.0.0"
    row = data[2]
    assert row["tokens"] == ["La", "Cruz", "Roja", "es", "honrada", "por", "Berna"]
    assert tags.int2str(row["ner_tags"]) == ["O", "B-ORG", "I-ORG", "O", "O", "O", "B-LOC"]
    assert row["source_tokens"] == ["Bern", "honours", "the", "Red", "Cross"]
    assert tags.int2str(row["source_ner_tags"]) == ["B-LOC", "O", "O", "B-ORG", "I-ORG"]
    assert row["alignment"] == "0-6 1-4 2-0 3-2 4-1"
    origins = [(e["start"], e["end"], e["label"], e["source_start"], e["source_end"]) for e in row["entities"]]
    assert origins == [(1, 3, "ORG", 3, 5), (6, 7, "LOC", 0, 1)]
    assert row["flags"] == []


def test_every_sentence_is_kept_or_dropped_with_a_reason(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "spa.txt").write_text("Ana visita Nueva York\n\nLa Cruz Roja es honrada por Berna\n")
    (tmp_path / "spa.links").write_text("0-0 1-1 2-2 3-3\n\n0-6\n")
    facts = build(load_recipe(str(path)), ["spa"], _work(tmp_path))["spa"]
    assert facts.counts.to_json() == {
        "input": 3,
        "kept": 1,
        "dropped": {"empty-target": 1, "lost-entity": 1},
        "flags": {"lost-entity": 1},
        "entities": {"PER": 1, "ORG": 0, "LOC": 1},
        "source_entities": 2,
        "lost_entities": 0,
    }
    assert json.loads((tmp_path / "out/manifest.json").read_text())["languages"]["spa"] == facts.to_json()
    card = (tmp_path / "out/README.md").read_text()
    assert "| 1.0.0 | `train` 1 | 3, 1 `empty-target`, 1 `lost-entity` | 1.00 |" in card
    assert "| `spa` | 1 | 0 | 1 | 2 |" in card


def test_other_languages_stay_as_they_are_byte_for_byte(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    before = _parquet(tmp_path / "out/spa")
    facts = json.loads((tmp_path / "out/manifest.json").read_text())["languages"]["spa"]
    build(load_recipe(str(path), changes=["matcher=greedy"]), ["deu"], _work(tmp_path))
    assert _parquet(tmp_path / "out/spa") == before
    assert json.loads((tmp_path / "out/manifest.json").read_text())["languages"]["spa"] == facts
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["deu", "spa"]


def test_replaced_data_is_noticed_and_the_old_file_goes(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    old = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")
    (tmp_path / "spa.txt").write_text("Eva visita Nueva York\nLlueve\nLa Cruz Roja es honrada por Berna\n")
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    new = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")
    assert (old[0]["tokens"][0], new[0]["tokens"][0]) == ("Ana", "Eva")
    assert len(list((tmp_path / "out/spa").iterdir())) == 1


def test_the_same_inputs_give_the_same_bytes_whatever_workers_store_or_place(tmp_path: Path) -> None:
    outs = []
    for name, executor in (("one", InProcess), ("two", partial(ProcessPool, 2))):
        path = write_corpus(tmp_path / name)
        (tmp_path / name / "eng.conll").write_text("Ana\tB-PER\nwon\tO\n\n" * 2500)
        (tmp_path / name / "spa.txt").write_text("Ganó Ana\n" * 2500)
        (tmp_path / name / "spa.links").write_text("0-1 1-0\n" * 2500)
        build(load_recipe(str(path)), ["spa"], _work(tmp_path / name, executor=executor))
        outs.append({p: (tmp_path / name / "out" / p).read_bytes() for p in ("README.md", "manifest.json")})
        outs[-1] |= _parquet(tmp_path / name / "out")
    assert outs[0] == outs[1]


def test_two_recipes_of_one_name_never_share_a_cache(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "spa.links").write_text("0-0 1-1 2-2 3-3\n0-0\n0-6 3-2 4-1 4-4 1-4\n")
    build(load_recipe(str(path), changes=["score=dice", "matcher=exact"]), ["spa"], _work(tmp_path))
    first = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")[2]
    build(load_recipe(str(path), changes=["score=dice", "matcher=heuristic"]), ["spa"], _work(tmp_path))
    second = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")[2]
    assert first["ner_tags"] != second["ner_tags"]


def test_a_changed_matcher_recomputes_nothing_before_it(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    states = plan(load_recipe(str(path), changes=["matcher=greedy"]), ["spa"], _work(tmp_path))["spa"]
    assert {s.name: s.cached for s in states} == {
        "source": True,
        "align": True,
        "truecase": True,
        "project": False,
        "flag": False,
    }


def test_a_failure_keeps_what_was_finished_and_the_published_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}

    def fail(self: Project, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "apply", fail)
    with pytest.raises(KeyboardInterrupt):
        build(load_recipe(str(path), changes=["matcher=greedy"]), ["spa"], _work(tmp_path))
    assert {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == before


def test_another_corpus_s_folder_is_refused(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    other = load_recipe(str(path), changes=["name=other"])
    with pytest.raises(OutputError, match="holds the corpus 'little', not 'other'"):
        build(other, ["spa"], _work(tmp_path))


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.tex").write_text("42")
    with pytest.raises(OutputError, match="is no silverner corpus"):
        build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.tex"]


def test_a_first_build_cut_short_while_publishing_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_corpus(tmp_path)

    def fail(manifest: object, **_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("silverner.builders.folder.render_card", fail)
        with pytest.raises(OSError, match="No space left"):
            build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert not (tmp_path / "out/README.md").exists()
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert datasets.load_dataset(str(tmp_path / "out"), "spa", split="train").num_rows == 3


_KILLED_AT_WRITE = """
import os, signal, sys
from silverner import cli
from silverner.projection.chain import files

out, number = sys.argv[1], int(sys.argv[2])
make, made = files._locked_temporary, []

def kill(folder):
    temporary = make(folder)
    made.extend([folder] if str(folder).startswith(out) else [])
    if len(made) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return temporary

files._locked_temporary = kill
cli.main(sys.argv[3:])
"""


def test_a_build_killed_at_any_of_its_writes_goes_on_and_leaves_nothing(tmp_path: Path) -> None:
    path, out = write_corpus(tmp_path), tmp_path / "out"
    command = ["build", str(path), "--lang", "spa", "--store", str(tmp_path / "store"), "--out"]
    for number in (1, 2, 4):  # it claims the folder, writes rows, writes the plot
        shutil.rmtree(out, ignore_errors=True)
        words = [sys.executable, "-c", _KILLED_AT_WRITE, str(out), str(number), *command, str(out)]
        assert subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode == -signal.SIGKILL
        assert list(out.rglob(".silverner-tmp.*")) != []
        assert main([*command, str(out), "--dry-run"]) == 0
        assert main([*command, str(out)]) == 0
        assert check_folder(out) == []
        assert [p.name for p in out.rglob(".*")] == []


def test_what_killed_builds_of_earlier_versions_left_is_removed(tmp_path: Path) -> None:
    path, out = write_corpus(tmp_path), tmp_path / "out"
    out.mkdir()
    for name in ("build.log", ".manifest.json.a8_3xk2q"):
        (out / name).write_text("")
    command = ["build", str(path), "--lang", "spa", "--store", str(tmp_path / "store"), "--out", str(out)]
    assert main(command) == 0
    leftovers = [".README.md.abcdefgh", "spa/.train.parquet", "spa/..train.parquet.abcdefgh"]
    users = [".notes", ".notes.md.abcdefgh", "deu.txt", "data/.train.parquet", "spa/.notes"]
    (out / "data").mkdir()
    for name in (*leftovers, *users):
        (out / name).write_text("")
    assert check_folder(out) == []
    assert main(command) == 0
    assert [name for name in (*leftovers, *users) if (out / name).exists()] == users


def test_two_builds_never_write_into_one_folder(tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    with run_log(log), pytest.raises(OutputError, match="another build is writing into"), run_log(log):
        pass
    with run_log(tmp_path / "build.log"):
        pass


def test_a_store_can_be_filled_before_the_corpus_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    recipe, store, out = write_corpus(tmp_path), tmp_path / "store", tmp_path / "out"
    words = ["build", str(recipe), "--store", str(store), "--out", str(out)]
    assert main([*words, "--store-only"]) == 0
    printed = capsys.readouterr()
    said = f"All stages have run, see {store}; the same command without --store-only writes the corpus.\n"
    assert (printed.out, printed.err.endswith(said), out.exists()) == ("", True, False)
    caplog.clear()
    with caplog.at_level(logging.INFO, "silverner"):
        assert main(words) == 0
    assert not [message for message in caplog.messages if "shards in" in message]
    assert check_folder(out) == []


def test_links_by_split_are_counted_by_split(tmp_path: Path) -> None:
    sides = {"train": "eng.conll", "test": "more.conll"}
    path = write_corpus(
        tmp_path,
        source={"language": "eng", "files": sides},
        target={"format": "tokens", "files": {"train": "spa.txt", "test": "more.txt"}},
        aligner={"engine": "pharaoh", "forward": {"test": "more.links", "train": "spa.links"}},
        keep=...,
    )
    for name, text in {"more.conll": "Oslo\tB-LOC\n", "more.txt": "Oslo\n", "more.links": "0-0\n"}.items():
        (tmp_path / name).write_text(text)
    assert build(load_recipe(str(path)), ["spa"], _work(tmp_path))["spa"].counts.lost_entities == 0
    lines = (tmp_path / "spa.links").read_text().splitlines()
    (tmp_path / "spa.links").write_text("\n".join(lines[:2]) + "\n")
    (tmp_path / "more.links").write_text(lines[2] + "\n0-0\n")
    with pytest.raises(DataError, match=r"spa.links: 2 lines of links for 3 sentence pairs"):
        build(load_recipe(str(path)), ["spa"], _work(tmp_path))


def test_a_trial_says_so_in_its_card(tmp_path: Path) -> None:
    build(load_recipe(str(write_corpus(tmp_path))), ["spa"], _work(tmp_path, limit=2))
    assert "a trial with the first 2 sentences" in (tmp_path / "out/README.md").read_text()


def test_a_damaged_store_gives_the_same_rows(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    before = _parquet(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    stored = [p for p in (tmp_path / "store").rglob("*") if p.is_file()]
    assert {p.suffix for p in stored} == {".shard", ""}, "no file of a kind that has no hash"
    for file in stored:
        whole = file.read_bytes()
        file.write_bytes(whole[:20] + bytes([whole[20] ^ 4]) + whole[21:])
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert _parquet(tmp_path / "out") == before
    named = [file for file in stored if any(str(file) in message for message in caplog.messages)]
    unnamed = {str(file.relative_to(tmp_path / "store/v2")) for file in stored if file not in named}
    assert [name.rpartition("/")[2] for name in unnamed if name.startswith("source-")] == ["000000.shard"]
    assert len(unnamed) == 1, "without the number of rows the source is read again, whatever its shards hold"


def test_a_damaged_manifest_is_refused(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    (tmp_path / "out/manifest.json").write_text('{"name": ')
    with pytest.raises(OutputError, match=r"manifest.json is damaged"):
        build(load_recipe(str(path)), ["spa"], _work(tmp_path))


def test_nothing_left_to_publish_is_an_error(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, filters={"no-entity": 5}, keep={"without": ["no-entity"]})
    with pytest.raises(DataError, match="no sentence is left"):
        build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert not (tmp_path / "out").exists()


def test_a_language_that_fails_stops_no_other(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    links = (tmp_path / "deu.links").read_text()
    (tmp_path / "deu.links").write_text("0-0\n0-0\n0-9\n")
    with pytest.raises(LanguagesError, match=r"^1 of 2 languages failed, spa published in (?s:.)*- deu: .*line 3"):
        build(load_recipe(str(path)), ["deu", "spa"], _work(tmp_path))
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["spa"]
    (tmp_path / "deu.links").write_text(links)
    build(load_recipe(str(path)), ["deu", "spa"], _work(tmp_path))
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["deu", "spa"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OutputError("the disk is full")])
def test_what_is_built_is_published_though_the_next_language_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    write = CorpusFolder.write_language

    def stops_at_the_second(folder: CorpusFolder, code: str, *given: Any) -> None:
        if folder.languages:
            raise error
        write(folder, code, *given)

    monkeypatch.setattr(CorpusFolder, "write_language", stops_at_the_second)
    with pytest.raises(type(error)):
        build(load_recipe(str(write_corpus(tmp_path))), ["spa", "deu"], _work(tmp_path))
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["spa"]
    assert check_folder(tmp_path / "out") == []


def test_when_languages_are_published_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outs = []
    for pause in (-1.0, 60.0):
        monkeypatch.setattr("silverner.builders.build.PAUSE", pause)
        home = tmp_path / str(pause)
        build(load_recipe(str(write_corpus(home))), None, _work(home))
        outs.append({p.relative_to(home): p.read_bytes() for p in (home / "out").rglob("*") if p.is_file()})
    assert outs[0] == outs[1]


def test_a_link_out_of_range_names_file_and_line(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "spa.links").write_text("0-0\n0-0\n0-9\n")
    with pytest.raises(DataError, match=r"spa.links, line 3: link 0-9 is out of range"):
        build(load_recipe(str(path)), ["spa"], _work(tmp_path))


def test_an_engine_missing_in_the_last_language_is_missed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    languages = {"spa": None, "deu": {"aligner": {"engine": "eflomal"}}}
    path = write_corpus(tmp_path, languages=languages, aligner={"symmetrise": "gdfa"})
    text = path.read_text().replace("spa: null", "spa: {aligner: {engine: pharaoh, forward: spa.links}}")
    path.write_text(text)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"pip install 'silverner\[eflomal\]'"):
        build(load_recipe(str(path)), None, _work(tmp_path))
    assert not (tmp_path / "out").exists()
    states = plan(load_recipe(str(path)), None, _work(tmp_path))
    assert [s.name for s in states["deu"] if s.missing] == ["align"]
    assert not [s.name for s in states["spa"] if s.missing]


def test_gold_is_measured_and_never_used(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, target={"format": "conll", "files": "gold.conll", "gold": True})
    gold = (
        "Ana\tO\nvisita\tO\nNueva\tB-LOC\nYork\tI-LOC\n\nLlueve\tO\n\nLa\tO\nCruz\tO\nRoja\tO\nde\tO\nBerna\tB-LOC\n\n"
    )
    (tmp_path / "gold.conll").write_text(gold)
    (tmp_path / "spa.links").write_text("0-0 1-1 2-2 3-3\n0-0\n0-4 3-2 4-1\n")
    facts = build(load_recipe(str(path)), ["spa"], _work(tmp_path))["spa"]
    # Projected: Ana, Nueva York, Cruz Roja, Berna; gold has the second and the fourth.
    assert facts.measured.precision == 50.0
    assert facts.measured.recall == 100.0
    assert facts.measured.sentences == facts.measured.sentences_all == 3


def test_a_trial_takes_the_first_sentences_of_text_and_links(tmp_path: Path) -> None:
    facts = build(load_recipe(str(write_corpus(tmp_path))), ["spa"], _work(tmp_path, limit=2))["spa"]
    assert (facts.counts.input, facts.limit) == (2, 2)


@pytest.mark.parametrize("format_", ["text", "tsv", "jsonl"])
def test_translations_from_a_file_become_a_corpus(tmp_path: Path, format_: str) -> None:
    texts = {"a-1": "Ana visita Nueva York.", "a-2": "", "b-1": "Berna honra a la Cruz Roja."}
    lines = {
        "text": "".join(f"{t}\n" for t in texts.values()),
        "tsv": "".join(f"{k}\t{t}\n" for k, t in texts.items()),
        "jsonl": "".join(json.dumps({"id": k, "text": t}) + "\n" for k, t in texts.items()),
    }
    path = write_corpus(
        tmp_path,
        method="translate-train",
        target=...,
        translator={"engine": "pretranslated", "path": "translation", "format": format_},
    )
    (tmp_path / "translation").write_text(lines[format_])
    (tmp_path / "spa.links").write_text("0-0 1-1 2-2 3-3\n\n0-0 1-1 2-3 3-5 4-4\n")
    facts = build(load_recipe(str(path)), ["spa"], _work(tmp_path))["spa"]
    assert facts.counts.dropped == {"no-translation": 1}
    rows = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")
    assert rows[1]["tokens"] == ["Berna", "honra", "a", "la", "Cruz", "Roja", "."]
    assert [(e["start"], e["end"], e["label"]) for e in rows[1]["entities"]] == [(0, 1, "LOC"), (4, 6, "ORG")]
    assert rows[1]["unknown"] == []


def test_absolute_paths_do_not_reach_the_manifest(tmp_path: Path) -> None:
    files = str(tmp_path / "eng.conll")
    path = write_corpus(tmp_path, source={"language": "eng", "files": files})
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert str(tmp_path) not in (tmp_path / "out/manifest.json").read_text()
    assert str(tmp_path) not in (tmp_path / "out/README.md").read_text()


def test_a_builder_is_a_real_datasets_builder(tmp_path: Path) -> None:
    recipe = load_recipe(str(write_corpus(tmp_path)))
    request = BuildRequest(recipe=recipe.languages["deu"], config="deu", base=tmp_path, models=tmp_path / "models")
    builder = METHODS["parallel"].builder_class().from_request(request, ShardStore(tmp_path / "store"))
    assert isinstance(builder, datasets.DatasetBuilder)
    assert (builder.dataset_name, builder.config.name, str(builder.config.version)) == ("little", "deu", "1.0.0")
    builder.download_and_prepare()
    rows = builder.as_dataset(split="train")
    assert rows.num_rows == 3
    assert rows.features == builder.info.features


@pytest.mark.parametrize(
    "settings", [{"engine": "simalign"}, {"engine": "simalign", "reference": True}, {"engine": "awesome"}]
)
def test_an_encoder_aligns_without_seeing_the_whole_corpus(tmp_path: Path, settings: dict[str, Any]) -> None:
    write_model("bert", tmp_path / "encoder")
    path = write_corpus(tmp_path, aligner={**settings, "model": "encoder", "layer": 2}, keep=...)
    facts = build(load_recipe(str(path)), ["spa"], _work(tmp_path))["spa"]
    assert (facts.counts.kept, facts.artefacts) == (3, {})
    rows = datasets.load_dataset(str(tmp_path / "out"), "spa", split="train")
    assert rows[0]["alignment"]


def test_artefacts_in_the_folder_make_a_lost_store_good(tmp_path: Path) -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    path = write_corpus(tmp_path, aligner="eflomal", keep=...)
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    before = _parquet(tmp_path / "out")
    shutil.rmtree(tmp_path / "store")
    build(load_recipe(str(path)), ["spa"], _work(tmp_path))
    assert _parquet(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("damage", "recorded"),
    [
        ("shifted", False),
        ("out of range", False),
        ("out of range", True),
        ("cut", False),
        ("cut", True),
        ("gone", False),
    ],
)
def test_links_in_the_folder_that_do_not_fit_are_made_again(
    tmp_path: Path, damage: str, recorded: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    path, out = write_corpus(tmp_path, aligner="eflomal", keep=...), tmp_path / "out"
    command = ["build", str(path), "--lang", "spa", "--store", str(tmp_path / "store"), "--out", str(out)]
    assert main(command) == 0
    (artefact,) = out.glob("artefacts/*")
    before = file_hash(artefact)
    links = pq.read_table(artefact).column("links.forward").to_pylist()
    if damage == "gone":
        artefact.unlink()
    elif damage == "cut":
        artefact.write_bytes(artefact.read_bytes()[:99])
    else:
        forward = [*links[1:], links[0]] if damage == "shifted" else ["0-0 97-0", *links[1:]]
        pq.write_table(pa.table({"links.forward": forward, "links.reverse": forward}), artefact)
    if recorded:
        manifest = (out / "manifest.json").read_text()
        (out / "manifest.json").write_text(manifest.replace(before, file_hash(artefact)))
    shutil.rmtree(tmp_path / "store")
    capsys.readouterr()
    assert main(command) == 0
    assert f"warning: align: {artefact} is not used: " in capsys.readouterr().err
    assert check_folder(out) == []
    assert main(command) == 0
    assert "warning" not in capsys.readouterr().err, "the second time the folder holds what was made"


def test_warnings_reach_people_and_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_corpus(tmp_path)
    command = ["build", str(path), "--lang", "spa", "--store", str(tmp_path / "store"), "--out", str(tmp_path / "out")]
    assert main(command) == 0
    (shard,) = (tmp_path / "store").glob("v2/project-*/*.shard")
    shard.write_bytes(b"")
    capsys.readouterr()
    assert main(command) == 0
    message = f"the stored file {shard} is damaged (its content is not what was written); it is made again"
    printed = capsys.readouterr()
    assert (f"warning: {message}\n" in printed.err, message in printed.out) == (True, False)
    assert f"WARNING {message}\n" in (tmp_path / "out/build.log").read_text()


def test_the_log_says_what_stopped_a_run(tmp_path: Path) -> None:
    with pytest.raises(DataError), run_log(tmp_path / "build.log"):
        logging.getLogger("silverner").info("began")
        raise DataError("spa.links, line 3: no link")
    lines = (tmp_path / "build.log").read_text().splitlines()
    assert lines[0].endswith("INFO began")
    assert lines[1].endswith("ERROR stopped: spa.links, line 3: no link")


def test_a_killed_build_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    for name in ("calm", "killed"):
        path = write_corpus(tmp_path / name)
        (tmp_path / name / "eng.conll").write_text("Ana\tB-PER\nwon\tO\n\n" * 4000)
        (tmp_path / name / "spa.txt").write_text("Ganó Ana\n" * 4000)
        (tmp_path / name / "spa.links").write_text("0-1 1-0\n" * 4000)
    build(load_recipe(str(tmp_path / "calm/recipe.yaml")), ["spa"], _work(tmp_path / "calm"))
    path = tmp_path / "killed/recipe.yaml"
    store = tmp_path / "killed/store"
    command = [sys.executable, "-m", "silverner", "build", str(path), "--lang", "spa", "--store", str(store)]
    process = subprocess.Popen([*command, "--out", str(tmp_path / "killed/out")], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(store.glob("v2/project-*/*.shard")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.poll() is None, "the build ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = len(list(store.glob("v2/project-*/*.shard")))
    assert 1 <= done < 4
    assert not list((tmp_path / "killed/out").glob("*.md"))
    build(load_recipe(str(path)), ["spa"], _work(tmp_path / "killed"))
    assert _parquet(tmp_path / "killed/out") == _parquet(tmp_path / "calm/out")


def test_filters_that_look_at_the_text_itself_are_flags_like_any_other(tmp_path: Path) -> None:
    names = ["duplicate", "near-duplicate", "leak", "language", "wrong-script", "untranslated", "entity-count"]
    filters = {"lost-entity": 0, **dict.fromkeys(names, None)}
    path = write_corpus(
        tmp_path,
        filters=filters,
        keep={"without": ["leak", "duplicate", "lost-entity"]},
        evaluation=[{"files": "{lang}.gold", "format": "tokens"}],
        languages=["spa"],
    )
    held_out = SPANISH.splitlines()[0].upper()
    (tmp_path / "spa.gold").write_text(held_out + "\n")
    facts = build(load_recipe(str(path)), None, _work(tmp_path))["spa"]
    assert facts.counts.dropped["leak"] == 1
    assert facts.counts.flags["leak"] == 1
    assert set(facts.counts.flags) == set(filters)
    before = _parquet(tmp_path / "out")
    again = build(load_recipe(str(path)), None, _work(tmp_path / "other", executor=partial(ProcessPool, 2)))["spa"]
    assert again.signature == facts.signature
    assert list(_parquet(tmp_path / "other/out").values()) == list(before.values())

    (tmp_path / "spa.gold").write_text("otra cosa\n")
    changed = build(load_recipe(str(path)), None, _work(tmp_path))["spa"]
    assert changed.counts.flags["leak"] == 0
    assert changed.signature != facts.signature

    (tmp_path / "spa.gold").unlink()
    with pytest.raises(SilvernerError, match=r"spa\.gold"):
        build(load_recipe(str(path)), None, _work(tmp_path))
