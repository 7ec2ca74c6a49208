"""Say what is installed here, and what is missing: ``silverner doctor``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from silverner.commands.shared import add_store_option, write_json, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    add_store_option(parser)
    parser.add_argument("--json", action="store_true", help="print all facts as JSON")


def run(options: argparse.Namespace) -> None:
    """Print what is installed, and what each missing extra would give.

    :param options: As :func:`add_options` defines them.
    :raises MissingEngineError: when a package that everything needs is missing or too old; it is printed first.
    """
    from silverner.installation import installation
    from silverner.projection.errors import MissingEngineError

    facts = installation(options.store)
    if options.json:
        write_json(facts)
    else:
        for line in _lines(facts):
            write_line(line)
    if facts["faults"]:
        raise MissingEngineError(
            f"the installation is damaged: {'; '.join(facts['faults'])}; "
            "install it again: pip install --upgrade silverner"
        )


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """Write the facts for people."""
    hub, store = facts["hub"], facts["store"]
    yield f"silverner {facts['silverner']}, Python {facts['python']}, {facts['system']}"
    yield f"machine   {facts['processors']} processors, {_size(facts['memory'])} of memory, {_gpus(facts['gpus'])}"
    yield f"store     {store['folder']}, {_size(store['free'])} free"
    token = "a token is there" if hub["token"] else "no token: `hf auth login`, before you publish"
    yield f"Hub       {'offline (HF_HUB_OFFLINE is set)' if hub['offline'] else 'online'}, {token}"
    yield ""
    for extra in facts["extras"]:
        yield f"{_mark(not extra['faults'])} {extra['name']:<12} {extra['gives']}"
        if extra["faults"]:
            yield f"{'':22}{'; '.join(extra['faults'])}: pip install 'silverner[{extra['name']}]'"
    for program in facts["programs"]:
        yield f"{_mark(program['installed'])} {program['name']:<12} {program['gives']}"
    for one in facts["additions"]:
        mark = _mark(True) if one["fault"] is None else "broken   "
        yield f"{mark} {one['name']:<12} the {one['kind']} of {one['package']}"
        if one["fault"] is not None:
            yield f"{'':22} {one['fault']}"
    yield ""
    if not facts["models"]:
        yield f"no models in {hub['cache']}; they are downloaded when a recipe first needs them"
    for model in facts["models"]:
        yield f"{_size(model['size']):>9} {model['name']}"


def _mark(installed: bool) -> str:
    return "installed" if installed else "missing  "


def _gpus(gpus: list[dict[str, Any]] | None) -> str:
    if gpus is None:
        return "GPU not looked for (torch is not installed)"
    return ", ".join(f"{gpu['name']} ({_size(gpu['memory'])})" for gpu in gpus) or "no GPU"


def _size(count: int) -> str:
    """Write a number of bytes as people read it."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
