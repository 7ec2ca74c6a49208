from __future__ import annotations

import json
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.projection.errors import SilvernerError, UsageError
from silverner.students.experiment import read_experiment
from tests.students.corpora import write_corpus, write_gold
from tests.taggers import write_tagger

EXPERIMENT = """
baseline: transfer
seeds: [0, 1]
languages: {swh: {}, hau: {test: other.conll}}
defaults:
  model: hub/encoder
  data: "corpora/{lang}"
  test: "{lang}.conll"
  teacher: [tagger]
  label-map: [MISC=O]
  epochs: 2
rows:
  - {strategy: transfer, model: tagger}
  - {strategy: hard, limit: [100, 500], weights: [none, token], without: [weak-entity, lost-entity]}
  - {name: distilled, strategy: soft, loss: kl, languages: [hau], seeds: 7, epochs: 0.5}
  - {name: mixed, strategy: hard, source: eng.conll, dev: "{lang}.conll", dev-is-gold: true, limit: null}
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "experiment.yaml"
    path.write_text(text)
    return path


def test_rows_are_students_with_any_option_of_train(tmp_path: Path) -> None:
    (tmp_path / "corpora" / "swh").mkdir(parents=True)
    (tmp_path / "tagger").mkdir()
    for name in ("swh.conll", "other.conll", "eng.conll"):
        (tmp_path / name).write_text("")
    plan = read_experiment(_file(tmp_path, EXPERIMENT), device="cpu")
    hard = [f"hard {limit} {weights}" for limit in (100, 500) for weights in ("none", "token")]
    rows = ["transfer", *hard, "distilled", "mixed"]
    assert plan.baseline == "transfer"
    assert list(dict.fromkeys(one.row for one in plan.students if one.config.language == "hau")) == rows
    assert [one.row for one in plan.students if one.config.language == "swh"] == [
        "transfer", *(row for row in [*hard, "mixed"] for _ in (0, 1)),
    ]  # fmt: skip
    by_row = {(one.config.language, one.row): one for one in plan.students}
    config = by_row["swh", "hard 500 token"].config
    assert (config.limit, config.strategy.facts()) == (500, {"weights": "token"})
    assert (config.model, config.data, config.test) == (
        "hub/encoder",
        str(tmp_path / "corpora" / "swh"),
        tmp_path / "swh.conll",
    )
    assert config.without_flags == ("weak-entity", "lost-entity")
    assert (dict(config.label_map), config.training.epochs, config.device) == ({"MISC": None}, 2, "cpu")
    assert {one.curve for one in plan.students} == {None, "hard none", "hard token"}
    distilled = by_row["hau", "distilled"].config
    assert distilled.strategy.facts()["teachers"] == ["tagger"]
    assert (distilled.training.seed, distilled.training.distance, distilled.training.epochs) == (7, "kl", 0.5)
    assert (distilled.test, distilled.data) == (tmp_path / "other.conll", "corpora/hau")
    assert by_row["swh", "transfer"].config.model == str(tmp_path / "tagger")
    mixed = by_row["swh", "mixed"].config
    assert (mixed.source, mixed.dev_is_gold, mixed.limit) == (tmp_path / "eng.conll", True, None)


def test_a_row_that_learns_unlabelled_text_needs_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "swh.txt").write_text("")
    defaults = "languages: [swh]\ndefaults: {model: m, test: t}\n"
    rows = 'rows: [{strategy: soft, teacher: [t], text: "{lang}.txt"}, {strategy: hard}]\n'
    (student,) = read_experiment(_file(tmp_path, defaults + rows.replace(", {strategy: hard}", ""))).students
    assert (student.config.data, student.config.strategy.text_file) == (None, tmp_path / "swh.txt")
    with pytest.raises(UsageError, match="the row hard has no data:, neither itself nor in defaults"):
        read_experiment(_file(tmp_path, defaults + rows))


ROW = "languages: [swh]\ndefaults: {model: m, data: d, test: t}\nrows: [%s]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rows: [", r"experiment.yaml, line 1: not YAML: "),
        ("[]", r"experiment.yaml: \[\] is not a mapping of keys to values"),
        ("row: []", r"line 1: row: unknown key; allowed: .* \(did you mean rows\?\)"),
        ("languages: [swh]", r"rows: list at least one row, such as \[\{strategy: hard\}\]"),
        ("rows: [{strategy: hard}]", r"languages: None names no language; list at least one, such as \[hrv, swh\]"),
        ("languages: [swh, swh]", r"line 1: languages: a language is here twice"),
        ("languages: [a/b]", r"languages.a/b: 'a/b' cannot be the code of a language"),
        ("languages: {swh: [x]}", r"languages.swh: \['x'\] is not a mapping of keys to values"),
        ("languages: [swh]\ndefaults: {modle: m}", r"line 2: defaults.modle: no option .* \(did you mean model\?\)"),
        (ROW % "{strategy: hard, seed: 3}", r"line 3: rows.seed: a row cannot have it; give seeds: instead"),
        (ROW % "{strategy: hard, seeds: [a]}", r"rows.seeds: \['a'\] is not a list of whole numbers from 0"),
        (ROW % "{strategy: hrad}", r"line 3: rows: unknown strategy 'hrad'; .*\(did you mean hard\?\)"),
        (ROW % "{name: x}", r"rows: a row has one strategy:, such as strategy: hard"),
        (ROW % "{strategy: hard, epochs: many}", r"line 3: rows.epochs: 'many' is not a number"),
        (ROW % "{strategy: hard, epochs: 0}", r"line 3: rows: --epochs 0 cannot be; it must be above 0"),
        (ROW % "{strategy: hard, batch: -1}", r"rows.batch: '-1' is not a whole number above 0"),
        (
            ROW % "{strategy: hard, loss: klm}",
            r"rows.loss: unknown value 'klm'; allowed: kl, mse \(did you mean kl\?\)",
        ),
        (ROW % "{strategy: hard, dev-is-gold: maybe}", r"rows.dev-is-gold: 'maybe' is neither true nor false"),
        (ROW % "{strategy: hard, teacher: x}", r"the strategy hard has no use for --teacher; it is for soft, multi"),
        (ROW % "{strategy: hard, model: {a: b}}", r"rows.model: \{'a': 'b'\} is not one value"),
        (
            ROW % "{strategy: hard}, {strategy: hard}",
            r"two rows are called 'hard'; give them different names with name:",
        ),
        (ROW % "{strategy: hard, name: a/b}", r"the name 'a/b' cannot name a folder and a row of a table"),
        (ROW % "{strategy: hard, languages: [hau]}", r"rows.languages: hau: no language of this file; allowed: swh"),
        (ROW % "{strategy: hard}" + "baseline: transfer", r"line 4: baseline: no row has the name 'transfer'; .*hard"),
        ("languages: [swh]\nrows: [{strategy: hard}]", r"rows: the row hard has no model:, neither itself nor in"),
        (
            "languages: [swh]\ndefaults: {model: m, data: d}\nrows: [{strategy: hard}]",
            r"line 3: rows: students are compared on gold: give --test FILE",
        ),
        (
            ROW % f"{{strategy: hard, seeds: [{', '.join(map(str, range(6000)))}]}}",
            "more than 5000 students; divide it",
        ),
    ],
)
def test_mistakes_name_the_line_and_the_key(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SilvernerError, match=message) as caught:
        read_experiment(_file(tmp_path, text))
    assert str(caught.value).startswith(str(tmp_path / "experiment.yaml"))
    assert isinstance(caught.value, UsageError)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("experiment")
    write_corpus(folder / "corpus")
    write_gold(folder / "swh.conll")
    write_tagger("bert", folder / "tagger", learn=True)
    return folder


def test_the_command_runs_an_experiment_and_makes_nothing_twice(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """
languages: [swh]
defaults: {model: tagger, data: corpus, test: "{lang}.conll", label-map: MISC=O, epochs: 1, overlap: keep}
rows:
  - {name: as it is, strategy: transfer}
  - {strategy: hard, limit: [10, 20]}
  - {strategy: agree, teacher: tagger}
"""
    words = ["compare", str(_file(home, text)), "--device", "cpu", "--out", str(tmp_path / "out")]
    assert main(words) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].startswith("| language | row | F1 |")
    assert [line.split(" | ")[1] for line in table[2:5]] == ["as it is", "hard 10", "hard 20"]
    assert "| tagger | swh | 100.0 | 100.0 | 24 |" in table
    assert sorted(path.name for path in (tmp_path / "out" / "swh").iterdir()) == [
        "agree",
        "as it is",
        "hard 10",
        "hard 20",
    ]
    results = json.loads((tmp_path / "out" / "swh" / "hard 10" / "seed-0" / "results.json").read_text())
    assert results["limit"] == 10
    written = (tmp_path / "out" / "swh" / "hard 10" / "seed-0" / "model.safetensors").stat().st_mtime_ns
    assert main([*words, "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)["rows"]
    assert [(line["row"], line["curve"], line["sentences"]) for line in lines] == [
        ("as it is", None, 0), ("hard 10", "hard", 10), ("hard 20", "hard", 20), ("agree", None, 24),
    ]  # fmt: skip
    assert (tmp_path / "out" / "swh" / "hard 10" / "seed-0" / "model.safetensors").stat().st_mtime_ns == written


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--epochs", "3"],
            "--epochs says what experiment.yaml shall say; write epochs: there, in defaults or in a row",
        ),
        (["--lang", "swh"], "--lang says what experiment.yaml shall say; write lang: there"),
        (["hard"], "hard: an experiment file stands alone; list what it compares in its rows"),
    ],
)
def test_options_belong_into_the_file(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _file(tmp_path, ROW % "{strategy: hard}")
    assert main(["compare", "experiment.yaml", *words]) == 2
    assert message in capsys.readouterr().err


def test_without_a_file_the_command_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "hard", "--model", "m", "--lang", "swh"]) == 2
    assert "compare needs --data, or an experiment file such as experiment.yaml" in capsys.readouterr().err
