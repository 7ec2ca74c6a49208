"""The table of a comparison: means and deviations over seeds, intervals and significance."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from silverner.projection.spans import Span
from silverner.projection.text.display import json_text
from silverner.students.report.details import TeacherLine, label_table, teacher_table
from silverner.students.report.significance import Resampling, sentence_counts

Spans = Sequence[Sequence[Span]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredStudent:
    """One student that has been measured.

    :param language: Its language.
    :param row: The row of the table that it belongs to.
    :param curve: The learning curve that the row is a point of.
    :param seed: Its seed.
    :param gold: The gold entities of every test sentence.
    :param predicted: Those of the student.
    :param facts: What its ``results.json`` holds.
    """

    language: str
    row: str
    seed: int
    gold: Spans
    predicted: Spans
    facts: Mapping[str, Any]
    curve: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonLine:
    """One row in one language, over all seeds: a strategy, or a variant of one.

    :param row: Its name; that of its strategy, where an experiment does not name it.
    :param sentences: How many sentences its students learnt or were stopped by.
    :param curve: The learning curve that it is a point of.
    :param f1: Mean strict F1 in percent.
    :param deviation: Its standard deviation over seeds; ``None`` with one seed.
    :param low: Where F1 begins with 95 % confidence; see :mod:`~silverner.students.report.significance`.
    :param high: Where it ends.
    :param difference: F1 minus that of the baseline; ``None`` for the baseline.
    :param p: Probability of such a difference by chance (the same resampling, corrected after Holm for the strategies
        of the language); ``None`` for the baseline.
    :param over_seeds: Whether the interval covers other seeds too. With one seed it covers other sentences only; a
        model that is not trained has no seed.
    :param seconds: Mean training time; of a run that was resumed, only the time since then.
    :param memory: Highest memory of any run in megabytes: of the GPU, where there is one, otherwise of the process.
    :param labels: Mean strict F1 of every label.
    :param resumed: Whether a run was resumed.
    :param chosen_by: ``gold`` if gold of the target language decided when to stop.
    """

    language: str
    row: str
    strategy: str
    sentences: int
    seeds: tuple[int, ...]
    f1: float
    precision: float
    recall: float
    deviation: float | None
    low: float
    high: float
    difference: float | None
    p: float | None
    over_seeds: bool
    seconds: float
    resumed: bool
    chosen_by: str
    memory: int | None = None
    labels: Mapping[str, float] = field(default_factory=dict)
    curve: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The lines of a comparison, and how to write them.

    :param rows: One line a language and row.
    :param baseline: The row that others are tested against.
    :param runs: The results of every student.
    :param teachers: How good the teachers are.
    """

    rows: Sequence[ComparisonLine]
    baseline: str
    runs: Sequence[Mapping[str, Any]]
    teachers: Sequence[TeacherLine] = ()

    @property
    def heading(self) -> str:
        """Name the column of rows: those of an experiment have names of their own."""
        return "strategy" if all(row.row == row.strategy for row in self.rows) else "row"

    def json(self) -> str:
        """Return everything as JSON."""
        rows, teachers = [asdict(row) for row in self.rows], [asdict(one) for one in self.teachers]
        facts = {"baseline": self.baseline, "rows": rows, "teachers": teachers, "runs": list(self.runs)}
        return json_text(facts) + "\n"

    def text(self) -> str:
        """Return the table as Markdown."""
        columns = (
            "language",
            self.heading,
            "F1",
            "95 % interval",
            "precision",
            "recall",
            f"against {self.baseline}",
            "p",
            "MB",
            "s",
        )
        lines = [
            f"| {' | '.join(columns)} |",
            "|" + "---|" * len(columns),
            *(_line(row, self._before(row)) for row in self.rows),
            *self._means(),
            "",
            "F1 is strict: the mean over seeds ± their standard deviation. The interval and p come from resampling the "
            "test sentences, the same for all strategies, and the seeds (Multi-Bootstrap with Student's t for the few "
            "seeds; p two-sided, corrected after Holm within a language). They say how the figures change with other "
            "test sentences and seeds, not with other training text. s is the mean training time of a student in "
            "seconds, on the machine that trained it; > marks a student that was stopped and resumed. MB is the "
            "highest memory of a training: of the GPU's tensors, or without a GPU of the process, with its libraries.",
        ]
        if not all(row.over_seeds for row in self.rows):
            lines += ["", "† One seed: interval and p cover other test sentences only. Give several seeds with --seed."]
        if any(row.chosen_by == "gold" for row in self.rows):
            lines += ["", "**Gold labels of the target language decided when to stop.**"]
        lines += label_table([(row.language, row.row, row.labels) for row in self.rows])
        lines += teacher_table(self.teachers)
        return "\n".join(lines) + "\n"

    def _before(self, row: ComparisonLine) -> ComparisonLine | None:
        """Find the baseline of a line; the baseline itself has none."""
        same = (one for one in self.rows if (one.language, one.row) == (row.language, self.baseline))
        return None if row.row == self.baseline else next(same, None)

    def _means(self) -> list[str]:
        """Average every row over languages, where it has all of them."""
        languages = {row.language for row in self.rows}
        if len(languages) == 1:
            return []
        lines = []
        for name in dict.fromkeys(row.row for row in self.rows):
            rows = [row for row in self.rows if row.row == name]
            if len(rows) == len(languages):
                f1 = statistics.fmean(row.f1 for row in rows)
                lines.append(f"| mean of {len(rows)} | {name} | {f1:.1f} | | | | | | | |")
        return lines


def _line(row: ComparisonLine, before: ComparisonLine | None) -> str:
    """Lay out one line of the table; the difference is that of the figures as they are printed."""
    deviation = "" if row.deviation is None else f" ± {row.deviation:.1f}"
    difference = "" if before is None else f"{round(row.f1, 1) - round(before.f1, 1):+.1f}"
    p = "" if row.p is None else f"{row.p:.3f}" if row.p >= 0.001 else "< 0.001"
    mark = "" if row.over_seeds else " †"
    p_mark = " †" if p and before and not (row.over_seeds and before.over_seeds) else ""
    shares = f"{row.precision:.1f} | {row.recall:.1f}"
    score = f"{row.f1:.1f}{deviation} | {row.low:.1f} to {row.high:.1f}{mark} | {shares}"
    memory = "" if row.memory is None else row.memory
    seconds = f"{'> ' * row.resumed}{row.seconds:.0f}"
    return f"| {row.language} | {row.row} | {score} | {difference} | {p}{p_mark} | {memory} | {seconds} |"


def comparison_lines(students: Sequence[MeasuredStudent], baseline: str) -> list[ComparisonLine]:
    """Make the lines of a comparison.

    :param students: All students.
    :param baseline: The row that others are tested against.
    :returns: One line a language and row, in the order of the students.
    """
    lines = []
    for language in dict.fromkeys(student.language for student in students):
        of_language = [student for student in students if student.language == language]
        names = dict.fromkeys(student.row for student in of_language)
        groups = {name: [student for student in of_language if student.row == name] for name in names}
        resampling = Resampling(
            {name: [sentence_counts(one.gold, one.predicted) for one in group] for name, group in groups.items()}
        )
        tests = {name: resampling.test(baseline, name) for name in groups if baseline in groups and name != baseline}
        corrected = holm({name: test.p for name, test in tests.items()})
        for name, group in groups.items():
            difference = tests[name].difference if name in tests else None
            lines.append(_summary(group, resampling.interval(name), difference, corrected.get(name)))
    return lines


def _summary(
    group: Sequence[MeasuredStudent], interval: tuple[float, float], difference: float | None, p: float | None
) -> ComparisonLine:
    """Make the line of one row in one language from all its seeds."""
    scores = [student.facts["scores"]["test"] for student in group]
    f1 = [float(score["f1"]) for score in scores]
    return ComparisonLine(
        language=group[0].language,
        row=group[0].row,
        strategy=group[0].facts["strategy"],
        sentences=round(statistics.fmean(_sentences(student.facts) for student in group)),
        curve=group[0].curve,
        memory=_memory([student.facts for student in group]),
        labels=_labels([student.facts["scores"]["test"] for student in group]),
        seeds=tuple(student.seed for student in group),
        f1=statistics.fmean(f1),
        precision=statistics.fmean(score["precision"] for score in scores),
        recall=statistics.fmean(score["recall"] for score in scores),
        deviation=statistics.stdev(f1) if len(f1) > 1 else None,
        low=interval[0],
        high=interval[1],
        difference=difference,
        p=p,
        over_seeds=len(group) > 1 or group[0].facts["course"] is None,
        seconds=statistics.fmean(float(student.facts["seconds"]) for student in group),
        resumed=any(student.facts["resumed"] for student in group),
        chosen_by=group[0].facts["chosen_by"],
    )


def _sentences(facts: Mapping[str, Any]) -> int:
    """Count the sentences that a student learnt or was stopped by, without those of the source."""
    sentences = facts["sentences"]
    return int(sentences["learnt"]) + int(sentences["held_out"]) - int(sentences.get("source", 0))


def _memory(runs: Sequence[Mapping[str, Any]]) -> int | None:
    """Take the highest memory of all runs; one that an earlier version has trained does not know it."""
    every = [
        run["memory"]["process"] if run["memory"]["gpu"] is None else run["memory"]["gpu"]
        for run in runs
        if run.get("memory")
    ]
    return max(every, default=None)


def _labels(scores: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Average F1 of every label over seeds."""
    by_label = [score.get("labels", {}) for score in scores]
    return {label: statistics.fmean(one[label] for one in by_label) for label in by_label[0]}


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Correct the p of several tests (Holm 1979).

    :param values: The p of every test.
    :returns: The corrected p, none above 1, in the same order.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    largest = 0.0
    corrected = {}
    for rank, (name, p) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        largest = max(largest, min((len(values) - rank) * p, 1.0))
        corrected[name] = largest
    return {name: corrected[name] for name in values}
