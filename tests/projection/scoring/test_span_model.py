"""The fitted model of spans: what it reads, and the probabilities that it gives."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, log_softmax

from silverner.projection import project, project_batch
from silverner.projection.projector import Projector
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.pair_arrays import PairArrays
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.span_evidence import TOKEN_EVIDENCE, SpanEvidence
from silverner.projection.scoring.span_features import FEATURES, Spans, candidate_spans, span_features
from silverner.projection.scoring.span_model import SpanModel, default_model
from silverner.projection.spans import Span

COLUMN = {name: k for k, name in enumerate(TOKEN_EVIDENCE)}
FEATURE = {name: k for k, name in enumerate(FEATURES)}


def arrays_of(source: str, entity: Span, target: str, links: list[Any], reverse: list[Any] | None = None) -> PairArrays:
    forward = [(i, j, 1.0) for i, j in links]
    backward = forward if reverse is None else [(i, j, 1.0) for i, j in reverse]
    return PairArrays.of(
        SentencePair(
            source=source.split(),
            target=target.split(),
            entities=[entity],
            links=forward,
            forward=forward,
            reverse=backward,
        )
    )


def evidence_of(arrays: PairArrays, name: str) -> list[float]:
    column: list[float] = SpanEvidence(arrays).tokens[COLUMN[name], 0].tolist()
    return column


VISIT = ("he visits New York", Span(2, 4, "LOC"), "er besucht das neue York heute .")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linked", [0, 0, 0, 1, 1, 0, 0]),
        ("agreed", [0, 0, 0, 1, 0, 0, 0]),
        ("claimed", [1, 1, 0, 0, 0, 0, 0]),
        ("claimed_agreed", [1, 0, 0, 0, 0, 0, 0]),
        ("unlinked", [0, 0, 1, 0, 0, 1, 0]),  # a full stop is no word
        ("similar", [0, 0, 0, 0, 1, 0, 0]),
        ("no_word", [0, 0, 0, 0, 0, 0, 1]),
        ("small", [1, 1, 1, 0, 0, 1, 0]),
        ("small_linked", [0, 0, 0, 1, 0, 0, 0]),  # New is written with a capital, neue is not
        ("same_word", [0, 0, 0, 0, 1, 0, 0]),
        ("associated", [0, 0, 0, 0, 0, 0, 0]),  # one sentence alone says nothing of its words
    ],
)
def test_each_kind_of_evidence_looks_at_what_it_says(name: str, expected: list[float]) -> None:
    arrays = arrays_of(*VISIT, [(0, 0), (2, 3), (3, 4)], [(0, 0), (1, 1), (2, 3)])
    assert evidence_of(arrays, name) == expected


def test_small_letters_say_nothing_of_what_is_no_name_and_of_a_name_without_a_capital() -> None:
    for source, label in (("a Swiss bank", "MISC"), ("a swiss bank", "ORG")):
        arrays = arrays_of(source, Span(1, 2, label), "un banco suizo", [(1, 2)])
        assert evidence_of(arrays, "small_linked") == [0, 0, 0]


def test_words_that_the_corpus_links_to_names_have_a_higher_rate() -> None:
    sources, targets = [["Ana", "runs"]] * 5, [["Ana", "corre"]] * 5
    links = [[(0, 0, 1.0), (1, 1, 1.0)]] * 5
    counts = count_cooccurrences(sources, targets, links, entities=[[Span(0, 1, "PER")]] * 5)
    assert (counts.target_occurrences, counts.name_occurrences) == ({"ana": 5, "corre": 5}, {"ana": 5})
    pair = SentencePair(
        source=sources[0],
        target=[*targets[0], "hoy"],
        entities=[Span(0, 1, "PER")],
        links=links[0],
        forward=links[0],
        reverse=links[0],
        evidence=SentenceEvidence(corpus=CorpusEvidence(cooccurrences=counts)),
    )
    ana, corre, hoy = evidence_of(PairArrays.of(pair), "name_rate")
    # 0.3 of 1 occurrence beside the 4 in other sentences, all of them names or none
    assert (ana, corre, hoy) == pytest.approx((np.log(4.3 / 0.7), np.log(0.3 / 4.7), np.log(0.3 / 0.7)))


def test_the_corpus_tells_how_much_a_capital_says() -> None:
    # German writes nouns with a capital: two of its three capitals are linked to small words
    source, target = ["We", "love", "Ana", "and", "bread", "and", "wine"], ["Wir", "lieben", "Ana", "Brot", "Wein"]
    links = [[(1, 1, 1.0), (2, 2, 1.0), (4, 3, 1.0), (6, 4, 1.0)]]
    counts = count_cooccurrences([source], [target], links)
    assert counts.capitals_speak() == (0.5, 1.0)
    assert count_cooccurrences([source], [target], [[]]).capitals_speak() == (1.0, 1.0)


def test_features_of_a_span_look_at_its_edges_its_neighbours_and_the_whole() -> None:
    arrays = arrays_of(*VISIT, [(0, 0), (2, 3), (3, 4)])
    evidence, scores = SpanEvidence(arrays), fused_scores(arrays)
    row = span_features(arrays, evidence, scores, Spans.of([(0, 3, 5)]))[0]
    got = {name: row[FEATURE[name]] for name in ("first.linked", "last.linked", "before.linked", "inside.similar")}
    assert got == {"first.linked": 1.0, "last.linked": 1.0, "before.linked": 0.0, "inside.similar": 0.5}
    assert (row[FEATURE["covered"]], row[FEATURE["dice"]], row[FEATURE["left_out"]]) == (1.0, 1.0, 0.0)
    short = span_features(arrays, evidence, scores, Spans.of([(0, 4, 5)]))[0]
    assert (short[FEATURE["covered"]], short[FEATURE["left_out"]], short[FEATURE["difference"]]) == (0.5, 1.0, 1.0)


def test_candidates_begin_and_end_where_something_speaks_for_it_and_cut_no_split_word() -> None:
    arrays = arrays_of("in Sainte-Marie today", Span(1, 2, "LOC"), "hoy en Sainte - Marie", [(1, 2)])
    spans = candidate_spans(arrays, SpanEvidence(arrays), fused_scores(arrays))
    assert (2, 5) in set(zip(spans.start.tolist(), spans.end.tolist(), strict=True))
    assert not {(2, 3), (2, 4), (3, 5), (4, 5)} & set(zip(spans.start.tolist(), spans.end.tolist(), strict=True))


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_probabilities_are_a_logistic_of_the_sum_and_of_its_softmax(first: list[float], seed: int) -> None:
    weights = np.random.default_rng(seed).normal(size=len(FEATURES))
    model = SpanModel(weights, np.array([0.5, 1.5, 1.0]))
    sums = weights[0] * np.array(first)
    expected = expit(0.5 * sums + 1.5 * np.log(np.exp(log_softmax(sums)) + 1e-9) + 1.0)
    assert model.probabilities(sums, np.zeros(len(first), dtype=np.intp), range(len(first))) == pytest.approx(
        expected, abs=1e-6
    )


def test_the_model_of_the_package_has_a_weight_for_every_feature() -> None:
    content = json.loads(default_model().to_json())
    assert list(content["weights"]) == list(FEATURES) and len(content["calibration"]) == 3
    assert all(np.isfinite(list(content["weights"].values()))) and any(content["weights"].values())


def test_a_name_of_many_mentions_is_projected_every_time() -> None:
    words = ["Kenya", "and", "then"] * 12
    links = [(k, k) for k in range(36)]
    result = project(words, [(k, k + 1, "LOC") for k in range(0, 36, 3)], words, links)
    assert [(s.source_start, s.start) for s in result.spans] == links[::3]


def test_the_fitted_score_takes_the_spans_of_a_proposer_alone() -> None:
    sentence = ["UK"], ["B-LOC"], ["Reino", "Unido"], [(0, 0), (0, 1)]
    tagged = SentenceEvidence(tagger_entities=[Span(1, 2, "ORG")])
    columns = [[column] for column in sentence]
    (result,) = project_batch(*columns, projector=Projector(proposer="ner"), evidence=[tagged])
    assert [(s.start, s.end, s.label) for s in result.spans] == [(1, 2, "LOC")]


def test_forbidden_characters_and_the_longest_length_hold_for_fitted_spans() -> None:
    pair = ["Big", "Bank"], ["B-ORG", "I-ORG"], ["Gran", "!", "Banco"], [(0, 0), (1, 2)]
    assert all("!" not in ["Gran", "!", "Banco"][s.start : s.end] for s in project(*pair).spans)
    one = Projector(max_length=1)(*pair)
    assert all(len(s) == 1 for s in one.spans)
