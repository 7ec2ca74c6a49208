from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from silverner.projection.errors import DataError
from silverner.projection.spans import (
    ProjectedSpan,
    Span,
    TagError,
    detect_scheme,
    spans_from_tags,
    split_tag,
    tags_from_spans,
)
from tests.projection.oracles import sentences_with_spans, write_tags

READ_AS = {"iob1": "iob1", "iob2": "iob2", "bioes": "bioes", "bilou": "bioes"}


def seqeval_spans(tags: list[str]) -> list[Span]:
    return [Span(start, last + 1, label) for label, start, last in get_entities(tags)]


@pytest.mark.parametrize(("written", "read"), READ_AS.items())
@settings(deadline=None, max_examples=150)
@given(drawn=sentences_with_spans())
def test_every_scheme_gives_back_the_spans_it_was_written_from(
    written: str, read: str, drawn: tuple[list[Span], int]
) -> None:
    spans, length = drawn
    tags = write_tags(spans, length, written)
    assert spans_from_tags(tags, scheme=read) == spans
    assert spans_from_tags(tags, scheme=read, repair=True) == spans


@settings(deadline=None, max_examples=150)
@given(sentences_with_spans())
def test_the_plain_scheme_joins_touching_spans_of_one_label_and_keeps_all_others(drawn: tuple[list[Span], int]) -> None:
    spans, length = drawn
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start and joined[-1].label == span.label:
            joined[-1] = Span(joined[-1].start, span.end, span.label)
        else:
            joined.append(span)
    assert spans_from_tags(write_tags(spans, length, "plain"), scheme="plain") == joined


@settings(deadline=None, max_examples=150)
@given(sentences_with_spans())
def test_tags_are_written_as_iob2_whatever_the_order_of_the_spans(drawn: tuple[list[Span], int]) -> None:
    spans, length = drawn
    assert tags_from_spans(spans[::-1], length) == write_tags(spans, length, "iob2")


def test_a_span_can_be_written_beside_a_projected_span() -> None:
    spans = [ProjectedSpan(0, 1, "PER", 0.5, 0, 1), Span(2, 3, "LOC")]
    assert tags_from_spans(spans, 3) == ["B-PER", "O", "B-LOC"]


@pytest.mark.parametrize(
    ("sentences", "scheme"),
    [
        ([], "iob2"),
        ([[]], "iob2"),
        ([["O", "O"]], "iob2"),
        ([["B-PER", "I-PER"], ["I-PER"]], "iob2"),  # follows neither: its faults are reported against IOB2
        ([["I-PER", "I-PER"], ["O", "I-LOC", "B-LOC"]], "iob1"),
        ([["O"], ["I-PER"]], "iob1"),
        ([["B-PER", "I-PER"], ["O", "B-LOC"]], "iob2"),
        ([["I-PER", "B-PER"], ["B-LOC"]], "iob2"),
        ([["B-PER"], ["O", "S-LOC"]], "bioes"),
        ([["B-PER", "E-PER"], ["O"]], "bioes"),
        ([["B-PER", "L-PER"], ["O", "U-LOC"]], "bioes"),
        ([["PER", "PER"], ["O", "LOC"]], "plain"),
        ([["PER", "PER"], ["B-PER"]], "iob2"),
    ],
)
def test_the_scheme_is_found_from_the_whole_file(sentences: list[list[str]], scheme: str) -> None:
    assert detect_scheme(sentences) == scheme


@settings(deadline=None, max_examples=100)
@given(st.lists(sentences_with_spans(), min_size=1, max_size=5), st.sampled_from(["iob1", "iob2", "bioes", "bilou"]))
def test_a_file_read_with_its_detected_scheme_gives_its_spans(
    drawn: list[tuple[list[Span], int]], written: str
) -> None:
    sentences = [write_tags(spans, length, written) for spans, length in drawn]
    scheme = detect_scheme(sentences)
    assert [spans_from_tags(tags, scheme=scheme) for tags in sentences] == [spans for spans, _ in drawn]


def test_auto_reads_one_sentence_by_its_own_tags() -> None:
    assert spans_from_tags(["I-PER", "B-PER", "O"], scheme="auto") == [Span(0, 1, "PER"), Span(1, 2, "PER")]
    assert spans_from_tags(["U-PER", "B-LOC", "L-LOC"], scheme="auto") == [Span(0, 1, "PER"), Span(1, 3, "LOC")]
    assert spans_from_tags(["PER", "LOC"], scheme="auto") == [Span(0, 1, "PER"), Span(1, 2, "LOC")]


@pytest.mark.parametrize(
    ("scheme", "tags", "position", "rule"),
    [
        ("iob2", ["I-PER"], 0, "in IOB2 an I- tag continues"),
        ("iob2", ["O", "B-PER", "O", "I-PER"], 3, "in IOB2 an I- tag continues"),
        ("iob2", ["B-PER", "I-LOC"], 1, "in IOB2 an I- tag continues"),
        ("iob2", ["B-PER", "E-PER"], 1, "not a tag of the scheme iob2"),
        ("iob2", ["O", "PER"], 1, "not a tag of the scheme iob2"),
        ("iob2", ["O", "b-PER"], 1, "not a tag of the scheme iob2"),
        ("iob2", ["O", "B-"], 1, "not a tag of the scheme iob2"),
        ("iob2", ["O", ""], 1, "not a tag of the scheme iob2"),
        ("iob1", ["O", "B-PER"], 1, "in IOB1 a B- tag only separates"),
        ("iob1", ["I-PER", "O", "B-PER"], 2, "in IOB1 a B- tag only separates"),
        ("iob1", ["I-PER", "B-LOC"], 1, "in IOB1 a B- tag only separates"),
        ("iob1", ["I-PER", "S-PER"], 1, "not a tag of the scheme iob1"),
        ("plain", ["PER", "B-PER"], 1, "the plain scheme has labels without prefix"),
        ("bioes", ["I-PER", "E-PER"], 0, "in BIOES an entity runs"),
        ("bioes", ["O", "E-PER"], 1, "in BIOES an entity runs"),
        ("bioes", ["B-PER", "E-LOC"], 1, "in BIOES an entity runs"),
        ("bioes", ["S-PER", "I-PER", "E-PER"], 1, "in BIOES an entity runs"),
        ("bioes", ["B-PER", "E-PER", "E-PER"], 2, "in BIOES an entity runs"),
        ("bioes", ["B-PER", "S-PER"], 1, "in BIOES an entity runs"),
        ("bioes", ["O", "PER"], 1, "not a tag of the scheme bioes"),
    ],
)
def test_a_broken_sequence_is_refused_with_the_position_and_the_rule(
    scheme: str, tags: list[str], position: int, rule: str
) -> None:
    with pytest.raises(TagError, match=rule) as caught:
        spans_from_tags(tags, scheme=scheme)
    assert caught.value.position == position
    assert repr(tags[position]) in str(caught.value)


@pytest.mark.parametrize(
    "tags",
    [
        ["B-PER"],
        ["B-PER", "I-PER"],
        ["B-PER", "O"],
        ["O", "B-PER", "I-PER", "O"],
        ["B-PER", "B-LOC", "E-LOC"],
        ["B-PER", "S-LOC"],
    ],
)
def test_a_bioes_entity_that_is_never_ended_is_refused(tags: list[str]) -> None:
    with pytest.raises(TagError, match="in BIOES an entity runs from B- to E-"):
        spans_from_tags(tags, scheme="bioes")


def valid_bioes(tags: tuple[str, ...]) -> bool:
    inside = ""
    for tag in tags:
        prefix, _, label = tag.partition("-")
        if (prefix in {"I", "E"}) != bool(inside) or (inside and inside != label):
            return False
        inside = label if prefix in {"B", "I"} else ""
    return not inside


def valid_iob2(tags: tuple[str, ...]) -> bool:
    return all(
        tag[0] != "I" or (before != "O" and before[2:] == tag[2:])
        for before, tag in zip(("O", *tags), tags, strict=False)
    )


def valid_iob1(tags: tuple[str, ...]) -> bool:
    return all(
        tag[0] != "B" or (before != "O" and before[2:] == tag[2:])
        for before, tag in zip(("O", *tags), tags, strict=False)
    )


@pytest.mark.parametrize(
    ("scheme", "prefixes", "valid"),
    [("iob1", "BI", valid_iob1), ("iob2", "BI", valid_iob2), ("bioes", "BIES", valid_bioes)],
)
def test_exactly_the_valid_sequences_of_up_to_three_tags_are_accepted(
    scheme: str, prefixes: str, valid: object
) -> None:
    alphabet = ["O", *(f"{prefix}-{label}" for prefix in prefixes for label in ("P", "L"))]
    wrong = []
    for tags in (t for n in range(4) for t in product(alphabet, repeat=n)):
        try:
            spans_from_tags(tags, scheme=scheme)
            accepted = True
        except TagError:
            accepted = False
        if accepted != valid(tags):
            wrong.append((tags, accepted))
    assert wrong == []


@pytest.mark.parametrize("prefixes", ["BI", "BIES"])
def test_repair_reads_a_broken_sequence_as_the_conll_scorer_does(prefixes: str) -> None:
    rng = random.Random(11)
    alphabet = ["O", "O", *(f"{prefix}-{label}" for prefix in prefixes for label in ("PER", "LOC"))]
    for _ in range(3000):
        tags = rng.choices(alphabet, k=rng.randint(0, 8))
        for scheme in ("iob2", "bioes"):
            assert spans_from_tags(tags, scheme=scheme, repair=True) == seqeval_spans(tags), tags


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=8))
def test_repaired_spans_written_again_are_valid_and_mean_the_same(tags: list[str]) -> None:
    spans = spans_from_tags(tags, repair=True)
    assert spans_from_tags(tags_from_spans(spans, len(tags))) == spans


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("O", ("O", "")),
        ("B-PER", ("B", "PER")),
        ("I-A-B", ("I", "A-B")),
        ("L-PER", ("E", "PER")),
        ("U-PER", ("S", "PER")),
        ("PER", ("", "PER")),
        ("X-PER", ("", "X-PER")),
        ("B-", ("", "B-")),
        ("o", ("", "o")),
    ],
)
def test_a_tag_is_split_into_prefix_and_label(tag: str, parts: tuple[str, str]) -> None:
    assert split_tag(tag) == parts


def test_an_unknown_scheme_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(DataError, match=r"unknown tag scheme 'iob22'; allowed: .*\(did you mean iob2\?\)"):
        spans_from_tags(["O"], scheme="iob22")


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([Span(0, 2, "PER"), Span(1, 3, "LOC")], r"the span 1-3 \(LOC\) overlaps another one"),
        ([Span(0, 1, "PER"), Span(0, 1, "PER")], r"the span 0-1 \(PER\) overlaps another one"),
        ([Span(0, 3, "PER"), Span(1, 2, "LOC")], r"the span 1-2 \(LOC\) overlaps another one"),
        ([Span(2, 4, "PER")], r"the span 2-4 \(PER\) leaves a sentence of 3 tokens"),
        ([Span(-1, 1, "PER")], r"the span -1-1 \(PER\) leaves a sentence of 3 tokens"),
        ([Span(1, 1, "PER")], r"the span 1-1 \(PER\) leaves a sentence of 3 tokens"),
        ([Span(2, 1, "PER")], r"the span 2-1 \(PER\) leaves a sentence of 3 tokens"),
    ],
)
def test_spans_that_cannot_be_written_as_tags_are_refused(spans: list[Span], message: str) -> None:
    with pytest.raises(DataError, match=message):
        tags_from_spans(spans, 3)


def test_a_span_is_as_long_as_its_tokens() -> None:
    assert len(Span(2, 5, "PER")) == 3
    assert len(ProjectedSpan(2, 5, "PER", 0.5, 0, 1)) == 3
