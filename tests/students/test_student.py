from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import Trainer

from silverner.projection.errors import DataError, OutputError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students import student
from silverner.students.preflight import read_inputs
from silverner.students.student import train_student
from silverner.students.student_folder import StudentFolder
from silverner.students.training.trainer import last_checkpoint
from tests.students.corpora import Killed, quick, same_weights, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, gold, an encoder, a tagger that knows the names, and one that does not."""
    folder = tmp_path_factory.mktemp("students")
    write_corpus(folder / "corpus")
    write_corpus(folder / "soft", soft=True)
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "teacher", learn=True)
    write_tagger("bert", folder / "other")
    return folder


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    weights: dict[str, torch.Tensor] = load_file(folder / "model.safetensors")
    return weights


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_a_student_of_every_family_learns_and_answers_through_a_pipeline(
    family: str, home: Path, tmp_path: Path
) -> None:
    from transformers import pipeline

    model = write_model(family, tmp_path / "model")
    config = quick("hard", model, home / "corpus", test=home / "gold.conll", training={"epochs": 12, "patience": 99})
    results = train_student(config, tmp_path / "out")
    assert results["scores"]["test"]["f1"] > 60
    assert results["fresh"] == ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    find = pipeline("token-classification", str(tmp_path / "out"), device="cpu", aggregation_strategy="first")
    assert {"PER", "LOC"} & {entity["entity_group"] for entity in find("Ana visits New York with Ana")}
    assert not list((tmp_path / "out").rglob("*.bin")) + list((tmp_path / "out").rglob("*.pt*"))


def test_the_zero_shot_baseline_is_the_model_as_it_is(home: Path, tmp_path: Path) -> None:
    config = quick("transfer", home / "teacher", home / "corpus", test=home / "gold.conll")
    results = train_student(config, tmp_path / "out")
    assert results["sentences"]["learnt"] == 0
    assert same_weights(tmp_path / "out", home / "teacher")


def test_the_baseline_learns_source_text_and_no_target_text(home: Path, tmp_path: Path) -> None:
    source = write_gold(tmp_path / "source.conll", 20)
    config = quick("transfer", home / "encoder", home / "corpus", source=source, test=home / "gold.conll")
    results = train_student(config, tmp_path / "out")
    assert results["sentences"]["learnt"] + results["sentences"]["held_out"] == 20


def test_a_limit_holds_for_source_text_that_the_baseline_learns(home: Path, tmp_path: Path) -> None:
    source = write_gold(tmp_path / "source.conll", 20)
    config = quick("transfer", home / "encoder", home / "corpus", source=source, limit=8)
    results = train_student(config, tmp_path / "out")
    assert results["sentences"] == {"learnt": 7, "held_out": 1, "source": 7, "left": {"limit": 12}}


def test_source_text_is_learnt_beside_the_corpus_and_only_the_corpus_is_held_out(home: Path, tmp_path: Path) -> None:
    source = write_gold(tmp_path / "source.conll", 20)
    config = quick(
        "soft", home / "encoder", home / "corpus", source=source, limit=10, teachers=(str(home / "teacher"),)
    )
    results = train_student(config, tmp_path / "out")
    assert results["sentences"] == {"learnt": 29, "held_out": 1, "source": 20, "left": {"limit": 14}}
    assert results["source"] == "source.conll"
    train_student(replace(config, source=None), tmp_path / "alone")
    assert not same_weights(tmp_path / "out", tmp_path / "alone")
    assert "20 of them labelled source text" in (tmp_path / "out" / "README.md").read_text()


def _source_with_a_gold_sentence(path: Path) -> Path:
    path.write_text("".join(f"{w}\tO\n" for w in ("ana", "VISITS", "Ana", "and", "the", "Cross", "again")) + "\n" + FAR)
    return path


FAR = "".join(f"a{k}\tO\nb{k}\tO\nBern\tB-LOC\n\n" for k in range(6))


@pytest.mark.parametrize(
    ("strategy", "overlap", "learnt", "left"),
    [
        ("transfer", "leave-out", 6, {"overlap": 1}),
        ("transfer", "keep", 7, {}),
        ("hard", "leave-out", 30, {"empty": 0, "overlap": 1}),
    ],
)
def test_sentences_of_the_gold_are_not_learnt_or_counted(
    strategy: str, overlap: str, learnt: int, left: dict[str, int], home: Path, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    source, gold = _source_with_a_gold_sentence(tmp_path / "source.conll"), tmp_path / "gold.conll"
    gold.write_text(
        "".join(f"{w}\tO\n" for w in ("Ana", "visits", "Ana", ",", "and", "the", "Cross", "again", ".")) + "\n"
    )
    config = quick(strategy, home / "encoder", home / "corpus", source=source, test=gold, overlap=overlap)
    results = train_student(config, tmp_path / "out")
    sentences = results["sentences"]
    assert sentences["learnt"] + sentences["held_out"] == learnt
    assert {name: number for name, number in sentences["left"].items() if number} == {
        k: v for k, v in left.items() if v
    }
    assert results["overlap"] == {"rule": overlap, "sentences": 1}
    assert "sentences that are in the gold too, or nearly so: 1 (source 1: " in caplog.text
    card = (tmp_path / "out" / "README.md").read_text()
    if overlap == "keep":
        assert "**1 sentence that it learnt is in the gold too, or nearly so**" in card
    else:
        assert "1 left out (overlap" in card


def test_a_corpus_that_is_all_gold_is_refused(home: Path, tmp_path: Path) -> None:
    config = quick("hard", home / "encoder", home / "corpus", test=write_gold(tmp_path / "all.conll", 24))
    with pytest.raises(DataError, match="corpus/swh: no row is left to learn from: 24 overlap"):
        train_student(replace(config, overlap="leave-out"), tmp_path / "out")


@pytest.mark.parametrize("strategy", ["transfer", "hard"])
def test_a_student_names_no_code_of_the_model_it_started_from(strategy: str, home: Path, tmp_path: Path) -> None:
    teacher, code = Path(shutil.copytree(home / "teacher", tmp_path / "teacher")), {"AutoConfig": "evil--code.Config"}
    for name in ("config.json", "tokenizer_config.json"):
        settings = json.loads((teacher / name).read_text())
        settings |= {"auto_map": code, "custom_pipelines": {"ner": {"impl": "evil.Pipeline"}}}
        (teacher / name).write_text(json.dumps(settings))
    train_student(quick(strategy, teacher, home / "corpus", test=home / "gold.conll"), tmp_path / "out")
    for file in (tmp_path / "out").glob("*.json"):
        assert not {"auto_map", "custom_pipelines"} & json.loads(file.read_text()).keys(), file
        assert "evil" not in file.read_text(), file
    assert json.loads((tmp_path / "out" / "config.json").read_text())["model_type"] == "bert"
    Checkpoint(name=str(tmp_path / "out")).load("tagger")


@pytest.mark.parametrize("text", ["[]", "3", "null", '"x"', "{"])
def test_a_damaged_folder_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(OutputError, match=r"run\.json is damaged \(.*\); remove it, or train elsewhere with --out"):
        StudentFolder(tmp_path, "0a1b")
    (tmp_path / "run.json").write_text('{"signature": "0a1b"}')
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(OutputError, match=r"results\.json is damaged \(.*\); remove it, or train elsewhere with --out"):
        assert StudentFolder(tmp_path, "0a1b").results


@pytest.mark.parametrize("strategy", ["hard", "agree"])
def test_a_killed_run_goes_on_to_the_same_weights(strategy: str, home: Path, tmp_path: Path) -> None:
    options = {"teachers": (str(home / "teacher"),)} if strategy == "agree" else {}
    config = quick(strategy, home / "encoder", home / "corpus", **options)
    train_student(config, tmp_path / "whole")

    def kill(step: int, total: int, loss: float) -> None:
        if step == 8:
            raise Killed

    with pytest.raises(Killed):
        train_student(config, tmp_path / "cut", progress=kill)
    checkpoints = tmp_path / "cut" / "checkpoints"
    last = last_checkpoint(checkpoints)
    assert last is not None
    broken = checkpoints / "checkpoint-7"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes(b"half")  # a kill in the middle of a checkpoint
    resumed: list[int] = []
    again = train_student(config, tmp_path / "cut", progress=lambda step, total, loss: resumed.append(step))
    assert min(resumed) > 1
    assert same_weights(tmp_path / "whole", tmp_path / "cut")
    assert again["course"] == json.loads((tmp_path / "whole" / "results.json").read_text())["course"]


def test_a_run_that_is_killed_when_all_is_learnt_goes_on_from_there(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = quick("hard", home / "encoder", home / "corpus", test=home / "gold.conll")
    whole = train_student(config, tmp_path / "whole")

    def kill(*arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(student, "measure", kill)
        with pytest.raises(Killed):
            train_student(config, tmp_path / "cut")
    steps: list[int] = []
    again = train_student(config, tmp_path / "cut", progress=lambda step, total, loss: steps.append(step))
    assert steps == []
    assert same_weights(tmp_path / "whole", tmp_path / "cut")
    same = {key for key in whole if again[key] == whole[key]}
    assert set(whole) - same <= {"seconds", "resumed"}
    assert again["resumed"]


def _script_held_out_loss(monkeypatch: pytest.MonkeyPatch, best: int) -> None:
    """Let held-out loss fall up to a step and rise from there; how it goes of itself depends on the processor."""
    real = Trainer.evaluation_loop

    def scripted(self: Any, *arguments: Any, **named: Any) -> Any:
        output = real(self, *arguments, **named)
        assert "eval_loss" in output.metrics
        output.metrics["eval_loss"] = 1.0 + abs(self.state.global_step - best)
        return output

    monkeypatch.setattr(Trainer, "evaluation_loop", scripted)


def test_patience_is_remembered_over_a_kill(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _script_held_out_loss(monkeypatch, best=6)
    config = quick("hard", home / "teacher", home / "corpus", training={"patience": 3, "epochs": 9})
    whole = train_student(config, tmp_path / "whole")["course"]
    assert (whole["best"], whole["steps"]) == (6, 15)  # measured every third step, three times in vain

    def kill(step: int, total: int, loss: float) -> None:
        if step == 14:
            raise Killed

    with pytest.raises(Killed):
        train_student(config, tmp_path / "cut", progress=kill)
    assert train_student(config, tmp_path / "cut")["course"] == whole
    assert same_weights(tmp_path / "whole", tmp_path / "cut")


def test_checkpoints_are_read_without_running_code(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = quick("hard", home / "encoder", home / "corpus")
    loads: list[Any] = []
    real = torch.load

    def load(*arguments: Any, **named: Any) -> Any:
        loads.append(named.get("weights_only"))
        return real(*arguments, **named)

    def kill(step: int, total: int, loss: float) -> None:
        if step == 8:
            raise Killed

    with pytest.raises(Killed):
        train_student(config, tmp_path / "out", progress=kill)
    monkeypatch.setattr(torch, "load", load)
    train_student(config, tmp_path / "out")
    assert loads
    assert set(loads) == {True}


def test_the_same_job_gives_the_same_student_and_a_seed_another(home: Path, tmp_path: Path) -> None:
    config = quick("hard", home / "encoder", home / "corpus")
    reseeded = replace(config, training=replace(config.training, seed=2))
    for name, one in (("a", config), ("b", config), ("c", reseeded)):
        train_student(one, tmp_path / name)
    assert same_weights(tmp_path / "a", tmp_path / "b")
    assert not same_weights(tmp_path / "a", tmp_path / "c")


def test_a_finished_student_is_not_trained_again_and_another_job_is_refused(home: Path, tmp_path: Path) -> None:
    config = quick("transfer", home / "teacher", home / "corpus", test=home / "gold.conll")
    first = train_student(config, tmp_path / "out")
    assert train_student(config, tmp_path / "out") == first
    with pytest.raises(OutputError, match=r"holds the student .* train into another folder with --out"):
        train_student(replace(config, limit=5), tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="holds no student"):
        train_student(config, tmp_path / "full")


def test_frozen_layers_stay_as_they_are(home: Path, tmp_path: Path) -> None:
    config = quick("hard", home / "encoder", home / "corpus", training={"freeze": 2})
    train_student(config, tmp_path / "out")
    before, after = _weights(home / "encoder"), _weights(tmp_path / "out")
    moved = {
        name for name in before if f"bert.{name}" in after and not torch.equal(before[name], after[f"bert.{name}"])
    }
    assert moved
    assert all("layer.2." in name for name in moved)
    with pytest.raises(UsageError, match="--freeze 4: the model has 3 layers"):
        train_student(replace(config, training=replace(config.training, freeze=4)), tmp_path / "more")
    train_student(config, tmp_path / "more")  # the folder is free: a run that was refused has begun nothing


def test_a_student_that_starts_as_its_only_teacher_is_refused(home: Path, tmp_path: Path) -> None:
    own = home / "teacher"
    again = tmp_path / "again"  # the same weights in other files, and under other labels
    model, tokenizer = Checkpoint(name=str(own), device="cpu").load("tagger")
    model.config.id2label = {**model.config.id2label, 3: "B-PLACE", 4: "I-PLACE"}
    model.save_pretrained(again, max_shard_size="50KB")
    tokenizer.save_pretrained(again)
    names = {"MISC": None, "PLACE": "LOC"}
    for strategy, teachers in (("soft", (own,)), ("soft", (again,)), ("multi", (own, again))):
        config = quick(strategy, own, home / "corpus", teachers=tuple(map(str, teachers)))
        with pytest.raises(UsageError, match=r"the student starts as its own teacher: --model \S+ has the weights of"):
            train_student(replace(config, label_map=names), tmp_path / "out")
    config = quick("soft", own, home / "corpus", teachers=(str(home / "other"),))
    train_student(config, tmp_path / "changed")
    assert not same_weights(tmp_path / "changed", own)


def test_a_tagger_that_learns_published_distributions_is_warned_that_they_may_be_its_own(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for model, warned in (("encoder", False), ("teacher", True)):
        caplog.clear()
        read_inputs(quick("soft", home / model, home / "soft"))
        assert ("the corpus soft/swh does not say which model gave its distributions" in caplog.text) is warned


def test_a_student_of_unitrans_learns_from_several_teachers(home: Path, tmp_path: Path) -> None:
    teachers = (str(home / "teacher"), str(home / "other"))
    config = quick("unitrans", home / "encoder", home / "corpus", teachers=teachers, test=home / "gold.conll")
    results = train_student(config, tmp_path / "out")
    assert (results["teachers"], results["voters"]) == (["teacher", "other"], "teachers")
    assert results["fresh"] == ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def test_soft_labels_come_from_the_corpus_where_no_teacher_is_named(home: Path, tmp_path: Path) -> None:
    config = quick(
        "soft", home / "encoder", home / "soft", test=home / "gold.conll", training={"epochs": 12, "patience": 99}
    )
    assert train_student(config, tmp_path / "out")["scores"]["test"]["f1"] > 60
    with pytest.raises(UsageError, match=r"no column 'distribution', .* name a teacher with --teacher MODEL"):
        train_student(replace(config, data=str(home / "corpus")), tmp_path / "none")


@pytest.mark.parametrize("gold", [False, True])
def test_gold_of_the_target_language_chooses_nothing_unless_it_is_said_so(
    gold: bool, home: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.conll"
    wrong.write_text("Ana\tB-LOC\n\nYork\tB-PER\n\n")
    config = quick("hard", home / "encoder", home / "corpus")
    train_student(config, tmp_path / "without")
    results = train_student(replace(config, dev=wrong, dev_is_gold=gold), tmp_path / "with")
    same = same_weights(tmp_path / "without", tmp_path / "with")
    assert same is not gold
    assert results["chosen_by"] == ("gold" if gold else "silver")
    card = (tmp_path / "with" / "README.md").read_text()
    assert ("**Gold labels of the target language decided when to stop**" in card) is gold


def test_every_row_is_learnt_held_back_or_left_out_with_a_reason(home: Path, tmp_path: Path) -> None:
    config = quick("hard", home / "encoder", home / "corpus", without_flags=("weak-entity",), limit=15)
    sentences = train_student(config, tmp_path / "out")["sentences"]
    assert sentences == {"learnt": 13, "held_out": 2, "left": {"limit": 5, "weak-entity": 4}}


def test_a_gold_label_that_the_corpus_does_not_have_is_refused(home: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.conll"
    gold.write_text("Ana\tB-OTH\n\n")
    with pytest.raises(
        DataError, match=r"gold.conll, line 1: the label 'OTH' \(1 entity\) is not among .*--label-map OTH=O"
    ):
        train_student(quick("hard", home / "encoder", home / "corpus", test=gold), tmp_path / "out")


def test_a_label_map_to_a_label_that_the_corpus_does_not_have_is_refused(home: Path, tmp_path: Path) -> None:
    config = replace(quick("hard", home / "encoder", home / "corpus"), label_map={"MISC": "ORG"})
    with pytest.raises(UsageError, match=r"--label-map MISC=ORG: corpus/swh has no such label; allowed: LOC, PER"):
        train_student(config, tmp_path / "out")


def test_a_teachers_label_that_nobody_knows_is_refused(home: Path, tmp_path: Path) -> None:
    config = quick("soft", home / "encoder", home / "corpus", teachers=(str(home / "teacher"),))
    with pytest.raises(UsageError, match=r"has labels that are not among PER, LOC: 'MISC'; .*--label-map MISC=O"):
        train_student(replace(config, label_map={}), tmp_path / "out")
