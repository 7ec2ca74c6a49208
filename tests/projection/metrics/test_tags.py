from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import sequence_labeling, v1
from seqeval.scheme import IOB2

from silverner.projection.errors import DataError, UsageError
from silverner.projection.metrics import evaluate_tags, read_tags
from silverner.projection.spans import Span

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-MISC-X", "I-MISC-X")


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    """Gold and predicted tags, valid or not, of the same sentences."""
    lengths = draw(st.lists(st.integers(1, 8), min_size=1, max_size=4))
    sides = [[draw(st.lists(st.sampled_from(TAGS), min_size=n, max_size=n)) for n in lengths] for _ in range(2)]
    return sides[0], sides[1]


@settings(deadline=None, max_examples=300)
@given(two_sides())
def test_conll_scores_are_those_of_seqeval_without_a_mode(sides: tuple[list[list[str]], list[list[str]]]) -> None:
    ours = evaluate_tags(*sides, invalid="repair")
    expected = sequence_labeling.precision_recall_fscore_support(*sides, average="micro", zero_division=0)
    got = (ours.overall.precision, ours.overall.recall, ours.overall.f1, ours.overall.gold)
    assert got == pytest.approx((*(100 * x for x in expected[:3]), expected[3]))


@settings(deadline=None, max_examples=300)
@given(two_sides())
def test_strict_scores_are_those_of_seqeval_in_strict_mode(sides: tuple[list[list[str]], list[list[str]]]) -> None:
    ours = evaluate_tags(*sides, invalid="ignore")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy of an average over no label
        per_label = v1.precision_recall_fscore_support(*sides, average=None, scheme=IOB2, zero_division=0)
        expected = v1.precision_recall_fscore_support(*sides, average="micro", scheme=IOB2, zero_division=0)
    assert sum(scores.gold for scores in ours.labels.values()) == ours.overall.gold
    got = (ours.overall.precision, ours.overall.recall, ours.overall.f1)
    assert got == pytest.approx(tuple(100 * x for x in expected[:3]))
    assert [scores.f1 for scores in ours.labels.values()] == pytest.approx(
        [100 * f1 for f1, name in zip(per_label[2], _names(sides), strict=True) if name in ours.labels]
    )


def _names(sides: tuple[list[list[str]], list[list[str]]]) -> list[str]:
    """The labels of seqeval in strict mode: those of real entities alone."""
    strict = [read_tags(side, invalid="ignore") for side in sides]
    return sorted({span.label for side in strict for spans in side for span in spans})


@settings(deadline=None, max_examples=100)
@given(two_sides())
def test_all_readings_agree_on_valid_tags(sides: tuple[list[list[str]], list[list[str]]]) -> None:
    try:
        refused = evaluate_tags(*sides)
    except DataError:
        return
    assert refused == evaluate_tags(*sides, invalid="ignore") == evaluate_tags(*sides, invalid="repair")


@pytest.mark.parametrize(
    ("tags", "strict", "conll"),
    [
        (["I-PER"], [], [Span(0, 1, "PER")]),
        (["B-PER", "I-LOC"], [Span(0, 1, "PER")], [Span(0, 1, "PER"), Span(1, 2, "LOC")]),
        (
            ["B-PER", "I-LOC", "I-PER"],
            [Span(0, 1, "PER")],
            [Span(k, k + 1, t) for k, t in enumerate(("PER", "LOC", "PER"))],
        ),
        (["O", "I-PER", "I-PER"], [], [Span(1, 3, "PER")]),
        (["B-PER", "B-PER", "I-PER"], [Span(0, 1, "PER"), Span(1, 3, "PER")], [Span(0, 1, "PER"), Span(1, 3, "PER")]),
    ],
)
def test_an_inside_tag_that_continues_nothing_is_read_as_told(
    tags: list[str], strict: list[Span], conll: list[Span]
) -> None:
    assert read_tags([tags], invalid="ignore") == [strict]
    assert read_tags([tags], invalid="repair") == [conll]


@pytest.mark.parametrize("tag", ["PER", "S-PER", "E-PER", "B-", "", "b-PER", "-"])
@pytest.mark.parametrize("invalid", ["refuse", "ignore", "repair"])
def test_what_is_no_iob2_tag_is_refused_with_its_place(tag: str, invalid: str) -> None:
    with pytest.raises(DataError, match=r"gold sentence 2, token 3: '.*' is no IOB2 tag; allowed: O, B-LABEL, I-LABEL"):
        read_tags([["O"], ["O", "O", tag]], invalid=invalid, side="gold")  # type: ignore[arg-type]  # a string of the parameters


def test_a_stray_inside_tag_is_refused_with_its_place_and_what_else_can_be_done() -> None:
    with pytest.raises(DataError, match=r"predicted sentence 2, token 3: tag 'I-PER'.*invalid='ignore'.*'repair'"):
        evaluate_tags([["O"], ["O"] * 3], [["O"], ["O", "O", "I-PER"]])
    with pytest.raises(UsageError, match=r"invalid='repare' is unknown; allowed: .*did you mean repair"):
        read_tags([], invalid="repare")  # type: ignore[arg-type]  # a choice that does not exist


def test_sides_of_other_lengths_are_refused() -> None:
    with pytest.raises(DataError, match="1 gold and 2 predicted sentences"):
        evaluate_tags([["O"]], [["O"], ["O"]])
    with pytest.raises(DataError, match="sentence 2 has 1 gold tags, but 2 predicted; every token needs one"):
        evaluate_tags([["O"], ["O"]], [["O"], ["O", "O"]])
