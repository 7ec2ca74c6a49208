from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest
from nervaluate import Evaluator

from silverner.projection.errors import DataError, UsageError
from silverner.projection.metrics import (
    SentenceErrors,
    by_frequency,
    by_length,
    ceiling,
    evaluate_spans,
    partial_credit,
    report_spans,
    report_tags,
    worst_sentences,
)
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.spans import ProjectedSpan, Span
from tests.projection.metrics.test_metrics import LENGTH, disturbed, random_spans


def _noisy(seed: int, sentences: int = 8) -> tuple[list[list[Span]], list[list[Span]]]:
    rng = random.Random(seed)
    gold = [random_spans(rng) for _ in range(sentences)]
    return gold, [disturbed(spans, rng) for spans in gold]


def _spans(*labels: str) -> list[Span]:
    return [Span(k, k + 1, label) for k, label in enumerate(labels)]


@pytest.mark.parametrize("seed", range(20))
def test_bins_sum_to_the_whole(seed: int) -> None:
    gold, predicted = _noisy(seed)
    rng = random.Random(seed)
    lengths = [rng.choice((1, 10, 11, 20, 21, 40, 41, 99)) for _ in gold]
    tokens = [[rng.choice("abcde") for _ in range(LENGTH)] for _ in gold]
    whole = evaluate_spans(gold, predicted).overall
    for bins in (by_length(gold, predicted, lengths), by_frequency(gold, predicted, tokens)):
        for name in ("correct", "predicted", "gold"):
            assert sum(getattr(scores, name) for scores in bins.values()) == getattr(whole, name)


def test_a_bin_holds_the_sentences_of_its_lengths() -> None:
    spans = [_spans("PER")] * 7
    bins = by_length(spans, [*spans[:5], [], _spans("LOC")], [1, 10, 11, 20, 21, 40, 41])
    counts = {name: (scores.correct, scores.predicted, scores.gold) for name, scores in bins.items()}
    assert counts == {"1-10": (2, 2, 2), "11-20": (2, 2, 2), "21-40": (1, 1, 2), ">40": (0, 1, 1)}
    assert list(by_length(spans, spans, [3] * 7, edges=(1, 5))) == ["1", "2-5", ">5"]


def test_an_entity_is_as_frequent_as_its_words_are_in_gold() -> None:
    tokens = [["Ana"], ["Ana"], ["Bern"], ["ana"], ["New", "York"], *[["Kenya"]] * 6]
    gold = [_spans("PER"), _spans("LOC"), _spans("LOC"), [], [Span(0, 2, "LOC")], *[_spans("LOC")] * 6]
    predicted = [_spans("PER"), _spans("PER"), [], _spans("PER"), [Span(0, 1, "LOC")], *[_spans("LOC")] * 5, []]
    bins = by_frequency(gold, predicted, tokens)
    counts = {name: (scores.correct, scores.predicted, scores.gold) for name, scores in bins.items()}
    assert counts == {"0": (0, 2, 0), "1": (0, 0, 2), "2-5": (1, 2, 2), ">5": (5, 5, 6)}


@pytest.mark.parametrize("measure", [by_length, by_frequency])
def test_bins_refuse_other_sentences(measure: object) -> None:
    with pytest.raises(DataError, match="1 gold and 1 predicted sentences, lengths or tokens of 2"):
        measure([[]], [[]], [[], []])  # type: ignore[operator]  # the parameter is a function


@pytest.mark.parametrize("seed", range(60))
def test_kinds_of_errors_account_for_every_entity(seed: int) -> None:
    gold, predicted = _noisy(seed)
    credit, scores = partial_credit(gold, predicted), evaluate_spans(gold, predicted).overall
    kinds = credit.errors()
    assert min(kinds.values()) >= 0
    assert credit.strict.correct == scores.correct
    assert (credit.strict.precision, credit.strict.recall, credit.strict.f1) == pytest.approx(
        (scores.precision, scores.recall, scores.f1)
    )
    matched = scores.correct + kinds["boundary"] + kinds["type"] + kinds["both"]
    assert (matched + kinds["missed"], matched + kinds["spurious"]) == (scores.gold, scores.predicted)


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds", "f1"),
    [
        (Span(0, 2, "PER"), Span(0, 2, "PER"), {}, (100, 100, 100, 100)),
        (Span(0, 2, "PER"), Span(0, 1, "PER"), {"boundary": 1}, (0, 0, 50, 100)),
        (Span(0, 2, "PER"), Span(0, 2, "LOC"), {"type": 1}, (0, 100, 100, 0)),
        (Span(0, 2, "PER"), Span(1, 3, "LOC"), {"both": 1}, (0, 0, 50, 0)),
        (Span(0, 2, "PER"), Span(2, 3, "PER"), {"missed": 1, "spurious": 1}, (0, 0, 0, 0)),
    ],
)
def test_partial_credit_tells_errors_apart(
    gold: Span, predicted: Span, kinds: dict[str, int], f1: tuple[float, ...]
) -> None:
    credit = partial_credit([[gold], []], [[predicted], []])
    assert credit.errors() == {"boundary": 0, "type": 0, "both": 0, "missed": 0, "spurious": 0} | kinds
    assert (credit.strict.f1, credit.exact.f1, credit.partial.f1, credit.type.f1) == pytest.approx(f1)


@pytest.mark.parametrize("seed", range(40))
def test_partial_credit_is_that_of_nervaluate_over_whole_sentences(seed: int) -> None:
    gold, predicted = _noisy(seed, sentences=30)
    predicted += _noisy(seed + 1)[0]  # of other sentences, so that entities overlap in every way
    gold += _noisy(seed)[1]
    sides = [
        [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in sorted(spans)] for spans in side]
        for side in (gold, predicted)
    ]
    labels = sorted({span.label for side in (gold, predicted) for spans in side for span in spans})
    expected = Evaluator(*sides, tags=labels, loader="dict").evaluate()["overall"]
    credit = partial_credit(gold, predicted)
    for matches, name in zip(
        (credit.strict, credit.exact, credit.partial, credit.type),
        ("strict", "exact", "partial", "ent_type"),
        strict=True,
    ):
        counts = {field: getattr(expected[name], field) for field in asdict(matches)}
        assert asdict(matches) == counts


def test_partial_credit_of_nothing_is_0() -> None:
    for gold in ([], [[]], [[], []]):
        credit = partial_credit(gold, gold)
        assert credit.facts()["partial"] == {
            **dict.fromkeys(("correct", "incorrect", "partial", "missed", "spurious"), 0),
            **dict.fromkeys(("precision", "recall", "f1"), 0.0),
        }


@pytest.mark.parametrize(
    ("source", "target", "every", "best"),
    [
        ([["PER"]], [["PER"]], (1, 1, 1), (1, 1, 1)),
        ([["PER", "PER"]], [["PER"]], (1, 2, 1), (1, 1, 1)),
        ([["PER"]], [["PER", "PER"]], (1, 1, 2), (1, 1, 2)),
        ([["PER"]], [["LOC"]], (0, 1, 1), (0, 0, 1)),
        ([["PER"], ["LOC"]], [["LOC"], ["PER"]], (0, 2, 2), (0, 0, 2)),  # sentence by sentence
        ([], [], (0, 0, 0), (0, 0, 0)),
    ],
)
def test_the_ceiling_is_the_smaller_count_of_each_label_in_each_sentence(
    source: list[list[str]], target: list[list[str]], every: tuple[int, ...], best: tuple[int, ...]
) -> None:
    top = ceiling([_spans(*labels) for labels in source], [_spans(*labels) for labels in target])
    assert tuple(getattr(top.every, name) for name in ("correct", "predicted", "gold")) == every
    assert tuple(getattr(top.best, name) for name in ("correct", "predicted", "gold")) == best
    assert sum(scores.gold for scores in top.labels.values()) == top.best.gold


@pytest.mark.parametrize("seed", range(20))
def test_no_choice_of_source_entities_passes_the_ceiling(seed: int) -> None:
    """Give every source entity a target entity of its label where one is left, leave some out: never above best."""
    source, target = _noisy(seed)
    rng, predicted = random.Random(seed), []
    for entities, gold_spans in zip(source, target, strict=True):
        left = list(gold_spans)
        chosen_spans = []
        for entity in entities:
            fits = [span for span in left if span.label == entity.label]
            if fits and rng.random() < 0.9:
                left.remove(fits[0])
                chosen_spans.append(fits[0])
        predicted.append(chosen_spans)
    assert evaluate_spans(target, predicted).overall.f1 <= ceiling(source, target).best.f1


@pytest.mark.parametrize(("language", "every", "best"), [("es", 97.21, 98.77), ("de", 95.34, 97.94)])
def test_the_ceiling_of_europarl_is_the_published_one(data: Path, language: str, every: float, best: float) -> None:
    """arXiv 2501.18750 gives 97.2 and 95.3."""
    files = [
        CorpusFiles(files={"test": str(data / f"europarl/{code}.conll")}, repair=True) for code in ("en", language)
    ]
    sides = [[sentence.spans or () for sentence in read_corpus(corpus, tagged=True)] for corpus in files]
    top = ceiling(*sides)
    assert (round(top.every.f1, 2), round(top.best.f1, 2)) == (every, best)


GOLD = [_spans("PER"), _spans("PER", "LOC"), _spans("LOC"), []]
PREDICTED = [_spans("LOC"), _spans("LOC", "PER"), _spans("LOC"), _spans("ORG")]
TOKENS = [["Ana"], ["Ana", "Bern"], ["Bern"], ["So"]]


def test_the_worst_sentences_come_first_and_good_ones_never() -> None:
    worst = worst_sentences(GOLD, PREDICTED, TOKENS)
    assert [(e.sentence, e.wrong) for e in worst] == [(2, 4), (1, 2), (4, 1)]
    assert [e.sentence for e in worst_sentences(GOLD, PREDICTED, TOKENS, most=1)] == [2]
    assert worst_sentences(GOLD, GOLD, TOKENS) == []
    assert [e.sentence for e in worst_sentences([[], []], [_spans("PER")] * 2, [["a"], ["b"]])] == [1, 2]


def test_a_bad_sentence_shows_both_sides() -> None:
    worst = worst_sentences(
        [[Span(0, 1, "PER"), Span(2, 4, "LOC")]],
        [[ProjectedSpan(0, 1, "PER", 0.5, 0, 1), ProjectedSpan(3, 4, "LOC", 0.2, 2, 4)]],
        [["Ana", "ama", "Nueva", "York", "mucho"]],
        source_tokens=[["Ana", "loves", "New", "York"]],
        source=[[Span(0, 1, "PER"), Span(2, 4, "LOC")]],
        links=[[(3, 3, 1.0), (0, 0, 0.5), (2, 3, 1.0), (1, 1, 1.0), (1, 4, 0.2)]],
    )
    assert worst == [
        SentenceErrors(
            sentence=1,
            missed=(Span(2, 4, "LOC"),),
            spurious=(Span(3, 4, "LOC"),),
            tokens=("Ana", "ama", "Nueva", "York", "mucho"),
            gold=("B-PER", "O", "B-LOC", "I-LOC", "O"),
            predicted=("B-PER", "O", "O", "B-LOC", "O"),
            source_tokens=("Ana", "loves", "New", "York"),
            source=("B-PER", "O", "B-LOC", "I-LOC"),
            links=((0, 0), (1, 1), (1, 4), (2, 3), (3, 3)),
        )
    ]
    assert worst[0].text().splitlines() == [
        "sentence 1: 2 wrong entities",
        "  missed    LOC Nueva York (2-4)",
        "  spurious  LOC York (3-4)",
        "  source    Ana loves New York",
        "  target    Ana ama Nueva York mucho",
        "  links     0-0 1-1 1-4 2-3 3-3",
        "        token  gold   predicted  source",
        "     0  Ana    B-PER  B-PER      Ana/B-PER",
        "  *  2  Nueva  B-LOC  O",
        "  *  3  York   I-LOC  B-LOC      New/B-LOC York/I-LOC",
    ]
    facts = worst[0].facts()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["links"] == [[0, 0], [1, 1], [1, 4], [2, 3], [3, 3]]
    assert facts["missed"] == [{"start": 2, "end": 4, "label": "LOC"}]


def test_errors_refuses_what_does_not_belong_together() -> None:
    with pytest.raises(DataError, match="4 gold sentences, but tokens of 3"):
        worst_sentences(GOLD, PREDICTED, TOKENS[:3])
    with pytest.raises(DataError, match="sentence 1: link 1-0 is out of range: there are 1 source and 1 target tokens"):
        worst_sentences(GOLD, PREDICTED, TOKENS, source_tokens=TOKENS, links=[[(1, 0)], [], [], []])
    with pytest.raises(UsageError, match="most=0"):
        worst_sentences(GOLD, PREDICTED, TOKENS, most=0)
    with pytest.raises(UsageError, match="source entities need source_tokens; give both"):
        worst_sentences(GOLD, PREDICTED, TOKENS, source=GOLD)


def test_a_report_holds_everything_as_table_facts_and_flat_numbers() -> None:
    report = report_spans(GOLD, PREDICTED, TOKENS, source=GOLD, against=GOLD, resamples=50)
    facts = report.facts()
    assert json.loads(json.dumps(facts)) == facts
    assert {**facts, **evaluate_spans(GOLD, PREDICTED).facts()} == facts
    assert facts["conll"] == evaluate_spans(GOLD, PREDICTED).facts()
    assert set(facts) - set(facts["conll"]) == {
        *("conll", "intervals", "lengths", "frequencies", "partial", "ceiling", "comparison"),
    }
    table = report.table()
    for part in ("strict F1 22.22 (95 % between", "CoNLL F1 22.22", "1-10", "2-5", "partial credit", "one-to-one"):
        assert part in table
    assert "errors: 0 wrong boundary, 3 wrong label, 0 wrong both, 0 missed, 1 spurious" in table
    assert "against 100.00 of the other prediction: -77.78" in table


def test_a_report_of_tags_names_both_readings() -> None:
    report = report_tags([["B-PER", "O"]], [["I-PER", "O"]], resamples=0)
    assert (report.strict.overall.f1, report.conll.overall.f1, report.accuracy) == (0, 100, 50)
    assert "strict F1 0.00; CoNLL F1 100.00" in report.table()
    assert report.frequencies is None
    assert report.facts()["accuracy"] == 50
    with pytest.raises(DataError, match="sentence 1 has 2 gold tags, but 1 tokens; every token needs one"):
        report_tags([["O", "O"]], [["O", "O"]], tokens=[["a"]])
