"""Measures labels: entity scores, what the scores depend on, their intervals, and the errors.

Shares are in percent. ``evaluate.load(str(MODULE))`` gives the same numbers as fractions.
"""

from pathlib import Path

from silverner.projection.metrics.bins import by_frequency, by_length
from silverner.projection.metrics.calibration import Calibration, calibration
from silverner.projection.metrics.ceiling import Ceiling, ceiling
from silverner.projection.metrics.coverage import Coverage, precision_at_coverage
from silverner.projection.metrics.error_analysis import SentenceErrors, worst_sentences
from silverner.projection.metrics.partial import Matches, PartialCredit, partial_credit
from silverner.projection.metrics.report import Report, report_spans, report_tags
from silverner.projection.metrics.resampling import Comparison, Interval, compare, intervals, intervals_of_counts
from silverner.projection.metrics.scores import Evaluation, Scores, entity_keys, evaluate_spans
from silverner.projection.metrics.tags import INVALID, Invalid, evaluate_tags, read_tags

MODULE = Path(__file__).with_name("entity_metric")
"""The folder that ``evaluate.load`` opens, offline.

``evaluate.evaluator("token-classification").compute(model_or_pipeline=FOLDER, data=rows, metric=metric)`` scores a
model with ``metric = evaluate.load(str(MODULE))``. Name the model by its folder: evaluate 0.4 takes no ready pipeline
beside transformers 5. The evaluator's ``strategy="bootstrap"`` fails on sentences of different lengths, but the
metric returns intervals anyway.
"""

__all__ = [
    "INVALID",
    "MODULE",
    "Calibration",
    "Ceiling",
    "Comparison",
    "Coverage",
    "Evaluation",
    "Interval",
    "Invalid",
    "Matches",
    "PartialCredit",
    "Report",
    "Scores",
    "SentenceErrors",
    "by_frequency",
    "by_length",
    "calibration",
    "ceiling",
    "compare",
    "entity_keys",
    "evaluate_spans",
    "evaluate_tags",
    "intervals",
    "intervals_of_counts",
    "partial_credit",
    "precision_at_coverage",
    "read_tags",
    "report_spans",
    "report_tags",
    "worst_sentences",
]
