from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from silverner.projection.chain.sealed import seal
from silverner.projection.errors import OutputError
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.comparison import ComparisonPlan, PlannedStudent, compare_students
from silverner.students.corpus import load_corpus
from silverner.students.teaching.answers import holds_answers_only, kept_answer, text_hash
from silverner.students.teaching.language_similarity import teacher_weights
from silverner.students.teaching.teachers import ask_teacher, load_teacher
from tests.students.corpora import LABELS, MAP, quick, sentences, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

ANSWER = np.array([[0.1, 0.9], [1 / 3, 2 / 3]], dtype=np.float32)


def _refuse() -> np.ndarray:
    raise AssertionError("the model is asked again")


def test_an_answer_is_asked_once_and_read_as_it_was(tmp_path: Path) -> None:
    first = kept_answer(tmp_path / "a", {"model": "m"}, 2, lambda: ANSWER)
    again = kept_answer(tmp_path / "a", {"model": "m"}, 2, _refuse)
    np.testing.assert_array_equal(first, ANSWER)
    np.testing.assert_array_equal(again, ANSWER)
    assert again.dtype == np.float32
    assert holds_answers_only(tmp_path / "a")


def test_without_a_folder_the_model_is_asked_every_time() -> None:
    asked: list[int] = []
    for _ in range(2):
        kept_answer(None, {}, 2, lambda: asked.append(1) or ANSWER)  # type: ignore[func-returns-value]
    assert len(asked) == 2


@pytest.mark.parametrize("harm", ["cut", "flipped", "foreign", "sealed by another", "folder"])
def test_a_file_that_is_damaged_or_foreign_is_made_again(
    harm: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept_answer(tmp_path, {"model": "m"}, 2, lambda: ANSWER)
    kept_answer(tmp_path / "other", {"model": "n"}, 2, lambda: 1 - ANSWER)
    (path,), (other,) = tmp_path.glob("*.answer"), (tmp_path / "other").glob("*.answer")
    whole = path.read_bytes()
    harmed = {
        "cut": whole[:-1],
        "flipped": whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        "foreign": other.read_bytes(),
        "sealed by another": seal(path.stem.encode() + b"no array"),
    }
    path.write_bytes(harmed.get(harm, b""))
    with caplog.at_level(logging.WARNING, logger="silverner"):
        np.testing.assert_array_equal(kept_answer(tmp_path, {"model": "m"}, 2, lambda: ANSWER), ANSWER)
    assert f"{path} is damaged, or is not what was written there: the model is asked again" in caplog.text
    assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*file"):
        kept_answer(tmp_path / "file", {}, 2, lambda: ANSWER)


def test_the_same_words_in_other_sentences_are_another_text() -> None:
    texts = ([["a", "b"]], [["a"], ["b"]], [["a b"]], [["a", "b"], []], [["a\n", "b"]])
    assert len({text_hash(text) for text in texts}) == len(texts)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    write_corpus(folder / "corpus")
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "teacher", learn=True)
    write_tagger("bert", folder / "other")
    return folder


def test_what_is_kept_is_what_the_teacher_says(home: Path, tmp_path: Path) -> None:
    text = [*sentences(), []]
    teacher = load_teacher(str(home / "teacher"), LABELS, MAP)
    for _ in range(2):
        for kept, asked in zip(ask_teacher(teacher, text, tmp_path), teacher.probabilities(text), strict=True):
            np.testing.assert_array_equal(kept, asked)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("change", ["model", "labels", "map", "scheme", "text"])
def test_another_question_has_another_answer(change: str, home: Path, tmp_path: Path) -> None:
    ask_teacher(load_teacher(str(home / "teacher"), LABELS, MAP), sentences(), tmp_path)
    teacher = load_teacher(
        str(home / ("other" if change == "model" else "teacher")),
        ("LOC", "PER") if change == "labels" else LABELS,
        {"MISC": "LOC"} if change == "map" else MAP,
        scheme="iob1" if change == "scheme" else "auto",
    )
    text = sentences(23) if change == "text" else sentences()
    for kept, asked in zip(ask_teacher(teacher, text, tmp_path), teacher.probabilities(text), strict=True):
        np.testing.assert_array_equal(kept, asked)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_comparison_asks_every_teacher_once(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    whole = Tagger.probabilities

    def probabilities(tagger: Tagger, text: list[list[str]]) -> list[np.ndarray]:
        asked.append(str(tagger.settings()["model"]))
        return whole(tagger, text)

    monkeypatch.setattr(Tagger, "probabilities", probabilities)
    teachers = (str(home / "teacher"), str(home / "other"))
    configs = [
        quick(name, home / "encoder", home / "corpus", teachers=named, test=home / "gold.conll",
              training={"epochs": 1, "seed": seed})
        for name, named in (("soft", teachers[:1]), ("multi", teachers), ("unitrans", teachers))
        for seed in (0, 1)
    ]  # fmt: skip
    students = [PlannedStudent(row=config.strategy.name, config=config) for config in configs]
    plan = ComparisonPlan(students=students, baseline="soft")
    first = compare_students(plan, tmp_path)
    assert sorted(Counter(asked).values()) == [2, 2]  # once for the corpus, once for the gold
    assert holds_answers_only(tmp_path / "teachers")
    assert compare_students(plan, tmp_path) == first
    (tmp_path / "teachers" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match=r"holds something else \(teachers\)"):
        compare_students(plan, tmp_path)


def test_texts_that_weigh_teachers_are_read_once(home: Path, tmp_path: Path) -> None:
    checkpoint, texts = Checkpoint(name=str(home / "encoder")), []
    for k in range(2):
        texts.append(tmp_path / f"{k}.txt")
        texts[-1].write_text("".join(" ".join(one) + "\n" for one in sentences()[k::2]))
    rows = [row.tokens for row in load_corpus(str(home / "corpus"), "swh").rows]
    asked = [
        teacher_weights(checkpoint, texts, rows, each=True, seed=0, answers=answers)
        for answers in (None, tmp_path / "kept", tmp_path / "kept")
    ]
    assert len(list((tmp_path / "kept").iterdir())) == 3
    np.testing.assert_array_equal(asked[0], asked[1])
    np.testing.assert_array_equal(asked[0], asked[2])
