"""What a build would do, before it does it: stages, models, licences, sizes, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from builders.build import Work, plan
from builders.models import models_of
from builders.recipe import Recipe
from projection.chain import StageState


def forecast(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, Any]:
    """Say what a build would do.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param work: How to build.
    :returns: The corpus, its models, and the state of every stage of every language.
    :raises SilvernerError: when an input breaks a rule; a missing engine, model or file is a fact, not an error.
    """
    chosen = recipe.choose(languages)
    models = dict.fromkeys(model for one in chosen.values() for model in models_of(one, recipe.base))
    states = plan(recipe, languages, work)
    return {
        "name": recipe.name,
        "version": recipe.version,
        "license": next(iter(chosen.values())).license,
        "out": str(work.out),
        "store": str(work.store.root),
        "models": [{**asdict(model), "pinned": model.pinned, "line": model.describe()} for model in models],
        "languages": {
            code: {
                "name": one.find(code).name,
                "method": one.method,
                "stages": {state.name: _state(state) for state in states[code]},
            }
            for code, one in chosen.items()
        },
    }


def describe(facts: Mapping[str, Any]) -> str:
    """Write a forecast for people; languages of which the same is to be said share a paragraph.

    :param facts: As :func:`forecast` returns them.
    :returns: Text of several lines.
    """
    licence = facts["license"] or "no license: in the recipe yet"
    lines = [
        f"{facts['name']} {facts['version']} ({licence}) into {facts['out']}; finished work in {facts['store']}",
        *(model["line"] for model in facts["models"]),
        *(f"  {says}" for says in dict.fromkeys(model["says"] for model in facts["models"] if model["says"])),
    ]
    alike: dict[tuple[Any, ...], list[str]] = {}
    for code, one in facts["languages"].items():
        # Signatures differ between languages; what is to be done for them often does not.
        same = (one["method"], *((name, *_plain(state, code)) for name, state in one["stages"].items()))
        alike.setdefault(same, []).append(code)
    for codes in alike.values():
        names = ", ".join(f"{facts['languages'][code]['name']} ({code})" for code in codes)
        one = facts["languages"][codes[0]]
        lines += [f"{names}: {one['method']}"]
        lines += [f"  {name:<16} {_line(state, single=len(codes) == 1)}" for name, state in one["stages"].items()]
    return "\n".join(lines)


def _state(state: StageState) -> dict[str, Any]:
    """Turn the state of a stage into plain facts."""
    if state.missing is not None:
        return {"state": "missing", "missing": state.missing}
    if state.signature is None:
        return {"state": "waiting"}
    facts = {"state": "cached" if state.cached else "to do", "signature": state.signature}
    return {**facts, "shards_done": state.shards_done, "shards": state.shards}


def _plain(state: Mapping[str, Any], code: str) -> tuple[Any, ...]:
    """Leave out of a state what is different in every language."""
    missing = str(state.get("missing", "")).replace(f"'{code}'", "").replace(f".{code}", "")
    return state["state"], missing, state.get("shards_done"), state.get("shards")


def _line(state: Mapping[str, Any], *, single: bool) -> str:
    match state["state"]:
        case "missing":
            return f"missing: {state['missing']}"
        case "waiting":
            return "to do, once what stands before it is done"
    signed = f" ({state['signature']})" if single else ""
    part = f", {state['shards_done']} of {state['shards']} shards done" if state["shards_done"] else ""
    return f"{state['state']}{signed}{part if state['state'] == 'to do' else ''}"
