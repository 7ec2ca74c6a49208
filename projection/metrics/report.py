"""All measures of one prediction: as a table, as facts, and as flat numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.metrics.bins import by_frequency, by_length
from silverner.projection.metrics.calibration import Calibration, calibration
from silverner.projection.metrics.ceiling import Ceiling, ceiling
from silverner.projection.metrics.coverage import Coverage, coverage_table, precision_at_coverage
from silverner.projection.metrics.partial import PartialCredit, partial_credit
from silverner.projection.metrics.resampling import Comparison, Interval, compare, intervals
from silverner.projection.metrics.scores import Evaluation, Scores, entity_keys, evaluate_spans, score_table
from silverner.projection.metrics.tags import Invalid, check_same, evaluate_tags, read_tags
from silverner.projection.spans import Span

_SHARES = ("precision", "recall", "f1")
_ERROR_NAMES = {
    "boundary": "wrong boundary",
    "type": "wrong label",
    "both": "wrong both",
    "missed": "missed",
    "spurious": "spurious",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All measures of one prediction.

    :param strict: Strict scores; all other measures but ``conll`` read the tags in the same way.
    :param conll: Scores by the CoNLL reading; the same if every tag sequence is valid IOB2.
    :param intervals: Confidence intervals of the strict ``precision``, ``recall`` and ``f1``; may be empty.
    :param lengths: Strict scores by sentence length.
    :param frequencies: Strict scores by entity frequency; ``None`` without tokens.
    :param partial: Partial credit, and kinds of errors.
    :param accuracy: Percent of tokens with the gold tag; ``None`` for a report of spans.
    :param ceiling: The best score projection can reach; ``None`` without the gold labels of the source.
    :param comparison: Compares another prediction (first) with this one (second); ``None`` without another.
    :param calibration: Compares the confidence of the predicted entities with the share that is right; ``None`` where
        they have no confidence.
    :param coverage: The precision of the surest entities; empty where they have no confidence.
    """

    strict: Evaluation
    conll: Evaluation
    intervals: Mapping[str, Interval]
    lengths: Mapping[str, Scores]
    frequencies: Mapping[str, Scores] | None
    partial: PartialCredit
    accuracy: float | None = None
    ceiling: Ceiling | None = None
    comparison: Comparison | None = None
    calibration: Calibration | None = None
    coverage: Sequence[Coverage] = ()

    def facts(self) -> dict[str, Any]:
        """Return everything as plain numbers, shares in percent; the strict scores are at the top level."""
        facts = {
            **self.strict.facts(),
            "conll": self.conll.facts(),
            "intervals": {name: interval.facts() for name, interval in self.intervals.items()},
            "lengths": {name: scores.facts() for name, scores in self.lengths.items()},
            "partial": self.partial.facts(),
        }
        if self.frequencies is not None:
            facts["frequencies"] = {name: scores.facts() for name, scores in self.frequencies.items()}
        if self.accuracy is not None:
            facts["accuracy"] = self.accuracy
        if self.ceiling is not None:
            facts["ceiling"] = self.ceiling.facts()
        if self.comparison is not None:
            facts["comparison"] = self.comparison.facts()
        if self.calibration is not None:
            facts["confidence"] = {
                "calibration_error": self.calibration.error,
                "mean": self.calibration.confidence,
                "correct": self.calibration.correct,
                "coverage": [one.facts() for one in self.coverage],
            }
        return facts

    def flat(self) -> dict[str, float | int]:
        """Return what the ``evaluate`` module returns: one number for each name, shares as fractions.

        ``overall_*`` are the numbers of seqeval without a mode, that is by the CoNLL reading; ``strict_*`` are by the
        strict reading. An undefined projection ratio is NaN.
        """
        flat: dict[str, float | int] = {}
        for name, evaluation in (("overall", self.conll), ("conll", self.conll), ("strict", self.strict)):
            flat.update(_fractions(name, evaluation.overall))
        if self.accuracy is not None:
            flat["overall_accuracy"] = self.accuracy / 100
        for name, interval in self.intervals.items():
            flat[f"strict_{name}_low"], flat[f"strict_{name}_high"] = interval.low / 100, interval.high / 100
        overall = self.strict.overall
        flat.update(correct=overall.correct, predicted=overall.predicted, gold=overall.gold)
        bins = {"strict": self.strict.labels, "length": self.lengths, "frequency": self.frequencies or {}}
        for kind, rows in bins.items():
            for name, scores in rows.items():
                flat.update({**_fractions(f"{kind}_{name}", scores), f"{kind}_{name}_number": scores.gold})
        for name in ("exact", "partial", "type"):
            flat.update(_fractions(name, getattr(self.partial, name)))
        flat.update({f"errors_{name}": count for name, count in self.partial.errors().items()})
        ratio = self.strict.projection_ratio
        flat["projection_ratio"] = math.nan if ratio is None else ratio
        return flat

    def table(self) -> str:
        """Write all measures as a table for reading."""
        parts = [f"{self.strict.table()}\n{self._headline()}", score_table(self.lengths, "tokens in sentence")]
        if self.frequencies is not None:
            parts.append(score_table(self.frequencies, "times the words are an entity of gold"))
        parts.append(self._partial_table())
        if self.calibration is not None:
            parts.append(f"{coverage_table(self.coverage)}\n{self._calibration_line(self.calibration)}")
        if self.ceiling is not None:
            top = self.ceiling
            rows = {"every source entity projected": top.every, "those with a counterpart": top.best}
            parts.append(score_table(rows, "one-to-one ceiling"))
        if self.comparison is not None:
            parts.append(self._comparison_line(self.comparison))
        return "\n\n".join(parts)

    def _headline(self) -> str:
        """Write both kinds of F1, the strict one with its interval."""
        line = f"strict F1 {self.strict.overall.f1:.2f}"
        if "f1" in self.intervals:
            f1 = self.intervals["f1"]
            span = f"{f1.level:g} % between {f1.low:.2f} and {f1.high:.2f}"
            line += f" ({span}, {f1.resamples} resamples, seed {f1.seed})"
        return f"{line}; CoNLL F1 {self.conll.overall.f1:.2f}"

    def _partial_table(self) -> str:
        lines = ["partial credit  precision  recall     F1"]
        for name in ("strict", "exact", "partial", "type"):
            m = getattr(self.partial, name)
            lines.append(f"{name:<14}  {m.precision:9.2f}  {m.recall:6.2f}  {m.f1:5.2f}")
        counts = self.partial.errors()
        kinds = ", ".join(f"{counts[name]} {text}" for name, text in _ERROR_NAMES.items())
        return "\n".join([*lines, f"errors: {kinds}"])

    @staticmethod
    def _calibration_line(c: Calibration) -> str:
        return (
            f"confidence {c.confidence:.3f} on average, share that is right {c.correct:.3f}; expected calibration "
            f"error {c.error:.3f}"
        )

    @staticmethod
    def _comparison_line(c: Comparison) -> str:
        return (
            f"strict F1 {c.second:.2f} against {c.first:.2f} of the other prediction: {c.difference:+.2f} "
            f"({c.interval.level:g} % between {c.interval.low:+.2f} and {c.interval.high:+.2f}, paired bootstrap), "
            f"p = {c.p:.4f} (approximate randomisation, two-sided, {c.interval.resamples} rounds)"
        )


def _fractions(name: str, scores: Any) -> dict[str, float]:
    return {f"{name}_{share}": getattr(scores, share) / 100 for share in _SHARES}


def report_spans(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    tokens: Sequence[Sequence[str]],
    *,
    source: Sequence[Iterable[Span]] | None = None,
    against: Sequence[Iterable[Span]] | None = None,
    confidences: Sequence[Mapping[Span, float]] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Report:
    """Measure predicted entities.

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param tokens: Their tokens.
    :param source: The gold entities of the source sentences, for the ceiling.
    :param against: Another prediction for the same sentences, to compare with.
    :param confidences: For every sentence, the confidence of its predicted entities.
    :param resamples: Resamples of intervals and comparison; 0 leaves the intervals out.
    :param seed: Seed of the resamples.
    :returns: The report; ``strict`` and ``conll`` are the same, since there are no tags to read in two ways.
    :raises DataError: when the numbers of sentences differ.

    >>> spans = [[Span(0, 1, "PER")]]
    >>> report_spans(spans, spans, [["Ana", "sings"]], source=spans).facts()["ceiling"]["best"]["f1"]
    100.0
    """
    scores = evaluate_spans(gold, predicted)
    rounds = {"resamples": resamples, "seed": seed}
    sure, right = _outcomes(gold, confidences or ())
    return Report(
        strict=scores,
        conll=scores,
        intervals=intervals(gold, predicted, **rounds) if resamples else {},
        lengths=by_length(gold, predicted, [len(words) for words in tokens]),
        frequencies=by_frequency(gold, predicted, tokens),
        partial=partial_credit(gold, predicted),
        ceiling=None if source is None else ceiling(source, gold),
        comparison=None if against is None else compare(gold, against, predicted, **rounds),
        calibration=calibration(sure, right) if sure else None,
        coverage=precision_at_coverage(sure, right) if sure else (),
    )


def _outcomes(
    gold: Sequence[Iterable[Span]], confidences: Sequence[Mapping[Span, float]]
) -> tuple[list[float], list[bool]]:
    """Return the confidence of every predicted entity, and whether it is right."""
    if confidences and len(confidences) != len(gold):
        raise DataError(f"{len(gold)} gold sentences, and confidences of {len(confidences)}; they must be the same")
    outcomes = [
        (confidence, (span.start, span.end, span.label) in keys)
        for keys, row in zip(map(entity_keys, gold), confidences, strict=False)
        for span, confidence in row.items()
    ]
    return [confidence for confidence, _ in outcomes], [is_right for _, is_right in outcomes]


def report_tags(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    *,
    tokens: Sequence[Sequence[str]] | None = None,
    invalid: Invalid = "ignore",
    resamples: int = 1000,
    seed: int = 0,
) -> Report:
    """Measure predicted IOB2 tags.

    :param gold: The gold tags of every sentence.
    :param predicted: The predicted tags of the same tokens.
    :param tokens: The tokens; without them there are no scores by entity frequency.
    :param invalid: How the strict reading treats an ``I-`` tag that continues no entity of its label. Models write such
        tags; by default they are read as ``O``, as by seqeval in strict mode.
    :param resamples: Resamples of the intervals; 0 leaves them out.
    :param seed: Seed of the resamples.
    :returns: The report.
    :raises DataError: when the sides differ in length, or a tag cannot be read.

    >>> report = report_tags([["B-PER", "I-PER"]], [["I-PER", "I-PER"]])
    >>> report.strict.overall.f1, report.conll.overall.f1
    (0.0, 100.0)
    """
    check_same(gold, predicted, "predicted")
    if tokens is not None:
        check_same(gold, tokens, "tokens")
    gold_spans = read_tags(gold, invalid=invalid, side="gold")
    spans = read_tags(predicted, invalid=invalid, side="predicted")
    equal = [g == p for tags in zip(gold, predicted, strict=True) for g, p in zip(*tags, strict=True)]
    return Report(
        strict=evaluate_spans(gold_spans, spans),
        conll=evaluate_tags(gold, predicted, invalid="repair"),
        intervals=intervals(gold_spans, spans, resamples=resamples, seed=seed) if resamples else {},
        lengths=by_length(gold_spans, spans, [len(tags) for tags in gold]),
        frequencies=None if tokens is None else by_frequency(gold_spans, spans, tokens),
        partial=partial_credit(gold_spans, spans),
        accuracy=100 * sum(equal) / len(equal) if equal else 0.0,
    )
