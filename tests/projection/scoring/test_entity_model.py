"""Whether the target has an entity at all, and whether a span is that entity."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from silverner.projection import project
from silverner.projection.scoring.entity_model import (
    ENTITY_EVIDENCE,
    EntityModel,
    default_entity_model,
    entity_evidence,
)
from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.span_features import FEATURES, Spans
from silverner.projection.spans import Span

PLACE = {name: k for k, name in enumerate(ENTITY_EVIDENCE)}


def evidence_of(label: str, target: str, bounds: tuple[int, int], probability: float = 0.5) -> dict[str, float]:
    pair = SentencePair(
        source=["the", "NATO"],
        target=target.split(),
        entities=[Span(1, 2, label)],
        links=[(1, 0, 1.0)],
        forward=[(1, 0, 1.0)],
        reverse=[(1, 0, 1.0)],
    )
    features = np.arange(len(FEATURES), dtype=float)[None]
    spans = Spans.of([(0, *bounds)])
    row = entity_evidence(PairArrays.of(pair), spans, features, np.array([probability]))[0]
    return dict(zip(ENTITY_EVIDENCE, row.tolist(), strict=True))


@pytest.mark.parametrize(
    ("label", "target", "bounds", "expected"),
    [
        ("ORG", "die OTAN tagt", (1, 2), {"upper_case": 1, "small": 0, "person": 0, "organisation": 1, "longer": 0}),
        ("PER", "die OTAN tagt", (1, 3), {"upper_case": 0, "small": 0, "person": 1, "organisation": 0}),
        ("LOC", "die OTAN tagt", (2, 3), {"upper_case": 0, "small": 1, "person": 0, "organisation": 0}),
        ("LOC", "于 北约", (0, 1), {"upper_case": 0, "small": 0, "letters": 0, "longer": np.log(1 / 4)}),
        ("LOC", "die A", (1, 2), {"upper_case": 0, "letters": 0}),  # one letter is no acronym
        ("LOC", "x " + "y" * 90, (1, 2), {"letters": np.log(20), "longer": np.log(90 / 4)}),
    ],
)
def test_each_kind_of_evidence_says_what_it_looks_at(
    label: str, target: str, bounds: tuple[int, int], expected: dict[str, float]
) -> None:
    got = evidence_of(label, target, bounds)
    assert {name: got[name] for name in expected} == pytest.approx(expected)
    assert (got["intercept"], got["odds"], got["fused"]) == (1.0, 0.0, FEATURES.index("fused"))


def test_no_probability_has_infinite_odds() -> None:
    odds = [evidence_of("ORG", "die OTAN", (1, 2), p)["odds"] for p in (0.0, 0.25, 1.0)]
    assert odds == pytest.approx([-9.21024, -np.log(3), 9.21024])


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_an_entity_is_there_and_is_this_one(column: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    counterpart, entity = random.normal(size=(2, len(ENTITY_EVIDENCE)))
    evidence: Reals = np.zeros((len(column), len(ENTITY_EVIDENCE)))
    evidence[:, PLACE["odds"]] = column
    model = EntityModel(counterpart, entity)
    there = expit(np.array(column) * counterpart[PLACE["odds"]])
    assert model.counterparts(evidence) == pytest.approx(there, abs=1e-6)
    assert model.entities(evidence) == pytest.approx(there * expit(np.array(column) * entity[PLACE["odds"]]), abs=2e-6)


def test_the_model_of_the_package_has_a_weight_for_all_evidence() -> None:
    content = json.loads(default_entity_model().to_json())
    assert {name: list(weights) for name, weights in content.items()} == {
        "counterpart": list(ENTITY_EVIDENCE),
        "entity": list(ENTITY_EVIDENCE),
    }
    assert all(np.isfinite(list(weights.values())).all() for weights in content.values())


def test_what_is_written_small_is_less_probably_a_name_of_the_target() -> None:
    source, links = (["today", "Ana", "speaks"], ["O", "B-PER", "O"]), [(0, 0), (1, 1), (2, 2)]
    (name,) = project(*source, ["hoy", "Zoe", "habla", "con", "Luis"], links).spans
    (word,) = project(*source, ["hoy", "des", "habla", "con", "Luis"], links).spans
    assert name.confidence is not None and word.confidence is not None and word.confidence < name.confidence - 0.1


def test_the_confidence_is_that_of_the_entity_and_not_the_score() -> None:
    (sure,) = project(["Ana", "sings"], ["B-PER", "O"], ["Ana", "canta"], [(0, 0), (1, 1)]).spans
    (less,) = project(["Ana", "sings"], ["B-ORG", "O"], ["Ana", "canta"], [(0, 0), (1, 1)]).spans
    assert sure.score == less.score
    assert sure.confidence is not None and less.confidence is not None and sure.confidence > less.confidence
