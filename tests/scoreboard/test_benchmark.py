from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from silverner.cli import main
from silverner.projection import Projection, project_batch
from silverner.projection.stages.align import Align
from silverner.projection.stages.project import Project
from silverner.scoreboard import trial
from tests.scoreboard.toy import CORPUS, FORWARD, REVERSE, SPANISH, write_toy
from tests.tiny import write_model

GOLDEN = Path(__file__).with_name("golden.md")


def _benchmark(folder: Path, *more: str) -> int:
    options = ["--aligner", "supplied", "--sets", "toy", "--methods", "heuristic", "--baseline", "greedy"]
    return main(["benchmark", str(folder), *options, "--resamples", "200", "--store", str(folder / "store"), *more])


def _facts(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_markdown_is_the_golden_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _benchmark(write_toy(tmp_path)) == 0
    golden = GOLDEN.read_text(encoding="utf-8").replace("VERSION", f"{version('silverner')}|project:{Project.version}")
    assert capsys.readouterr().out == golden


def test_json_says_what_decides_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _benchmark(write_toy(tmp_path), "--json") == 0
    facts = _facts(capsys)
    heuristic, greedy = facts["rows"]
    assert greedy["signature"] == (
        "set:toy.en-es@2089b98bbb309181|links:supplied@571f73fe04f1a55b|method:greedy.gdfa|baseline:greedy|"
        f"resamples:200|seed:0|silverner:{version('silverner')}|project:{Project.version}"
    )
    assert (greedy["f1"], greedy["correct"], greedy["predicted"], greedy["gold"]) == (60.0, 3, 5, 5)
    f1 = {"gdfa": 60.0, "intersection": 40.0, "union": 60.0, "forward": 60.0, "reverse": 40.0}
    assert greedy["f1_by_symmetrisation"] == f1
    assert greedy["comparison"] is None
    assert heuristic["comparison"]["first"] == 60.0
    assert (facts["versions"]["silverner"], facts["versions"]["project"]) == (
        version("silverner"),
        str(Project.version),
    )
    assert (facts["schema"], facts["sets"]["toy.en-es"]["ceiling"]["best"]["f1"]) == (1, 100.0)
    assert (facts["methods"]["greedy"]["settings"]["score"], facts["methods"]["greedy"]["published"]) == ("dice", True)
    assert set(facts["sets"]["toy.en-es"]["sha256"]) == {"en.conll", "es.conll", "f.pharaoh", "r.pharaoh"}


def test_the_default_is_measured_without_a_choice_of_symmetrisation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _benchmark(write_toy(tmp_path), "--methods", "default", "--json") == 0
    (default,) = [row for row in _facts(capsys)["rows"] if row["method"] == "default"]
    assert default["symmetrisation"] is None
    assert default["f1_by_symmetrisation"] == {}
    assert "|method:default|" in default["signature"]


def test_links_that_were_made_are_written_to_be_used_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_toy(tmp_path)
    files = f"{{engine: pharaoh, forward: {folder / 'f.pharaoh'}, reverse: {folder / 'r.pharaoh'}}}"
    assert _benchmark(folder, "--aligner", f"mine={files}", "--out", str(folder / "out")) == 0
    written = sorted((folder / "out" / "links").iterdir())
    assert [path.name for path in written] == ["toy.en-es.mine.fwd.pharaoh", "toy.en-es.mine.rev.pharaoh"]
    assert [path.read_text() for path in written] == [FORWARD, REVERSE]


def test_the_links_of_several_aligners_are_combined(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    (folder / "one.pharaoh").write_text("0-0 3-3\n0-0\n0-6 1-4\n0-1 1-1\n")
    files = f"{{engine: pharaoh, forward: {folder / 'one.pharaoh'}}}"
    assert _benchmark(folder, "--aligner", f"both=[supplied, {files}]", "--out", str(folder / "out")) == 0
    written = [(folder / "out" / "links" / f"toy.en-es.both.{side}.pharaoh").read_text() for side in ("fwd", "rev")]
    assert written == ["0-0 1-1 2-2 3-3\n0-0 1-0\n0-6 1-4 3-2 4-1\n0-1 1-1 2-0\n", "0-0\n0-0\n0-6 1-4\n0-1\n"]


def test_the_soft_links_of_an_encoder_are_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, files = write_model("bert", tmp_path / "model"), "{engine: pharaoh, forward: one.pharaoh}"
    encoder = f"{{engine: simalign, model: {model}, layer: 2}}"
    folder = write_toy(tmp_path / "toy")
    (tmp_path / "one.pharaoh").write_text("0-0\n0-0\n0-6\n0-1\n")
    monkeypatch.chdir(tmp_path)
    has_soft_links = {}

    def watched(*sides: Any, evidence: Any, **more: Any) -> list[Projection]:
        assert len(evidence) == 4
        has_soft_links[name] = {one.soft_forward is not None and one.soft_reverse is not None for one in evidence}
        return project_batch(*sides, evidence=evidence, **more)

    monkeypatch.setattr(trial, "project_batch", watched)
    for name in ("supplied", encoder, f"[supplied, {encoder}]", f"[supplied, {files}]"):
        options = ["--sets", "toy", "--methods", "default", "--baseline", "default", "--store", str(tmp_path / "store")]
        assert main(["benchmark", str(folder), "--aligner", name, *options]) == 0
    assert list(has_soft_links.values()) == [{False}, {True}, {True}, {False}]


def test_the_same_inputs_give_the_same_bytes_from_any_folder(tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        folder = write_toy(tmp_path / name)
        assert _benchmark(folder, "--out", str(folder / "out")) == 0
        texts.append([(folder / "out" / file).read_bytes() for file in ("results.json", "results.md", "plot.png")])
    assert texts[0] == texts[1]
    assert texts[0][2].startswith(b"\x89PNG")


def test_predictions_get_a_row_with_interval_and_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_toy(tmp_path)
    assert _benchmark(folder, "--predictions", f"gold={folder / 'es.conll'}", "--json") == 0
    row = _facts(capsys)["rows"][-1]
    assert (row["method"], row["f1"], row["comparison"]["difference"]) == ("gold", 100.0, 40.0)
    assert row["signature"].startswith("set:toy.en-es@2089b98bbb309181|links:unknown|method:gold@")
    assert row["intervals"]["f1"]["low"] == 100.0


def test_tags_of_a_model_can_be_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_toy(tmp_path)
    mine = folder / "mine.conll"
    mine.write_text(SPANISH.replace("Nueva B-LOC", "Nueva I-LOC"))
    predictions = ("--predictions", f"mine={mine}", "--json")
    assert _benchmark(folder, *predictions) == 1
    assert "mine.conll, line 4: tag 'I-LOC'" in capsys.readouterr().err
    assert _benchmark(folder, *predictions, "--repair") == 0
    assert _facts(capsys)["rows"][-1]["f1"] == 100.0


def test_predictions_need_no_links(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = CORPUS.replace(", forward: f.pharaoh, reverse: r.pharaoh", "")
    folder = write_toy(tmp_path, toy_set_yaml=corpus)
    mine = ("--predictions", f"mine={folder / 'es.conll'}", "--baseline", "mine")
    assert _benchmark(folder, *mine) == 0
    out = capsys.readouterr().out
    assert "| toy.en-es | none | **100.00** | 100.0, 100.0 |" in out
    assert "- links of supplied: the set comes without links (toy.en-es)" in out


def test_sentences_are_paired_by_their_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = CORPUS.replace("forward: f.pharaoh, reverse: r.pharaoh", "join: id")
    one, two, *others = SPANISH.split("\n\n")
    folder = write_toy(tmp_path, toy_set_yaml=corpus, es_conll="\n\n".join([two, one, others[1]]))
    mine = folder / "mine.conll"
    mine.write_text("\n\n".join([one, two, others[1]]))
    assert _benchmark(folder, "--predictions", f"mine={mine}", "--baseline", "mine", "--json") == 0
    facts = _facts(capsys)
    assert (facts["sets"]["toy.en-es"]["sentences"], facts["sets"]["toy.en-es"]["unpaired"]) == (3, 1)
    assert facts["rows"][0]["f1"] == 100.0


def test_the_baseline_is_always_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _benchmark(write_toy(tmp_path), "--methods", "default-li*", "--baseline", "heuristic", "--json") == 0
    rows = _facts(capsys)["rows"]
    assert [row["method"] for row in rows] == ["heuristic", "default-likeness"]
    assert rows[0]["comparison"] is None
    assert rows[1]["comparison"]["first"] == rows[0]["f1"]


def test_links_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_toy(tmp_path)
    assert _benchmark(folder) == 0
    monkeypatch.setattr(Align, "fit", lambda *_: pytest.fail("aligned again"))
    assert _benchmark(folder) == 0


def test_other_links_have_another_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signatures = []
    for reverse in (REVERSE, FORWARD):
        folder = write_toy(tmp_path, r_pharaoh=reverse)
        assert _benchmark(folder, "--json") == 0
        facts = _facts(capsys)
        signatures.append(facts["rows"][1]["signature"])
    assert signatures[0] != signatures[1]
    assert facts["rows"][0]["symmetrisation"] is None
    assert facts["links"][0]["directed"] is False


def test_a_row_that_is_not_there_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "no-model"
    assert _benchmark(write_toy(tmp_path), "--aligner", f"e5={{engine: simalign, model: {model}}}", "--json") == 0
    facts = _facts(capsys)
    assert {row["aligner"] for row in facts["rows"]} == {"supplied"}
    assert [(one["set"], one["aligner"]) for one in facts["absent"]] == [("toy.en-es", "e5")]
    assert f"there is no folder '{model}'" in facts["absent"][0]["reason"]


def test_sets_without_files_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--aligner", "supplied", "--methods", "default", "--store", str(tmp_path / "store")]
    assert main(["benchmark", str(write_toy(tmp_path)), *options]) == 0
    out = capsys.readouterr().out
    assert "- the folder of the sets has no file europarl/en.conll (europarl.en-de, europarl.en-es)" in out
    assert "- links of supplied: the set comes without links (quickstart.en-es, quickstart.en-de" in out


def test_time_is_measured_only_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _benchmark(write_toy(tmp_path), "--time", "--json") == 0
    assert all(row["milliseconds_a_sentence"] > 0 for row in _facts(capsys)["rows"])
    assert _benchmark(tmp_path, "--json") == 0
    assert not any("milliseconds_a_sentence" in row for row in _facts(capsys)["rows"])


def test_the_list_has_sets_aligners_and_methods(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", str(write_toy(tmp_path)), "--list"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^  toy.en-es +English to Spanish, four sentences; CC0-1.0; with links$", out, re.MULTILINE)
    assert re.search(r"^  pud.en-zh +.*; not there$", out, re.MULTILINE)
    assert re.search(r"^  greedy\+capitals +greedy, and names have a capital$", out, re.MULTILINE)
    assert re.search(r"^  eflomal +The statistical aligner", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sets", "toi"], "unknown set 'toi'; allowed: .*toy, toy.en-es .did you mean toy"),
        (
            ["--sets", "europarl"],
            "the set europarl.en-de cannot be measured: the folder of the sets has no file europarl/en.conll",
        ),
        (["--methods", "greedi"], "unknown method 'greedi'; allowed: .* .did you mean greedy"),
        (["--baseline", "heuristics"], "unknown baseline 'heuristics'; allowed: .* .did you mean heuristic"),
        (["--aligner", "eflomol"], "unknown aligner 'eflomol'; allowed: .* .did you mean eflomal"),
        (["--aligner", "{engine: simalign, modell: x}"], "unknown key 'modell'; allowed: .* .did you mean model"),
        (["--aligner", "{engine: simalign, layer: 6}"], "--aligner .*: model: it is missing"),
        (["--aligner", "{engine: eflomal"], "--aligner, line 1: not YAML: .*write it as in a recipe"),
        (
            ["--aligner", "[[eflomal]]"],
            "names no engine; allowed: awesome, command, eflomal, pharaoh, simalign, supplied",
        ),
        (
            ["--aligner", "{engine: llm, model: m, url: u}"],
            "'llm' links entities, not words, .*; allowed: awesome",
        ),
        (["--aligner", "[]"], r"--aligner '\[\]': the list of aligners is empty; name one or more"),
        (["--aligner", "[supplied, supplied]"], r"entries 1 and 2 of the list of aligners are equal \(supplied\)"),
        (["--aligner", "x=[supplied, eflomol]"], "unknown aligner 'eflomol'; allowed: .* .did you mean eflomal"),
        (["--aligner", "supplied"], "two aligners are called 'supplied'"),
        (["--predictions", "es.conll"], "--predictions 'es.conll' is not NAME=FILE or NAME@SET=FILE"),
        (["--predictions", "greedy=es.conll"], "greedy is the name of a method"),
        (["--predictions", "m@toy.en-fr=es.conll"], "the set 'toy.en-fr' is not measured; allowed: toy.en-es"),
        (["--predictions", "m=x", "--predictions", "m=y"], "two predictions for toy.en-es are called 'm'"),
        (["--sets", "toy,quickstart.en-es", "--predictions", "m=x"], "there are 2 sets; .*: --sets SET"),
        (["--predictions", "m=nowhere.conll"], "nowhere.conll"),
        (["--resamples", "1000000"], "resamples=1000000 is too large"),
    ],
)
def test_what_is_refused(options: list[str], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert _benchmark(write_toy(tmp_path), *options) in (1, 2)
    captured = capfd.readouterr()
    assert re.search(message, captured.err), captured.err
    assert not captured.out
