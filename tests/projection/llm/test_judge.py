"""The judge: a language model that is asked whether entities are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from silverner.projection.errors import UsageError
from silverner.projection.llm.judge import Judge, JudgeSettings
from silverner.projection.spans import Span
from tests.llm_server import Model, engine_context, serving, words

SENTENCE = ["Ana", "visits", "New", "York"]
ENTITIES = [Span(0, 1, "PER"), Span(2, 3, "LOC")]


def judge(server: Model | str, folder: Path, **settings: Any) -> Judge:
    url = server if isinstance(server, str) else server.url
    section = {"model": "tiny", "url": url, "retries": 0, **settings}
    return JudgeSettings.model_validate(section).build(engine_context(folder))


def verdicts(*right: bool) -> str:
    return words(verdicts=[{"number": k, "right": one} for k, one in enumerate(right, start=1)])


def test_the_share_of_right_entities_is_counted(tmp_path: Path) -> None:
    def strict(data: Any, request: Any) -> str:
        return verdicts(*(entity["text"] == "Ana" for entity in data["entities"]))

    with serving(strict) as server:
        sentences = [SENTENCE, ["It", "rains"], ["Ana"]]
        assert judge(server, tmp_path).judge(sentences, [ENTITIES, [], ENTITIES[:1]]) == [0.5, 1.0, 1.0]
        assert len(server.requests) == 2
    assert {
        "text": "Ana visits New York",
        "entities": [{"number": 1, "text": "Ana", "label": "PER"}, {"number": 2, "text": "New", "label": "LOC"}],
    } in server.texts
    assert "a text in Zulu" in server.requests[0]["messages"][0]["content"]
    assert "- PER: names of people" in server.requests[0]["messages"][0]["content"]


def test_there_is_no_verdict_where_the_server_refuses_the_sentence(tmp_path: Path) -> None:
    with serving(lambda data, request: (400, {}) if data["text"] else "Hm.") as server:
        assert judge(server, tmp_path).judge([SENTENCE], [ENTITIES]) == [None]
    assert server.texts[-2] == {"text": "", "entities": []}


@pytest.mark.parametrize(
    "answer",
    [
        "Both are right.",
        verdicts(True),
        verdicts(True, True, True),
        words(verdicts=[{"number": 1, "right": True}] * 2),
        words(verdicts=[{"number": 1, "right": "yes"}, {"number": 2, "right": True}]),
        words(verdicts=[True, True]),
    ],
)
def test_an_answer_without_a_verdict_on_every_entity_is_not_used(tmp_path: Path, answer: str) -> None:
    with serving(lambda data, request: answer) as server:
        assert judge(server, tmp_path, tries=1).judge([SENTENCE], [ENTITIES]) == [None]


def test_a_description_of_no_label_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"descriptions: 'PRE' is not among the labels; .*did you mean PER"):
        judge("http://h/v1", tmp_path, descriptions={"PRE": "people"})
