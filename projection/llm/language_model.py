"""A language model with a task: it gets one JSON object a request and must answer with one.

What a corpus says travels as JSON data in a message of its own, apart from the prompt. So text that tries to give
orders is a value in that data. An engine that takes spans from an answer takes only what the text holds.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event
from typing import Any, Generic, TypeVar

from silverner.projection.chain.reports import report, report_event
from silverner.projection.chain.stage import signature
from silverner.projection.errors import DataError, EngineError
from silverner.projection.llm.answer import Unusable, UnusableAnswerError
from silverner.projection.llm.budget import Budget
from silverner.projection.llm.endpoint import Endpoint
from silverner.projection.llm.prompt import read_prompt
from silverner.projection.llm.session import Data, Session, StoppedError
from silverner.projection.llm.settings import LlmSettings
from silverner.projection.llm.stored_answers import StoredAnswers
from silverner.projection.parsing import parse_json

LOG = logging.getLogger("silverner")
VERSION = 1
"""Raised when the same prompt and data are put to a model in another way; part of the signature."""
FIRST = 10
"""If none of this many first answers can be used, the build stops instead of paying for more of them."""
_THOUGHTS = re.compile(r"\A\s*[^\s{`].*?</think>", re.DOTALL)
"""Thoughts before an answer. Many servers leave the opening tag out, because it is the end of the prompt."""
T = TypeVar("T")


class LanguageModel:
    """Asks a model about many things at the same time, and returns what it says in their order."""

    def __init__(
        self, settings: LlmSettings, *, task: str, values: Mapping[str, str], schema: Data, base: Path, store: Path
    ) -> None:
        """Remember the settings; nothing is read or asked yet.

        :param settings: The model, its server and what it may cost.
        :param task: Name of the task: a prompt of this package, and part of the signature.
        :param values: What the prompt says about the corpus, by name.
        :param schema: JSON schema of an answer.
        :param base: The folder of the recipe, where its own prompt may lie.
        :param store: The folder below which answers are stored.
        """
        self._settings, self._task, self._values = settings, task, values
        self._schema, self._base, self._store = schema, base, store
        self._endpoint = Endpoint(settings)
        self._prompt: str | None = None

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the answers; where the server is, and what it may cost, does not.

        :raises SilvernerError: as :meth:`check`.
        """
        self.check()
        settings = self._settings
        return {
            "engine": "llm",
            "task": self._task,
            "version": VERSION,
            "model": settings.model,
            "precision": None,  # only the server knows it
            "revision": settings.revision,
            "prompt": signature(self._prompt),
            "schema": signature(self._schema),
            "temperature": settings.temperature,
            "seed": settings.seed,
            "answer_tokens": settings.answer_tokens,
            "parameters": settings.parameters,
            "tries": settings.tries,
        }

    def check(self) -> None:
        """Check package, key and prompt; the server is not asked.

        :raises SilvernerError: when one of them is missing or wrong.
        """
        self._endpoint.check()
        if self._prompt is None:
            replacement = self._settings.prompt
            self._prompt = read_prompt(self._task, replaced_by=replacement, base=self._base, values=self._values)

    def release(self) -> None:
        """Close all connections."""
        self._endpoint.close()

    def ask(self, questions: Sequence[Data], read: Callable[[Data, Any], T]) -> list[T | Unusable]:
        """Ask about several things; the same question is asked once.

        :param questions: For every request its data, as JSON can hold it.
        :param read: Makes a result of the data and of the answer, which is JSON; raises
            :class:`~silverner.projection.llm.answer.UnusableAnswerError` when it is not of the form that is wanted.
        :returns: One result a question, in order.
        :raises EngineError: when the server does not answer, the budget is spent, or no answer can be used.
        """
        once = {json.dumps(question, sort_keys=True): question for question in questions}
        batch = _Batch(self._session(), read)
        results = dict(zip(once, batch.run(list(once.values()), self._settings.concurrency), strict=True))
        ordered = [results[json.dumps(question, sort_keys=True)] for question in questions]
        unusable = [result for result in ordered if isinstance(result, Unusable)]
        refusals = [" ".join(result.text.split()) for result in unusable if result.kind == "refused" and result.text]
        kinds = Counter[str](result.kind for result in unusable)
        self.reject(kinds, of=len(ordered), what="answers", example=refusals[0] if refusals else None)
        return ordered

    def reject(self, kinds: Counter[str], *, of: int, what: str, example: str | None = None) -> None:
        """Count what was rejected, and say so in the log.

        :param kinds: How many, by kind.
        :param of: How many there were in all.
        :param what: What was rejected.
        :param example: What the server said when it refused one of them.
        """
        for kind in kinds.elements():
            report_event(kind)
        if kinds:
            listed = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
            numbers = f"{kinds.total()} of {of} {what} of {self._settings.model}"
            said = "" if example is None else f"; the server said of a refused one: {example:.200}"
            LOG.warning("%s: %s could not be used (%s)%s", self._task, numbers, listed, said)

    def _session(self) -> Session:
        facts = dict(self.settings())
        assert self._prompt is not None
        answers = StoredAnswers(self._store / f"{self._task}-{signature(facts)}")
        answers.remove_temporaries()
        settings = self._settings
        budget = Budget(
            answers.folder / "spent",
            max_requests=settings.max_requests,
            max_tokens=settings.max_tokens,
            requests_per_minute=settings.requests_per_minute,
        )
        return Session(settings, self._endpoint, self._prompt, self._schema, answers, budget)


class _Batch(Generic[T]):
    """Asks questions at the same time, and stops at the first failure."""

    def __init__(self, session: Session, read: Callable[[Data, Any], T]) -> None:
        self._session, self._read, self._stopped = session, read, Event()

    def run(self, questions: Sequence[Data], concurrency: int) -> list[T | Unusable]:
        pool = ThreadPoolExecutor(concurrency, thread_name_prefix="llm")
        try:
            futures = [pool.submit(self._usable_answer, question) for question in questions]
            for number, future in enumerate(as_completed(futures), start=1):
                if isinstance(future.exception(), StoppedError):
                    continue
                future.result()
                report(number / len(futures))
                self._refuse_useless_model(futures[:FIRST])
        except Exception:  # requests under way are paid for, so their answers are stored
            self._stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
        except BaseException:  # somebody wants the program to end now
            self._stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            self._session.endpoint.close()
            raise
        pool.shutdown()
        return [future.result() for future in futures]

    def _usable_answer(self, question: Data) -> T | Unusable:
        try:
            return self._ask(question)
        except Exception:
            self._stopped.set()  # here, because this thread takes the next question at once
            raise

    def _ask(self, question: Data) -> T | Unusable:
        """Ask again, with another seed, until an answer can be used."""
        unusable = Unusable("empty")
        for attempt in range(self._session.settings.tries):
            answer = self._session.answer(question, attempt, self._stopped)
            if (fault := answer.fault) is None:
                try:
                    result = self._read(question, parse_json(_bare(answer.text), where="answer"))
                except (DataError, UnusableAnswerError):
                    fault = "malformed"
                else:
                    self._session.answers.note_usable()
                    return result
            unusable = Unusable(fault, answer.text)
            if answer.request_refused:  # with every seed
                break
        return unusable

    def _refuse_useless_model(self, first: Sequence[Future[T | Unusable]]) -> None:
        """Stop when nothing that the model ever said can be used."""
        if len(first) < FIRST or self._session.answers.any_usable:
            return
        if not all(future.done() and future.exception() is None for future in first):
            return
        results = [future.result() for future in first]
        if all(isinstance(result, Unusable) for result in results):
            settings, last = self._session.settings, results[-1]
            assert isinstance(last, Unusable)
            raise EngineError(
                f"{settings.model} at {settings.host} gave no usable answer to the first {FIRST} requests (the last "
                f"one was {last.kind}: {' '.join(last.text.split())!r:.100}); use another model or prompt, or write "
                "another 'revision' to ask the same model again"
                + (", or raise 'answer_tokens'" if last.kind == "cut-off" else "")
            )


def _bare(text: str) -> str:
    r"""Take JSON out of what many models put around it: their thoughts before it, and a Markdown block.

    >>> _bare('<think>Is it {?</think>\n```json\n{"a": 1}\n```')
    '{"a": 1}'
    >>> _bare('Is it {?</think>{"a": "</think>"}')
    '{"a": "</think>"}'
    """
    text = _THOUGHTS.sub("", text).strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        text = text[text.index("\n") : -3].strip()
    return text
