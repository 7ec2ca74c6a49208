from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import UsageError
from silverner.projection.metrics import compare as compare_once
from silverner.projection.metrics import evaluate_spans
from silverner.projection.spans import Span
from silverner.students.comparison import ComparisonPlan, PlannedStudent, compare_students
from silverner.students.report.details import TeacherLine
from silverner.students.report.plot import plot
from silverner.students.report.table import Comparison, ComparisonLine, MeasuredStudent, comparison_lines, holm
from tests.students.corpora import quick, write_corpus, write_gold
from tests.taggers import write_tagger

LEARNT = {"course": {"steps": 9}, "sentences": {"learnt": 90, "held_out": 10}}
GOLD = [[Span(0, 1, "PER")] for _ in range(40)]


def _student(strategy: str, seed: int, right: int, seconds: float = 2.0) -> MeasuredStudent:
    predicted = [[Span(0, 1, "PER" if k < right else "LOC")] for k in range(40)]
    score = 100 * right / 40
    scores = {"test": {"f1": score, "precision": score, "recall": score}}
    facts = {
        "scores": scores,
        "seconds": seconds,
        "resumed": seed == 7,
        "chosen_by": "silver",
        **LEARNT,
        "strategy": strategy,
    }
    return MeasuredStudent(language="hau", row=strategy, seed=seed, gold=GOLD, predicted=predicted, facts=facts)


def test_a_line_has_mean_deviation_interval_difference_and_time() -> None:
    students = [_student("hard", 0, 20), _student("hard", 1, 30), _student("soft", 0, 36, 1.0), _student("soft", 1, 36)]
    hard, soft = comparison_lines(students, "hard")
    assert (hard.f1, hard.difference, hard.p) == (62.5, None, None)
    assert hard.deviation == pytest.approx(17.677669)
    assert hard.low < 62.5 < hard.high
    assert (soft.f1, soft.deviation, soft.difference, soft.seconds) == (90.0, 0.0, 27.5, 1.5)
    assert soft.p is not None
    assert soft.p > 0.1  # the two seeds of hard are 25 F1 apart: a third one could well be as good as soft
    assert hard.over_seeds and soft.over_seeds


def test_seeds_that_agree_make_a_difference_significant() -> None:
    students = [_student(name, k, right + k % 2) for name, right in (("hard", 20), ("soft", 36)) for k in range(3)]
    line = comparison_lines(students, "hard")[1]
    assert line.p is not None
    assert line.p < 0.01


def test_the_difference_is_that_of_the_printed_scores() -> None:
    """The mean of the seeds' scores, not the score of their summed counts: these are 15 F1 apart here."""
    students = [_predicting("hard", 0, 1, 0), _predicting("hard", 1, 40, 0), _predicting("soft", 0, 20, 20)]
    lines = comparison_lines(students, "hard")
    rows = [line.split(" | ") for line in Comparison(rows=lines, baseline="hard", runs=[]).text().splitlines()[2:4]]
    hard, soft = (float(row[2].partition(" ")[0]) for row in rows)
    assert (hard, soft) == (52.4, 50.0)
    assert float(rows[1][6]) == pytest.approx(soft - hard)
    assert lines[1].difference == pytest.approx(lines[1].f1 - lines[0].f1)


def _predicting(strategy: str, seed: int, right: int, wrong: int) -> MeasuredStudent:
    predicted = [
        [Span(0, 1, "PER")] * (k < right) + [Span(0, 1, "LOC")] * (right <= k < right + wrong) for k in range(40)
    ]
    evaluation = evaluate_spans(GOLD, predicted).overall
    scores = {"test": evaluation.facts()}
    facts = {"scores": scores, "seconds": 1, "resumed": False, "chosen_by": "silver", **LEARNT, "strategy": strategy}
    return MeasuredStudent(language="hau", row=strategy, seed=seed, gold=GOLD, predicted=predicted, facts=facts)


def test_one_seed_is_marked_where_it_is_a_seed_at_all() -> None:
    students = [_student("transfer", 0, 20), _student("hard", 0, 26), _student("soft", 0, 30), _student("soft", 1, 31)]
    students[0] = replace(students[0], facts={**students[0].facts, "course": None})
    text = Comparison(rows=comparison_lines(students, "transfer"), baseline="transfer", runs=[]).text()
    assert [line.count("†") for line in text.splitlines()[2:5]] == [0, 2, 0]
    assert "† One seed: interval and p cover other test sentences only. Give several seeds with --seed." in text


def test_one_seed_has_no_deviation() -> None:
    assert comparison_lines([_student("hard", 0, 20)], "hard")[0].deviation is None


def test_the_same_students_again_are_no_more_text() -> None:
    """Ten seeds that err alike say as much of other sentences as one does."""
    one = comparison_lines([_student("hard", 0, 20), _student("soft", 0, 26)], "hard")[1]
    many = comparison_lines([s for k in range(10) for s in (_student("hard", k, 20), _student("soft", k, 26))], "hard")[
        1
    ]
    assert one.p is not None
    assert many.p == one.p
    assert (many.low, many.high) == (one.low, one.high)


def test_one_seed_is_tested_as_evaluate_tests_two_files() -> None:
    students = [_student("hard", 0, 20), _student("soft", 0, 26)]
    line = comparison_lines(students, "hard")[1]
    once = compare_once(GOLD, students[0].predicted, students[1].predicted, resamples=4000)
    assert (line.difference, line.p) == (pytest.approx(once.difference), pytest.approx(once.p, abs=0.02))


def test_labels_memory_and_teachers_are_shown() -> None:
    students = []
    for seed, megabytes, person in ((0, 900, 50.0), (1, 700, 60.0)):
        student = _student("hard", seed, 20)
        memory = {"process": megabytes, "gpu": None, "of_run": True}
        test = {**student.facts["scores"]["test"], "labels": {"PER": person, "LOC": 10.0}}
        students.append(replace(student, facts={**student.facts, "memory": memory, "scores": {"test": test}}))
    teachers = [TeacherLine(language="hau", teacher="tagger", f1=52.25, agreement=None, sentences=7)]
    (line,) = comparison_lines(students, "hard")
    assert (line.memory, dict(line.labels)) == (900, {"PER": 55.0, "LOC": 10.0})
    comparison = Comparison(rows=[line], baseline="hard", runs=[], teachers=teachers)
    lines = comparison.text().splitlines()
    assert lines[2].split(" | ")[-2] == "900"
    assert lines[lines.index("| row | language | LOC | PER |") + 2] == "| hard | hau | 10.0 | 55.0 |"
    assert lines[-1] == "| tagger | hau | 52.2 |  | 7 |"
    assert json.loads(comparison.json())["teachers"] == [
        {"language": "hau", "teacher": "tagger", "f1": 52.25, "agreement": None, "sentences": 7}
    ]


def test_a_learning_curve_is_drawn_through_its_rows() -> None:
    students = []
    for size, right in ((100, 10), (1500, 30), (400, 20)):
        student = _student("hard", 0, right)
        facts = {**student.facts, "sentences": {"learnt": size - 10, "held_out": 10, "left": {}}}
        students.append(replace(student, row=f"hard {size}", curve="hard", facts=facts))
    lines = comparison_lines([*students, _student("transfer", 0, 20)], "transfer")
    drawn = ElementTree.fromstring(plot(Comparison(rows=lines, baseline="transfer", runs=[])))
    (curve,) = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    points = [tuple(map(float, point.split(","))) for point in curve.attrib["points"].split()]
    assert points == sorted(points)
    assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)  # more sentences, higher F1
    assert float(drawn.attrib["height"]) > max(y for _, y in points)
    none = ElementTree.fromstring(plot(Comparison(rows=lines[-1:], baseline="transfer", runs=[])))
    assert not none.findall("{http://www.w3.org/2000/svg}polyline")


@given(st.dictionaries(st.text(), st.floats(0, 1), min_size=1))
def test_holm_keeps_order_and_is_between_the_plain_and_bonferroni(values: dict[str, float]) -> None:
    corrected = holm(values)
    for name, p in values.items():
        assert p <= corrected[name] <= min(1.0, len(values) * p)
    ordered = sorted(values, key=lambda name: values[name])
    assert [corrected[name] for name in ordered] == sorted(corrected.values())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    write_corpus(folder / "corpus")
    write_gold(folder / "gold.conll")
    write_tagger("bert", folder / "model")
    return folder


def test_a_comparison_is_written_three_ways_and_not_made_twice(home: Path, tmp_path: Path) -> None:
    configs = [
        quick("transfer", home / "model", home / "corpus", test=home / "gold.conll"),
        *(
            quick("hard", home / "model", home / "corpus", test=home / "gold.conll", training={"seed": seed})
            for seed in (0, 1)
        ),
    ]
    steps: list[str] = []

    def progress(name: str) -> object:
        return lambda step, total, loss: steps.append(name)

    students = [PlannedStudent(row=config.strategy.name, config=config) for config in configs]
    plan = ComparisonPlan(students=students, baseline="transfer")
    first = compare_students(plan, tmp_path, progress=progress)  # type: ignore[arg-type]  # a simple callback is enough
    trained = len(steps)
    again = compare_students(plan, tmp_path, progress=progress)  # type: ignore[arg-type]  # a simple callback is enough
    assert trained > 0
    assert len(steps) == trained
    assert again == first
    text = (tmp_path / "comparison.md").read_text()
    assert [line.split("|")[2].strip() for line in text.splitlines() if line.startswith("| swh")] == [
        "transfer",
        "hard",
    ]
    facts = json.loads((tmp_path / "comparison.json").read_text())
    assert [len(row["seeds"]) for row in facts["rows"]] == [1, 2]
    assert len(facts["runs"]) == 3
    drawn = ElementTree.fromstring((tmp_path / "comparison.svg").read_text())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 2


def test_without_gold_or_baseline_nothing_is_compared(home: Path) -> None:
    config = quick("hard", home / "model", home / "corpus")
    with pytest.raises(UsageError, match="give --test FILE"):
        ComparisonPlan(students=[PlannedStudent(row="hard", config=config)], baseline="hard")
    measured = quick("hard", home / "model", home / "corpus", test=home / "gold.conll")
    with pytest.raises(UsageError, match="--baseline sof is not compared; allowed: hard"):
        ComparisonPlan(students=[PlannedStudent(row="hard", config=measured)], baseline="sof")


def test_several_languages_are_averaged_where_a_strategy_has_all_of_them() -> None:
    def line(language: str, strategy: str, f1: float) -> ComparisonLine:
        return ComparisonLine(
            language=language, row=strategy, strategy=strategy, sentences=9,
            seeds=(0,), f1=f1, precision=f1, recall=f1, deviation=None,
            low=f1, high=f1, difference=None, p=None, over_seeds=True, seconds=1,
            resumed=language == "swh", chosen_by="gold",
        )  # fmt: skip

    rows = [line("hau", "hard", 40), line("swh", "hard", 60), line("hau", "soft", 10)]
    text = Comparison(rows=rows, baseline="hard", runs=[]).text()
    assert "| mean of 2 | hard | 50.0 |" in text
    assert "| mean of 2 | soft" not in text
    assert [row.split("|")[-2].strip() for row in text.splitlines()[2:5]] == ["1", "> 1", "1"]
    assert "Gold labels of the target language decided when to stop" in text
