"""What capitals say of names, and that they say nothing where there are none."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.chain import DROP
from silverner.projection.links import Link
from silverner.projection.matching.allowed_spans import AllowedSpans, allowed_by_capitals
from silverner.projection.matching.candidates import ngram_candidates
from silverner.projection.matching.exact import match_exact
from silverner.projection.projector import Projector
from silverner.projection.scoring.capitalisation import (
    NAME_LABELS,
    Case,
    cases_by_counts,
    count_cases,
    letter_case,
    name_kind,
    sentence_cases,
)
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import Span
from silverner.projection.stages.drop_copies import DropCopies
from silverner.projection.stages.project import Project
from silverner.projection.stages.truecase import Truecase


def evidence_of(target: Sequence[str], *, entities_are_predicted: bool = False) -> SentenceEvidence:
    corpus = CorpusEvidence(entities_are_predicted=entities_are_predicted)
    return SentenceEvidence(target_cases=sentence_cases(target), corpus=corpus)


def allowed_in(
    label: str,
    cases: Sequence[Case],
    links: Sequence[Link],
    *,
    unknown: Collection[int] = (),
    particles: Collection[int] | None = None,
) -> AllowedSpans:
    evidence = SentenceEvidence(target_cases=cases, untranslated_tokens=unknown)
    words = ["x"] * len(cases)
    pair = SentencePair(
        source=words, target=words, entities=[], links=links, forward=links, reverse=links, evidence=evidence
    )
    return allowed_by_capitals(label, pair, particles=particles)


@pytest.mark.parametrize(
    ("token", "case"),
    [
        ("Zagreb", "capital"),
        ("zagreb", "small"),
        ("kwaZulu", "capital"),
        ("yeBritain", "capital"),
        ("'Yan", "capital"),
        ("ƙano", "small"),
        ("Ƙano", "capital"),
        ("Ọ̀yọ́", "capital"),
        ("ŋutɔ", "small"),
        ("Αθήνα", "capital"),
        ("Київ", "capital"),
        ("ǅ", "capital"),
        ("2004", "none"),
        ("...", "none"),
        ("", "none"),
        ("كابول", "none"),
        ("דוד", "none"),
        ("กรุงเทพ", "none"),
        ("東京", "none"),
        ("दिल्ली", "none"),
        ("საქართველო", "none"),
        ("A股", "capital"),
    ],
)
def test_a_token_has_a_case(token: str, case: str) -> None:
    assert letter_case(token) == case


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ana živi u Splitu .", "i s s c n"),
        ("živi li Ana ? Da , Ana živi", "s s c n i n c s"),
        ("\" Ana živi", "n i s"),
        ("ANA ŽIVI U SPLITU", "n n n n"),
        ("samo mala slova", "n n n"),
        ("2004 Ana živi", "n c s"),
        ("( Ana ) živi", "n i n s"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_capital_at_the_beginning_says_nothing(sentence: str, expected: str) -> None:
    short = {"i": "initial", "s": "small", "c": "capital", "n": "none"}
    assert sentence_cases(sentence.split()) == [short[k] for k in expected.split()]


def test_the_corpus_tells_how_a_word_is_written() -> None:
    corpus = [row.split() for row in ("danas je vlada u Splitu", "a splitu je vlada Ane draga", "Split je grad")]
    counts = count_cases(corpus)
    assert (counts["vlada"], counts["splitu"]) == ((0, 2), (1, 1))
    assert "split" not in counts, "a capital at the beginning says nothing"
    assert cases_by_counts(["Vlada", "je", "draga"], counts) == ["small", "small", "small"]
    assert cases_by_counts(["Splitu", "je", "draga"], counts)[0] == "initial", "as often with as without"
    assert cases_by_counts(["Osijek", "je", "grad"], counts)[0] == "initial", "never seen elsewhere"


WORDS = st.sampled_from(["Ana", "Split", "grad", "u", ".", "2004", "東京", "كابول", "von", "NATO"])


@given(st.lists(st.lists(WORDS, max_size=8), max_size=6))
def test_every_token_gets_one_case_and_the_order_of_sentences_does_not_matter(corpus: list[list[str]]) -> None:
    counts = count_cases(corpus)
    assert counts == count_cases(reversed(corpus))
    for tokens in corpus:
        assert len(cases_by_counts(tokens, counts)) == len(tokens)


@given(
    st.lists(st.sampled_from(["東京", "كابول", "กรุง", "1", "."]), min_size=1, max_size=8), st.sampled_from(NAME_LABELS)
)
def test_scripts_without_capitals_are_left_alone(tokens: list[str], label: str) -> None:
    shape = allowed_in(label, cases_by_counts(tokens, count_cases([tokens])), [], particles=[])
    for mask in (shape.begins, shape.ends, shape.names):
        assert all(mask)


def test_a_name_needs_a_capital_that_says_something() -> None:
    found = sentence_cases(["Kuća", "je", "u", "Splitu", "kod", "mora"])
    links = [(k, k, 1.0) for k in range(6)]
    place = allowed_in("LOC", found, links, unknown={0})
    assert not place.allows(0, 1), "copied, and at the beginning"
    assert not allowed_in("LOC", found, links[1:], unknown={3}).allows(0, 1), "no word says where it is from"
    assert allowed_in("LOC", found, links, unknown={3}).allows(0, 1), "the translator knew it"
    assert allowed_in("LOC", found, links[1:]).allows(0, 1), "the translator knew every word, or there was none"
    assert not place.allows(1, 3)
    assert place.allows(2, 4)
    assert not allowed_in("PER", found, links).allows(3, 6), "no person's name ends small"
    assert allowed_in("MISC", found, links).allows(1, 3), "which is no name"
    assert not allowed_in("LOC", found, links, particles=[]).allows(2, 4), "begins small"
    assert allowed_in("LOC", found, links, particles=[2]).allows(2, 4)
    assert place.trimmed(1, 4) == (1, 4)
    assert allowed_in("LOC", found, links, particles=[]).trimmed(1, 4) == (3, 4)
    assert place.trimmed(4, 6) == (4, 4)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("PER", "PER"),
        ("person", "PER"),
        ("PERSON", "PER"),
        ("person-actor", "PER"),
        ("organization/company", "ORG"),
        ("ORGANISATION", "ORG"),
        ("GPE", "LOC"),
        ("Location.city", "LOC"),
        ("MISC", None),
        ("NORP", None),
        ("DATE", None),
        ("EMAIL", None),
        ("PHONE", None),
        ("COMPANY_EMAIL", None),
        ("O", None),
    ],
)
def test_a_label_of_any_set_is_a_kind_of_name_or_none(label: str, kind: str | None) -> None:
    assert name_kind(label) == kind


def test_the_rule_follows_the_label_set() -> None:
    cases = sentence_cases(["Kuća", "je", "u", "Splitu", "kod", "mora"])
    links = [(k, k, 1.0) for k in range(6)]
    for usual, label in (("PER", "PERSON"), ("PER", "person-actor"), ("LOC", "GPE"), ("ORG", "organization")):
        assert allowed_in(label, cases, links) == allowed_in(usual, cases, links)
    assert all(allowed_in("EMAIL", cases, links).names)
    source, target = ["call", "Ana", "Roja"], ["llama", "a", "Ana", "Roja"]
    done = [
        Projector()(source, [Span(1, 3, label)], target, [(1, 1), (1, 2), (2, 3)], evidence=evidence_of(target))
        for label in ("PER", "PERSON", "EMAIL")
    ]
    places = [[(s.start, s.end, s.score, s.confidence) for s in one.spans] for one in done]
    assert places[0] == places[1] != places[2]


def test_another_word_for_names_is_part_of_what_a_stage_is() -> None:
    for stage in (partial(Project, Projector()), partial(DropCopies, copies=True)):
        usual = stage(labels=["PER", "ORG", "LOC", "DATE"]).settings()
        assert stage().settings() == usual and "names" not in usual
        assert stage(labels=["PERSON", "EMAIL"]).settings() == {**usual, "names": {"PERSON": "PER"}}


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_pruning_never_loses_the_best_span_that_is_allowed(seed: int) -> None:
    rng = random.Random(seed)
    length = rng.randint(1, 7)
    support = np.array([[rng.choice([0, 0.25, 0.5, 1.0]) for _ in range(length)]])
    masks = [[rng.random() < 0.6 for _ in range(length)] for _ in range(3)]
    shape, entity = AllowedSpans(*masks), Span(0, rng.randint(1, 3), "LOC")
    every = {
        (i, j): 2 * support[0, i:j].sum() / (len(entity) + j - i)
        for i in range(length)
        for j in range(i + 1, length + 1)
        if shape.allows(i, j) and support[0, i] > 0 and support[0, j - 1] > 0
    }
    found = ngram_candidates(support, [entity], ["x"] * length, allowed=[shape])
    assert all(every[c.start, c.end] == pytest.approx(c.score) for c in found)
    best = max((score for score in every.values()), default=0.0)
    assert max((c.score for c in match_exact(found)), default=0.0) == pytest.approx(best)


@pytest.mark.parametrize("matcher", ["exact", "greedy", "heuristic"])
def test_a_projection_is_held_to_capitals_where_it_is_told_them(matcher: str) -> None:
    source, target = ["in", "the", "town", "of", "Split"], ["u", "gradu", "Splitu"]
    entities, links = [Span(2, 3, "LOC"), Span(4, 5, "LOC")], [(0, 0), (2, 1), (4, 2)]
    projector = Projector(matcher=matcher)  # type: ignore[arg-type]  # a string of the parameters
    told = projector(source, entities, target, links, evidence=evidence_of(target, entities_are_predicted=True))
    believed = projector(source, entities, target, links, evidence=evidence_of(target))
    assert [(s.start, s.end) for s in projector(source, entities, target, links).spans] == [(1, 2), (2, 3)]
    assert [(s.start, s.end) for s in told.spans] == [(2, 3)]
    assert told.lost == (entities[0],)
    assert [(s.start, s.end) for s in believed.spans] == [(1, 2), (2, 3)], "people marked it, small as it is"
    assert told.score < 1


def test_a_name_that_begins_a_sentence_is_projected_without_a_link() -> None:
    words, entities = ["Ana", "visits", "Bob"], [Span(0, 1, "PER"), Span(2, 3, "PER")]
    done = Projector()(words, entities, words, [], evidence=evidence_of(words))
    assert [(s.start, s.end) for s in done.spans] == [(0, 1), (2, 3)]


def test_particles_of_a_name_may_begin_it() -> None:
    source, target = ["says", "von", "Wogau"], ["kaže", "von", "Wogau"]
    projector = Projector(initial="capital")
    links = [(0, 0), (1, 1), (2, 2)]
    done = projector(source, [Span(1, 3, "PER")], target, links, evidence=evidence_of(target))
    assert [(s.start, s.end) for s in done.spans] == [(1, 3)]


def test_the_stage_counts_the_corpus_and_reads_every_sentence(tmp_path: Path) -> None:
    stage = Truecase()
    rows = [row.split() for row in ("Vlada je draga", "danas je vlada u Splitu", "VLADA vlada Vlada")]
    stage.fit([{"target.tokens": [*rows, ["Vlada", "x"]], DROP: [None, None, None, "gone"]}], tmp_path / "counts")
    stage.load(tmp_path / "counts")
    done = stage.apply({"target.tokens": rows})["target.cases"]
    assert done[0] == ["small", "small", "small"]
    assert done[1] == ["small", "small", "small", "small", "capital"]


def test_what_was_copied_in_small_letters_is_no_name() -> None:
    found = [
        {"start": 0, "end": 3, "label": "PER"},  # kaže Ban Ki
        {"start": 4, "end": 5, "label": "LOC"},  # grad
        {"start": 5, "end": 6, "label": "DATE"},  # sutra
        {"start": 6, "end": 9, "label": "PER"},  # Ursula von Leyen
    ]
    tokens = ["kaže", "Ban", "Ki", "u", "grad", "sutra", "Ursula", "von", "Leyen"]
    batch = {
        "source.tagger_entities": [found],
        "source.tagger_confidence": [[0.9, 0.8, 0.7, 0.6]],
        "source.tokens": [tokens],
        "source.unknown": [[0, 1, 4, 5, 7]],
    }
    done = DropCopies(copies=True).apply(batch)
    assert [(e["start"], e["end"]) for e in done["source.entities"][0]] == [(1, 3), (5, 6), (6, 9)]
    assert done["source.confidence"] == [[0.9, 0.7, 0.6]]
    assert done["source.copies"] == [1]
    kept = DropCopies().apply(batch)
    assert (kept["source.entities"], kept["source.copies"]) == ([found], [0])
