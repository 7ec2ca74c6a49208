from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from silverner.projection.chain.stage import Batch, Stage
from silverner.projection.errors import PluginError, UsageError
from silverner.projection.filters import FILTERS, Filter, FilterContext, Row
from silverner.projection.filters.chosen import ChosenFilter, choose_filters, filter_stages
from silverner.projection.languages import language_of
from silverner.projection.stages import Flag
from tests.corpora import built

GOOD: dict[str, Any] = {
    "source_length": 10, "target_length": 10, "linked": 10, "translated": 10, "unknown": 0, "entities": 2,
    "source_entities": 2, "lowest_score": 1.0, "lowest_confidence": 0.9, "words": 8, "copied": 0,
    "label_confidence": 1.0, "faults": 0, "resplits": True, "language": 1.0, "script": 1.0, "duplicate": False,
    "near": 0.0, "leak": 0.0, "judged_right": 1.0,
}  # fmt: skip


def row_of(**changes: Any) -> dict[str, Any]:
    """A sentence with these counts; source entities that no projected one is from are lost, unless `lost` says more."""
    count = {**GOOD, **changes}
    sources = min(count["entities"], count["source_entities"])
    words = min(count["words"], count["target_length"])
    copies = ["copied" + "x" * k for k in range(count["copied"])]
    fresh = ["new" + "x" * k for k in range(words - len(copies))]
    source = [*copies, *["s"] * count["source_length"]][: count["source_length"]]
    entities = [
        {"start": words + k, "end": words + k + 1, "label": "PER", "score": 1.0, "confidence": 1.0}
        | {"source_start": k % max(1, sources)}
        for k in range(count["entities"])
    ]
    for entity in entities[-1:]:
        entity |= {"score": count["lowest_score"], "confidence": count["lowest_confidence"]}
    row = {
        "projected.entities": entities,
        "projected.lost": [{}] * count.get("lost", count["source_entities"] - sources),
        "projected.judged_right": count["judged_right"],
        "projected.links": " ".join(f"0-{j}" for j in range(count["linked"])),
        "source.tokens": source,
        "source.confidence": [1.0, count["label_confidence"]],
        "foreign.tokens": source,
        "target.tokens": [*copies, *fresh, *["."] * (count["target_length"] - words)],
        "translation.tokens": ["t"] * count["translated"],
        "translation.unknown": list(range(count["unknown"])),
        "detokenized.resplits": count["resplits"],
        "markers.faults": ["lost"] * count["faults"],
        **{f"target.{name}": count[name] for name in ("language", "script", "duplicate", "near", "leak")},
    }
    return row | ({"target.tagger_entities": [{}] * count["tagger"]} if "tagger" in count else {})


def flags(row: Mapping[str, Any], thresholds: Mapping[str, float | None]) -> list[str]:
    """The filters that fail, each given only the columns it declares."""
    failed = []
    for chosen in choose_filters(thresholds):
        seen = {column: row[column] for column in chosen.columns}
        seen |= {column: row[column] for column in chosen.optional_columns if column in row}
        failed += [chosen.name] if chosen.fails(seen) else []
    return failed


YES_OR_NO = {"resplit", "duplicate"}


def test_the_filters_are_these() -> None:
    assert sorted(FILTERS.names()) == [
        "duplicate",
        "entity-count",
        "judged-wrong",
        "language",
        "leak",
        "length-ratio",
        "lost-entity",
        "low-confidence",
        "marker-fault",
        "near-duplicate",
        "no-entity",
        "projection-ratio",
        "resplit",
        "unknown-word",
        "unlinked",
        "untranslated",
        "weak-entity",
        "weak-label",
        "wrong-script",
    ]


@pytest.mark.parametrize("name", FILTERS.names())
def test_a_filter_says_its_rule_with_its_threshold(name: str) -> None:
    says = FILTERS.get(name).says
    assert says.count("{}") == (name not in YES_OR_NO)
    assert ("7.5" in says.format(7.5)) == (name not in YES_OR_NO)


@pytest.mark.parametrize(
    ("name", "threshold", "change", "fails"),
    [
        ("lost-entity", None, {"lost": 0}, False),
        ("lost-entity", None, {"lost": 1}, True),
        ("lost-entity", 1, {"lost": 1}, False),
        ("lost-entity", 1, {"lost": 2}, True),
        ("lost-entity", 0, {"lost": 1}, True),
        ("no-entity", None, {"entities": 0}, True),
        ("no-entity", None, {"entities": 1}, False),
        ("no-entity", 0, {"entities": 0}, False),
        ("no-entity", 3, {"entities": 2}, True),
        ("length-ratio", None, {"source_length": 30}, False),
        ("length-ratio", None, {"source_length": 31}, True),
        ("length-ratio", None, {"target_length": 30}, False),
        ("length-ratio", None, {"target_length": 31}, True),
        ("length-ratio", 1.5, {"target_length": 15}, False),
        ("length-ratio", 1.5, {"target_length": 16}, True),
        ("length-ratio", None, {"target_length": 0}, True),
        ("length-ratio", None, {"source_length": 0, "target_length": 0}, False),
        ("weak-entity", None, {"lowest_score": 0.5}, False),
        ("weak-entity", None, {"lowest_score": 0.499}, True),
        ("weak-entity", 0, {"lowest_score": 0.0}, False),
        ("weak-entity", 0.9, {"lowest_score": 0.8}, True),
        ("weak-entity", None, {"entities": 0, "source_entities": 0}, False),
        ("unlinked", None, {"linked": 3}, False),
        ("unlinked", None, {"linked": 2}, True),
        ("unlinked", 0, {"linked": 0}, False),
        ("unlinked", 0.9, {"linked": 8}, True),
        ("unlinked", None, {"target_length": 0, "linked": 0}, False),
        ("unknown-word", None, {"unknown": 3}, False),
        ("unknown-word", None, {"unknown": 4}, True),
        ("unknown-word", 0, {"unknown": 1}, True),
        ("unknown-word", 0, {"unknown": 0}, False),
        ("unknown-word", None, {"translated": 20, "unknown": 6}, False),
        ("judged-wrong", None, {"judged_right": 1.0}, False),
        ("judged-wrong", None, {"judged_right": 0.9}, True),
        ("judged-wrong", 0.5, {"judged_right": 0.5}, False),
        ("judged-wrong", 0.5, {"judged_right": None}, True),
        ("judged-wrong", 0, {"judged_right": None}, True),
        ("weak-label", None, {"label_confidence": 0.5}, False),
        ("weak-label", None, {"label_confidence": 0.49}, True),
        ("weak-label", 0.9, {"label_confidence": 0.8}, True),
        ("marker-fault", None, {"faults": 0}, False),
        ("marker-fault", None, {"faults": 1}, True),
        ("marker-fault", 2, {"faults": 2}, False),
        ("entity-count", None, {"entities": 1}, True),
        ("entity-count", 1, {"entities": 3}, False),
        ("entity-count", None, {"entities": 1, "tagger": 2}, False),  # what a tagger found counts, if one was asked
        ("entity-count", None, {"tagger": 1}, True),
        ("projection-ratio", None, {"entities": 1}, False),
        ("projection-ratio", None, {"entities": 0}, True),
        ("projection-ratio", None, {"entities": 5}, True),
        ("projection-ratio", 0.4, {"entities": 5}, False),
        ("projection-ratio", None, {"entities": 0, "source_entities": 0}, False),
        ("untranslated", None, {"copied": 4}, False),
        ("untranslated", None, {"copied": 5}, True),
        ("untranslated", None, {"words": 3, "copied": 3}, False),  # too few words to tell
        ("untranslated", 0.1, {"copied": 1}, True),
        ("low-confidence", None, {"lowest_confidence": 0.8}, False),
        ("low-confidence", None, {"lowest_confidence": 0.79}, True),
        ("low-confidence", 0.95, {"lowest_confidence": None}, False),
        ("language", None, {"language": 0.01}, False),
        ("language", None, {"language": 0.009}, True),
        ("wrong-script", None, {"script": 0.5}, False),
        ("wrong-script", None, {"script": 0.49}, True),
        ("duplicate", None, {"duplicate": True}, True),
        ("near-duplicate", None, {"near": 0.79}, False),
        ("near-duplicate", None, {"near": 0.8}, True),
        ("near-duplicate", 0.9, {"near": 0.85}, False),
        ("leak", None, {"leak": 0.79}, False),
        ("leak", None, {"leak": 0.8}, True),
    ],
)
def test_a_filter_fails_just_past_its_threshold(
    name: str, threshold: float | None, change: dict[str, Any], fails: bool
) -> None:
    assert flags(row_of(**change), {name: threshold}) == ([name] if fails else [])


def test_flags_are_the_failed_filters_among_those_asked_for_in_alphabetical_order() -> None:
    counts = {"entities": 1, "source_entities": 3, "translated": 10, "unknown": 10, "faults": 1, "resplits": False}
    counts |= {"words": 8, "copied": 8, "duplicate": True, "linked": 0}
    shares = {"lowest_score": 0.0, "label_confidence": 0.1, "lowest_confidence": 0.1, "language": 0.0, "script": 0.0}
    bad = row_of(source_length=40, near=1.0, leak=1.0, judged_right=0.0, **counts, **shares)
    every = sorted(FILTERS.names())
    assert flags(bad, {**dict.fromkeys(reversed(every)), "no-entity": 2}) == every
    assert flags(bad, {"unlinked": None, "lost-entity": None}) == ["lost-entity", "unlinked"]
    assert flags(bad, {}) == []
    assert flags(row_of(), dict.fromkeys(every)) == []


class _Stage:
    name, version, inputs, outputs = "mine", 1, ("target.tokens",), {"target.mine": pa.int32()}

    def settings(self) -> dict[str, Any]:
        return {}

    def apply(self, batch: Batch) -> Batch:
        return {"target.mine": [len(tokens) for tokens in batch["target.tokens"]]}


class _FilterWithStage(Filter):
    default, says, columns = 0, "the sentence is long", ("target.mine",)

    def stage(self, context: FilterContext) -> Stage:
        return _Stage()

    def fails(self, row: Row, threshold: float) -> bool:
        return bool(row["target.mine"] > threshold)


def test_the_stage_of_a_filter_of_another_package_is_made_again_by_another_version() -> None:
    context = FilterContext(language=language_of("spa"), thresholds={})

    def stage_of(package: dict[str, str]) -> Stage:
        (stage,) = filter_stages([ChosenFilter("mine", _FilterWithStage(), 0, package)], context)
        return stage

    signed = [stage_of({"plugin": f"mine {version}"}) for version in ("1.0", "2.0")]
    assert [stage.settings()["plugin"] for stage in signed] == ["mine 1.0", "mine 2.0"]
    assert signed[0].apply({"target.tokens": [["a", "b"]]}) == {"target.mine": [2]}
    assert (signed[0].name, signed[0].inputs, dict(signed[0].outputs)) == ("mine", _Stage.inputs, _Stage.outputs)
    assert stage_of({}).settings() == {}
    (ours,) = filter_stages([ChosenFilter("language", FILTERS.get("language"), 0.01, {"plugin": "mine 1.0"})], context)
    assert "plugin" not in ours.settings()


def test_filters_that_share_a_stage_get_it_once_and_with_the_thresholds_of_all() -> None:
    def settings(**thresholds: float) -> dict[str, Any]:
        names = {name.replace("_", "-"): value for name, value in thresholds.items()}
        context = FilterContext(language=language_of("spa"), thresholds=names)
        stages = filter_stages(choose_filters(names), context)
        assert filter_stages(choose_filters(names), context, stages=stages) == []
        return {stage.name: stage.settings() for stage in stages}

    assert settings(lost_entity=0, unlinked=0.3) == {}
    assert list(settings(leak=0.8, duplicate=0, language=0.01, wrong_script=0.5)) == ["overlap", "identify"]
    assert settings(duplicate=0)["overlap"]["near"] is None
    assert settings(duplicate=0, near_duplicate=0.7)["overlap"]["near"] == 0.7
    assert settings(wrong_script=0.5)["identify"]["engine"] is None
    assert settings(wrong_script=0.5, language=0.01)["identify"]["engine"][0] == "es"


@pytest.mark.parametrize("name", FILTERS.names())
def test_a_filter_declares_what_it_reads(name: str) -> None:
    rule = FILTERS.get(name)
    assert isinstance(rule, Filter)
    assert rule.columns and set(rule.columns) <= set(row_of())
    assert flags(row_of(), {name: None}) == []


class LengthStage:
    """Adds the number of characters of the target."""

    name = "characters"
    version = 1
    inputs: tuple[str, ...] = ("target.tokens",)
    outputs: Mapping[str, pa.DataType] = {"target.characters": pa.int32()}

    def settings(self) -> Mapping[str, object]:
        return {}

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {"target.characters": [sum(map(len, tokens)) for tokens in batch["target.tokens"]]}


class FewCharacters(Filter):
    """A filter of somebody else, which needs a fact that no stage of ours adds."""

    default = 10
    says = "the sentence has fewer than {} characters"
    columns = ("target.characters",)

    def stage(self, context: FilterContext) -> LengthStage:
        return LengthStage()

    def fails(self, row: Row, threshold: float) -> bool:
        return row["target.characters"] < threshold


def test_a_new_filter_is_one_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FILTERS._builtin, "few-characters", f"{__name__}:FewCharacters")
    out = built(tmp_path, filters={"few-characters": None, "lost-entity": 0}, keep={"without": ["few-characters"]})
    facts = json.loads((out / "manifest.json").read_text())["languages"]["spa"]
    assert facts["counts"]["flags"] == {"few-characters": 1, "lost-entity": 0}
    assert facts["counts"]["dropped"] == {"few-characters": 1}, "Llueve has six letters"
    assert "characters" in facts["stages"]
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "`few-characters`: the sentence has fewer than 10 characters" in card


def test_a_filter_of_another_package_is_in_the_settings_of_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("few-characters", f"{__name__}:FewCharacters", "silverner.filters")
    monkeypatch.setitem(FILTERS._plugins, "few-characters", [point])
    monkeypatch.setattr("silverner.projection.registry._package", lambda point: "their-filters 2.1")
    flag = Flag(choose_filters({"few-characters": 5, "no-entity": None}))
    assert flag.inputs == ("projected.entities", "target.characters")
    assert flag.settings()["filters"] == {
        "few-characters": {"threshold": 5, "plugin": "their-filters 2.1"},
        "no-entity": {"threshold": 1},
    }


def test_what_is_no_filter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("length", f"{__name__}:LengthStage", "silverner.filters")
    monkeypatch.setitem(FILTERS._plugins, "length", [point])
    with pytest.raises(PluginError, match=r"cannot add the filter 'length'.*not a subclass of Filter"):
        choose_filters({"length": None})
    with pytest.raises(UsageError, match=r"unknown filter 'lenght-ratio'.*length-ratio"):
        choose_filters({"lenght-ratio": None})
