"""Whether the target has an entity at all, and whether a span is that entity with its label: two logistic regressions.

The span model says where an entity is, if the target has it somewhere. It cannot say that a translator left the name
out, or that an annotator would mark nothing there. These two regressions look at the span for that: is it as long as
names are, is it written like one, does it look like the entity? ``benchmarks/fit_span_model.py`` fits them on parallel
corpora with gold on both sides, and measures them on languages that they were not fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np

from silverner.projection.scoring.capitalisation import letter_case, name_kind
from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.span_features import FEATURES, Spans, running_totals

WEIGHTS_FILE = "entity_weights.json"
WEIGHTS_FILE_WITH_SOFT_LINKS = "entity_weights_with_soft_links.json"
DIGITS = 6
_OF_SPAN = ("fused", "covered_similar", "covered_associated", "inside.name_rate")
_COLUMNS = [FEATURES.index(name) for name in _OF_SPAN]
ENTITY_EVIDENCE = (
    *("intercept", "odds", "letters", "longer", "upper_case", "small", "person", "organisation"),
    *_OF_SPAN,
)
"""What is known of a span: the log odds that it is the right place; the logarithm of its letters, and by how much that
is more than the entity's; whether it has capitals only, or small words only though the entity is a name and not small;
the label; and features of the span model."""
LABELS = ("PER", "ORG")
"""Kinds of names, whatever the label set calls them."""
_MOST_LETTERS = 20
_LEAST_PROBABILITY = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class EntityModel:
    """Both regressions, one weight for each kind of :data:`ENTITY_EVIDENCE`.

    :param counterpart: Whether the target has an entity where the span is.
    :param entity: Whether it has the boundaries of the span and the label, if there is one.
    """

    counterpart: Reals
    entity: Reals

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a model.

        :param text: A JSON object with the weights of both by the names of the evidence.
        :returns: The model.

        >>> EntityModel.from_json(default_entity_model().to_json()).to_json() == default_entity_model().to_json()
        True
        """
        content = json.loads(text)
        return cls(*(np.array([content[key][name] for name in ENTITY_EVIDENCE]) for key in ("counterpart", "entity")))

    def to_json(self) -> str:
        """Write the model, its weights rounded as in the file."""
        content = {
            name: {kind: round(float(weight), 4) for kind, weight in zip(ENTITY_EVIDENCE, weights, strict=True)}
            for name, weights in (("counterpart", self.counterpart), ("entity", self.entity))
        }
        return json.dumps(content, indent=1) + "\n"

    def counterparts(self, evidence: Reals) -> Reals:
        """Return the probability that the target has an entity where each span is.

        :param evidence: Shape (spans, :data:`ENTITY_EVIDENCE`).
        """
        return _logistic(evidence, self.counterpart)

    def entities(self, evidence: Reals) -> Reals:
        """Return the probability that each span is the entity, with its boundaries and its label.

        :param evidence: Shape (spans, :data:`ENTITY_EVIDENCE`).
        """
        probabilities: Reals = np.round(self.counterparts(evidence) * _logistic(evidence, self.entity), DIGITS)
        return probabilities


def entity_evidence(arrays: PairArrays, spans: Spans, features: Reals, probabilities: Reals) -> Reals:
    """Collect what is known of spans.

    :param arrays: The sentence pair.
    :param spans: The spans.
    :param features: What the span model reads of every span.
    :param probabilities: What it makes of them.
    :returns: Shape (spans, :data:`ENTITY_EVIDENCE`).
    """
    pair, names = arrays.pair, list(arrays.pair.names())
    letters = np.array([len(word) for word in pair.target])
    upper_case = np.array([word.isupper() for word in pair.target])
    totals = running_totals(np.stack([letters, upper_case, arrays.is_capital, ~arrays.not_small]))
    of_span, of_upper_case, of_capital, of_small = totals[:, spans.end] - totals[:, spans.start]
    of_entity = np.array([max(sum(map(len, name)), 1) for name in names])[spans.entity]
    has_case = np.array([_has_case(entity.label, name) for entity, name in zip(pair.entities, names, strict=True)])
    kinds = np.array([name_kind(entity.label) or "" for entity in pair.entities], dtype=str)[spans.entity]
    of_span = np.maximum(of_span, 1)
    columns = (
        *(np.ones(len(spans)), log_odds(probabilities)),
        *(np.log(np.minimum(of_span, _MOST_LETTERS)), np.log(of_span / of_entity)),
        (of_upper_case == spans.end - spans.start) & (of_span > 1),
        has_case[spans.entity] & (of_capital == 0) & (of_small > 0),
        *(kinds == kind for kind in LABELS),
    )
    return np.concatenate([np.stack(columns, axis=1).astype(np.float64), features[:, _COLUMNS]], axis=1)


def _has_case(label: str, name: Sequence[str]) -> bool:
    """Tell whether an entity is a name that the target does not write small: the source does not, or has no case."""
    cases = {letter_case(word) for word in name}
    return name_kind(label) is not None and ("capital" in cases or "small" not in cases)


def log_odds(probabilities: Reals) -> Reals:
    """Return the logarithm of the odds, which no probability makes infinite.

    >>> log_odds(np.array([0.5, 1.0])).round(1).tolist()
    [0.0, 9.2]
    """
    within = np.clip(probabilities, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    odds: Reals = np.log(within / (1 - within))
    return odds


def _logistic(evidence: Reals, weights: Reals) -> Reals:
    # A sum in one fixed order: a matrix product adds up in another order on another processor.
    probabilities: Reals = np.round(1.0 / (1.0 + np.exp(-(evidence * weights).sum(axis=1))), DIGITS)
    return probabilities


@cache
def default_entity_model(*, soft_links: bool = False) -> EntityModel:
    """Return a model of the package.

    :param soft_links: Whether the probabilities are those of the span model with soft links.
    """
    name = WEIGHTS_FILE_WITH_SOFT_LINKS if soft_links else WEIGHTS_FILE
    return EntityModel.from_json(files(__package__).joinpath(name).read_text(encoding="utf-8"))
