"""Trainings of a strategy that has several: which are finished, so that a run that was killed does not repeat them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import write_text
from silverner.projection.parsing import read_json
from silverner.students.strategies.strategy import TrainedModel


def finished_facts(home: Path) -> dict[str, Any] | None:
    """Return the facts of a training that is finished.

    :param home: Its folder.
    :returns: The facts, or ``None``.
    """
    mark = home / "finished.json"
    facts: dict[str, Any] | None = read_json(mark) if mark.is_file() else None
    return facts


def finish(home: Path, trained: TrainedModel) -> dict[str, Any]:
    """Mark a training as finished, and remove its checkpoints: those of all would fill a disk.

    :param home: Its folder.
    :param trained: The student.
    :returns: Its facts, as they are in the file.
    """
    write_text(home / "finished.json", json.dumps(trained.facts) + "\n")
    for path in home.glob("checkpoint-*"):
        shutil.rmtree(path)
    facts: dict[str, Any] = read_json(home / "finished.json")
    return facts
