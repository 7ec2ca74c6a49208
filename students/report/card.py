"""The card of a student: what it learnt from, how, and its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from silverner.dataset_cards.licence import allows
from silverner.students.adapt.student_adaptation import card_lines
from silverner.students.report.front_matter import front_matter
from silverner.students.strategies.strategy import Strategy
from silverner.students.training_config import TrainerSettings

DEFAULTS = asdict(TrainerSettings())
TEXT = """# {model}, {strategy} student of {corpus}

{how} Its labels are *silver*: a program made them.

```python
from transformers import pipeline

find = pipeline("token-classification", "path/to/this/folder", aggregation_strategy="first")
```

{scores}

| | |
|---|---|
{facts}

{chosen}

{licence}
"""


def render_card(results: Mapping[str, Any], strategy: Strategy) -> str:
    """Render the README.md of a student.

    :param results: What ``results.json`` holds.
    :param strategy: The strategy it learnt by.
    :returns: YAML front matter and a body.
    """
    facts = _facts(results) | card_lines(results.get("adaptation"))
    facts |= _chosen_options(strategy) | strategy.card_facts(results)
    body = TEXT.format(
        model=results["model"],
        strategy=results["strategy"],
        corpus=results["corpus"]["name"],
        how=strategy.card_sentence,
        scores=_scores(results["scores"]),
        facts="\n".join(f"| {name} | {value} |" for name, value in facts.items()),
        chosen=_chosen(results),
        licence=licence_sentence(results["made_from"]),
    )
    return f"---\n{front_matter(results)}---\n\n{body}"


def _scores(scores: Mapping[str, Any]) -> str:
    if not scores:
        return "It has not been measured on gold."
    lines = ["| gold | strict F1 | 95 % interval | precision | recall | sentences |", "|---|---|---|---|---|---|"]
    for kind, s in scores.items():
        interval = f"{s['interval']['low']:.1f} to {s['interval']['high']:.1f}"
        numbers = f"{s['precision']:.1f} | {s['recall']:.1f} | {s['sentences']}"
        lines.append(f"| {kind} | {s['f1']:.1f} | {interval} | {numbers} |")
    return "\n".join(lines)


def _chosen_options(strategy: Strategy) -> dict[str, str]:
    """Name the options of the strategy that are not as by default; teachers and files are named elsewhere."""
    values = {option.flag: (getattr(strategy, name), option) for name, option in strategy.options().items()}
    chosen = [
        f"`{flag} {value}`"
        for flag, (value, option) in values.items()
        if option.holds == "value" and not option.repeatable and value != option.default
    ]
    return {"options": ", ".join(chosen)} if chosen else {}


def _facts(results: Mapping[str, Any]) -> dict[str, str]:
    training, sentences = results["training"], results["sentences"]
    left_out = [f"{number} left out ({reason})" for reason, number in sentences["left"].items() if number]
    source = f", {sentences['source']} of them labelled source text" if sentences.get("source") else ""
    counts = [f"{sentences['learnt']} learnt{source}", f"{sentences['held_out']} held out", *left_out]
    facts = {
        "student": f"`{results['signature']}`",
        "language": results["language"],
        "corpus": f"{results['corpus']['name']}, `{results['corpus']['signature']}`",
        "labels": ", ".join(results["corpus"]["labels"]),
        "teachers": ", ".join(results["teachers"]) or "none",
        "sentences": ", ".join(counts),
    }
    if "plugin" in results:
        facts["strategy"] = f"{results['strategy']}, of the package {results['plugin']}"
    if results["course"] is not None:
        settings = ["epochs", "rate", "batch", "freeze", "distance", "temperature", "seed"]
        settings += [name for name in ("at_once", "precision", "recompute") if training[name] != DEFAULTS[name]]
        facts["training"] = ", ".join(f"{name} {training[name]}" for name in settings)
        facts["steps"] = f"{results['course']['steps']}, weights of step {results['course']['best']}"
    return facts


def _chosen(results: Mapping[str, Any]) -> str:
    """Say whether gold decided anything, and whether the student has seen sentences of the gold."""
    lines = [_stopped_by(results)]
    number = results["overlap"]["sentences"]
    if number and results["overlap"]["rule"] == "keep":
        which = "1 sentence that it learnt is" if number == 1 else f"{number} sentences that it learnt are"
        lines.append(f"**{which} in the gold too, or nearly so**: its scores are too high.")
    return "\n\n".join(lines)


def licence_sentence(made_from: Mapping[str, Any]) -> str:
    """Say which licence a model has, and from which parts it follows.

    :param made_from: ``license`` and ``parts``, as ``results.json`` has them.
    """
    name = made_from["license"]
    meaning = {
        "unknown": "the licence of a part is not known, so it is not known what you may do",
        "other": "the parts have terms of their own, or terms that exclude each other; ask their owners",
    }.get(name, allows(name) or "it has its own terms; read them")
    parts = "; ".join(
        f"{part['role']} {part['name']} ({part['licence'] or 'licence unknown'})" for part in made_from["parts"]
    )
    return f"Licence: **{name}** ({meaning}). It follows from the strictest of: {parts}. This is no legal advice."


def _stopped_by(results: Mapping[str, Any]) -> str:
    if results["chosen_by"] == "gold":
        return "**Gold labels of the target language decided when to stop**, so this student needed such labels."
    return "No gold label of the target language decided anything: training stopped by held-out silver sentences."
