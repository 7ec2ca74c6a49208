"""How good labels are: entity scores, what they depend on, how sure they are, and what went wrong.

Shares are in percent. ``evaluate.load(str(MODULE))`` gives the same numbers to users of ``evaluate``, as fractions.
"""

from pathlib import Path

from projection.metrics.bins import by_frequency, by_length
from projection.metrics.calibration import Calibration, calibration
from projection.metrics.ceiling import Ceiling, ceiling
from projection.metrics.mistakes import SentenceErrors, errors
from projection.metrics.partial import Matches, PartialCredit, partial_credit
from projection.metrics.report import Report, report_spans, report_tags
from projection.metrics.resampling import Comparison, Interval, compare, intervals
from projection.metrics.scores import Evaluation, Scores, evaluate_spans
from projection.metrics.tags import INVALID, Invalid, evaluate_tags, read_tags

MODULE = Path(__file__).resolve().parents[1] / "entity_metric"
"""The folder that ``evaluate.load`` opens, offline.

``evaluate.evaluator("token-classification").compute(model_or_pipeline=FOLDER, data=rows, metric=metric)`` scores a
model with ``metric = evaluate.load(str(MODULE))``. Name the model by its folder: evaluate 0.4 takes no ready pipeline
beside transformers 5. Its own ``strategy="bootstrap"`` fails on sentences of different lengths; the intervals are among
the numbers anyway.
"""

__all__ = [
    "INVALID",
    "MODULE",
    "Calibration",
    "Ceiling",
    "Comparison",
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
    "errors",
    "evaluate_spans",
    "evaluate_tags",
    "intervals",
    "partial_credit",
    "read_tags",
    "report_spans",
    "report_tags",
]
