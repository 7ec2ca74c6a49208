from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError, UsageError
from silverner.projection.labelling.tagset import TagSet
from silverner.projection.spans import Span
from silverner.projection.tags.label_advice import advice, check_labels, counterpart
from silverner.projection.tags.label_map import parse_label_map

LABELS = ("PER", "ORG", "LOC", "DATE", "MISC")


@pytest.mark.parametrize(
    ("unknown", "label"),
    [
        ("PERSON", "PER"),
        ("persons", "PER"),
        ("People", "PER"),
        ("PERS", "PER"),
        ("organisation", "ORG"),
        ("ORGANIZATION", "ORG"),
        ("Company", "ORG"),
        ("corporation", "ORG"),
        ("LOCATION", "LOC"),
        ("Place", "LOC"),
        ("GPE", "LOC"),
        ("city", "LOC"),
        ("Country", "LOC"),
        ("TIME", "DATE"),
        ("OTHER", "MISC"),
        ("OTH", "MISC"),
        ("miscellaneous", "MISC"),
        ("per", "PER"),
        ("Misc", "MISC"),
        ("person-actor", "PER"),
        ("location-GPE", "LOC"),
        ("organization_company", "ORG"),
        ("PERderiv", None),
        ("MONEY", None),
        ("LABEL_1", None),
        ("work of art", None),
    ],
)
def test_a_label_has_its_counterpart(unknown: str, label: str | None) -> None:
    assert counterpart(unknown, LABELS) == label


@pytest.mark.parametrize(
    ("unknown", "labels", "label"),
    [
        ("PER", ["person", "location"], "person"),
        ("LOC", ["person", "location-GPE"], "location-GPE"),
        ("per", ["PERSON", "PER"], "PER"),
        ("WORK_OF_ART", ["CREATIVE-WORK"], "CREATIVE-WORK"),
        ("DATE", ["PER"], None),
    ],
)
def test_the_counterpart_is_a_label_of_the_corpus(unknown: str, labels: list[str], label: str | None) -> None:
    assert counterpart(unknown, labels) == label


def test_all_unknown_labels_are_named_at_once_with_their_counts() -> None:
    person, date, lower, mapped = (Span(0, 1, label) for label in ("PERSON", "DATE", "loc", "MISC"))
    sentences = [
        ("f, line 1", [Span(0, 1, "PER"), mapped]),
        ("f, line 5", [person, date]),
        ("f, line 9", [person, lower]),
    ]
    message = (
        "f, line 5: the labels 'PERSON' (2 entities), 'DATE' (1 entity), 'loc' (1 entity) are not among PER, LOC; "
        "write label_map: {PERSON: PER, DATE: O, loc: LOC} (--label-map PERSON=PER,DATE=O,loc=LOC); loc and LOC differ "
        "in case alone; O drops DATE, so add it to the labels to keep it"
    )
    with pytest.raises(DataError, match=re.escape(message) + r"\Z"):
        check_labels(sentences, ["PER", "LOC"], {"MISC": None})


def test_known_labels_are_accepted() -> None:
    check_labels([("f", [Span(0, 1, "PER"), Span(1, 2, "X")])], ["PER"], {"X": "PER"})


def test_one_label_is_named_alone() -> None:
    with pytest.raises(DataError, match=r"f: the label 'b' \(1 entity\) is not among PER; write label_map: {b: O} \("):
        check_labels([("f", [Span(0, 1, "b")])], ["PER"])


def test_a_model_names_all_its_unknown_labels() -> None:
    message = (
        "the model 'm' has labels that are not among PER, LOC: 'PERSON', 'GPE', 'DATE', 'TIME'; write label_map: "
        "{PERSON: PER, GPE: LOC, DATE: O, TIME: O} (--label-map PERSON=PER,GPE=LOC,DATE=O,TIME=O); O drops DATE, TIME, "
        "so add them to the labels to keep them"
    )
    tags = ["O", *(f"{prefix}-{label}" for label in ("PERSON", "GPE", "DATE", "TIME") for prefix in "BI")]
    with pytest.raises(UsageError, match=re.escape(message) + r"\Z"):
        TagSet(tags, labels=["PER", "LOC"], label_map={}, model="m")


def test_a_map_to_a_label_that_the_corpus_does_not_have_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"'m' has labels that are not among PER: 'HUMAN'; write label_map: {HUMAN: PER}"
    ):
        TagSet(["O", "B-X"], labels=["PER"], label_map={"X": "HUMAN"}, model="m")


_NAMES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=",="), min_size=1, max_size=6)


@given(st.lists(st.one_of(_NAMES, st.sampled_from(["NO", "yes", "PERSON", "1", "a: b"])), min_size=1, unique=True))
def test_advice_can_be_pasted_into_a_recipe(unknown: list[str]) -> None:
    expected = {label: counterpart(label, LABELS) or "O" for label in unknown}
    pasted = advice(unknown, LABELS).removeprefix("write label_map: ").split(" (--label-map ")[0]
    assert yaml.safe_load(pasted) == expected


def test_advice_can_be_pasted_into_a_command() -> None:
    words = advice(["PERSON", "DATE"], ["PER"]).split("--label-map ")[1].split(")")[0]
    assert parse_label_map([words]) == {"PERSON": "PER", "DATE": None}
