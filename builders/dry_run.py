"""The dry run: what a build would do, with its stages, models, licences and sizes, and what is missing for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from silverner.builders import estimate, request_estimate
from silverner.builders.build import BuildOptions, plan
from silverner.builders.engines import plugins_of
from silverner.builders.models import models_of
from silverner.builders.recipe.load import Recipe
from silverner.builders.text_preview import preview
from silverner.projection.chain import StageState


def dry_run(recipe: Recipe, languages: Sequence[str] | None, options: BuildOptions) -> dict[str, Any]:
    """Find out what a build would do, without doing it.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param options: How to build.
    :returns: The corpus, its models, and the state of every stage of every language.
    :raises SilvernerError: when an input breaks a rule; a missing engine, model or file is a fact, not an error.
    """
    chosen = recipe.choose(languages)
    models = dict.fromkeys(
        model for one in chosen.values() for model in models_of(one, recipe.base, allow_commands=options.allow_commands)
    )
    plugins = {name: package for one in chosen.values() for name, package in plugins_of(one).items()}
    states = plan(recipe, languages, options)
    previews = {
        code: preview(one, recipe.base, language=one.find(code), limit=options.limit) for code, one in chosen.items()
    }
    texts = [_input_text(data) for data in previews.values()]
    return {
        "name": recipe.name,
        "version": recipe.version,
        "license": next(iter(chosen.values())).license,
        "out": str(options.out),
        "store": str(options.store),
        "models": [{**asdict(model), "pinned": model.pinned, "line": model.describe()} for model in models],
        "plugins": plugins,
        "languages": {
            code: {
                "name": one.find(code).name,
                "method": one.method,
                "stages": {state.name: _state(state) for state in states[code]},
                "data": previews[code],
            }
            for code, one in chosen.items()
        },
        "estimate": estimate.estimate(list(chosen.values()), texts, recipe.base),
        "requests": request_estimate.estimate_requests(list(chosen.values()), texts, recipe.base),
    }


def describe(facts: Mapping[str, Any]) -> str:
    """Describe a dry run for people; languages with the same stages and states share a paragraph.

    :param facts: As :func:`dry_run` returns them.
    :returns: Text of several lines.
    """
    licence = facts["license"] or "no license: in the recipe yet"
    lines = [
        f"{facts['name']} {facts['version']} ({licence}) into {facts['out']}; finished work in {facts['store']}",
        *(model["line"] for model in facts["models"]),
        *(f"{name}: of the package {package}" for name, package in facts["plugins"].items()),
        *(f"  {says}" for says in dict.fromkeys(map(_remark, facts["models"])) if says),
        *estimate.describe(facts["estimate"]),
        *request_estimate.describe(facts["requests"]),
    ]
    alike: dict[tuple[Any, ...], list[str]] = {}
    for code, one in facts["languages"].items():
        alike.setdefault(
            (one["method"], *((name, *_plain(state)) for name, state in one["stages"].items())), []
        ).append(code)
    for codes in alike.values():
        several = [facts["languages"][code] for code in codes]
        names = ", ".join(f"{one['name']} ({code})" for code, one in zip(codes, several, strict=True))
        lines.append(f"{names}: {several[0]['method']}")
        stages = several[0]["stages"]
        width = max(map(len, stages))
        lines += [f"  {name:<{width}} {_line([one['stages'][name] for one in several])}" for name in stages]
        for code, one in zip(codes, several, strict=True):
            lines += _data(one["data"], code if len(codes) > 1 else "")
    return "\n".join(lines)


def _remark(model: Mapping[str, Any]) -> str | None:
    """Return what is said of a model besides its line."""
    says: str | None = model["says"]
    return None if says is None or says in model["line"] else says


def faults(facts: Mapping[str, Any]) -> int:
    """Count what is missing for a build, or wrong in its texts.

    :param facts: As :func:`dry_run` returns them.
    :returns: How many things.
    """
    languages = facts["languages"].values()
    missing = {stage["missing"] for one in languages for stage in one["stages"].values() if "missing" in stage}
    wrong = {fault for one in languages for fault in one["data"]["faults"]}
    return len(missing | {fault for fault in wrong if not any(fault.endswith(reason) for reason in missing)})


def _input_text(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was read of the text that the corpus is made of: that of the source, where it has one."""
    return next(iter(data["texts"]), {"sentences": None, "tokens": None})


def _data(data: Mapping[str, Any], code: str) -> list[str]:
    """Describe the texts of one language."""
    start = f"  {code} " if code else "  "
    lines = [start + line for line in data["lines"]]
    lines += [f"    {' | '.join(texts)}" for texts in data["first"]]
    return lines + [f"{start}wrong: {fault}" for fault in data["faults"]]


def _state(state: StageState) -> dict[str, Any]:
    """Turn the state of a stage into plain facts."""
    if state.downloadable:
        return {"state": "to download", "download": state.missing}
    if state.missing is not None:
        return {"state": "missing", "missing": state.missing}
    if state.signature is None:
        return {"state": "waiting"}
    facts = {"state": "cached" if state.cached else "to do", "signature": state.signature}
    return {**facts, "shards_done": state.shards_done, "shards": state.shards}


def _plain(state: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the part of a state that languages can share: no signature, and no name of what is missing."""
    return state["state"], state.get("shards_done"), state.get("shards")


def _line(states: Sequence[Mapping[str, Any]]) -> str:
    """Describe one stage of languages in which it has the same state."""
    first = states[0]
    match first["state"]:
        case "missing":
            further = {state["missing"] for state in states} - {first["missing"]}
            more = f" (and {len(further)} more like it, in other languages)" if further else ""
            return f"missing: {first['missing']}{more}"
        case "to download":
            return f"to do, after a download: {first['download']}"
        case "waiting":
            return "to do, after the stages above"
    signed = f" ({first['signature']})" if len(states) == 1 else ""
    part = f", {first['shards_done']} of {first['shards']} shards done" if first["shards_done"] else ""
    return f"{first['state']}{signed}{part if first['state'] == 'to do' else ''}"
