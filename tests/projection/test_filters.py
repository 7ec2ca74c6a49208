from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from silverner.projection.filters import FILTERS, Facts, flags

GOOD = Facts(
    source_length=10, target_length=10, linked=10, translated=10, entities=2, lost=0, weakest=1.0, source_entities=2,
    confidence=0.9, words=8,
)  # fmt: skip
YES_OR_NO = {"resplit", "duplicate"}


def test_the_filters_are_these() -> None:
    assert sorted(FILTERS) == [
        "duplicate",
        "entity-count",
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


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_says_its_rule_with_its_threshold(name: str) -> None:
    says = FILTERS[name].says
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
        ("entity-count", None, {"entities": 1}, True),
        ("entity-count", 1, {"entities": 3}, False),
        ("entity-count", None, {"entities": 1, "spotted": 2}, False),  # what a tagger found counts, if one was asked
        ("entity-count", None, {"spotted": 1}, True),
        ("projection-ratio", None, {"entities": 1}, False),
        ("projection-ratio", None, {"entities": 0}, True),
        ("projection-ratio", None, {"entities": 5}, True),
        ("projection-ratio", 0.4, {"entities": 5}, False),
        ("projection-ratio", None, {"entities": 0, "source_entities": 0}, False),
        ("untranslated", None, {"copied": 4}, False),
        ("untranslated", None, {"copied": 5}, True),
        ("untranslated", None, {"words": 3, "copied": 3}, False),  # too few words to tell
        ("untranslated", 0.1, {"copied": 1}, True),
        ("low-confidence", None, {"confidence": 0.8}, False),
        ("low-confidence", None, {"confidence": 0.79}, True),
        ("low-confidence", 0.95, {"confidence": float("inf")}, False),
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
    name: str, threshold: float | None, change: dict[str, float], fails: bool
) -> None:
    assert flags(replace(GOOD, **change), {name: threshold}) == ([name] if fails else [])


def test_flags_are_the_failed_filters_among_those_asked_for_in_alphabetical_order() -> None:
    counts = {"entities": 0, "lost": 2, "translated": 10, "unknown": 10, "faults": 1, "resplits": False}
    counts |= {"source_entities": 2, "words": 8, "copied": 8, "duplicate": True}
    shares = {"weakest": 0.0, "doubt": 0.1, "confidence": 0.1, "language": 0.0, "script": 0.0, "near": 1.0, "leak": 1.0}
    bad = Facts(source_length=40, target_length=10, **counts, **shares)
    every = sorted(FILTERS)
    assert flags(bad, dict.fromkeys(reversed(every))) == every
    assert flags(bad, {"unlinked": None, "lost-entity": None}) == ["lost-entity", "unlinked"]
    assert flags(bad, {}) == []
    assert flags(GOOD, dict.fromkeys(every)) == []


def test_the_readme_lists_every_filter_as_it_is() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name, rule in FILTERS.items():
        assert f"| `{name}` | {rule.says.format('`threshold`')} | {rule.default:g} |" in readme
