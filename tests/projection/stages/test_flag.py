from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from silverner.projection.chain import DROP
from silverner.projection.filters.chosen import choose_filters
from silverner.projection.stages import Flag, TextRoles
from tests.projection.stages.helpers import check_types

SPAN = {"start": 0, "end": 1, "label": "PER"}


def scored(*scores: float) -> list[dict[str, Any]]:
    place = {"source_start": 0, "source_end": 1}
    return [{**SPAN, "score": score, **place, "confidence": score} for score in scores]


FLAG: dict[str, list[Any]] = {
    "source.tokens": [["a", "b"]] * 4,
    "target.tokens": [["x", "y"], ["x", "y"], ["x"] * 7, ["x", "y"]],
    "target.unknown": [[], [0, 1], [], [0]],
    "projected.entities": [scored(1.0), [], [], scored(0.9, 0.4)],
    "projected.lost": [[], [SPAN], [], []],
    "projected.links": ["0-0 1-1", "0-0 1-0", "", "0-1"],
}


@pytest.mark.parametrize(
    ("thresholds", "without", "flags", "drops"),
    [
        ({}, (), [[], [], [], []], [None] * 4),
        ({"lost-entity": None}, (), [[], ["lost-entity"], [], []], [None] * 4),
        ({"lost-entity": 1}, (), [[], [], [], []], [None] * 4),
        (
            {"lost-entity": None, "no-entity": None, "unknown-word": 0.5},
            ("unknown-word", "no-entity"),
            [[], ["lost-entity", "no-entity", "unknown-word"], ["no-entity"], []],
            [None, "no-entity", "no-entity", None],
        ),
        ({"length-ratio": None}, ("length-ratio",), [[], [], ["length-ratio"], []], [None, None, "length-ratio", None]),
        ({"unlinked": 0.6}, (), [[], ["unlinked"], ["unlinked"], ["unlinked"]], [None] * 4),
        ({"weak-entity": None}, ("weak-entity",), [[], [], [], ["weak-entity"]], [None, None, None, "weak-entity"]),
        ({"weak-entity": 0.4}, ("weak-entity",), [[], [], [], []], [None] * 4),
        ({"low-confidence": None}, (), [[], [], [], ["low-confidence"]], [None] * 4),
        ({"entity-count": None}, (), [[], ["entity-count"], [], ["entity-count"]], [None] * 4),
    ],
)
def test_flag_names_the_filters_a_sentence_fails(
    thresholds: dict[str, float | None], without: tuple[str, ...], flags: list[list[str]], drops: list[str | None]
):
    stage = Flag(choose_filters(thresholds), without=without)
    assert set(stage.inputs) <= set(FLAG)
    output = stage.apply({name: FLAG[name] for name in stage.inputs})
    check_types(stage, output)
    assert output == {"flags": flags, DROP: drops}


def test_flag_is_signed_by_its_settings_whatever_their_order():
    def settings(without: Iterable[str] = (), **thresholds: float) -> Mapping[str, object]:
        return Flag(choose_filters({n.replace("_", "-"): t for n, t in thresholds.items()}), without=without).settings()

    one = settings(["weak-entity", "unlinked"], weak_entity=0.5, unlinked=0.3)
    assert one == settings(("unlinked", "weak-entity"), unlinked=0.3, weak_entity=0.5)
    assert one != settings(["weak-entity", "unlinked"], weak_entity=0.4, unlinked=0.3)
    assert one != settings(weak_entity=0.5, unlinked=0.3)


def test_flag_counts_copied_words_but_not_names():
    source = ["the", "house", "of", "Ana", "in", "New", "York", "is", "old"]
    targets = [source, ["la", "casa", "de", "Ana", "en", "New", "York", "es", "vieja"], ["Ana", "New", "York", "7"]]
    named = [{**SPAN, "start": 3, "end": 4}]
    for entity in named:
        entity.update(score=1.0, source_start=3, source_end=4, confidence=0.9)
    batch: dict[str, list[Any]] = {
        "source.tokens": [source] * 3,
        "target.tokens": targets,
        "projected.entities": [named, named, []],
        "projected.lost": [[], [], []],
    }
    stage = Flag(choose_filters({"untranslated": None}))
    assert stage.apply(batch)["flags"] == [["untranslated"], [], []]
    back: dict[str, list[Any]] = {**batch, "pivot.tokens": [["x"]] * 3, "pivot.unknown": [[]] * 3}
    stage = Flag(choose_filters({"untranslated": None}), roles=TextRoles(translation="pivot"))
    assert stage.apply(back)["flags"] == [[], [], []], "a translation back should have the words of the target"


def test_flag_counts_what_a_tagger_found():
    batch = {**FLAG, "target.tagger_entities": [[], [], [SPAN], []]}
    stage = Flag(choose_filters({"entity-count": None}), available=["target.tagger_entities"])
    assert stage.apply(batch)["flags"] == [["entity-count"], ["entity-count"], ["entity-count"], ["entity-count"]]


def test_flag_reads_the_columns_its_filters_declare_under_the_names_of_the_method():
    names = {"unknown-word": None, "resplit": None, "lost-entity": None, "marker-fault": None, "entity-count": None}
    stage = Flag(
        choose_filters(names),
        roles=TextRoles(translation="pivot", detokenized="target"),
        lost=("markers.lost", "projected.lost"),
        available=["target.tokens"],
    )
    assert set(stage.inputs) == {
        "projected.entities",
        "pivot.tokens",
        "pivot.unknown",
        "target.resplits",
        "markers.lost",
        "projected.lost",
        "markers.faults",
    }
    batch: dict[str, list[Any]] = {
        "projected.entities": [scored(1.0), scored(1.0)],
        "pivot.tokens": [["x", "y"]] * 2,
        "pivot.unknown": [[0], []],
        "target.resplits": [False, True],
        "markers.lost": [[SPAN], []],
        "projected.lost": [[SPAN], []],
        "markers.faults": [["lost"], []],
    }
    assert stage.apply(batch)["flags"] == [sorted(names), []]


def test_flag_needs_projected_entities_even_without_filters():
    assert Flag([]).inputs == ("projected.entities",), "so that what was dropped before is not flagged"
