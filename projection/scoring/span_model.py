"""A logistic regression over the spans that may carry an entity, fitted on parallel corpora with gold on both sides.

The model adds up the features of a span (:mod:`silverner.projection.scoring.span_features`), each times its weight, and
compares the sum with those of the other spans of the entity by a softmax (McFadden's conditional logit). A second
regression turns sum and softmax into the probability that the span is the right one: a span may be the best of a bad
lot. ``benchmarks/fit_span_model.py`` fits both, and measures them on languages that it was not fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np

from silverner.projection.scoring.pair_arrays import Indices, Reals
from silverner.projection.scoring.span_features import FEATURES, FEATURES_WITH_SOFT_LINKS

WEIGHTS_FILE = "span_weights.json"
WEIGHTS_FILE_WITH_SOFT_LINKS = "span_weights_with_soft_links.json"
DIGITS = 6
_LEAST_SHARE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SpanModel:
    """A fitted model.

    :param weights: One weight a feature, in the order of
        :func:`~silverner.projection.scoring.span_features.span_features`.
    :param calibration: What the probability takes from the sum, from the logarithm of the softmax, and its intercept.
    """

    weights: Reals
    calibration: Reals

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a model.

        :param text: A JSON object with ``weights`` by feature and ``calibration``.
        :returns: The model.

        >>> SpanModel.from_json(default_model().to_json()).to_json() == default_model().to_json()
        True
        """
        content = json.loads(text)
        features = _features(len(content["weights"]))
        return cls(np.array([content["weights"][name] for name in features]), np.array(content["calibration"]))

    def to_json(self) -> str:
        """Write the model, its weights rounded as in the file."""
        features = _features(len(self.weights))
        weights = {name: round(float(weight), 4) for name, weight in zip(features, self.weights, strict=True)}
        calibration = [round(float(value), 4) for value in self.calibration]
        return json.dumps({"calibration": calibration, "weights": weights}, indent=1) + "\n"

    def probabilities(self, sums: Reals, entities: Indices, texts: Sequence[Hashable]) -> Reals:
        """Return the probability of every span to be the right one for its entity.

        A name that the target mentions again takes nothing from its probability: spans of the same words share one
        place in the softmax, and the matching tells them apart by their sums.

        :param sums: The features of every span, added up, each times its weight.
        :param entities: The entity of every span.
        :param texts: The entity and the words of every span.
        :returns: One probability a span, between 0 and 1; those of an entity together may be more or less than 1.
        """
        logits = self.calibration @ np.stack([sums, text_shares(sums, entities, texts), np.ones(len(sums))])
        probabilities: Reals = np.round(1.0 / (1.0 + np.exp(-logits)), DIGITS)
        return probabilities


def _features(count: int) -> tuple[str, ...]:
    """Return the features of a model with so many weights."""
    return FEATURES if count <= len(FEATURES) else FEATURES_WITH_SOFT_LINKS


def text_shares(sums: Reals, entities: Indices, texts: Sequence[Hashable]) -> Reals:
    """Return the logarithm of the softmax that the words of each span have, all spans of these words together.

    :param sums: The sum of the weighted features of every span.
    :param entities: The entity of every span; its spans compete with each other.
    :param texts: The entity and the words of every span.
    :returns: One logarithm a span.

    >>> np.exp(text_shares(np.zeros(4), np.zeros(4, int), ["Ana", "Ana", "Ana B.", "B."])).round(2).tolist()
    [0.5, 0.5, 0.25, 0.25]
    """
    greatest = np.full(entities.max() + 1, -np.inf)
    np.maximum.at(greatest, entities, sums)
    shares = np.exp(sums - greatest[entities])
    shares /= np.bincount(entities, weights=shares)[entities]
    number = {text: k for k, text in enumerate(dict.fromkeys(texts))}
    places = np.array([number[text] for text in texts])
    logarithms: Reals = np.log(np.bincount(places, weights=shares)[places] + _LEAST_SHARE)
    return logarithms


@cache
def default_model(*, soft_links: bool = False) -> SpanModel:
    """Return a model of the package.

    :param soft_links: Whether the aligner has soft links; the model without them fits links of any aligner.
    """
    name = WEIGHTS_FILE_WITH_SOFT_LINKS if soft_links else WEIGHTS_FILE
    return SpanModel.from_json(files(__package__).joinpath(name).read_text(encoding="utf-8"))
