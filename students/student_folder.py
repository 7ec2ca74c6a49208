"""The folder of one student: which config it belongs to, the model when it is done, and its results."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from silverner.projection.chain.store import copy_atomically, write_text
from silverner.projection.errors import MissingFileError, OutputError
from silverner.projection.neural.checkpoint import Checkpoint, no_bars
from silverner.students.corpus import SilverCorpus
from silverner.students.strategies import needs_teachers
from silverner.students.training_config import TrainingConfig

VERSION = 1
"""Raised when the same config gives another student."""


def signature(config: TrainingConfig, corpus: SilverCorpus) -> str:
    """Name everything that decides a student and its scores: 16 hexadecimal digits.

    Paths are not in it, but what lies there is; nor is the device.

    :param config: What is to be trained.
    :param corpus: What it learns from.
    :returns: The name.
    :raises MissingFileError: when a model or file is not there.
    """
    facts: dict[str, Any] = asdict(config)
    for key in ("data", "language", "split", "without", "limit", "device"):
        del facts[key]  # what they choose is in the signature of the corpus
    models = {"model": (config.model,), "teachers": config.teachers if needs_teachers(config) else ()}
    for key, names in models.items():
        facts[key] = [Checkpoint(name=name).settings() for name in names]
    for key in ("source", "test", "dev"):
        facts[key] = _hash(getattr(config, key))
    facts["teacher_texts"] = [_hash(path) for path in config.teacher_texts]
    facts |= {"corpus": corpus.signature, "version": VERSION}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _hash(path: Path | None) -> str | None:
    try:
        return None if path is None else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise MissingFileError(f"cannot read {path}: {error.strerror or error}") from error


def save(model: Any, tokenizer: Any, path: Path) -> None:
    """Write a model as safetensors, in place of what lies there.

    :param model: A student.
    :param tokenizer: Its tokenizer.
    :param path: A folder for it alone.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    with no_bars():
        model.save_pretrained(path)
        tokenizer.save_pretrained(path)


class StudentFolder:
    """One student on disk."""

    def __init__(self, path: Path, signature: str) -> None:
        """Open a folder, or begin a new one.

        :param path: The folder; it may not exist yet.
        :param signature: The config that is to be written there.
        :raises OutputError: when it holds something else.
        """
        self.path = path
        self.work = path / "checkpoints"
        self._mark = path / "run.json"
        found = self._read(self._mark).get("signature")
        self.resumed = found is not None
        """Whether a run before this one began the work."""
        if found is None and path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise OutputError(f"{path} exists and holds no student; train into another folder with --out")
        begun = self.work.exists() or (path / "results.json").exists()  # a run refused before that left only its name
        if begun and found is not None and found != signature:
            raise OutputError(
                f"{path} holds the student {found}, and this is {signature}: another model, corpus or setting; "
                "train into another folder with --out, or remove this one"
            )
        write_text(self._mark, json.dumps({"signature": signature}) + "\n")

    @property
    def results(self) -> dict[str, Any] | None:
        """The results of a student that is done."""
        return self._read(self.path / "results.json") or None

    def adopt(self, model: Path) -> None:
        """Take a model over that :func:`save` wrote, each file whole or not at all.

        :param model: Its folder.
        :raises OutputError: when it cannot be written.
        """
        for file in sorted(model.iterdir()):
            copy_atomically(file, self.path / file.name)

    def finish(self, results: Mapping[str, Any], card: str) -> dict[str, Any]:
        """Write card and results, and remove what was needed on the way.

        :param results: The results.
        :param card: The text of the card.
        :returns: The results, as anybody will read them.
        :raises OutputError: when they cannot be written.
        """
        write_text(self.path / "README.md", card)
        write_text(self.path / "results.json", json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        shutil.rmtree(self.work, ignore_errors=True)
        return self._read(self.path / "results.json")

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:
            raise OutputError(f"{path} is damaged ({error}); remove it, or train elsewhere with --out") from error
        return found
