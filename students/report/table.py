"""The table of a comparison: means and deviations over seeds, intervals and significance over sentences."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from silverner.projection.metrics import compare, intervals
from silverner.projection.spans import Span
from silverner.projection.text.display import json_text

Spans = Sequence[Sequence[Span]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredStudent:
    """One student that has been measured.

    :param language: Its language.
    :param strategy: Its strategy.
    :param seed: Its seed.
    :param gold: The gold entities of every test sentence.
    :param predicted: Those of the student.
    :param facts: What its ``results.json`` holds.
    """

    language: str
    strategy: str
    seed: int
    gold: Spans
    predicted: Spans
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonLine:
    """One strategy in one language, over all seeds.

    :param f1: Mean strict F1 in percent.
    :param deviation: Its standard deviation over seeds; ``None`` with one seed.
    :param low: Where F1 begins with 95 % confidence, by the bootstrap over sentences.
    :param high: Where it ends.
    :param difference: F1 minus that of the baseline; ``None`` for the baseline.
    :param p: Probability of such a difference by chance (approximate randomisation over sentences, corrected after Holm
        for the strategies of the language); ``None`` for the baseline.
    :param seconds: Mean training time; of a run that was resumed, only the time since then.
    :param resumed: Whether a run was resumed.
    :param chosen_by: ``gold`` if gold of the target language decided when to stop.
    """

    language: str
    strategy: str
    seeds: tuple[int, ...]
    f1: float
    precision: float
    recall: float
    deviation: float | None
    low: float
    high: float
    difference: float | None
    p: float | None
    seconds: float
    resumed: bool
    chosen_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The lines of a comparison, and how to write them.

    :param rows: One line a language and strategy.
    :param baseline: The strategy others are tested against.
    :param runs: The results of every student.
    """

    rows: Sequence[ComparisonLine]
    baseline: str
    runs: Sequence[Mapping[str, Any]]

    def json(self) -> str:
        """Return everything as JSON."""
        facts = {"baseline": self.baseline, "rows": [asdict(row) for row in self.rows], "runs": list(self.runs)}
        return json_text(facts) + "\n"

    def text(self) -> str:
        """Return the table as Markdown."""
        lines = [
            f"| language | strategy | F1 | 95 % interval | precision | recall | against {self.baseline} | p | s |",
            "|---|---|---|---|---|---|---|---|---|",
            *map(_line, self.rows),
            *self._means(),
            "",
            "F1 is strict: the mean over seeds ± their standard deviation. The interval (bootstrap) and p (approximate "
            "randomisation, corrected after Holm within a language) are computed over test sentences; the counts of "
            "all seeds of a sentence are added. They say how the figures change with other test sentences, not with "
            "other training text. s is the mean training time of a student in seconds, on the machine that trained it; "
            "> marks a student that was stopped and resumed.",
        ]
        if any(row.chosen_by == "gold" for row in self.rows):
            lines += ["", "**Gold labels of the target language decided when to stop.**"]
        return "\n".join(lines) + "\n"

    def _means(self) -> list[str]:
        """Average every strategy over languages, where it has all of them."""
        languages = {row.language for row in self.rows}
        if len(languages) == 1:
            return []
        lines = []
        for strategy in dict.fromkeys(row.strategy for row in self.rows):
            rows = [row for row in self.rows if row.strategy == strategy]
            if len(rows) == len(languages):
                f1 = statistics.fmean(row.f1 for row in rows)
                lines.append(f"| mean of {len(rows)} | {strategy} | {f1:.1f} | | | | | | |")
        return lines


def _line(row: ComparisonLine) -> str:
    """Lay out one line of the table."""
    deviation = "" if row.deviation is None else f" ± {row.deviation:.1f}"
    difference = "" if row.difference is None else f"{row.difference:+.1f}"
    p = "" if row.p is None else f"{row.p:.3f}" if row.p >= 0.001 else "< 0.001"
    shares = f"{row.precision:.1f} | {row.recall:.1f}"
    score = f"{row.f1:.1f}{deviation} | {row.low:.1f} to {row.high:.1f} | {shares}"
    seconds = f"{'> ' * row.resumed}{row.seconds:.0f}"
    return f"| {row.language} | {row.strategy} | {score} | {difference} | {p} | {seconds} |"


def comparison_lines(students: Sequence[MeasuredStudent], baseline: str) -> list[ComparisonLine]:
    """Make the lines of a comparison.

    :param students: All students.
    :param baseline: The strategy others are tested against.
    :returns: One line a language and strategy, in the order of the students.
    """
    lines = []
    for language in dict.fromkeys(student.language for student in students):
        of_language = [student for student in students if student.language == language]
        strategies = dict.fromkeys(student.strategy for student in of_language)
        groups = {name: [student for student in of_language if student.strategy == name] for name in strategies}
        tested = {name: _against(groups[baseline], group) for name, group in groups.items() if name != baseline}
        corrected = holm({name: p for name, (_, p) in tested.items()})
        for name, group in groups.items():
            difference = tested[name][0] if name in tested else None
            lines.append(_summary(group, difference, corrected.get(name)))
    return lines


def _summary(group: Sequence[MeasuredStudent], difference: float | None, p: float | None) -> ComparisonLine:
    """Make the line of one strategy in one language from all its seeds."""
    scores = [student.facts["scores"]["test"] for student in group]
    f1 = [float(score["f1"]) for score in scores]
    interval = intervals(*_stacked([(student.gold, student.predicted) for student in group]))["f1"]
    return ComparisonLine(
        language=group[0].language,
        strategy=group[0].strategy,
        seeds=tuple(student.seed for student in group),
        f1=statistics.fmean(f1),
        precision=statistics.fmean(score["precision"] for score in scores),
        recall=statistics.fmean(score["recall"] for score in scores),
        deviation=statistics.stdev(f1) if len(f1) > 1 else None,
        low=interval.low,
        high=interval.high,
        difference=difference,
        p=p,
        seconds=statistics.fmean(float(student.facts["seconds"]) for student in group),
        resumed=any(student.facts["resumed"] for student in group),
        chosen_by=group[0].facts["chosen_by"],
    )


def _against(baseline: Sequence[MeasuredStudent], group: Sequence[MeasuredStudent]) -> tuple[float, float]:
    """Return the difference to the baseline, and its probability by chance."""
    by_seed = {student.seed: student for student in baseline}
    pairs = [(by_seed.get(student.seed, baseline[0]), student) for student in group]
    gold, before = _stacked([(base.gold, base.predicted) for base, _ in pairs])
    _, after = _stacked([(student.gold, student.predicted) for _, student in pairs])
    test = compare(gold, before, after)
    return test.difference, test.p


def _stacked(runs: Sequence[tuple[Spans, Spans]]) -> tuple[list[list[Span]], list[list[Span]]]:
    """Put all runs of a sentence into one sentence, with a number on every label, so that sentences stay the unit.

    Runs of one strategy make errors in the same sentences. If each run counted as a sentence, the test would pretend
    to have more text.
    """
    sides = []
    for side in (0, 1):
        rows = [
            [Span(s.start, s.end, f"{s.label} {number}") for number, spans in enumerate(sentence) for s in spans]
            for sentence in zip(*(run[side] for run in runs), strict=True)
        ]
        sides.append(rows)
    return sides[0], sides[1]


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
