from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from silverner.cli import main
from silverner.projection.alignment.embedding import EmbeddingAligner
from silverner.projection.errors import UsageError
from silverner.projection.labelling.tagger import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.adapt import adaptation
from silverner.students.adapt.cli import adaptation_of_student
from silverner.students.comparison import ComparisonPlan, PlannedStudent, compare_students
from silverner.students.experiment import read_experiment
from silverner.students.preflight import read_inputs
from silverner.students.student import train_student
from tests.students.corpora import quick, same_weights, sentences, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

SHORT = "lapt --epochs 1 --rate 1e-3 --batch 8"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapted-students")
    write_corpus(folder / "corpus")
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "tagger", learn=True)
    return folder


def _config(home: Path, strategy: str = "hard", words: str = SHORT, text: Path | None = None, **more: Any) -> Any:
    model = home / ("tagger" if strategy == "transfer" else "encoder")
    training = {"epochs": 1, **more.pop("training", {})}
    config = quick(strategy, model, home / "corpus", test=home / "gold.conll", training=training, **more)
    return replace(config, adaptation=adaptation_of_student(words, "swh", text))


def test_a_student_begins_as_the_adapted_model_and_says_so(home: Path, tmp_path: Path) -> None:
    config = _config(home)
    results = train_student(config, tmp_path / "adapted")
    plain = train_student(replace(config, adaptation=None), tmp_path / "plain")
    assert not same_weights(tmp_path / "adapted", tmp_path / "plain")
    assert results["signature"] != plain["signature"]
    assert results["model"] == plain["model"] == "encoder"
    assert results["adaptation"]["method"] == "lapt"
    assert results["adaptation"]["text"]["sentences"] == 24
    assert "adaptation" not in plain
    card = (tmp_path / "adapted" / "README.md").read_text()
    signature = results["adaptation"]["signature"]
    assert f"| adapted before | by lapt to 24 sentences of corpus/swh, `{signature}` |" in card
    assert train_student(config, tmp_path / "adapted") == results


def test_students_of_a_comparison_share_one_adapted_model(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainings: list[str] = []
    train = adaptation.train

    def counted(*arguments: Any, **more: Any) -> Any:
        trainings.append("adapted")
        return train(*arguments, **more)

    monkeypatch.setattr(adaptation, "train", counted)
    students = [
        PlannedStudent(row=row, config=_config(home, training={"seed": seed}, limit=limit))
        for row, limit, seed in (("all", None, 1), ("all", None, 2), ("few", 12, 1))
    ]
    compare_students(ComparisonPlan(students=students, baseline="all"), tmp_path / "out")
    assert trainings == ["adapted"]
    (adapted,) = (tmp_path / "out" / "teachers").glob("adapted-*")
    assert (adapted / "results.json").is_file()
    compare_students(ComparisonPlan(students=students, baseline="all"), tmp_path / "out")
    assert trainings == ["adapted"]


def test_the_zero_shot_baseline_is_the_adapted_tagger(home: Path, tmp_path: Path) -> None:
    config = replace(_config(home, "transfer"), answers=tmp_path / "kept")
    train_student(config, tmp_path / "out")
    (adapted,) = (tmp_path / "kept").glob("adapted-*")
    assert same_weights(tmp_path / "out", adapted)
    assert not same_weights(tmp_path / "out", home / "tagger")


def test_sentences_of_the_gold_are_left_out_of_the_text(home: Path, tmp_path: Path) -> None:
    config = _config(home)
    gold = tmp_path / "gold.conll"
    gold.write_text("".join(f"{word}\tO\n" for word in sentences(24)[3]) + "\n")
    plans = [read_inputs(replace(config, test=gold, overlap=rule)).adaptation for rule in ("keep", "leave-out")]
    assert [len(plan.text.rows) for plan in plans if plan] == [24, 23]
    assert len({plan.signature for plan in plans if plan}) == 2


def test_a_text_of_its_own_can_be_given(home: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("".join(" ".join(words) + "\n" for words in sentences(9)))
    plan = read_inputs(_config(home, text=text)).adaptation
    assert plan is not None
    assert (plan.text.name, len(plan.text.rows)) == ("text.txt", 9)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("lap", "--adapt \"lap\": no method is called 'lap'; allowed: .* (did you mean lapt?)"),
        ("lap", "; allowed: focus, lapt, transliterate, vocabulary (did you mean lapt?)"),
        ("advise", "advise is no method and changes no model; ask it before: silverner adapt advise"),
        ("lapt --epoch 3", '--adapt "lapt --epoch 3": unrecognized arguments: --epoch 3'),
        ("lapt --mask 2", "--mask 2 is no share of the subwords"),
        ("lapt '", "No closing quotation"),
        ("", "the following arguments are required: method"),
    ],
)
def test_an_adaptation_that_cannot_be_meant_is_refused(words: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        adaptation_of_student(words, "swh", None)
    for part in message.split(".*"):
        assert part.strip() in str(error.value)


def test_the_command_trains_a_student_of_an_adapted_model(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "hard", "--lang", "swh", "--model", str(home / "encoder"), "--data", str(home / "corpus")]
    words += ["--device", "cpu", "--epochs", "1", "--out", str(tmp_path / "out")]
    assert main([*words, "--adapt-text", "x.txt"]) == 2
    assert "--adapt-text is the text of --adapt METHOD; give both" in capsys.readouterr().err
    assert main([*words, "--adapt", SHORT]) == 0
    assert "adapted before" in (tmp_path / "out" / "README.md").read_text()


def test_engines_of_recipes_take_an_adapted_model(home: Path, tmp_path: Path) -> None:
    words = ["--data", str(home / "corpus"), "--lang", "swh", "--epochs", "1", "--device", "cpu"]
    for name in ("encoder", "tagger"):
        assert main(["adapt", "lapt", "--model", str(home / name), *words, "--out", str(tmp_path / name)]) == 0
    checkpoint = Checkpoint(name=str(tmp_path / "tagger"), device="cpu")
    tagger = Tagger(checkpoint, labels=("PER", "LOC"), label_map={"MISC": None})
    assert len(tagger.label([sentences(3)[2]])) == 1
    aligner = EmbeddingAligner(Checkpoint(name=str(tmp_path / "encoder"), device="cpu"), rule="itermax", layer=2)
    assert aligner.align([sentences(3)[2]], [sentences(3)[2]])[0].forward


def test_keys_of_an_experiment_file_are_those_of_the_command(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "experiment.yaml"
    (tmp_path / "text.txt").write_text("one two\nthree four\n")
    file.write_text(
        f"languages: [swh]\ndefaults: {{model: {home}/encoder, data: {home}/corpus, test: {home}/gold.conll}}\n"
        "rows:\n  - {strategy: hard}\n"
        '  - {name: adapted, strategy: hard, adapt: "lapt --epochs 2", adapt-text: text.txt}\n'
    )
    first, second = (student.config.adaptation for student in read_experiment(file).students)
    assert first is None
    assert second is not None
    assert (second.settings.epochs, second.text) == (2, tmp_path / "text.txt")
