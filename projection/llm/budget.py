"""The budget of an engine: how many requests and tokens it may use, over all runs and all workers of this machine.

What was used is counted in one small file, under its lock. So a build that is killed and run again, and the workers of
one build, share the budget and the pace of requests.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from silverner.projection.errors import EngineError, OutputError

_WIDTH = 200
"""Bytes of the file: it is written over as a whole, so a kill leaves the old numbers or the new ones."""


@dataclass(slots=True)
class Spent:
    """What was used so far.

    :param requests: Requests that were answered or are under way.
    :param tokens: Tokens of requests and answers, as the server counted them.
    :param next_request: When the next request may be sent, in seconds since 1970.
    """

    requests: int = 0
    tokens: int = 0
    next_request: float = 0.0


_SPENT = TypeAdapter(Spent)


class BudgetSpentError(EngineError):
    """The budget of a recipe is spent; what was answered is stored."""


class Budget:
    """Counts requests and tokens, and allows the next request."""

    def __init__(
        self,
        path: Path,
        *,
        max_requests: int | None = None,
        max_tokens: int | None = None,
        requests_per_minute: float | None = None,
    ) -> None:
        """Use a file, which is made when the first request is sent.

        :param path: The file.
        :param max_requests: Most requests; ``None`` for any number.
        :param max_tokens: Most tokens. It is compared before a request is sent, so requests under way can exceed it.
        :param requests_per_minute: Most requests a minute.
        """
        self._path, self._max_requests, self._max_tokens = path, max_requests, max_tokens
        self._pause = 60.0 / requests_per_minute if requests_per_minute else 0.0

    def take_request(self) -> float:
        """Count a request.

        :returns: How many seconds it must wait until it may be sent.
        :raises BudgetSpentError: when the budget does not allow another one.
        """
        with self._counted() as spent:
            for name, used, most in (
                ("max_requests", spent.requests, self._max_requests),
                ("max_tokens", spent.tokens, self._max_tokens),
            ):
                if most is not None and used >= most:
                    raise BudgetSpentError(
                        f"the budget is spent: {used} of {name}: {most}; every answer so far is kept, so raise {name} "
                        "in the recipe and run the same command again, which asks nothing twice"
                    )
            spent.requests += 1
            begin = max(time.time(), spent.next_request)
            spent.next_request = begin + self._pause
        return max(0.0, begin - time.time())

    def give_request_back(self) -> None:
        """Count a request no longer: it was not sent, or the server did not serve it."""
        with self._counted() as spent:
            spent.requests = max(0, spent.requests - 1)

    def add_tokens(self, number: int) -> None:
        """Count the tokens of a request and its answer.

        :param number: Their number.
        """
        with self._counted() as spent:
            spent.tokens += number

    def spent(self) -> Spent:
        """Return what was used so far."""
        with self._counted() as spent:
            return spent

    @contextmanager
    def _counted(self) -> Iterator[Spent]:
        """Lock the file, read it, and write it if the context ends without an error."""
        descriptor = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            spent = self._read(os.pread(descriptor, _WIDTH, 0))
            yield spent
            os.pwrite(descriptor, json.dumps(asdict(spent)).ljust(_WIDTH).encode(), 0)
        except OutputError:
            raise  # it says better what is wrong
        except OSError as error:
            raise OutputError(f"cannot count requests in {self._path}: {error.strerror or error}") from error
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _read(self, content: bytes) -> Spent:
        try:
            return _SPENT.validate_json(content) if content else Spent()
        except ValidationError as error:
            raise OutputError(
                f"{self._path} is damaged; remove it, and requests and tokens are counted from 0 again"
            ) from error
