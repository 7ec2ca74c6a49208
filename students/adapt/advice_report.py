"""The report of ``silverner adapt advise``: facts, time, and one recommendation with its command."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from silverner.students.adapt.adaptation_text import AdaptationText
from silverner.students.adapt.advice import NOTHING, advice_for, methods_for
from silverner.students.adapt.masked_model import load_masked_model
from silverner.students.adapt.methods import METHODS
from silverner.students.adapt.scripts import RARE
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.adapt.text_facts import text_facts
from silverner.students.adapt.training_speed import minutes_an_epoch
from silverner.students.provenance import short_name

LONG = 90
"""Minutes above which a duration is given in hours."""


def report_advice(
    model: str, text: AdaptationText, settings: AdaptationSettings, *, repeated: Mapping[str, Any], device: str
) -> dict[str, Any]:
    """Say what a model needs to read a text.

    :param model: A folder, or an id on the Hub.
    :param text: The text.
    :param settings: How the model would be trained; a few steps are timed.
    :param repeated: Options of the command line that every command for this text repeats, by their flags.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :returns: What ``--json`` prints.
    :raises SilvernerError: when the model cannot be loaded, or cannot be adapted.
    """
    masked = load_masked_model(model, device=device, seed=settings.seed)
    facts = text_facts(masked.tokenizer, text, has_head=not masked.has_fresh_head)
    advice = advice_for(facts)
    return {
        "model": short_name(model),
        "text": text.name,
        "language": text.language,
        "facts": asdict(facts),
        "minutes": _minutes(
            minutes_an_epoch(masked, text.rows, settings), methods_for(facts), repeated.get("--epochs")
        ),
        "recommended": asdict(advice) | {"command": _command(advice.method, repeated)},
    }


def _minutes(an_epoch: float | None, methods: Sequence[str], epochs: float | None) -> dict[str, Any] | None:
    """Return minutes of an epoch and of every method; of as many epochs as it has by default, unless they are given."""
    if an_epoch is None:
        return None
    epochs_of = {name: METHODS[name].epochs if epochs is None else epochs for name in methods}
    return {
        "an_epoch": round(an_epoch, 4),
        "at_most": {name: round(an_epoch * number, 4) for name, number in epochs_of.items()},
    }


def _command(method: str, repeated: Mapping[str, Any]) -> str | None:
    if method == NOTHING:
        return None
    options = [word for flag, value in repeated.items() for word in ([flag] if value is True else [flag, str(value)])]
    out = f"adapted-{Path(str(repeated['--model'])).name}-{repeated['--lang']}-{method}"
    return shlex.join(["silverner", "adapt", method, *options, "--out", out])


def advice_text(report: Mapping[str, Any]) -> str:
    """Write the report for people.

    :param report: What :func:`report_advice` returned.
    :returns: Lines.
    """
    facts, recommended = report["facts"], report["recommended"]
    shares = ", ".join(f"{name} {share:.1%}" for name, share in facts["scripts"].items() if share >= RARE)
    lacking = f"; it lacks {facts['missing']:,} different ones" if facts["missing"] else ""
    head = "it has a head for masked words" if facts["has_head"] else "it has no head for masked words"
    lines = {
        "model": f"{report['model']} ({facts['tokenizer']}, {facts['pieces']:,} pieces; {head})",
        "text": f"{report['text']}: {facts['sentences']:,} sentences, {facts['words']:,} words",
        "letters": shares or "none",
        "characters": f"the vocabulary has {facts['characters']:.1%} of the text{lacking}",
        "words": f"{_writing(facts['writing'])} (English: {_writing(facts['english'])})",
        "in Latin letters": _writing(facts["in_latin"]) if facts["in_latin"] else None,
        "time": _time(report["minutes"]),
    }
    body = "".join(f"{name:<17} {line}\n" for name, line in lines.items() if line is not None)
    command = f"  {recommended['command']}\n" if recommended["command"] else ""
    return f"{body}\nRecommended: {recommended['method']}, because {recommended['why']}.\n{command}"


def _writing(writing: Mapping[str, float]) -> str:
    return f"{writing['unknown']:.2%} unknown, {writing['subwords']:.2f} subwords each"


def _time(minutes: Mapping[str, Any] | None) -> str:
    if minutes is None:
        return "the model can read no word, so it cannot be trained on the text as it is"
    most = ", ".join(f"{name} {_duration(value)}" for name, value in minutes["at_most"].items())
    return f"{_duration(minutes['an_epoch'])} an epoch on this machine (three steps were timed); in all at most: {most}"


def _duration(minutes: float) -> str:
    """Write a duration.

    >>> _duration(0), _duration(0.25), _duration(12.34), _duration(427)
    ('no time', '0.2 minutes', '12 minutes', '7.1 hours')
    """
    if minutes > LONG:
        return f"{minutes / 60:.1f} hours"
    return f"{minutes:.{0 if minutes >= 10 else 1}f} minutes" if minutes else "no time"
