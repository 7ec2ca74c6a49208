"""The translator that asks a language model."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.errors import MissingEngineError
from silverner.projection.translation import Translation
from silverner.projection.translation.llm import LlmTranslator, LlmTranslatorSettings
from tests.llm_server import Model, engine_context, serving, words


def translator(server: Model | str, folder: Path, **settings: Any) -> LlmTranslator:
    url = server if isinstance(server, str) else server.url
    section = {"engine": "llm", "model": "tiny", "url": url, "retries": 0, **settings}
    return LlmTranslatorSettings.model_validate(section).build(engine_context(folder))


def test_every_sentence_gets_its_translation(tmp_path: Path) -> None:
    with serving(lambda data, request: words(translation=f" [{data['text']}]\n")) as server:
        engine = translator(server, tmp_path)
        assert engine.translate(["1", "2", "3"], ["a", " ", "b"]) == [
            Translation("[a]"), Translation(""), Translation("[b]")
        ]  # fmt: skip
        assert sorted(data["text"] for data in server.texts) == ["a", "b"]
        assert "from English into Zulu" in server.requests[0]["messages"][0]["content"]
        copy = pickle.loads(pickle.dumps(engine))
        assert copy.translate(["1"], ["a"]) == [Translation("[a]")]


def test_a_sentence_without_a_usable_answer_has_no_translation(tmp_path: Path) -> None:
    def answer(data: Any, request: Any) -> str:
        return words(translation=" ") if data["text"] == "b" else words(translation="A")

    with serving(answer) as server:
        assert translator(server, tmp_path).translate(["1", "2"], ["a", "b"]) == [Translation("A"), Translation("")]


def test_the_settings_say_what_decides_a_translation_and_nothing_else(tmp_path: Path) -> None:
    def settings(**changes: Any) -> Any:
        return translator("http://h/v1", tmp_path, **changes).settings()

    same = {"url": "http://h2/v1", "concurrency": 9, "timeout": 1, "retries": 3, "max_requests": 5, "license": "mit"}
    assert all(settings(**{key: value}) == settings() for key, value in same.items())
    other = {
        "model": "large", "revision": "2", "temperature": 1.0, "seed": 3, "answer_tokens": 9, "tries": 3,
        "parameters": {"top_p": 0.1},
    }  # fmt: skip
    assert all(settings(**{key: value}) != settings() for key, value in other.items())


def test_the_package_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"'openai' is not installed: pip install 'silverner\[llm\]'"):
        translator("http://h/v1", tmp_path).check()
