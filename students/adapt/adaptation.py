"""Adapts one model from beginning to end: the method's change, training on masked words, card."""

from __future__ import annotations

import hashlib
import json
import shlex
import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from silverner.builders.runlog import LOG, run_log
from silverner.dataset_cards.licence import Part
from silverner.projection.errors import UsageError
from silverner.projection.neural.adapter import merge_adapters
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.registry import require_package
from silverner.students.adapt.adaptation_text import AdaptationText
from silverner.students.adapt.card import render_card
from silverner.students.adapt.changed_model import ChangedModel, change_model
from silverner.students.adapt.fresh_head import begin_with_frequencies
from silverner.students.adapt.lora import add_lora
from silverner.students.adapt.masked_loss import MaskedLoss
from silverner.students.adapt.masking import MaskableText, Masking
from silverner.students.adapt.method import AdaptationMethod
from silverner.students.adapt.settings import DEFAULT_HELD_OUT, DEFAULT_SPLIT, AdaptationSettings
from silverner.students.dependencies import require_student_packages
from silverner.students.provenance import base_model, model_licence, short_language, short_name, strictest_licence
from silverner.students.student_folder import OPTION_CONTENT, StudentFolder
from silverner.students.training.memory import PeakMemory
from silverner.students.training.model import freeze, freeze_embeddings
from silverner.students.training.once import within_memory
from silverner.students.training.trainer import Progress, TrainingCourse, train
from silverner.students.training_config import refuse_held_out

VERSION = 1
"""Increased when the same plan gives another model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """One model that is to be adapted.

    :param method: How.
    :param model: A folder, or an id on the Hub.
    :param text: The text of the language.
    :param settings: How it is trained.
    :param held_out: Share of sentences that are held out, to choose the epoch by.
    :param device: ``auto``, ``cpu`` or ``cuda``; decides nothing but speed.
    """

    method: AdaptationMethod
    model: str
    text: AdaptationText
    settings: AdaptationSettings = field(default_factory=AdaptationSettings)
    held_out: float = DEFAULT_HELD_OUT
    device: Literal["auto", "cpu", "cuda"] = "auto"

    def __post_init__(self) -> None:
        """Refuse what does not fit.

        :raises UsageError: naming the option and what is allowed.
        """
        refuse_held_out(self.held_out, "text")
        if self.settings.mask_names is not None and not self.text.has_entities:
            raise UsageError("--mask-names needs the entities of a corpus; give --data CORPUS instead of --text")

    @property
    def signature(self) -> str:
        """Name everything that decides the adapted model: 16 hexadecimal digits."""
        facts = {
            "method": {"name": self.method.name, **self.method.settings(OPTION_CONTENT)},
            "model": Checkpoint(name=self.model).settings(),
            "text": self.text.signature,
            "settings": asdict(self.settings),
            "held_out": self.held_out,
            "version": VERSION,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def adapt_model(plan: Adaptation, out: Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Adapt a model, or go on with one; one that is finished is not adapted again.

    :param plan: What is to be adapted.
    :param out: The folder of the adapted model.
    :param progress: Called after every step of training.
    :returns: What ``results.json`` holds.
    :raises SilvernerError: when the model or text cannot be used, or the disk is full.
    """
    require_student_packages()
    if plan.settings.lora is not None:
        require_package("peft", "lora")
    folder = StudentFolder(out, plan.signature, what="adapted model", make="adapt")
    if folder.results is not None:
        LOG.info("%s: done already", out)
        return folder.results
    with run_log(out / "adapt.log"):
        start, memory = time.monotonic(), PeakMemory()
        trained = within_memory(
            plan.settings, plan.model, lambda settings: _adapt(plan, settings, folder.checkpoints, progress)
        )
        folder.adopt(folder.checkpoints / "final")
        cost = {"seconds": round(time.monotonic() - start, 1), "memory": memory.facts(), "resumed": folder.resumed}
    results = {**_facts(plan), **trained, **cost}
    return folder.finish(results, render_card(results))


def _adapt(plan: Adaptation, settings: AdaptationSettings, home: Path, progress: Progress | None) -> dict[str, Any]:
    """Change and train the model, and write it to the folder ``final``; return its facts."""
    changed = change_model(plan.method, plan.model, plan.text, settings, plan.device, home)
    facts = {**changed.facts, "at_once": settings.at_once, "sentences": {"learnt": 0, "held_out": 0}, "course": None}
    facts["is_tagger"] = changed.masked.tagging_head is not None
    if settings.epochs:
        learnt, held_out = plan.text.divided(plan.held_out)
        facts["sentences"] = {"learnt": len(learnt), "held_out": len(held_out)}
        maskable = MaskableText(changed.masked.tokenizer, changed.masked.model.config, settings)
        windows = maskable.windows(learnt), maskable.windows(held_out)
        if not all(windows):
            raise UsageError(
                f"{short_name(plan.model)} can read no word of {plan.text.name}: its vocabulary lacks the script; give "
                "it the script first, with silverner adapt vocabulary or silverner adapt transliterate"
            )
        facts["course"] = asdict(_train(changed, settings, *windows, home, progress))
    changed.masked.save(home / "final")
    return facts


def _train(
    changed: ChangedModel,
    settings: AdaptationSettings,
    learnt: list[dict[str, Any]],
    held_out: list[dict[str, Any]],
    home: Path,
    progress: Progress | None,
) -> TrainingCourse:
    """Train the model on masked words; afterwards it has the weights of the best epoch."""
    import torch

    from silverner.students.adapt.new_rows import NewRows

    masked = changed.masked
    model, tokenizer, is_fresh = masked.model, masked.tokenizer, masked.has_fresh_head
    if is_fresh:
        LOG.warning(
            "%s has no head for masked words: a new one is tied to its embeddings, and learns at --rate-new",
            short_name(masked.name),
        )
        begin_with_frequencies(model, learnt)
    freeze(model, settings.freeze)
    if settings.freeze_embeddings:
        freeze_embeddings(model)
    if settings.lora is not None:
        torch.manual_seed(settings.seed)
        add_lora(model, rank=settings.lora, learns_head=is_fresh)
    new_rows = NewRows(model, changed.new_rows) if changed.new_rows else None
    loss = MaskedLoss(Masking(tokenizer, seed=settings.seed), settings, has_fresh_head=is_fresh)
    course = train(model, tokenizer, learnt, held_out, home, settings, objective=loss, progress=progress)
    if new_rows is not None:
        new_rows.fold(model)
    if settings.lora is not None:
        merge_adapters(model)
    before, *losses = (loss for _, loss in course.losses)
    if min(losses, default=before) >= before:
        LOG.warning("the held-out loss did not fall below %.3f, where it began: more text or another rate", before)
    return course


def _facts(plan: Adaptation) -> dict[str, Any]:
    """Say what was adapted to what; of paths only the last part, which tells nothing of the machine."""
    model = Part(role="model", name=short_name(plan.model), licence=model_licence(plan.model))
    parts = list(dict.fromkeys([*plan.text.parts, model]))
    return {
        "signature": plan.signature,
        "method": plan.method.name,
        "options": plan.method.facts(),
        "model": short_name(plan.model),
        "language": plan.text.language,
        "text": {"name": plan.text.name, "signature": plan.text.signature, "sentences": len(plan.text.rows)},
        "made_from": {
            "language": short_language(plan.text.language),
            "base_model": base_model(plan.model),
            "license": strictest_licence(parts, "the adapted model"),
            "parts": [asdict(part) for part in parts],
        },
        "training": asdict(plan.settings),
        "libraries": {name: version(name) for name in ("silverner", "torch", "transformers", "tokenizers")},
        "command": _command(plan),
    }


def _command(plan: Adaptation) -> str:
    """Write the command that adapts the model so; of paths only the last part."""
    default = AdaptationSettings(epochs=plan.method.epochs)
    text = "--data" if plan.text.has_entities else "--text"
    words = ["silverner", "adapt", plan.method.name, "--model", short_name(plan.model)]
    words += [
        text,
        next((part.name for part in plan.text.parts if part.name), plan.text.name),
        "--lang",
        plan.text.language,
    ]
    options = {option.flag: getattr(plan.method, name) for name, option in plan.method.options().items()}
    defaults = {option.flag: option.default for option in plan.method.options().values()}
    options |= {"--split": plan.text.split or DEFAULT_SPLIT, "--held-out": plan.held_out}
    defaults |= {"--split": DEFAULT_SPLIT, "--held-out": DEFAULT_HELD_OUT}
    for name, value in asdict(plan.settings).items():
        flag = f"--{name.replace('_', '-')}"
        options[flag], defaults[flag] = value, getattr(default, name)
    for flag, value in options.items():
        if value != defaults[flag]:
            words += [flag] if value is True else [flag, f"{value:g}" if isinstance(value, float) else str(value)]
    return shlex.join(words)
