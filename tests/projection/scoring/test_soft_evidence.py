"""Soft links: what they say of target tokens, and that the fitted score reads them where they are."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection import Projector, project_batch
from silverner.projection.errors import DataError
from silverner.projection.links import Link
from silverner.projection.scoring.entity_model import ENTITY_EVIDENCE, default_entity_model
from silverner.projection.scoring.evidence import SentenceEvidence, read_evidence
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.pair_arrays import PairArrays
from silverner.projection.scoring.soft_evidence import SOFT_EVIDENCE
from silverner.projection.scoring.span_evidence import SpanEvidence
from silverner.projection.scoring.span_features import (
    FEATURES,
    FEATURES_WITH_SOFT_LINKS,
    PLACES,
    Spans,
    candidate_spans,
    span_features,
    weighted_features,
)
from silverner.projection.scoring.span_model import SpanModel, default_model
from silverner.projection.spans import Span
from tests.projection.scoring.test_span_features import is_word, pairs

SOURCE, TARGET = ["Ana", "in", "New", "York", "."], ["Ana", "à", "Nova", "Iorque", "."]
ENTITIES = [Span(0, 1, "PER"), Span(2, 4, "LOC")]
FORWARD: list[Link] = [(0, 0, 0.9), (1, 1, 0.6), (1, 2, 0.3), (2, 2, 0.8), (3, 2, 0.8), (3, 3, 0.2), (4, 2, 0.7)]
REVERSE: list[Link] = [(0, 0, 1.0), (1, 1, 0.5), (2, 2, 0.75), (3, 2, 0.5), (3, 3, 0.9), (0, 4, 0.4)]


def _with_soft_links(arrays: PairArrays, forward: list[Link] | None, reverse: list[Link] | None) -> PairArrays:
    evidence = dataclasses.replace(arrays.pair.evidence, soft_forward=forward, soft_reverse=reverse)
    return PairArrays.of(dataclasses.replace(arrays.pair, evidence=evidence))


def _arrays(forward: list[Link] | None, reverse: list[Link] | None) -> PairArrays:
    evidence = SentenceEvidence(soft_forward=forward, soft_reverse=reverse)
    links = [(i, j, 1.0) for i, j in enumerate(range(5))]
    return PairArrays.of(Projector().pair(SOURCE, ENTITIES, TARGET, links, None, evidence))


def test_soft_links_are_added_up_by_entity_and_those_of_other_words_claim_tokens() -> None:
    soft = SpanEvidence(_arrays(FORWARD, REVERSE)).soft
    assert soft is not None
    expected = {
        "soft_forward": [[0.9, 0, 0, 0, 0], [0, 0, 1.5, 0.2, 0]],  # 0.8 + 0.8 is cut to 1.5
        "soft_reverse": [[1.0, 0, 0, 0, 0.4], [0, 0, 1.0, 0.9, 0]],
        "claimed_soft_forward": [[0, 0.6, 0.8, 0.2, 0], [0.9, 0.6, 0.3, 0, 0]],  # the full stop claims nothing
        "claimed_soft_reverse": [[0, 0.5, 0.75, 0.9, 0], [1.0, 0.5, 0, 0, 0]],  # and nobody claims it
    }
    assert dict(zip(SOFT_EVIDENCE, soft.tolist(), strict=True)) == expected


@st.composite
def soft_pairs(draw: st.DrawFn) -> PairArrays:
    arrays = draw(pairs())
    place = st.tuples(st.integers(0, len(arrays.pair.source) - 1), st.integers(0, len(arrays.pair.target) - 1))
    weighted = st.dictionaries(place, st.integers(1, 20), max_size=12)
    forward, reverse = ([(i, j, w / 20) for (i, j), w in draw(weighted).items()] for _ in "fr")
    return _with_soft_links(arrays, forward, reverse)


@settings(max_examples=60)
@given(soft_pairs(), st.data())
def test_soft_features_of_all_spans_are_those_of_each(arrays: PairArrays, data: st.DataObject) -> None:
    pair = arrays.pair
    bounds = st.tuples(
        st.integers(0, len(pair.entities) - 1), st.integers(0, len(pair.target) - 1), st.integers(1, len(pair.target))
    )
    triples = sorted((k, s, e) for k, s, e in data.draw(st.sets(bounds, min_size=1, max_size=6)) if s < e)
    if not triples:
        return
    evidence, scores, spans = SpanEvidence(arrays), fused_scores(arrays), Spans.of(triples)
    features = span_features(arrays, evidence, scores, spans)
    assert features.shape == (len(triples), len(FEATURES_WITH_SOFT_LINKS))
    for row, triple in zip(features, triples, strict=True):
        plain = _plain_features(arrays, *triple)
        assert dict(zip(FEATURES_WITH_SOFT_LINKS, row, strict=True)) | plain == pytest.approx(
            dict(zip(FEATURES_WITH_SOFT_LINKS, row, strict=True))
        )
    weights = np.random.default_rng(len(triples)).normal(size=len(FEATURES_WITH_SOFT_LINKS))
    assert weighted_features(arrays, evidence, scores, spans, weights) == pytest.approx(features @ weights)

    without = _with_soft_links(arrays, None, None)
    hard = span_features(without, SpanEvidence(without), scores, spans)
    assert hard.tolist() == features[:, : len(FEATURES)].tolist()
    proposed = (candidate_spans(one, SpanEvidence(one), scores) for one in (arrays, without))
    assert len({str((p.entity.tolist(), p.start.tolist(), p.end.tolist())) for p in proposed}) == 1


def _plain_features(arrays: PairArrays, k: int, start: int, end: int) -> dict[str, float]:
    """Count the soft features of one span."""
    pair, entity = arrays.pair, arrays.pair.entities[k]
    tokens = []
    for j, token in enumerate(pair.target):
        inside, outside = [], []
        for links in (pair.evidence.soft_forward, pair.evidence.soft_reverse):
            here = {i: w for i, t, w in links or () if t == j}
            inside.append(sum(w for i, w in here.items() if entity.start <= i < entity.end))
            others = [w for i, w in here.items() if not entity.start <= i < entity.end and is_word(pair.source[i])]
            outside.append(max(others, default=0.0) if is_word(token) else 0.0)
        tokens.append((min(inside[0], 1.5), min(inside[1], 1.0), *outside))
    nothing = (0.0,) * len(SOFT_EVIDENCE)
    at_places = (
        tokens[start],
        tokens[end - 1],
        tokens[start - 1] if start else nothing,
        tokens[end] if end < len(tokens) else nothing,
        tuple(sum(column) / (end - start) for column in zip(*tokens[start:end], strict=True)),
    )
    return {
        f"{place}.{kind}": value
        for place, values in zip(PLACES, at_places, strict=True)
        for kind, value in zip(SOFT_EVIDENCE, values, strict=True)
    }


def _project(evidence: SentenceEvidence) -> list[tuple[int, int, str, float | None]]:
    """Project a name that nothing but an empty link at its place says where it is."""
    sides = [["He", "saw", "Rzeka", "."]], [["O", "O", "B-LOC", "O"]], [["Widzial", "Nurt", "Potok", "."]]
    (projection,) = project_batch(*sides, [[(0, 0), (2, 1), (2, 2), (3, 3)]], evidence=[evidence])
    return [(s.start, s.end, s.label, s.confidence) for s in projection.spans]


@pytest.mark.parametrize("place", [1, 2])
def test_soft_links_decide_where_links_do_not(place: int) -> None:
    other = 3 - place
    soft = [(0, 0, 0.9), (2, place, 0.95), (1, other, 0.9), (3, 3, 0.99)]
    (found,) = _project(SentenceEvidence(soft_forward=soft, soft_reverse=soft))
    assert found[:3] == (place, place + 1, "LOC")


def test_links_alone_have_the_model_of_links_and_soft_links_one_of_their_own() -> None:
    for soft_links, features in ((False, FEATURES), (True, FEATURES_WITH_SOFT_LINKS)):
        model = default_model(soft_links=soft_links)
        assert len(model.weights) == len(features)
        assert SpanModel.from_json(model.to_json()).to_json() == model.to_json()
    links, soft = (default_entity_model(soft_links=soft) for soft in (False, True))
    assert links.counterpart.shape == soft.counterpart.shape == (len(ENTITY_EVIDENCE),)
    assert links.to_json() != soft.to_json()
    # No probability at all is something else than an aligner without soft links.
    assert _project(SentenceEvidence(soft_forward=[], soft_reverse=[])) != _project(SentenceEvidence())


def test_soft_links_are_read_from_the_columns_of_a_chain() -> None:
    columns = {"links.soft_forward": ["0-0:0.873", ""], "links.soft_reverse": ["0-0 1-1:0.05", ""]}
    first, second = read_evidence(columns, 2)
    assert (first.soft_forward, first.soft_reverse) == ([(0, 0, 0.873)], [(0, 0, 1.0), (1, 1, 0.05)])
    assert (second.soft_forward, second.soft_reverse) == ([], [])
    assert read_evidence({}, 1)[0].soft_forward is None


@pytest.mark.parametrize(
    ("forward", "reverse", "message"),
    [
        ([(0, 0, 0.5)], None, "soft links of one direction alone; give those of both directions, or none"),
        (None, [], "soft links of one direction alone"),
        ([(1, 0, 0.5)], [], "soft links: link 1-0 is out of range: the source has 1 tokens and the target 2"),
        ([], [(0, 2, 0.5)], "soft links: link 0-2 is out of range"),
    ],
)
def test_soft_links_that_do_not_fit_the_pair_are_refused(
    forward: list[Link] | None, reverse: list[Link] | None, message: str
) -> None:
    evidence = SentenceEvidence(soft_forward=forward, soft_reverse=reverse)
    pair = ["Ana"], ["B-PER"], ["Ana", "B"]
    with pytest.raises(DataError, match=f"^sentence 7.*{re.escape(message)}"):
        Projector()(*pair, [(0, 0)], evidence=evidence, where="sentence 7")
    with pytest.raises(DataError, match=f"^pair 0.*{re.escape(message)}"):
        project_batch(*([side] for side in pair), [[(0, 0)]], evidence=[evidence])
