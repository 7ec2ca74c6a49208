"""``--format``, ``--scheme`` and ``--label-map``: what the commands that read labelled files take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.projection.errors import UsageError
from silverner.projection.files.reading import Reading
from silverner.projection.tags.label_map import parse_label_map
from silverner.students.corpus import load_corpus, read_gold
from silverner.students.strategies.hard import Hard
from silverner.students.training_config import TrainingConfig
from tests.projection.helpers import spans, write

PLAIN = "Test O\nLoad O\n\nHi O\nJohn NAME\n"


def _scores(capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    lines = capsys.readouterr().out.split("\nprojection ratio")[0].splitlines()[1:]
    return {line.split()[0]: line.split()[1:] for line in lines}


def _evaluate(gold: Path, predicted: Path, *options: str) -> int:
    return main(["evaluate", "--gold", str(gold), "--predicted", str(predicted), "--resamples", "5", *options])


def test_evaluate_reads_the_format_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write(tmp_path / "gold.txt", PLAIN)
    assert _evaluate(gold, gold, "--format", "conll") == 0
    assert _scores(capsys)["NAME"] == ["100.00", "100.00", "100.00", "1", "1", "1"]


def test_evaluate_reads_the_scheme_that_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write(tmp_path / "gold.conll", "an O\ne-mail e-mail\n")
    assert _evaluate(gold, gold) == 1
    assert f"{gold}, line 2: tag 'e-mail': it may be the prefix e" in capsys.readouterr().err
    assert _evaluate(gold, gold, "--scheme", "plain") == 0
    assert _scores(capsys)["e-mail"] == ["100.00", "100.00", "100.00", "1", "1", "1"]


def test_evaluate_maps_labels_of_both_sides_before_it_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write(tmp_path / "gold.conll", "Ana B-PERSON\nin O\nMay B-DATE\n")
    predicted = write(tmp_path / "predicted.conll", "Ana B-PER\nin O\nMay O\n")
    assert _evaluate(gold, predicted, "--label-map", "PERSON=PER,DATE=O") == 0
    assert _scores(capsys) == {label: ["100.00", "100.00", "100.00", "1", "1", "1"] for label in ("all", "PER")}


def test_evaluate_reads_a_source_of_another_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write(tmp_path / "gold.conll", "John B-NAME\n\nHi O\n")
    source = write(tmp_path / "source.txt", "Juan NAME\n\nHola O\n")
    assert _evaluate(gold, gold, "--source", str(source), "--source-format", "conll") == 0
    assert "ceiling" in capsys.readouterr().out


def test_evaluate_needs_no_unique_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "# sent_id = 1\nAna B-PER\n\n# sent_id = 1\nBern B-LOC\n"
    gold = write(tmp_path / "gold.conll", rows)
    assert _evaluate(gold, gold, "--source", str(gold)) == 0
    assert _scores(capsys)["all"] == ["100.00", "100.00", "100.00", "2", "2", "2"]


def test_project_reads_both_sides_as_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "source.txt", "John NAME\nJohnson NAME\n\n# x\nan O\ne-mail e-mail\n")
    target = write(tmp_path / "target.txt", "Juan NAME\n\nun x\nemail y\n")
    links = write(tmp_path / "links", "0-0\n0-0 1-1\n")
    options = ["--format", "conll", "--scheme", "plain", "--label-map", "NAME=PER", "--label-map", "e-mail=O"]
    files = ["--source", str(source), "--target", str(target), "--alignment", str(links), "--output", "-"]
    assert main(["project", *files, *options, "--target-format", "conll"]) == 0
    assert capsys.readouterr().out == "Juan\tB-PER\n\nun\tO\nemail\tO\n\n"


def test_choose_takes_the_same_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = write(tmp_path / "one.txt", PLAIN), write(tmp_path / "two.txt", PLAIN.replace("NAME", "NOM"))
    three = write(tmp_path / "three.txt", PLAIN.replace("NAME", "O"))
    options = ["--format", "conll", "--scheme", "plain", "--label-map", "NOM=NAME"]
    assert main(["choose", str(one), str(two), str(three), *options]) == 0
    assert [line.split()[-4] for line in capsys.readouterr().out.splitlines()[1:4]] == ["50.00", "50.00", "0.00"]


def test_a_student_learns_from_files_that_are_read_as_it_is_told(tmp_path: Path) -> None:
    data = write(tmp_path / "data.txt", "Ana PERSON\nhoy DATE\n\nBern 0\n")
    gold = write(tmp_path / "gold.txt", "Eva PERSON\n")
    reading = Reading(format="conll", label_map={"PERSON": "PER", "DATE": None})
    corpus = load_corpus(str(data), "spa", reading=reading)
    assert corpus.labels == ("PER",)
    assert [row.spans for row in corpus.rows] == [spans((0, 1, "PER")), ()]
    assert [row.spans for row in read_gold(gold, corpus.labels, reading)] == [spans((0, 1, "PER"))]


def test_the_options_of_train_say_how_files_are_read() -> None:
    config = TrainingConfig(strategy=Hard(), model="m", data="d", language="spa")
    assert config.reading == Reading()
    assert replace(config, format="conll", scheme="iob1").reading == Reading(format="conll", scheme="iob1")


@pytest.mark.parametrize(
    ("words", "label_map"),
    [
        ([], {}),
        (["PER=person"], {"PER": "person"}),
        (["PER=person,MISC=O", "LOC=place"], {"PER": "person", "MISC": None, "LOC": "place"}),
        (["PER = person , MISC = O"], {"PER": "person", "MISC": None}),
        (["PER=A", "PER=A"], {"PER": "A"}),
    ],
)
def test_a_label_map_is_read(words: list[str], label_map: dict[str, str | None]) -> None:
    assert parse_label_map(words) == label_map


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["MISC"], r"--label-map 'MISC' is not LABEL=NEW\[,LABEL=NEW\], such as PERSON=PER,MISC=O"),
        (["=O"], "--label-map '=O' is not LABEL=NEW"),
        (["A=B,"], "--label-map 'A=B,' is not LABEL=NEW"),
        (["A=B", "A=O"], "--label-map gives A two names, B and O; keep one"),
    ],
)
def test_what_is_no_label_map_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_label_map(words)


@pytest.mark.parametrize("option", ["--format", "--source-format"])
def test_an_unknown_format_is_refused(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write(tmp_path / "gold.conll", "Ana B-PER\n")
    assert _evaluate(gold, gold, option, "conl") == 2
    assert f"{option} 'conl' is unknown; allowed: auto, conll, " in capsys.readouterr().err


def test_a_dataset_of_the_hub_is_no_file() -> None:
    with pytest.raises(UsageError, match="--format 'hub' is unknown"):
        Reading(format="hub")


@pytest.mark.parametrize("command", ["evaluate", "project", "choose", "train hard", "compare hard"])
def test_an_unknown_scheme_is_wrong_usage(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*command.split(), "--scheme", "x"])
    message = capsys.readouterr().err
    assert "--scheme: invalid choice: 'x'" in message and "iob1" in message
