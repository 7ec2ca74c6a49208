"""The card of a student: what it learnt from, how, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_HOW = {
    "transfer": "It has seen no text of the language: the baseline.",
    "hard": "It learnt the projected labels.",
    "soft": "It learnt what a teacher says of every word (mean squared error of probabilities, arXiv 2004.12440).",
    "multi": "It learnt what several teachers say of every word, each listened to by its share (arXiv 2004.12440).",
    "agree": "It learnt the projected labels where its teachers agree with them, and what they say elsewhere.",
    "denoise": "It learnt the projected labels, each word weighed by the labels of words that look alike.",
    "loop": "It learnt the projected labels in rounds; between them the student proposed spans, and voted.",
}

_TEXT = """# {model}, {strategy} student of {corpus}

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
"""


def render_card(results: Mapping[str, Any]) -> str:
    """Render the README.md of a student.

    :param results: What ``results.json`` holds.
    :returns: YAML front matter and a body.
    """
    front = {
        "library_name": "transformers",
        "pipeline_tag": "token-classification",
        "tags": ["silverner", "projected-silver", "named-entity-recognition", results["strategy"]],
    }
    body = _TEXT.format(
        model=results["model"],
        strategy=results["strategy"],
        corpus=results["corpus"]["name"],
        how=_HOW[results["strategy"]],
        scores=_scores(results["scores"]),
        facts="\n".join(f"| {name} | {value} |" for name, value in _facts(results).items()),
        chosen=_chosen(results),
    )
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n\n{body}"


def _scores(scores: Mapping[str, Any]) -> str:
    if not scores:
        return "It has not been measured on gold: there was none."
    lines = ["| gold | strict F1 | 95 % interval | precision | recall | sentences |", "|---|---|---|---|---|---|"]
    for kind, s in scores.items():
        between = f"{s['interval']['low']:.1f} to {s['interval']['high']:.1f}"
        numbers = f"{s['precision']:.1f} | {s['recall']:.1f} | {s['sentences']}"
        lines.append(f"| {kind} | {s['f1']:.1f} | {between} | {numbers} |")
    return "\n".join(lines)


def _facts(results: Mapping[str, Any]) -> dict[str, str]:
    training, sentences = results["training"], results["sentences"]
    left = ", ".join(f"{number} left out ({reason})" for reason, number in sentences["left"].items() if number)
    facts = {
        "student": f"`{results['signature']}`",
        "language": results["language"],
        "corpus": f"{results['corpus']['name']}, `{results['corpus']['signature']}`",
        "labels": ", ".join(results["corpus"]["labels"]),
        "teachers": ", ".join(results["teachers"]) or "none",
        "sentences": f"{sentences['learnt']} learnt, {sentences['held_out']} held back{', ' + left if left else ''}",
    }
    if results["course"] is not None:
        settings = ("epochs", "rate", "batch", "freeze", "distance", "temperature", "seed")
        facts["training"] = ", ".join(f"{name} {training[name]}" for name in settings)
        facts["steps"] = f"{results['course']['steps']}, weights of step {results['course']['best']}"
    if "rounds" in results:
        agreed = ", ".join(f"{one['agreement']:.1f}" for one in results["rounds"])
        facts["rounds"] = f"F1 against the first projection of rows held back {agreed}; round {results['round']} kept"
    return facts


def _chosen(results: Mapping[str, Any]) -> str:
    if results["chosen_by"] == "gold":
        return "**Gold labels of the target language chose when to stop**, so this is no student without such labels."
    return "No gold label of the target language chose anything: training stopped by silver sentences held back."
