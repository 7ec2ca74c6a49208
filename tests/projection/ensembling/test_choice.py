"""A choice among labellings without gold."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner import cli
from silverner.projection.ensembling.choice import (
    CriterionScores,
    Variant,
    agreements,
    choose_variant,
    mean_entropy,
    round_trip,
    score_variants,
)
from silverner.projection.errors import DataError, UsageError
from silverner.projection.spans import Span
from tests.projection.helpers import write

PER, LOC = Span(0, 1, "PER"), Span(0, 1, "LOC")
ONE, TWO, ODD = [[PER], [PER], []], [[PER], [], []], [[LOC], [], [LOC]]
rows = st.lists(st.lists(st.sampled_from([PER, LOC]), max_size=1), min_size=3, max_size=3)


def test_the_variant_most_like_the_others_is_chosen() -> None:
    marked = score_variants({"odd": Variant(entities=ODD), "one": Variant(entities=ONE), "two": Variant(entities=TWO)})
    assert {name: round(m.agreement, 2) for name, m in marked.items()} == {"odd": 0.0, "one": 33.33, "two": 33.33}
    assert choose_variant(marked) == "one"  # of equals the first


@given(st.lists(rows, min_size=3, max_size=4))
def test_agreement_is_the_mean_of_pairs_and_equals_agree_in_full(variants: list[list[list[Span]]]) -> None:
    named = {str(k): Variant(entities=v) for k, v in enumerate(variants)}
    shared = agreements({name: v.entities for name, v in named.items()})
    for name, mark in score_variants(named).items():
        pairs = [f1 for pair, f1 in shared.items() if name in pair]
        assert len(pairs) == len(variants) - 1
        assert mark.agreement == pytest.approx(sum(pairs) / len(pairs))
    same = score_variants({"a": named["0"], "b": named["0"]})
    assert same["a"].agreement == same["b"].agreement == 100


@given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=1, max_size=4))
def test_entropy_is_that_of_the_textbook(counts: list[list[int]]) -> None:
    matrix = [[c / sum(row) for c in row] for row in counts]
    expected = sum(-p * math.log(p) for row in matrix for p in row) / len(matrix)
    assert mean_entropy([matrix]) == pytest.approx(expected)
    assert mean_entropy([matrix, matrix]) == pytest.approx(expected)
    assert mean_entropy([np.eye(3)]) == mean_entropy([]) == mean_entropy([[]]) == 0


def test_each_criterion_prefers_what_it_should() -> None:
    good = CriterionScores(agreement=1, round_trip=90, confidence=80, entropy=0.1)
    bad = CriterionScores(agreement=2, round_trip=80, confidence=70, entropy=0.2)
    worst = CriterionScores(agreement=0, round_trip=10, confidence=10, entropy=0.9)
    for by in ("round-trip", "confidence", "entropy"):
        assert choose_variant({"bad": bad, "good": good, "worst": worst}, by=by) == "good"
    assert choose_variant({"bad": bad, "good": good, "worst": worst}) == "bad"
    assert round_trip(ONE, TWO) == pytest.approx(200 / 3)


def test_a_choice_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(UsageError, match="at least two variants, not 1"):
        score_variants({"a": Variant(entities=ONE)})
    with pytest.raises(DataError, match="a has 3, b has 1 sentences"):
        score_variants({"a": Variant(entities=ONE), "b": Variant(entities=[[]])})
    two = score_variants({"a": Variant(entities=ONE), "b": Variant(entities=TWO, confidence=[0.5])})
    with pytest.raises(UsageError, match="two variants agree with each other equally; give a third"):
        choose_variant(two)
    reason = (
        r"a cannot be scored by confidence, which needs Parquet files .*; all variants can be scored by: agreement$"
    )
    with pytest.raises(UsageError, match=reason):
        choose_variant(two, by="confidence")
    with pytest.raises(UsageError, match=r"unknown criterion 'agrement'.*did you mean agreement"):
        choose_variant(two, by="agrement")  # type: ignore[arg-type]  # a criterion that does not exist


def _columns(path: Path, tags: list[list[str]]) -> str:
    return str(write(path, "".join("".join(f"w{k}\t{tag}\n" for k, tag in enumerate(row)) + "\n" for row in tags)))


TAGS = {
    "a.conll": [["B-PER", "O"], ["B-LOC"], ["O"]],
    "b.conll": [["B-PER", "O"], ["O"], ["O"]],
    "c.conll": [["B-PER", "I-PER"], ["B-LOC"], ["O"]],
}


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [_columns(tmp_path / name, tags) for name, tags in TAGS.items()]


def test_choose_prints_marks_and_choice(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["choose", *files]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].split() == ["variant", "agreement", "round-trip", "confidence", "entropy"]
    assert said[1].split() == ["*", files[0], "58.33", "-", "-", "-"]
    assert said[-1] == f"chosen by agreement: {files[0]}"


def test_gold_is_reported_and_never_chosen_by(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = _columns(tmp_path / "gold.conll", TAGS["c.conll"])
    assert cli.main(["choose", *files, "--gold", gold, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["chosen"] == files[0]
    assert facts["variants"][files[2]]["f1"] == 100
    assert facts["variants"][files[0]]["f1"] == 50


def test_the_way_back_chooses_what_agreement_would_not(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _columns(tmp_path / "source.conll", [["B-PER"], ["O"], ["O"]])
    lost = _columns(tmp_path / "lost.conll", [["O"], ["O"], ["O"]])
    way = ["--source", source, "--returned", lost, lost, source, "--by", "round-trip"]
    assert cli.main(["choose", *files, *way, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["chosen"] == files[2]
    assert [v["round_trip"] for v in facts["variants"].values()] == [0, 0, 100]


def _parquet(path: Path, scores: list[float], distribution: list[list[float]]) -> str:
    entity = {"start": 0, "end": 1, "label": "PER", "score": 2.0, "confidence": None}
    entities = [[{**entity, "confidence": s, "label_confidence": 0.5}] for s in scores]
    table = {"id": ["1"], "tokens": [["w0"]], "ner_tags": [["B-PER"]], "entities": entities}
    pq.write_table(pa.table({**table, "distribution": [distribution]}), path)
    return str(path)


def test_corpora_say_how_sure_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sure = _parquet(tmp_path / "sure.parquet", [0.9], [[0.0, 1.0, 0.0]])
    unsure = _parquet(tmp_path / "unsure.parquet", [0.6], [[0.5, 0.5, 0.0]])
    for by in ("confidence", "entropy"):
        assert cli.main(["choose", unsure, sure, "--by", by, "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["chosen"] == sure
    assert facts["variants"][sure]["confidence"] == pytest.approx(45)
    assert facts["variants"][unsure]["entropy"] == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a.conll"], 2, "a choice needs at least two variants, not 1"),
        (["a.conll", "a.conll"], 2, "a file is named twice"),
        (["a.conll", "b.conll"], 2, "two variants agree with each other equally"),
        (
            ["a.conll", "b.conll", "c.conll", "--by", "entropy"],
            2,
            "cannot be scored by entropy, which needs Parquet",
        ),
        (["a.conll", "b.conll", "c.conll", "--returned", "a.conll"], 2, "a round trip needs the labelled source"),
        (["a.conll", "b.conll", "short.conll"], 1, "3 sentences, "),
        (["a.conll", "b.conll", "other.conll"], 1, "variants are of the very same sentences"),
        (["a.conll", "b.conll", "gone.conll"], 1, "gone.conll"),
        (["a.conll", "b.conll", "broken.parquet"], 1, "broken.parquet"),
    ],
)
def test_choose_says_what_is_wrong(
    files: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    _columns(tmp_path / "short.conll", [["O", "O"]])
    write(tmp_path / "other.conll", "x\tO\ny\tO\n\nz\tO\n\nw0\tO\n\n")
    write(tmp_path / "broken.parquet", "no")
    assert cli.main(["choose", *arguments]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert len(files) == 3
