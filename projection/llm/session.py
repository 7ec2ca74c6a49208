"""One request of a task: its answer from the store, or from the server, as budget and pace allow it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

from silverner.projection.errors import EngineError
from silverner.projection.llm.answer import Answer
from silverner.projection.llm.budget import Budget
from silverner.projection.llm.endpoint import Endpoint, RefusedRequestError
from silverner.projection.llm.settings import LlmSettings
from silverner.projection.llm.stored_answers import StoredAnswers

Data = Mapping[str, Any]


class StoppedError(Exception):
    """A request was not sent, because another one failed: that error is raised."""


@dataclass(frozen=True)
class Session:
    """Asks one question: from the store if it is there, otherwise the server.

    :param settings: The model and how it is asked.
    :param endpoint: Its server.
    :param prompt: What the model is told before every question.
    :param schema: JSON schema of an answer.
    :param answers: The stored answers.
    :param budget: What may be used.
    """

    settings: LlmSettings
    endpoint: Endpoint
    prompt: str
    schema: Data
    answers: StoredAnswers
    budget: Budget

    def answer(self, question: Data, attempt: int, stopped: Event) -> Answer:
        """Return the answer to an attempt; each attempt has a seed of its own.

        :param question: The data of the request.
        :param attempt: The number of the attempt, from 0.
        :param stopped: Set when another request failed.
        :returns: The answer, which may be unusable.
        :raises StoppedError: when the request was not sent, because another one failed.
        :raises EngineError: when the server does not answer, the budget is spent, or settings are wrong.
        """
        settings = self.settings
        seed = None if settings.seed is None else settings.seed + attempt
        messages = self._messages(question)
        request = {
            "model": settings.model,
            "messages": messages,
            "temperature": settings.temperature,
            "seed": seed,
            "max_tokens": settings.answer_tokens,
            "parameters": settings.parameters,
            "attempt": attempt,
        }
        answer = self.answers.find(request)
        if answer is None:
            try:
                answer = self._send(messages, seed, stopped)
            except RefusedRequestError:
                answer = self._ask_again(question, seed, stopped)
            self.answers.add(request, answer)
            self._count(answer)
        return answer

    def _ask_again(self, question: Data, seed: int | None, stopped: Event) -> Answer:
        """Find out whether a refused request is refused for its text, and return what stands for its answer.

        The text is the reason only if the server answers the same request without it, and then refuses it once more. If
        it does not answer, settings are wrong, and the build stops.
        """
        self._count(self._send(self._messages(_emptied(question)), seed, stopped))
        try:
            return self._send(self._messages(question), seed, stopped)
        except RefusedRequestError as refusal:
            return Answer.refusal(refusal.words)

    def _messages(self, question: Data) -> list[dict[str, str]]:
        return [
            {"role": "system", "content": self.prompt},
            {"role": "user", "content": json.dumps(question, ensure_ascii=False)},
        ]

    def _send(self, messages: list[dict[str, str]], seed: int | None, stopped: Event) -> Answer:
        """Ask the server when budget and pace allow it; a request that is not answered is not counted."""
        if stopped.is_set():
            raise StoppedError
        if stopped.wait(self.budget.take_request()):
            self.budget.give_request_back()
            raise StoppedError
        try:
            return self.endpoint.ask(messages, schema=self.schema, seed=seed)
        except EngineError:
            self.budget.give_request_back()
            raise

    def _count(self, answer: Answer) -> None:
        self.budget.add_tokens(answer.prompt_tokens + answer.answer_tokens)


def _emptied(question: Data) -> Data:
    """Take the text out of a question.

    >>> _emptied({"text": "Ana", "entities": [{"number": 1}]})
    {'text': '', 'entities': []}
    """
    return {name: type(value)() for name, value in question.items()}
