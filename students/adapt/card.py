"""The card of an adapted model: what it began as, the text, how it was adapted, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huggingface_hub import ModelCardData

from silverner.students.adapt.methods import METHODS
from silverner.students.report.card import licence_sentence

TEXT = """# {model}, adapted to {language} by {method}

{model} was adapted to the text {text}. Method `{method}`: {summary}.

| | |
|---|---|
{facts}

{outcome}

{licence}
"""


def render_card(results: Mapping[str, Any]) -> str:
    """Render the README.md of an adapted model.

    :param results: What ``results.json`` holds.
    :returns: YAML front matter and a body.
    """
    made_from = results["made_from"]
    data = ModelCardData(
        language=made_from["language"],
        license=made_from["license"],
        library_name="transformers",
        pipeline_tag="token-classification" if results["is_tagger"] else "fill-mask",
        tags=["silverner", "language-adaptation", results["method"]],
        base_model=made_from["base_model"],
    )
    facts = "\n".join(f"| {name} | {value} |" for name, value in _facts(results).items())
    body = TEXT.format(
        model=results["model"],
        language=results["language"],
        method=results["method"],
        text=results["text"]["name"],
        summary=METHODS[results["method"]].summary,
        facts=facts,
        outcome=_outcome(results),
        licence=licence_sentence(made_from),
    )
    return f"---\n{data.to_yaml().rstrip()}\n---\n\n{body}"


def _facts(results: Mapping[str, Any]) -> dict[str, str]:
    text, sentences, unknown = results["text"], results["sentences"], results["unknown"]
    facts = {
        "adaptation": f"`{results['signature']}`",
        "text": f"{text['name']}, `{text['signature']}`, {text['sentences']} sentences",
        "words with unknown pieces": f"{unknown['before']:.2%} before, {unknown['after']:.2%} after",
    }
    options = {name: value for name, value in results["options"].items() if value is not None}
    facts |= {name.replace("_", " "): str(value) for name, value in {**options, **results["change"]}.items()}
    if results["course"] is not None:
        facts["sentences"] = f"{sentences['learnt']} learnt, {sentences['held_out']} held out"
        facts["training"] = ", ".join(
            f"{name} {value}" for name, value in results["training"].items() if value not in (None, False)
        )
    facts["libraries"] = ", ".join(f"{name} {version}" for name, version in results["libraries"].items())
    facts["command"] = f"`{results['command']}`"
    return facts


def _outcome(results: Mapping[str, Any]) -> str:
    course = results["course"]
    if course is None:
        return "It was not trained on the text."
    losses = dict(course["losses"])
    lines = [
        f"It was trained for {course['steps']} step{'s' * (course['steps'] != 1)} on masked words, and has the weights "
        f"of step {course['best']}. "
        f"The held-out loss was {course['losses'][0][1]:.3f} nats a masked subword before the first step, and "
        f"{losses[course['best']]:.3f} then."
    ]
    if results["fresh_head"]:
        lines.append("The model had no head for masked words; a new one was tied to its embeddings.")
    return " ".join(lines)
