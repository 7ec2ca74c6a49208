"""What a server answers to a request, and why an answer cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field, NonNegativeInt

UnusableKind = Literal["malformed", "cut-off", "empty", "refused"]
"""Why an answer cannot be used: it is not the JSON that was asked for, it was cut off, or the model said nothing."""


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


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
