"""Answers on the disk: every answer is stored as soon as it is there, so that nothing is asked, and paid for, twice.

One answer is one file below the folder of the store, named by the signature of its request. A killed program leaves
whole files only. A file that is damaged is named in the log and counts as not there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from silverner.projection.chain.files import remove_temporaries, write_text
from silverner.projection.chain.stage import signature
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.llm.answer import Answer
from silverner.projection.parsing import read_json

LOG = logging.getLogger("silverner")
_ANSWER = TypeAdapter(Answer)
_PREFIX = 2
"""Characters of a name that are its folder: a folder with a million files is slow on some disks."""


class StoredAnswers:
    """The answers to the requests of one engine with one set of settings."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when the first answer is stored.

        :param folder: The folder.
        """
        self.folder = folder
        self._usable = folder / "usable"
        self._noted = False

    @property
    def any_usable(self) -> bool:
        """Whether an answer could ever be used, in this run or before, here or in another worker."""
        self._noted = self._noted or self._usable.exists()
        return self._noted

    def note_usable(self) -> None:
        """Note that an answer could be used.

        :raises OutputError: when that cannot be written.
        """
        if not self.any_usable:
            write_text(self._usable, "")

    def remove_temporaries(self) -> None:
        """Remove what killed programs were writing here."""
        for folder in (self.folder, *self.folder.glob("*/")):
            remove_temporaries(folder)

    def find(self, request: Mapping[str, Any]) -> Answer | None:
        """Find the answer to a request.

        :param request: The request, as JSON can hold it.
        :returns: The answer; ``None`` where nobody asked yet, or the file is damaged.
        """
        path = self._path(request)
        try:
            content = read_json(path)
            if content["hash"] == _hash(content) and content["request"] == request:
                return _ANSWER.validate_python(content["answer"])
            why: object = "its content is not what was written"
        except MissingFileError:
            return None
        except (DataError, ValidationError, KeyError, TypeError) as error:
            why = error
        LOG.warning("the stored answer %s is damaged (%s); the model is asked again", path, str(why).splitlines()[0])
        return None

    def add(self, request: Mapping[str, Any], answer: Answer) -> None:
        """Store an answer.

        :param request: The request.
        :param answer: The answer.
        :raises OutputError: when it cannot be written.
        """
        content: dict[str, Any] = {"request": request, "answer": asdict(answer)}
        content["hash"] = _hash(content)
        write_text(self._path(request), json.dumps(content, ensure_ascii=False, indent=1) + "\n")

    def _path(self, request: Mapping[str, Any]) -> Path:
        name = signature(request)
        return self.folder / name[:_PREFIX] / f"{name}.json"


def _hash(content: Mapping[str, Any]) -> str:
    return signature([content["request"], content["answer"]])
