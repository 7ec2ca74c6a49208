"""Entity F1 for ``evaluate.load``; all the counting is done by :mod:`silverner.projection.metrics`.

``evaluate`` copies this file elsewhere before it imports it, so it imports nothing beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import datasets
import evaluate

from silverner.projection.metrics import Invalid, report_tags

DESCRIPTION = """\
Entity F1 of IOB2 tags by two readings: strict (an entity begins with B-) and CoNLL (an I- tag that continues no entity
begins one, too). Also scores by label, sentence length and entity frequency, partial credit,
kinds of errors, the projection ratio, and bootstrap intervals."""

INPUTS = """\
Args:
    predictions: the predicted IOB2 tags of every sentence.
    references: the gold tags of the same tokens.
    tokens: the tokens; optional, for the scores by entity frequency.
    invalid: how the strict scores treat an I- tag that continues no entity: "ignore" (default), "refuse" or "repair".
    resamples: resamples of the bootstrap intervals (default 1000; 0 leaves the intervals out).
    seed: seed of the resamples (default 0).
Returns:
    one number for each name. Shares are fractions. overall_*: as seqeval reports it, by the CoNLL reading; conll_*: the
    same numbers; strict_*: strict, with strict_f1_low and strict_f1_high; strict_LABEL_*, length_BIN_*,
    frequency_BIN_*: strict scores of a part, and its gold entities (_number); exact_*, partial_*, type_*: partial
    credit; errors_*: how many errors of each kind; correct, predicted, gold: entities by the strict reading;
    projection_ratio (NaN without gold entities).
"""

CITATION = """\
@inproceedings{tjong-kim-sang-de-meulder-2003-introduction,
    title = "Introduction to the {C}o{NLL}-2003 Shared Task: Language-Independent Named Entity Recognition",
    author = "Tjong Kim Sang, Erik F. and De Meulder, Fien",
    booktitle = "Proceedings of CoNLL-2003",
    year = "2003"
}"""


class EntityMetric(evaluate.Metric):  # type: ignore[misc]  # evaluate has no types
    """Strict and CoNLL entity F1, and the counts and parts behind them."""

    def _info(self) -> evaluate.MetricInfo:
        tags = datasets.List(datasets.Value("string"))
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation=CITATION,
            inputs_description=INPUTS,
            features=datasets.Features({"predictions": tags, "references": tags}),
            reference_urls=["https://aclanthology.org/W03-0419", "https://arxiv.org/abs/2501.18750"],
        )

    def _compute(
        self,
        predictions: Sequence[Sequence[str]],
        references: Sequence[Sequence[str]],
        *,
        tokens: Sequence[Sequence[str]] | None = None,
        invalid: Invalid = "ignore",
        resamples: int = 1000,
        seed: int = 0,
    ) -> dict[str, Any]:
        """Measure all predictions that were added."""
        gold, predicted = list(references), list(predictions)
        words = None if tokens is None else list(tokens)
        return report_tags(gold, predicted, tokens=words, invalid=invalid, resamples=resamples, seed=seed).flat()
