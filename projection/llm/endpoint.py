"""Sends requests to an OpenAI-compatible server, with the client of the package ``openai``.

That client sends a request again, later and later, that the server did not serve: after a time-out, a lost connection,
429 (too many requests; it waits as long as the server says) and errors of the server. What remains is said in one line.
The key is read when the first request is sent. It is in no message, and in no answer that is returned.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from threading import Lock
from typing import Any

from pydantic import ValidationError

from silverner.projection.errors import EngineError
from silverner.projection.llm.answer import Answer, Completion, status_of_failure
from silverner.projection.llm.settings import LlmSettings
from silverner.projection.registry import require_package

LOG = logging.getLogger("silverner")
EXTRA = "llm"
_HIDDEN = "[key]"
_NO_KEY = "none"
"""What a server without keys gets, because the client insists on one."""
_SHOWN = 200
"""Characters of a server's words that a message holds."""
_CLIENT_KEY = "OPENAI_API_KEY"
_CLIENT_HEADERS = ("OpenAI-Organization", "OpenAI-Project")
_ABOUT_THE_REQUEST = (400, 403, 413, 422, 451)
"""Refusals that the text of a request can be the reason of (a filter, its length), and wrong settings as well."""


class RefusedRequestError(EngineError):
    """The server refuses a request, for its text or for wrong settings: it does not say which.

    :ivar words: What it said.
    """

    def __init__(self, message: str, *, words: str) -> None:
        """Make an error.

        :param message: The message, if settings are wrong.
        :param words: What the server said.
        """
        super().__init__(message)
        self.words = words


class Endpoint:
    """A model on a server."""

    def __init__(self, settings: LlmSettings) -> None:
        """Remember the settings; the client is made when it is first needed.

        :param settings: The model and its server.
        """
        self._settings = settings
        self._client: Any = None
        self._key: str | None = None
        self._constrains: bool | None = None  # unknown until the first answer
        self._lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Leave the client and the key out when an engine is sent to a worker."""
        return {"settings": self._settings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Begin without a client."""
        self.__init__(state["settings"])  # type: ignore[misc]

    def check(self) -> None:
        """Check package and key; the server is not asked.

        :raises MissingEngineError: when the package is not installed, or the variable of the key is not set.
        """
        require_package("openai", EXTRA)
        self._settings.read_key()

    def close(self) -> None:
        """Close all connections; a request that is under way fails."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def ask(self, messages: Sequence[Mapping[str, str]], *, schema: Mapping[str, Any], seed: int | None) -> Answer:
        """Ask the model once.

        :param messages: What it is told.
        :param schema: JSON schema of the answer that is wanted.
        :param seed: Seed of its choices; ``None`` sends none.
        :returns: The answer, which may be unusable.
        :raises RefusedRequestError: when the server refuses the request for its text, or for wrong settings.
        :raises EngineError: when the server does not answer, or refuses to be asked.
        """
        import openai

        try:
            if self._constrains is False:
                return self._ask(messages, None, seed)
            try:
                answer = self._ask(messages, schema, seed)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as refusal:
                if self._constrains:  # the schema is not the reason
                    raise
                answer = self._ask(messages, None, seed)
                self._note_unconstrained(refusal)
            else:
                self._constrains = True
        except openai.OpenAIError as error:
            raise self._explained(error) from None
        return answer

    def _note_unconstrained(self, refusal: Any) -> None:
        """Send no schema any more, because the server refuses it; say so once."""
        with self._lock:
            if self._constrains is not None:
                return
            self._constrains = False
        LOG.warning(
            "%s does not constrain the answers of %s to a JSON schema (%s); they are only checked",
            self._settings.host,
            self._settings.model,
            self._words(refusal),
        )

    def _ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any] | None, seed: int | None) -> Answer:
        settings = self._settings
        options: dict[str, Any] = {"temperature": settings.temperature, "seed": seed}
        options["max_tokens"] = settings.answer_tokens
        options = {name: value for name, value in options.items() if value is not None}
        if schema is not None:
            form = {"name": "answer", "strict": True, "schema": schema}
            options["response_format"] = {"type": "json_schema", "json_schema": form}
        completions = self._opened().chat.completions.with_raw_response
        response = completions.create(
            model=settings.model, messages=list(messages), extra_body=settings.parameters or None, **options
        )
        return self._read(response.text, constrained=schema is not None)

    def _headers(self) -> dict[str, Any]:
        """Leave out what the client adds to every request from variables of its own, for they can hold secrets.

        Only a recipe that names the key of that client gets what belongs to it.
        """
        import openai

        if self._settings.key == _CLIENT_KEY:
            return {}
        lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
        names = [*_CLIENT_HEADERS, *(line.partition(":")[0].strip() for line in lines)]
        return {**dict.fromkeys(names, openai.Omit()), "Authorization": f"Bearer {self._key or _NO_KEY}"}

    def _opened(self) -> Any:
        """Return the client; threads share it."""
        import openai

        with self._lock:
            if self._client is None:
                settings, self._key = self._settings, self._settings.read_key()
                with_key = f", with the key in {settings.key}" if self._key else ""
                LOG.info("%s at %s is asked%s", settings.model, settings.host, with_key)
                self._client = openai.OpenAI(
                    base_url=settings.url,
                    api_key=self._key or _NO_KEY,
                    default_headers=self._headers(),
                    timeout=settings.timeout,
                    max_retries=settings.retries,
                    http_client=openai.DefaultHttpxClient(event_hooks={"response": [_correct_status]}),
                )
            return self._client

    def _read(self, body: str, *, constrained: bool) -> Answer:
        """Read the answer of a server, which may be no answer at all."""
        try:
            completion = Completion.model_validate_json(body)
        except ValidationError as error:
            raise EngineError(
                f"{self._place} answered with something else than a chat completion ({self._clean(body)!r}); does the "
                "URL end with the path of an OpenAI-compatible server, usually /v1?"
            ) from error
        choice, usage = completion.choices[0], completion.usage
        return Answer(
            text=self._without_key(choice.message.content or ""),
            finish=self._without_key(choice.finish_reason or ""),
            refused=bool(choice.message.refusal) or choice.finish_reason == "content_filter",
            prompt_tokens=usage.prompt_tokens if usage else 0,
            answer_tokens=usage.completion_tokens if usage else 0,
            model=self._without_key(completion.model or "") or None,
            fingerprint=self._without_key(completion.system_fingerprint or "") or None,
            constrained=constrained,
        )

    @property
    def _place(self) -> str:
        return f"{self._settings.model} at {self._settings.host}"

    def _explained(self, error: Any) -> EngineError:
        """Say in one line what went wrong, and what to do."""
        import openai

        settings, place, words = self._settings, self._place, self._words(error)
        times = f"in {settings.retries + 1} tries" if settings.retries else "in the only try"
        go_on = "every answer so far is kept; run the same command again"
        match error:
            case openai.APITimeoutError():
                limit = f"within {settings.timeout:g} s, {times}"
                why = f"did not answer {limit}; raise 'timeout' or lower 'concurrency'; {go_on}"
            case openai.APIConnectionError():
                cause = self._clean(str(error.__cause__ or error))
                why = f"cannot be reached ({cause}), {times}; does the server run at {settings.url}? {go_on}"
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                remedy = f"the variable {settings.key}" if settings.key else "a key: name its variable with 'key'"
                why = f"refuses access ({error.status_code}: {words}); check {remedy}"
            case openai.NotFoundError():
                why = f"is not there (404: {words}); check 'model', and whether 'url' ends with /v1: {settings.url}"
            case openai.RateLimitError():
                why = (
                    f"refuses more requests for now (429: {words}), {times}; unless a quota is used up, lower "
                    f"'concurrency' or set 'requests_per_minute'; {go_on}"
                )
            case openai.APIStatusError() if error.status_code in _ABOUT_THE_REQUEST:
                why = (
                    f"refuses every request, even one without a text ({error.status_code}: {words}); check 'model', "
                    "'prompt' and 'parameters'; if it does not know max_tokens, temperature or seed, leave them out: "
                    "answer_tokens: null, temperature: null, seed: null"
                )
            case openai.APIStatusError():
                why = f"fails, or refuses the request ({error.status_code}: {words}); {go_on}"
            case _:
                why = f"cannot be asked: {words}"
        message, status = f"{place} {why}", getattr(error, "status_code", None)
        if status in _ABOUT_THE_REQUEST:
            return RefusedRequestError(message, words=f"{status}: {words}")
        return EngineError(message)

    def _words(self, error: Any) -> str:
        """Return the words of the server about an error."""
        body = getattr(error, "body", None)
        message = body.get("message") if isinstance(body, dict) else body
        return self._clean(message if isinstance(message, str) and message.strip() else str(error))

    def _clean(self, text: str) -> str:
        """Write text of a server on one line, without the key, and not too long."""
        return " ".join(self._without_key(text).split())[:_SHOWN]

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, _HIDDEN) if self._key else text


def _correct_status(response: Any) -> None:
    """Let the client see that an answer is a failure, so that it asks again."""
    if response.status_code == HTTPStatus.OK:
        response.status_code = status_of_failure(response.read()) or HTTPStatus.OK
