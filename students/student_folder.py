"""The folder of one student: the signature of its config, its model, and its results."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import copy_atomically, file_hash, write_text
from silverner.projection.errors import MissingFileError, OutputError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.safe_loading import silent_transformers
from silverner.projection.parsing import read_json
from silverner.students.corpus import SilverCorpus
from silverner.students.strategies import plugin_facts
from silverner.students.strategies.strategy import Strategy
from silverner.students.training_config import TrainingConfig

_NAMES_CODE = ("auto_map", "custom_pipelines")
"""Keys that name Python code of the model from which a student started; the student needs none."""
VERSION = 5
"""Increased when the same config gives another student."""


def signature(config: TrainingConfig, corpus: SilverCorpus, adaptation: str | None = None) -> str:
    """Name everything that decides a student and its scores: 16 hexadecimal digits.

    The content of files is in it, and not their paths; the device is not.

    :param config: What is to be trained.
    :param corpus: What it learns from.
    :param adaptation: The signature of the adaptation of its model.
    :returns: The name.
    :raises MissingFileError: when a model or file is not there.
    """
    facts: dict[str, Any] = asdict(config)
    del facts["adaptation"]
    for key in ("data", "source", "language", "split", "without_flags", "limit", "overlap", "device", "answers"):
        del facts[key]  # the corpus that they choose has a signature of its own
    for key in ("format", "scheme"):
        if facts[key] == "auto":
            del facts[key]
    facts["strategy"] = _strategy_settings(config.strategy)
    facts["model"] = Checkpoint(name=config.model).settings()
    facts |= {"test": _hash(config.test), "dev": _hash(config.dev), "corpus": corpus.signature, "version": VERSION}
    if adaptation is not None:
        facts["adaptation"] = adaptation
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _strategy_settings(strategy: Strategy) -> dict[str, Any]:
    """Return the options of a strategy, files and models by what they hold, and the package that adds it."""
    return {"name": strategy.name, **strategy.settings(OPTION_CONTENT), **plugin_facts(strategy)}


def _hash(path: Path | None) -> str | None:
    try:
        return None if path is None else file_hash(path)
    except OSError as error:
        raise MissingFileError(f"cannot read {path}: {error.strerror or error}") from error


OPTION_CONTENT: Mapping[str, Callable[[Any], Any]] = {
    "value": lambda value: value,
    "file": _hash,
    "model": lambda name: Checkpoint(name=name).settings(),
}
"""What stands for an option in a signature, by what the option holds."""


def save_model(model: Any, tokenizer: Any, path: Path) -> None:
    """Write a model as safetensors, in place of what lies there, without names of foreign code.

    :param model: The model.
    :param tokenizer: Its tokenizer.
    :param path: A folder for it alone.
    """
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    with silent_transformers():
        model.save_pretrained(path)
        tokenizer.save_pretrained(path)
    for file in (path / "config.json", path / "tokenizer_config.json"):
        settings = read_json(file, strict=False)
        without_code = {key: value for key, value in settings.items() if key not in _NAMES_CODE}
        if without_code.get("tokenizer_class") == "TokenizersBackend":
            without_code["tokenizer_class"] = "PreTrainedTokenizerFast"  # the name that transformers 4 knows too
        if without_code != settings:
            write_text(file, json.dumps(without_code, indent=2, ensure_ascii=False) + "\n")


class StudentFolder:
    """One student, or one adapted model, on disk."""

    def __init__(self, path: Path, student_signature: str, *, what: str = "student", make: str = "train") -> None:
        """Open a folder, or begin a new one.

        :param path: The folder; it may not exist yet.
        :param student_signature: The signature of the student that is to be written there.
        :param what: What it is called in messages.
        :param make: What the user does to make one.
        :raises OutputError: when it holds something else.
        """
        self.path = path
        self.checkpoints = path / "checkpoints"
        self._mark = path / "run.json"
        before = self._read_json(self._mark).get("signature")
        self.resumed = before is not None
        """Whether an earlier run began to train."""
        if before is None and path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise OutputError(f"{path} exists and holds no {what}; {make} into another folder with --out")
        # An earlier run that was refused has left only its signature.
        begun = self.checkpoints.exists() or (path / "results.json").exists()
        if begun and before is not None and before != student_signature:
            raise OutputError(
                f"{path} holds the {what} {before}, and this is {student_signature}: another model, corpus or "
                f"setting; {make} into another folder with --out, or remove this one"
            )
        write_text(self._mark, json.dumps({"signature": student_signature}) + "\n")

    @property
    def results(self) -> dict[str, Any] | None:
        """The results of a student that is finished."""
        return self._read_json(self.path / "results.json") or None

    def adopt(self, model: Path) -> None:
        """Copy a model that :func:`save_model` wrote into the folder, each file whole or not at all.

        :param model: Its folder.
        :raises OutputError: when it cannot be written.
        """
        for file in sorted(model.iterdir()):
            copy_atomically(file, self.path / file.name)

    def finish(self, results: Mapping[str, Any], card: str) -> dict[str, Any]:
        """Write card and results, and remove the checkpoints.

        :param results: The results.
        :param card: The text of the card.
        :returns: The results as they are in the file.
        :raises OutputError: when they cannot be written.
        """
        write_text(self.path / "README.md", card)
        write_text(self.path / "results.json", json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        shutil.rmtree(self.checkpoints, ignore_errors=True)
        return self._read_json(self.path / "results.json")

    @staticmethod
    def _read_json(path: Path) -> dict[str, Any]:
        try:
            facts = read_json(path)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:
            raise OutputError(f"{path} is damaged ({error}); remove it, or train elsewhere with --out") from error
        if not isinstance(facts, dict):
            raise OutputError(f"{path} is damaged (it holds no keys); remove it, or train elsewhere with --out")
        return facts
