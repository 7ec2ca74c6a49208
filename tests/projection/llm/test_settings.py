"""The settings of a language model: what a recipe may say, and no secret in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from silverner.builders.recipe.load import load_recipe
from silverner.projection.errors import RecipeError
from silverner.projection.llm.settings import LlmSettings
from tests.corpora import write_corpus

PLAIN = {"engine": "llm", "model": "tiny", "url": "http://localhost:8000/v1"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "localhost:8000"}, "localhost:8000: it is no address of a server, such as http://localhost:8000/v1"),
        ({"url": "ftp://host/v1"}, "it is no address of a server"),
        ({"url": "http://host:many/v1"}, "it is no address of a server"),
        ({"url": "http://"}, "it is no address of a server"),
        ({"url": "https://me:hunter2@host/v1"}, r"\(not shown, for it may hold a secret\): it holds a user"),
        ({"url": "https://host/v1?key=hunter2"}, r"\(not shown, for it may hold a secret\): it holds a \? or a #"),
        ({"key": "sk-hunter2"}, "no name of a variable with a key; name an environment variable that ends with"),
        ({"key": "AWS_SECRET_ACCESS_KEY"}, "this is no name of a variable with a key"),
        ({"prompt": "../../secrets.txt"}, "cannot be a prompt: '..' leads out of the folder"),
        ({"prompt": "/etc/passwd"}, "cannot be a prompt: it is an absolute path"),
        ({"parameters": {"messages": []}}, "'messages' cannot be set here"),
        ({"max_requests": 0}, "max_requests: budget"),
        ({"sead": 1}, r"unknown key 'sead'; .*did you mean seed\?"),
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_without_showing_a_secret(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    recipe = write_corpus(tmp_path, method="translate-train", target=..., translator=PLAIN | changes)
    with pytest.raises(RecipeError, match=message) as error:
        load_recipe(str(recipe))
    assert "hunter2" not in str(error.value)


def test_the_host_is_what_a_card_may_show() -> None:
    settings = LlmSettings(model="tiny", url="https://models.example:8443/api/v1/")
    assert (settings.host, settings.url) == ("models.example:8443", "https://models.example:8443/api/v1")
