"""The table of a comparison: means and deviations over seeds, intervals and significance over sentences."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from silverner.projection.metrics import compare, intervals
from silverner.projection.spans import Span

Spans = Sequence[Sequence[Span]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One student that has been measured.

    :param language: Its language.
    :param strategy: How it was trained.
    :param seed: Its seed.
    :param gold: The gold entities of every test sentence.
    :param found: Those it found.
    :param facts: What its ``results.json`` holds.
    """

    language: str
    strategy: str
    seed: int
    gold: Spans
    found: Spans
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One strategy in one language, over all seeds.

    :param f1: Mean strict F1 in percent.
    :param deviation: Its standard deviation over seeds; ``None`` with one seed.
    :param low: Where F1 begins with 95 % confidence, by the bootstrap over sentences.
    :param high: Where it ends.
    :param difference: F1 above that of the baseline; ``None`` for the baseline.
    :param p: Probability of such a difference by chance (approximate randomisation over sentences, corrected after Holm
        for the strategies of the language); ``None`` for the baseline.
    :param seconds: Mean training time, of those that were resumed since they were.
    :param resumed: Whether one was.
    :param chosen_by: Whether gold of the target language chose when to stop.
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
    """A comparison.

    :param rows: One line a language and strategy.
    :param baseline: The strategy others are tested against.
    :param runs: The results of every student.
    """

    rows: Sequence[Line]
    baseline: str
    runs: Sequence[Mapping[str, Any]]

    def json(self) -> str:
        """Return everything as JSON."""
        facts = {"baseline": self.baseline, "rows": [asdict(row) for row in self.rows], "runs": list(self.runs)}
        return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"

    def text(self) -> str:
        """Return the table as Markdown."""
        lines = [
            f"| language | strategy | F1 | 95 % interval | precision | recall | against {self.baseline} | p | s |",
            "|---|---|---|---|---|---|---|---|---|",
            *map(_line, self.rows),
            *self._means(),
            "",
            "F1 is strict, the mean over seeds ± their standard deviation. Interval (bootstrap) and p (approximate "
            "randomisation, corrected after Holm within a language) are over test sentences, the counts of all seeds "
            "of a sentence taken together: they say what other sentences would change, not what other training text "
            "would. s is the mean training time of a student in seconds, on the machine it was trained "
            "on; > where one was stopped and went on.",
        ]
        if any(row.chosen_by == "gold" for row in self.rows):
            lines += ["", "**Gold labels of the target language chose when to stop.**"]
        return "\n".join(lines) + "\n"

    def _means(self) -> list[str]:
        """Average every strategy over languages, where it has all of them."""
        languages = {row.language for row in self.rows}
        if len(languages) == 1:
            return []
        lines = []
        for strategy in dict.fromkeys(row.strategy for row in self.rows):
            mine = [row for row in self.rows if row.strategy == strategy]
            if len(mine) == len(languages):
                f1 = statistics.fmean(row.f1 for row in mine)
                lines.append(f"| mean of {len(mine)} | {strategy} | {f1:.1f} | | | | | | |")
        return lines


def _line(row: Line) -> str:
    """Lay out one line of the table."""
    deviation = "" if row.deviation is None else f" ± {row.deviation:.1f}"
    difference = "" if row.difference is None else f"{row.difference:+.1f}"
    p = "" if row.p is None else f"{row.p:.3f}" if row.p >= 0.001 else "< 0.001"
    shares = f"{row.precision:.1f} | {row.recall:.1f}"
    score = f"{row.f1:.1f}{deviation} | {row.low:.1f} to {row.high:.1f} | {shares}"
    seconds = f"{'> ' * row.resumed}{row.seconds:.0f}"
    return f"| {row.language} | {row.strategy} | {score} | {difference} | {p} | {seconds} |"


def rows_of(students: Sequence[Student], baseline: str) -> list[Line]:
    """Make the lines of a comparison.

    :param students: All students.
    :param baseline: The strategy others are tested against.
    :returns: One line a language and strategy, in the order they are first named.
    """
    lines = []
    for language in dict.fromkeys(student.language for student in students):
        mine = [student for student in students if student.language == language]
        strategies = dict.fromkeys(student.strategy for student in mine)
        groups = {name: [student for student in mine if student.strategy == name] for name in strategies}
        tested = {name: _against(groups[baseline], group) for name, group in groups.items() if name != baseline}
        corrected = holm({name: p for name, (_, p) in tested.items()})
        for name, group in groups.items():
            difference = tested[name][0] if name in tested else None
            lines.append(_summary(group, difference, corrected.get(name)))
    return lines


def _summary(group: Sequence[Student], difference: float | None, p: float | None) -> Line:
    """Put the seeds of one strategy in one language together."""
    scores = [student.facts["scores"]["test"] for student in group]
    f1 = [float(score["f1"]) for score in scores]
    between = intervals(*_stacked([(student.gold, student.found) for student in group]))["f1"]
    return Line(
        language=group[0].language,
        strategy=group[0].strategy,
        seeds=tuple(student.seed for student in group),
        f1=statistics.fmean(f1),
        precision=statistics.fmean(score["precision"] for score in scores),
        recall=statistics.fmean(score["recall"] for score in scores),
        deviation=statistics.stdev(f1) if len(f1) > 1 else None,
        low=between.low,
        high=between.high,
        difference=difference,
        p=p,
        seconds=statistics.fmean(float(student.facts["seconds"]) for student in group),
        resumed=any(student.facts["resumed"] for student in group),
        chosen_by=group[0].facts["chosen_by"],
    )


def _against(baseline: Sequence[Student], group: Sequence[Student]) -> tuple[float, float]:
    """Return how much better a strategy is than the baseline, and the probability of that by chance."""
    by_seed = {student.seed: student for student in baseline}
    pairs = [(by_seed.get(student.seed, baseline[0]), student) for student in group]
    gold, first = _stacked([(one.gold, one.found) for one, _ in pairs])
    _, second = _stacked([(other.gold, other.found) for _, other in pairs])
    found = compare(gold, first, second)
    return found.difference, found.p


def _stacked(runs: Sequence[tuple[Spans, Spans]]) -> tuple[list[list[Span]], list[list[Span]]]:
    """Put all runs of a sentence into one sentence, labels told apart, so that sentences stay what is drawn.

    Runs of one strategy err in the same sentences; to draw each as a sentence of its own would feign more text.
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
    """Correct several p for being several (Holm 1979).

    :param values: The p of every test.
    :returns: The corrected p, none above 1, in the order given.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    largest = 0.0
    corrected = {}
    for rank, (name, p) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        largest = max(largest, min((len(values) - rank) * p, 1.0))
        corrected[name] = largest
    return {name: corrected[name] for name in values}
