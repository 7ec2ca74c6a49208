"""The settings of a language model behind an endpoint, as every engine that asks one has them in a recipe."""

from __future__ import annotations

import os
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import Section
from silverner.projection.errors import MissingEngineError
from silverner.projection.paths import name_fault

_OURS = ("messages", "model", "n", "response_format", "seed", "stream", "temperature", "max_tokens")
"""Parameters of a request that have a key of their own, or that would change what an answer is."""


def _endpoint(url: str) -> str:
    """Refuse what is no address of a server, and a secret in it: the recipe is published with the corpus."""
    why = None
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or any(char.isspace() for char in url):
        why = "it is no address of a server, such as http://localhost:8000/v1"
    elif parts.username is not None or parts.password is not None:
        why = "it holds a user or a password; a secret belongs into an environment variable, which 'key' names"
    elif parts.query or parts.fragment:
        why = "it holds a ? or a #; it ends with the path, usually /v1"
    if why is not None:
        safe_url = url if "@" not in url and "?" not in url else "(not shown, for it may hold a secret)"
        raise PydanticCustomError("url", "{url}: {why}", {"url": safe_url, "why": why})
    return url.rstrip("/")


def _key_variable(name: str) -> str:
    """Refuse a variable that is no key of such a server: a stranger's recipe must not send any other secret away."""
    if not (name.isascii() and name.isidentifier() and name.endswith("_API_KEY")):
        why = "name an environment variable that ends with _API_KEY, and write the key itself into no recipe"
        raise PydanticCustomError("key", "this is no name of a variable with a key; {why}", {"why": why})
    return name


def _beside_the_recipe(path: str) -> str:
    """Refuse a file outside the folder of the recipe: its content is sent away."""
    if (why := name_fault(path)) is not None:
        message = "{path} cannot be a prompt: {why}; a prompt is a file in the folder of the recipe"
        raise PydanticCustomError("prompt", message, {"path": repr(path), "why": why})
    return path


def _further(parameters: dict[str, Any]) -> dict[str, Any]:
    """Refuse parameters that the program sets itself."""
    for name in parameters:
        if name in _OURS:
            raise PydanticCustomError("parameters", "'{name}' cannot be set here", {"name": name})
    return parameters


class LlmSettings(Section):
    """A language model, the server that runs it, how it is asked, and what it may cost."""

    model: str = Field(min_length=1, description="name of the model, as the server calls it")
    url: Annotated[str, AfterValidator(_endpoint)] = Field(
        description="address of the server, up to /v1, as in http://localhost:8000/v1"
    )
    key: Annotated[str, AfterValidator(_key_variable)] | None = Field(
        default=None, description="name of the environment variable that holds the key, as in OPENAI_API_KEY"
    )
    revision: str | None = Field(
        default=None, description="what else tells which weights answer, such as q4_K_M or a date"
    )
    license: str | None = Field(default=None, description="licence of the model, written as on the Hub")
    prompt: Annotated[str, AfterValidator(_beside_the_recipe)] | None = Field(
        default=None, description="file beside the recipe with another prompt"
    )
    temperature: float | None = Field(
        default=0.0, ge=0, le=2, description="how freely the model chooses words; null leaves it to the server"
    )
    seed: int | None = Field(
        default=0, ge=0, description="seed of the model's choices, where the server has one; null sends none"
    )
    answer_tokens: int | None = Field(
        default=2048, ge=1, description="most tokens of an answer; null leaves it to the server"
    )
    parameters: Annotated[dict[str, Any], AfterValidator(_further)] = Field(
        default_factory=dict, description="further parameters of a request, such as {top_p: 0.9}"
    )
    tries: int = Field(
        default=2, ge=1, le=10, description="how often one sentence is asked about, if no answer can be used"
    )
    concurrency: int = Field(default=4, ge=1, le=256, description="requests at the same time, in every worker")
    requests_per_minute: float | None = Field(
        default=None, gt=0, description="most requests a minute, of all workers of this machine"
    )
    timeout: float = Field(default=120.0, gt=0, description="seconds that the server has for an answer")
    retries: int = Field(
        default=5, ge=0, le=100, description="how often a request is sent again that the server did not serve"
    )
    max_requests: int | None = Field(
        default=None, ge=1, description="budget: most requests, over all runs; the build stops when it is spent"
    )
    max_tokens: int | None = Field(
        default=None, ge=1, description="budget: most tokens of requests and answers, over all runs"
    )

    @property
    def host(self) -> str:
        """The name of the server, with its port where it has one."""
        return urlsplit(self.url).netloc

    def read_key(self) -> str | None:
        """Read the key from the environment.

        :returns: The key; ``None`` for a server without keys.
        :raises MissingEngineError: when the variable is not set, or cannot be a key.
        """
        if self.key is None:
            return None
        if not (value := os.environ.get(self.key, "").strip()):
            raise MissingEngineError(
                f"the environment variable {self.key}, which holds the key for {self.host}, is not set: "
                f"export {self.key}=..."
            )
        if not (value.isascii() and value.isprintable()):  # no request could carry it
            raise MissingEngineError(
                f"the environment variable {self.key}, which holds the key for {self.host}, has a line break or "
                f"characters that no key has, such as curved quotes: export {self.key}=... again"
            )
        return value
