"""What a server answers to a request, and why an answer cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, NonNegativeInt, ValidationError, field_validator

UnusableKind = Literal["malformed", "cut-off", "empty", "refused"]
"""Why an answer cannot be used: it is not the JSON that was asked for, it was cut off, or the model said nothing."""


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _only_text(cls, content: object) -> object:
        """Join the text of an answer in parts; the others are thoughts."""
        if not isinstance(content, list):
            return content
        parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
        return "".join(str(part.get("text", "")) for part in parts)


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: NonNegativeInt = 0
    completion_tokens: NonNegativeInt = 0


class Completion(BaseModel):
    """The part of a server's answer that is read; servers add much else."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None
    model: str | None = None
    system_fingerprint: str | None = None


class _Error(BaseModel):
    code: Any = None


class _Failure(BaseModel):
    error: _Error


def status_of_failure(body: bytes) -> int | None:
    """Return the status that a failure should have been sent with; ``None`` for an answer.

    Gateways send the status 200 before they know that the server behind them fails.

    :param body: What was sent with the status 200.

    >>> status_of_failure(b'{"error": {"code": 429}}'), status_of_failure(b'{"error": {"code": "down"}}')
    (429, 502)
    >>> status_of_failure(b'{"choices": [], "error": null}') is None
    True
    """
    try:
        code = _Failure.model_validate_json(body).error.code
    except ValidationError:
        return None
    return code if isinstance(code, int) and 400 <= code <= 599 else 502


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of a model.

    :param text: What it wrote.
    :param finish: Why it stopped, as the server says.
    :param refused: Whether the server says that the model, or a filter, refused.
    :param request_refused: Whether the server refused the request itself; then the text is what it said.
    :param prompt_tokens: Tokens of the request, as the server counts them.
    :param answer_tokens: Tokens of the answer.
    :param model: What the server calls the model that answered.
    :param fingerprint: What the server calls its own state.
    :param constrained: Whether the server was asked to allow only the JSON that is wanted.
    """

    text: str
    finish: str | None = None
    refused: bool = False
    request_refused: bool = False
    prompt_tokens: int = 0
    answer_tokens: int = 0
    model: str | None = None
    fingerprint: str | None = None
    constrained: bool = True

    @classmethod
    def refusal(cls, words: str) -> Answer:
        """Make what stands for the answer to a request that the server refused because of its text.

        :param words: What the server said.
        """
        return cls(text=words, refused=True, request_refused=True)

    @property
    def fault(self) -> UnusableKind | None:
        """Why the answer cannot be used, as far as the server says so."""
        if self.refused:
            return "refused"
        if self.finish == "length":
            return "cut-off"
        return None if self.text.strip() else "empty"


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands for the answer to a request to which the model gave no usable one.

    :param kind: What was wrong with the last one.
    :param text: How the last one began.
    """

    kind: UnusableKind
    text: str = ""


class UnusableAnswerError(Exception):
    """An answer is not the JSON that was asked for; whoever reads answers raises it, and it never leaves this room."""
