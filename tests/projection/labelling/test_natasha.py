"""The Russian tagger of natasha: it reads the tokens of the corpus, and nothing is unpickled."""

from __future__ import annotations

import importlib.util
import pickle
import re
import sys
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest

from silverner.builders.build import BuildOptions, build
from silverner.builders.recipe.load import load_recipe
from silverner.projection.chain import ShardStore
from silverner.projection.errors import MissingEngineError, UsageError
from silverner.projection.labelling import Labelling
from silverner.projection.labelling.natasha import NatashaTagger
from silverner.projection.languages import find_language
from tests.corpora import write_corpus

BERLIN = ["Владимир", "Путин", "приехал", "в", "Берлин", "и", "встретился", "с", "Ангелой", "Меркель", "."]
PLANT = ["Компания", "«", "Газпром", "»", "открыла", "завод", "в", "Новосибирске", "."]
RAIN = ["Сегодня", "идёт", "дождь", "."]


def _tagger(*, language: str = "rus", **options: Any) -> NatashaTagger:
    given: dict[str, Any] = {"labels": ["PER", "ORG", "LOC"], "label_map": {}, **options}
    return NatashaTagger(language=find_language(language), **given)


def _spans(labelling: Labelling) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.label) for span in labelling.spans]


@pytest.fixture
def installed() -> None:
    if any(importlib.util.find_spec(package) is None for package in ("natasha", "slovnet", "navec")):
        pytest.skip("needs the extra: pip install 'silverner[natasha]'")


def test_what_does_not_fit_is_said_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"natasha reads Russian \(rus\), and no Ukrainian \(ukr\)"):
        _tagger(language="ukr").check()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=re.escape("pip install 'silverner[natasha]'")):
        _tagger().check()


def test_labels_must_be_those_of_the_corpus(installed: None) -> None:
    with pytest.raises(UsageError, match="'natasha' has labels that are not among PER, LOC: 'ORG'"):
        _tagger(labels=["PER", "LOC"]).check()


def test_entities_of_russian_news_are_labelled_with_the_tokens_of_the_corpus(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("something was unpickled")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refuse)
    labelled = _tagger().label([BERLIN, RAIN, PLANT])
    assert [_spans(one) for one in labelled] == [
        [(0, 2, "PER"), (4, 5, "LOC"), (8, 10, "PER")], [], [(2, 3, "ORG"), (7, 8, "LOC")]
    ]  # fmt: skip
    assert {span.confidence for one in labelled for span in one.spans} == {1.0}
    assert "natasha" not in sys.modules


def test_odd_words_break_nothing(installed: None) -> None:
    sentences: list[list[str]] = [[], [""], [" ", "🎉"], ["a\nb"], ["Путин"], ["П" * 5000]]
    labelled = _tagger(distribution=True).label(sentences)
    shapes = [one.distribution.shape for one in labelled if one.distribution is not None]
    assert shapes == [(len(sentence), 7) for sentence in sentences]


def test_labels_are_renamed_and_dropped_and_the_distribution_follows(installed: None) -> None:
    (one,) = _tagger(labels=["PER", "PLACE"], label_map={"LOC": "PLACE", "ORG": None}, distribution=True).label([PLANT])
    assert _spans(one) == [(7, 8, "PLACE")]
    assert one.distribution is not None and one.distribution.dtype == np.float16
    assert one.distribution.argmax(axis=1).tolist() == [0, 0, 0, 0, 0, 0, 0, 3, 0]


def test_a_tagger_travels_without_its_weights(installed: None) -> None:
    tagger = _tagger()
    before = tagger.label([BERLIN])
    assert len(pickle.dumps(tagger)) < 2000
    assert pickle.loads(pickle.dumps(tagger)).label([BERLIN]) == before
    tagger.release()
    assert tagger.label([BERLIN]) == before
    assert _tagger(distribution=True).settings() != tagger.settings() == _tagger().settings()


def test_it_labels_a_corpus_and_proposes_candidates(installed: None, tmp_path: Path) -> None:
    alone = {"source": ..., "aligner": ..., "filters": {}, "keep": {}}
    recipes: dict[str, dict[str, Any]] = {
        "labels": {**alone, "method": "model-transfer", "labeller": {"engine": "natasha"}},
        "proposes": {"candidates": {"engine": "ner", "tagger": {"engine": "natasha"}}},
    }
    for name, keys in recipes.items():
        path = write_corpus(tmp_path / name, languages=["rus"], **keys)
        (path.parent / "rus.txt").write_text("Анна Иванова посещает Москву\nИдёт дождь\nБерн чтит Красный Крест\n")
        (path.parent / "rus.links").write_text("0-0 0-1 1-2 2-3 3-3\n0-0 1-1\n0-0 1-1 3-2 4-3\n")
        work = BuildOptions(out=path.parent / "out", store=ShardStore(path.parent / "store"))
        facts = build(load_recipe(str(path)), ["rus"], work)["rus"].model_dump()
        rows = list(datasets.load_dataset(str(work.out), "rus", split="train"))
        found = [[(e["start"], e["end"], e["label"]) for e in row["entities"]] for row in rows]
        assert found == [[(0, 2, "PER"), (3, 4, "LOC")], [], [(0, 1, "LOC"), (2, 4, "ORG")]], name
        assert [(one["name"], one["licence"]) for one in facts["models"]] == [("natasha", "mit")], name
