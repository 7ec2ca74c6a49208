"""Lists what a scoreboard can measure: sets, aligners and methods."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from silverner.scoreboard.aligners import SUPPLIED, word_aligners
from silverner.scoreboard.methods import METHODS
from silverner.scoreboard.registry import SetEntry, registered_sets


def listing(folder: Path | None) -> str:
    """List sets, aligners and methods, and which sets are there.

    :param folder: The folder of the user; ``None`` if there is none.
    :returns: The list.
    """
    sets = {entry.name: _set_line(entry) for entry in registered_sets(folder).values()}
    aligners = {SUPPLIED: "the links that come with a set"}
    aligners |= {name: (engine.__doc__ or "").partition("\n")[0] for name, engine in word_aligners().items()}
    methods = {name: method.summary + ("" if method.usual else " *") for name, method in METHODS.items()}
    return "\n\n".join(
        [
            _block("sets", sets),
            _block("aligners", aligners),
            _block("methods", methods),
            "* is measured only where --methods names it",
        ]
    )


def _set_line(entry: SetEntry) -> str:
    source, target = entry.languages
    line = f"{source.name} to {target.name}, {entry.corpus.title}; {entry.corpus.licence}"
    return f"{line}{'; with links' if entry.pair.forward else ''}{'' if entry.missing() is None else '; not there'}"


def _block(title: str, lines: Mapping[str, str]) -> str:
    width = max(map(len, lines))
    return "\n".join([title, *(f"  {name:<{width}}  {text}" for name, text in lines.items())])
