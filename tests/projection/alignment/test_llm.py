"""The aligner that asks a language model for the place of each entity in the translation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from silverner.projection.alignment import AlignedPair
from silverner.projection.alignment.llm import LlmAligner, LlmAlignerSettings
from silverner.projection.chain.reports import counting_events
from silverner.projection.errors import UsageError
from silverner.projection.languages import find_language
from silverner.projection.spans import Span
from tests.llm_server import Model, engine_context, serving, words

SOURCE = ["Ana", "visits", "New", "York", "and", "Ana"]
ENTITIES = [Span(0, 1, "PER"), Span(2, 4, "LOC"), Span(5, 6, "PER")]
TARGET = ["Ana", "va", "a", "Nueva", "York", "y", "Ana", "también"]


def aligner(server: Model, folder: Path, **settings: Any) -> LlmAligner:
    section = {"engine": "llm", "model": "tiny", "url": server.url, "retries": 0, **settings}
    return LlmAlignerSettings.model_validate(section).build(engine_context(folder, target=find_language("spa")))


def places(**texts: str) -> str:
    return words(places=[{"number": int(number[1:]), "text": text} for number, text in texts.items()])


def full(source: range, target: range) -> list[tuple[int, int, float]]:
    return [(i, j, 1.0) for i in source for j in target]


@pytest.mark.parametrize(
    ("answer", "links", "rejected"),
    [
        (
            places(n1="Ana", n2="Nueva York", n3="Ana"),
            [(0, 0, 1.0), *full(range(2, 4), range(3, 5)), (5, 6, 1.0)],
            {},
        ),
        (places(n3="Ana", n1="Ana"), [(0, 0, 1.0), (5, 6, 1.0)], {}),
        (places(n1="", n2=" ", n3=""), [], {}),
        (places(n1="Anna", n2="New York", n3="tambi"), [], {"not-in-text": 2, "part-of-a-word": 1}),
        (places(n1="Nueva York", n2="York"), full(range(1), range(3, 5)), {"no-free-place": 1}),
        (places(), [], {}),
    ],
)
def test_each_entity_is_linked_to_the_words_that_the_model_copied(
    tmp_path: Path, answer: str, links: list[tuple[int, int, float]], rejected: dict[str, int]
) -> None:
    with serving(lambda data, request: answer) as server, counting_events() as counted:
        assert aligner(server, tmp_path).align_entities([SOURCE], [ENTITIES], [TARGET]) == [AlignedPair(links, links)]
    assert dict(counted) == rejected


def test_a_pair_that_the_server_refuses_has_no_links(tmp_path: Path) -> None:
    with serving(lambda data, request: (413, {}) if data["target"] else places()) as server:
        assert aligner(server, tmp_path).align_entities([SOURCE], [ENTITIES], [TARGET]) == [None]
    assert {"source": "", "target": "", "entities": []} in server.texts


def test_the_model_sees_both_sentences_and_the_numbered_entities(tmp_path: Path) -> None:
    with serving(lambda data, request: places()) as server:
        engine = aligner(server, tmp_path)
        pairs = engine.align_entities(
            [SOURCE, ["rain"], ["Ana"]], [ENTITIES, [], ENTITIES[:1]], [TARGET, ["lluvia"], []]
        )
        assert pairs == [AlignedPair([], [])] * 3
    assert server.texts == [
        {
            "source": "Ana visits New York and Ana",
            "target": "Ana va a Nueva York y Ana también",
            "entities": [{"number": 1, "text": "Ana"}, {"number": 2, "text": "New York"}, {"number": 3, "text": "Ana"}],
        }
    ]
    assert (
        'a sentence in English, "target" is its translation into Spanish'
        in server.requests[0]["messages"][0]["content"]
    )


@pytest.mark.parametrize(
    "answer",
    [
        "Ana is Ana.",
        words(places={"1": "Ana"}),
        words(places=["Ana"]),
        words(places=[{"number": "1", "text": "Ana"}]),
        words(places=[{"number": True, "text": "Ana"}]),
        words(places=[{"number": 4, "text": "Ana"}]),
        words(places=[{"number": 1, "text": "Ana"}, {"number": 1, "text": "York"}]),
    ],
)
def test_an_answer_of_another_form_is_not_used(tmp_path: Path, answer: str) -> None:
    with serving(lambda data, request: answer) as server:
        assert aligner(server, tmp_path, tries=1).align_entities([SOURCE], [ENTITIES], [TARGET]) == [None]


def test_it_links_nothing_without_entities(tmp_path: Path) -> None:
    with serving(lambda data, request: places()) as server, pytest.raises(UsageError, match="links entities, not all"):
        aligner(server, tmp_path).align([SOURCE], [TARGET])
