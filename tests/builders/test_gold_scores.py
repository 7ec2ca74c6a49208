from __future__ import annotations

from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.builders.gold_scores import GoldTally
from silverner.projection.metrics import evaluate_spans, intervals
from silverner.projection.spans import Span

SPANS = st.lists(st.builds(Span, st.integers(0, 2), st.integers(3, 4), st.sampled_from(["PER", "LOC"])), max_size=3)
SENTENCES = st.lists(st.tuples(st.sampled_from(["train", "test"]), SPANS, SPANS, st.booleans()), max_size=12)


@settings(deadline=None, max_examples=40)
@given(SENTENCES)
def test_sentences_that_are_counted_score_as_sentences_that_are_held(
    sentences: list[tuple[str, list[Span], list[Span], bool]],
) -> None:
    tally = GoldTally()
    for split, gold, projected, in_corpus in sentences:
        tally.add(split, gold, projected, in_corpus=in_corpus)
    scores = tally.facts()
    for split, facts in ((None, scores), *scores.splits.items()):
        of_split = [row for row in sentences if split in (None, row[0])]
        sides = [row[1] for row in of_split if row[3]], [row[2] for row in of_split if row[3]]
        report = evaluate_spans(*sides)
        assert (facts.f1, facts.precision, facts.recall) == (
            report.overall.f1, report.overall.precision, report.overall.recall,
        )  # fmt: skip
        assert facts.projection_ratio == report.projection_ratio
        assert (facts.sentences, facts.sentences_all) == (len(sides[0]), len(of_split))
        assert facts.f1_all == evaluate_spans([row[1] for row in of_split], [row[2] for row in of_split]).overall.f1
        assert (facts.interval is None) == (not sides[0])
        if facts.interval is not None:
            assert facts.interval.model_dump() == asdict(intervals(*sides)["f1"])
    assert list(scores.splits) == list(dict.fromkeys(row[0] for row in sentences))
