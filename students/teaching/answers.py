"""Answers of models about a text: asked once, written to a file, and read from it by every other student.

An answer is a matrix of float32, as the model gave it, so that a student who reads it becomes the same to the last bit.
The name of its file is a hash of all that decides the answer: weights, libraries, labels, and the words of the text.
The file is sealed: its hash is behind it, and its name is in it. A file that is damaged or was put there by somebody
else is made again.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from silverner.projection.chain.files import TEMPORARY_PREFIX, remove_temporaries, write_bytes
from silverner.projection.chain.sealed import seal, unseal
from silverner.projection.errors import DataError
from silverner.projection.parsing.text_file import open_regular
from silverner.students.adapt.student_adaptation import FOLDER as ADAPTED
from silverner.students.targets import Reals

LOG = logging.getLogger("silverner")
FOLDER = "teachers"
"""What the folder of answers is called among the files of students."""
ENDING = ".answer"
VERSION = 1
"""Increased when the same facts give another matrix."""


def text_hash(sentences: Sequence[Sequence[str]]) -> str:
    """Hash the words of a text, and where its sentences end.

    :param sentences: The words of each.
    :returns: SHA-256 as 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for sentence in sentences:
        digest.update(json.dumps(list(sentence)).encode() + b"\n")
    return digest.hexdigest()


def kept_answer(folder: Path | None, facts: Mapping[str, object], rows: int, ask: Callable[[], Reals]) -> Reals:
    """Read an answer, or ask and write it.

    :param folder: Where answers are kept; with ``None`` the model is asked every time.
    :param facts: All that decides the answer, as JSON has it.
    :param rows: How many rows the answer has.
    :param ask: Asks the model.
    :returns: The answer, shape (rows, anything), float32.
    :raises SilvernerError: when the model cannot be asked, or the folder cannot be written.
    """
    if folder is None:
        return ask()
    name = hashlib.sha256(json.dumps([VERSION, facts], sort_keys=True).encode()).hexdigest()
    path = folder / (name + ENDING)
    stored = _read(path, name.encode(), rows) if path.exists() else None
    if stored is not None:
        return stored
    answer = np.ascontiguousarray(ask(), dtype=np.float32)
    written = io.BytesIO()
    np.save(written, answer, allow_pickle=False)
    remove_temporaries(folder)
    write_bytes(path, seal(name.encode() + written.getvalue()))
    return answer


def _read(path: Path, name: bytes, rows: int) -> Reals | None:
    """Read a file; return ``None`` if it is not what was written there."""
    try:
        with open_regular(path) as file:
            content = unseal(file.read())
        if content is not None and content.startswith(name):
            answer: Reals = np.load(io.BytesIO(content[len(name) :]), allow_pickle=False)
            if answer.dtype == np.float32 and answer.ndim == 2 and len(answer) == rows:
                return answer
    except (DataError, ValueError, EOFError) as error:
        LOG.debug("%s: %s", path, error)
    LOG.warning("%s is damaged, or is not what was written there: the model is asked again", path)
    return None


def holds_answers_only(folder: Path) -> bool:
    """Tell whether a folder holds nothing but answers, and models that were adapted for students.

    :param folder: The folder.
    """
    names = [path.name for path in folder.iterdir()]
    return all(name.endswith(ENDING) or name.startswith((TEMPORARY_PREFIX, ADAPTED)) for name in names)
