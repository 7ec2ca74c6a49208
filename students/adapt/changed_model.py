"""The model after a method's change: written down once, so that a run which goes on begins with the same model."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import write_text
from silverner.projection.parsing import read_json
from silverner.students.adapt.adaptation_text import AdaptationText
from silverner.students.adapt.masked_model import MaskedModel, load_masked_model
from silverner.students.adapt.method import AdaptationMethod
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.adapt.writing import writing_of

LOG = logging.getLogger("silverner")


@dataclass(frozen=True, slots=True)
class ChangedModel:
    """A model that a method has changed.

    :param masked: The model.
    :param new_rows: Ids of subwords whose embeddings are new.
    :param facts: What results and card say: ``change``, ``unknown`` and ``fresh_head``.
    """

    masked: MaskedModel
    new_rows: tuple[int, ...]
    facts: dict[str, Any]


def change_model(
    method: AdaptationMethod, model: str, text: AdaptationText, settings: AdaptationSettings, device: str, home: Path
) -> ChangedModel:
    """Load a model and change it, or load what an earlier run has changed.

    :param method: Changes it.
    :param model: A folder, or an id on the Hub.
    :param text: The text of the language.
    :param settings: How the model is trained afterwards.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :param home: Where the changed model is kept, for a run that goes on.
    :returns: The changed model.
    :raises SilvernerError: when the method has no use for this model or text.
    """
    folder, mark = home / "changed", home / "changed.json"
    if not mark.is_file():
        masked, words = load_masked_model(model, device=device, seed=settings.seed), text.word_counts
        unknown = {"before": writing_of(masked.tokenizer, words).unknown}
        change = method.change(masked, text)
        masked.tokenizer = change.tokenizer or masked.tokenizer
        unknown["after"] = writing_of(masked.tokenizer, words).unknown
        facts = {"change": dict(change.facts), "unknown": unknown, "fresh_head": masked.has_fresh_head}
        if not method.changes_model:
            return ChangedModel(masked, change.new_rows, facts)
        masked.save(folder)
        write_text(mark, json.dumps({"new_rows": list(change.new_rows), "facts": facts}) + "\n")
    stored = read_json(mark)
    masked = load_masked_model(str(folder), device=device, seed=settings.seed)
    masked.name, masked.has_fresh_head = model, stored["facts"]["fresh_head"]
    return ChangedModel(masked, tuple(stored["new_rows"]), stored["facts"])
