from __future__ import annotations

import random

import pytest
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from silverner.projection.errors import DataError
from silverner.projection.metrics import evaluate_spans
from silverner.projection.spans import ProjectedSpan, Span, tags_from_spans

LABELS = ("LOC", "ORG", "PER")
LENGTH = 10


def random_spans(rng: random.Random) -> list[Span]:
    spans, position = [], rng.randint(0, 2)
    while position < LENGTH:
        end = min(LENGTH, position + rng.randint(1, 3))
        spans.append(Span(position, end, rng.choice(LABELS)))
        position = end + rng.randint(0, 3)
    return spans


def disturbed(spans: list[Span], rng: random.Random) -> list[Span]:
    """Drop some, relabel some, shorten some, and add one that gold has not."""
    changed = []
    for span in spans:
        change = rng.choice(("keep", "keep", "drop", "label", "cut"))
        if change == "label":
            changed.append(Span(span.start, span.end, rng.choice(LABELS)))
        elif change == "keep" or (change == "cut" and len(span) == 1):
            changed.append(span)
        elif change == "cut":
            changed.append(Span(span.start + 1, span.end, span.label))
    covered = {i for span in changed for i in range(span.start, span.end)}
    free = [i for i in range(LENGTH) if i not in covered]
    if free and rng.random() < 0.5:
        place = rng.choice(free)
        changed.append(Span(place, place + 1, rng.choice(LABELS)))
    return changed


@pytest.mark.parametrize("seed", range(60))
def test_scores_are_those_of_seqeval_in_strict_mode(seed: int) -> None:
    rng = random.Random(seed)
    gold = [random_spans(rng) for _ in range(8)]
    predicted = [disturbed(spans, rng) for spans in gold]
    tags = [[tags_from_spans(spans, LENGTH) for spans in side] for side in (gold, predicted)]
    ours = evaluate_spans(gold, predicted)
    reference = precision_recall_fscore_support(*tags, average="micro", scheme=IOB2, zero_division=0)
    got = (ours.overall.precision, ours.overall.recall, ours.overall.f1, ours.overall.gold)
    assert got == pytest.approx((*(100 * x for x in reference[:3]), sum(map(len, gold))))
    per_label = precision_recall_fscore_support(*tags, average=None, scheme=IOB2, zero_division=0)
    names = sorted({span.label for spans in (*gold, *predicted) for span in spans})
    assert list(ours.labels) == names
    for name, precision, recall, f1, support in zip(names, *per_label, strict=True):
        scores = ours.labels[name]
        assert (scores.precision, scores.recall, scores.f1) == pytest.approx((100 * precision, 100 * recall, 100 * f1))
        assert scores.gold == support


@pytest.mark.parametrize(
    ("gold", "predicted", "ratio"),
    [
        ([["a", "b"], ["a"]], [["a", "b"], ["a", "b", "c"]], 2.0),  # the mean of 1 and 3, not 5 / 3
        ([["a", "b"], []], [["a"], ["a", "b"]], 0.5),  # a sentence without gold does not count
        ([["a"]], [[]], 0.0),
        ([[]], [["a"]], None),
        ([], [], None),
    ],
)
def test_the_projection_ratio_is_the_mean_over_sentences_with_gold_entities(
    gold: list[list[str]], predicted: list[list[str]], ratio: float | None
) -> None:
    def spans(side: list[list[str]]) -> list[list[Span]]:
        return [[Span(ord(name), ord(name) + 1, "PER") for name in names] for names in side]

    got = evaluate_spans(spans(gold), spans(predicted))
    assert got.projection_ratio == (None if ratio is None else pytest.approx(ratio))
    assert got.sentences == len(gold)


def test_facts_and_table_hold_the_same_numbers() -> None:
    gold = [[Span(0, 1, "PER"), Span(1, 2, "PER"), Span(2, 3, "LOC")]]
    got = evaluate_spans(gold, [[Span(0, 1, "PER"), Span(1, 3, "PER")]])
    assert got.facts() == {
        "correct": 1,
        "predicted": 2,
        "gold": 3,
        "precision": 50.0,
        "recall": pytest.approx(100 / 3),
        "f1": 40.0,
        "labels": {
            "LOC": {"correct": 0, "predicted": 0, "gold": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0},
            "PER": {"correct": 1, "predicted": 2, "gold": 2, "precision": 50.0, "recall": 50.0, "f1": 50.0},
        },
        "projection_ratio": pytest.approx(2 / 3),
        "sentences": 1,
    }
    assert [line.split() for line in got.table().splitlines()[:4]] == [
        ["precision", "recall", "F1", "correct", "predicted", "gold"],
        ["all", "50.00", "33.33", "40.00", "1", "2", "3"],
        ["LOC", "0.00", "0.00", "0.00", "0", "0", "1"],
        ["PER", "50.00", "50.00", "50.00", "1", "2", "2"],
    ]
    assert "projection ratio 0.667 over 1 sentences" in got.table()
    assert "projection ratio undefined (no gold entities)" in evaluate_spans([], []).table()


@pytest.mark.parametrize(
    ("gold", "predicted", "scores"),
    [
        ([Span(0, 2, "PER")], [Span(0, 2, "PER")], (100.0, 100.0, 100.0)),
        ([Span(0, 2, "PER")], [Span(0, 2, "LOC")], (0.0, 0.0, 0.0)),
        ([Span(0, 2, "PER")], [Span(0, 1, "PER"), Span(1, 2, "PER")], (0.0, 0.0, 0.0)),
        (
            [Span(0, 1, "PER"), Span(1, 2, "PER"), Span(2, 3, "PER")],
            [Span(0, 1, "PER"), Span(1, 3, "PER")],
            (50, 100 / 3, 40),
        ),
        ([], [Span(0, 1, "PER")], (0.0, 0.0, 0.0)),
        ([Span(0, 1, "PER")], [], (0.0, 0.0, 0.0)),
        ([], [], (0.0, 0.0, 0.0)),
    ],
)
def test_an_entity_counts_when_span_and_label_are_both_right(
    gold: list[Span], predicted: list[Span], scores: tuple[float, float, float]
) -> None:
    overall = evaluate_spans([gold], [predicted]).overall
    assert (overall.precision, overall.recall, overall.f1) == pytest.approx(scores)


def test_projected_spans_are_compared_by_place_and_label_alone() -> None:
    scored = ProjectedSpan(0, 2, "PER", 0.3, 5, 6)
    assert evaluate_spans([[Span(0, 2, "PER")]], [[scored]]).overall.correct == 1


def test_the_same_span_in_another_sentence_is_not_right() -> None:
    assert evaluate_spans([[Span(0, 1, "PER")], []], [[], [Span(0, 1, "PER")]]).overall.correct == 0


def test_different_numbers_of_sentences_are_refused() -> None:
    with pytest.raises(DataError, match="2 gold and 1 predicted sentences; they must be the same sentences"):
        evaluate_spans([[], []], [[]])
