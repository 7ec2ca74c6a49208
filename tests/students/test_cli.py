from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.projection.errors import MissingEngineError
from silverner.students import dependencies
from tests.students.corpora import write_corpus, write_gold
from tests.taggers import write_tagger


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    write_corpus(folder / "corpus")
    write_gold(folder / "swh.conll")
    write_tagger("bert", folder / "tagger", learn=True)
    return folder


def _options(home: Path, *more: str) -> list[str]:
    arguments = ["--model", home / "tagger", "--data", home / "corpus", "--lang", "swh", "--map", "MISC=O"]
    arguments += ["--overlap", "keep"]  # the gold is text of the corpus
    return [str(word) for word in [*arguments, "--device", "cpu", "--epochs", "1", "--batch", "8", *more]]


def test_train_writes_a_student_and_says_how_good_it_is(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", "hard", *_options(home, "--test", str(home / "{lang}.conll"), "--seed", "4")]) == 0
    output = capsys.readouterr()
    assert output.out.startswith("test: strict F1 ")
    assert 'pipeline("token-classification", "student-swh-hard-4"' in output.out
    assert "swh hard: 100%" in output.err
    results = json.loads((tmp_path / "student-swh-hard-4" / "results.json").read_text())
    assert results["scores"]["test"]["sentences"] == 12
    card = (tmp_path / "student-swh-hard-4" / "README.md").read_text()
    assert results["signature"] in card
    assert results["corpus"]["signature"] in card
    assert str(tmp_path.parent) not in card + json.dumps(results)


def test_compare_prints_a_table(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = _options(
        home, "--test", str(home / "swh.conll"), "--seed", "0", "--seed", "1", "--out", str(tmp_path / "c")
    )
    assert main(["compare", "transfer", "hard", *arguments]) == 0
    output = capsys.readouterr().out
    assert output.startswith("| language | strategy | F1 |")
    assert sorted(p.name for p in (tmp_path / "c" / "swh").iterdir()) == ["hard", "transfer"]
    assert [p.name for p in (tmp_path / "c" / "swh" / "transfer").iterdir()] == ["as-it-is"]
    assert main(["compare", "transfer", "hard", *arguments, "--json"]) == 0
    assert {row["strategy"] for row in json.loads(capsys.readouterr().out)["rows"]} == {"transfer", "hard"}


def test_what_the_last_student_lacks_is_missed_before_the_first_is_trained(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = _options(home, "--test", str(home / "swh.conll"), "--out", str(tmp_path / "c"))
    assert main(["compare", "hard", "soft", *arguments]) == 2
    assert "has no column 'distribution'" in capsys.readouterr().err
    assert main(["compare", "hard", *arguments, "--lang", "hau", "--test", str(home / "{lang}.conll")]) == 1
    assert "BuilderConfig 'hau' not found" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


def test_a_comparison_is_not_written_into_a_corpus(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(home.rglob("*"))
    arguments = _options(home, "--test", str(home / "swh.conll"), "--out", str(home / "corpus"))
    assert main(["compare", "hard", *arguments]) == 1
    assert "corpus holds something else (" in capsys.readouterr().err
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["train", "hrad"],
            "unknown strategy 'hrad'; allowed: agree, colada, consistency, denoise, ensemble, hard, loop, multi, "
            "prototype, self-train, soft, transfer, unitrans",
        ),
        (
            ["train", "multi", *(["--teacher", "x"] * 3), *(["--teacher-scheme", "iob1"] * 2)],
            "2 --teacher-scheme for 3 --teacher; give one for all, or one for each in the same order",
        ),
        (["train", "soft", "--teacher-scheme", "iob1"], "says how a --teacher writes entities, and none is named"),
        (
            ["train", "soft", "--text", "t.txt"],
            "--text t.txt: a teacher must say what the words are; name it with --teacher",
        ),
        (["train", "self-train", "--threshold", "90"], "--threshold 90 is no probability; allowed: from 0 to 1"),
        (
            ["train", "unitrans", "--teacher", "x", "--voters", "all", "--text", "t.txt"],
            "--voters all lets projected labels vote, and --text t.txt has none",
        ),
        (["train", "soft", "--teacher", "x", "--text", "no.txt"], "cannot read no.txt: No such file or directory"),
        (["train", "unitrans", "--teacher", "x"], "unitrans needs two teachers or more, given 1: --teacher MODEL"),
        (
            ["train", "soft", "--teacher", "x", "--teacher", "y"],
            "soft learns from one teacher, given 2: x, y; the strategy multi",
        ),
        (["train", "multi"], "multi needs two teachers or more: --teacher MODEL"),
        (
            ["train", "hard", "--held-out", "1"],
            "--held-out 1 cannot be; it is a share of the corpus above 0 and up to 0.5",
        ),
        (["train", "hard", "--rate", "5"], "--rate 5 cannot be; a learning rate is at most 1"),
        (["train", "hard", "--epochs", "0"], "--epochs 0 cannot be; it must be above 0"),
        (["train", "hard", "--label-map", "MISC"], "--label-map 'MISC' is not LABEL=NEW[,LABEL=NEW], such as"),
        (
            ["train", "hard", "--teacher", "x"],
            "the strategy hard has no use for --teacher; it is for soft, multi, agree",
        ),
        (["train", "hard", "--dev-is-gold"], "give --dev too"),
        (["train", "hard", "--test", "no.conll"], "cannot read no.conll: No such file or directory"),
        (["train", "hard", "--without", "week-entity"], "--without week-entity: no filter sets such a flag; allowed: "),
        (["compare", "hard"], "students are compared on gold: give --test FILE"),
        (
            ["train", "soft"],
            "has no column 'distribution', so it has no teacher's probabilities; name a teacher with --teacher",
        ),
    ],
)
def test_mistakes_are_named_in_one_line(
    words: list[str], message: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    code = main([*words[:2], *_options(home), *words[2:]])
    output = capsys.readouterr().err
    assert code in {1, 2}
    assert message in output
    assert "Traceback" not in output
    assert not list(tmp_path.glob("student*/model.safetensors"))


def test_a_package_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "accelerate" else 1)
    with pytest.raises(MissingEngineError, match=r"'accelerate' is not installed: pip install 'silverner\[students\]'"):
        dependencies.require_student_packages()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom silverner import cli\ntry: cli.main(['train', '--help'])\n"
        "except SystemExit: print(sorted(sys.modules))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = process.stdout.splitlines()[-1]
    assert "'silverner.students.cli'" in loaded
    assert not any(f"'{name}'" in loaded for name in ("torch", "numpy", "datasets", "transformers"))
