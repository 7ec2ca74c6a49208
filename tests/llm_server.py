"""A language model for tests: a loopback server that answers as a function says, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain.engine import EngineContext
from silverner.projection.languages import find_language

pytest.importorskip("openai", reason="needs the extra: pip install 'silverner[llm]'")

Reply = str | tuple[int, Any] | bytes
"""The words of the model; or a status and its body as JSON; or the bytes of a body that is sent as it is."""


@dataclass
class Model:
    """What the server was asked, and how it answers.

    :param reply: Takes the data of the user and the whole request; returns the reply.
    :param finish: Why the model says it stopped.
    """

    reply: Callable[[Any, dict[str, Any]], Reply]
    finish: str = "stop"
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    under_way: int = 0
    most_under_way: int = 0

    @property
    def texts(self) -> list[Any]:
        """The data of every request, in the order they came."""
        return [json.loads(request["messages"][-1]["content"]) for request in self.requests]

    def body(self, words: str) -> bytes:
        """Return what a server sends for words of the model."""
        choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": self.finish}
        usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage}).encode()


def words(**answer: Any) -> str:
    """Return an answer as a model that keeps to JSON writes it."""
    return json.dumps(answer, ensure_ascii=False)


@contextmanager
def serving(reply: Callable[[Any, dict[str, Any]], Reply], **options: Any) -> Iterator[Model]:
    """Serve a model on a free port of this machine."""
    model = Model(reply, **options)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with model.lock:
                model.requests.append(request)
                model.headers.append({name.lower(): value for name, value in self.headers.items()})
                model.under_way += 1
                model.most_under_way = max(model.most_under_way, model.under_way)
            result = model.reply(json.loads(request["messages"][-1]["content"]), request)
            with model.lock:
                model.under_way -= 1
            status, body = 200, result
            if isinstance(result, tuple):
                status, body = result[0], json.dumps(result[1]).encode()
            elif isinstance(result, str):
                body = model.body(result)
            assert isinstance(body, bytes)
            with suppress(BrokenPipeError, ConnectionResetError):  # the client did not wait
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if status in {429, 503}:
                    self.send_header("Retry-After-Ms", "1")
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def engine_context(folder: Path, **changes: Any) -> EngineContext:
    """Return what an engine is told of a corpus of English and Zulu."""
    facts: dict[str, Any] = {
        "base": folder,
        "source": find_language("eng"),
        "target": find_language("zul"),
        "labels": ("PER", "ORG", "LOC"),
        "label_map": {},
        "splits": ("train",),
        "ids": list,
        "sizes": list,
        "limit": None,
        "models": folder / "models",
    }
    return EngineContext(**{**facts, **changes})
