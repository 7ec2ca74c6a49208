"""Tags of many sentences at once equal those of each sentence by itself."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.builders.tag_column import offsets_of, tag_column
from silverner.projection.errors import DataError
from silverner.projection.spans import Span, tag_names, tags_from_spans
from silverner.projection.stages.columns import SPANS, TOKENS

LABELS = ["PER", "ORG", "Ünïque label"]


@st.composite
def sentences(draw):
    """Draw a sentence's length, and spans that do not overlap, in any order."""
    cuts = sorted(draw(st.sets(st.integers(0, 12), max_size=8)))
    spans = [Span(a, b, draw(st.sampled_from(LABELS))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return draw(st.permutations(spans)), max(cuts, default=0) + draw(st.integers(0, 3))


def arrays(corpus):
    entities = [[{"start": s.start, "end": s.end, "label": s.label} for s in spans] for spans, _ in corpus]
    return pa.array(entities, SPANS), pa.array([["w"] * length for _, length in corpus], TOKENS)


@settings(deadline=None)
@given(st.lists(sentences(), max_size=6), st.integers(0, 3))
def test_tags_of_a_column_are_those_of_every_sentence(corpus, skipped):
    number = {tag: k for k, tag in enumerate(tag_names(LABELS))}
    expected = [[number[tag] for tag in tags_from_spans(spans, length)] for spans, length in corpus]
    entities, tokens = (column.slice(skipped) for column in arrays(corpus))
    assert tag_column(entities, tokens, LABELS).to_pylist() == expected[skipped:]


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([Span(0, 2, "PER"), Span(1, 3, "ORG")], "the span 1-3 (ORG) overlaps another one"),
        ([Span(0, 3, "PER"), Span(1, 2, "ORG")], "the span 1-2 (ORG) overlaps another one"),
        ([Span(2, 5, "ORG")], "the span 2-5 (ORG) leaves a sentence of 4 tokens"),
        ([Span(-1, 2, "ORG")], "the span -1-2 (ORG) leaves a sentence of 4 tokens"),
        ([Span(2, 2, "ORG")], "the span 2-2 (ORG) leaves a sentence of 4 tokens"),
        ([Span(3, 1, "ORG"), Span(0, 2, "PER")], "the span 3-1 (ORG) leaves a sentence of 4 tokens"),
        ([Span(0, 1, "LOC")], "an entity has the label LOC; the labels of the corpus are PER, ORG, Ünïque label"),
    ],
)
def test_wrong_entities_are_refused(spans, message):
    corpus = [([Span(0, 1, "PER")], 2), (spans, 4), ([Span(0, 5, "ORG")], 5)]
    for sentences in (corpus, [(spans, 4)]):
        with pytest.raises(DataError) as error:
            tag_column(*arrays(sentences), LABELS)
        assert str(error.value) == message


def test_an_empty_sentence_and_an_empty_array():
    assert tag_column(*arrays([([], 0)]), LABELS).to_pylist() == [[]]
    assert tag_column(*arrays([]), LABELS).to_pylist() == []
    assert offsets_of(pa.array([], TOKENS)).to_pylist() == [0]
