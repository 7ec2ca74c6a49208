from __future__ import annotations

from dataclasses import replace

import pytest

from projection.filters import FILTERS, Facts, flags

GOOD = Facts(source_length=10, target_length=10, linked=10, translated=10, entities=2, lost=0, weakest=1.0)


def test_the_filters_are_these() -> None:
    assert sorted(FILTERS) == [
        "length-ratio",
        "lost-entity",
        "marker-fault",
        "no-entity",
        "resplit",
        "unknown-word",
        "unlinked",
        "weak-entity",
        "weak-label",
    ]


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_says_its_rule_with_its_threshold(name: str) -> None:
    says = FILTERS[name].says
    assert says.count("{}") == (name != "resplit")  # which is a matter of yes and no
    assert ("7.5" in says.format(7.5)) == (name != "resplit")


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
        ("weak-entity", None, {"weakest": 0.5}, False),
        ("weak-entity", None, {"weakest": 0.499}, True),
        ("weak-entity", 0, {"weakest": 0.0}, False),
        ("weak-entity", 0.9, {"weakest": 0.8}, True),
        ("weak-entity", None, {"weakest": float("inf"), "entities": 0}, False),
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
        ("weak-label", None, {"doubt": 0.5}, False),
        ("weak-label", None, {"doubt": 0.49}, True),
        ("weak-label", 0.9, {"doubt": 0.8}, True),
        ("marker-fault", None, {"faults": 0}, False),
        ("marker-fault", None, {"faults": 1}, True),
        ("marker-fault", 2, {"faults": 2}, False),
    ],
)
def test_a_filter_fails_just_past_its_threshold(
    name: str, threshold: float | None, change: dict[str, float], fails: bool
) -> None:
    assert flags(replace(GOOD, **change), {name: threshold}) == ([name] if fails else [])


def test_flags_are_the_failed_filters_among_those_asked_for_in_alphabetical_order() -> None:
    counts = {"entities": 0, "lost": 2, "translated": 10, "unknown": 10, "faults": 1, "resplits": False}
    bad = Facts(source_length=40, target_length=10, weakest=0.0, doubt=0.1, **counts)
    every = sorted(FILTERS)
    assert flags(bad, dict.fromkeys(reversed(every))) == every
    assert flags(bad, {"unlinked": None, "lost-entity": None}) == ["lost-entity", "unlinked"]
    assert flags(bad, {}) == []
    assert flags(GOOD, dict.fromkeys(every)) == []
