"""The aligners of a scoreboard: the links that come with a set, and every engine that a recipe can name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from silverner.projection.alignment import ALIGNERS, Aligner, AlignerSettings, PharaohFiles
from silverner.projection.alignment.combination import check_members
from silverner.projection.chain.engine import EngineContext, signed
from silverner.projection.errors import DataError, MissingFileError, UsageError, nearest
from silverner.projection.parsing import parse_yaml
from silverner.projection.parsing.plain_words import place_of, reason_of
from silverner.scoreboard.parallel_set import ParallelSet

SUPPLIED = "supplied"
"""The name of the links that come with a set."""
USUAL_ALIGNERS = (SUPPLIED, "eflomal")
"""The aligners of a scoreboard whose user names none: they need no model."""
_NAMED = re.compile(r"([\w.,+-]+)=([\[{].*)", re.DOTALL)
_UNUSABLE = re.compile(r"[^\w.+-]+")
"""What would break a signature, or a file name."""


class SuppliedLinks(AlignerSettings):
    """The links that come with a set; no recipe can name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignerEntry:
    """An aligner of a scoreboard, or several whose links are combined.

    :param name: Its name in tables and signatures.
    :param sections: The section of every aligner, as a recipe has it.
    """

    name: str
    sections: tuple[AlignerSettings, ...]

    def build(self, parallel_set: ParallelSet, models: Path) -> list[Aligner]:
        """Make the engines for a set; their models are not loaded.

        :param parallel_set: The set.
        :param models: Folder for converted models.
        :returns: The engines.
        :raises MissingFileError: when the set comes without links.
        """
        return [_build(section, parallel_set, models) for section in self.sections]


def _build(section: AlignerSettings, parallel_set: ParallelSet, models: Path) -> Aligner:
    """Make one engine for a set."""
    if isinstance(section, SuppliedLinks):
        files = parallel_set.entry.links
        if not files:
            raise MissingFileError("the set comes without links")
        return PharaohFiles(files[:1], files[1:])
    source, target = parallel_set.entry.languages
    context = EngineContext(
        base=Path(),
        source=source,
        target=target,
        labels=tuple(sorted({span.label for row in parallel_set.gold for span in row})),
        label_map={},
        splits=("test",),
        ids=lambda: [sentence.id for sentence in parallel_set.sources],
        sizes=lambda: [len(parallel_set.sources)],
        limit=None,
        models=models,
        allow_commands=True,  # who names an aligner here writes the command line, and no stranger does
    )
    return signed(section.build(context), ALIGNERS.signature(section.engine))


def read_aligner(text: str) -> AlignerEntry:
    """Read an aligner, or a list of several, as a user writes it.

    :param text: ``supplied``, the name of an engine, or its section of a recipe as YAML, ``{engine: simalign, ...}``;
        or a list of these. Before a section or a list may stand a name and ``=``.
    :returns: The aligner.
    :raises UsageError: when there is no such engine, a setting is wrong, or aligners cannot stand in one list.

    >>> read_aligner("{engine: eflomal, model: 1}").name, read_aligner("fast={engine: eflomal, model: 1}").name
    ('eflomal,model=1', 'fast')
    >>> read_aligner("[supplied, {engine: eflomal, model: 1}]").name
    'supplied+eflomal,model=1'
    """
    named = _NAMED.fullmatch(text)
    name, section = named.groups() if named else (None, text)
    try:
        content = parse_yaml(section, where="--aligner")
    except DataError as error:
        raise UsageError(
            f"{error}; write it as in a recipe: '{{engine: simalign, model: FOLDER, layer: 6}}'"
        ) from error
    sections = tuple(_section(one, text) for one in (content if isinstance(content, list) else [content]))
    try:
        check_members(sections)
    except UsageError as error:
        raise UsageError(f"--aligner {text!r}: {error}") from error
    return AlignerEntry(name=name or "+".join(map(_name, sections)), sections=sections)


def word_aligners() -> dict[str, type[AlignerSettings]]:
    """Return the aligners that a scoreboard can compare: those that link words, whatever the entities."""
    return {name: engine for name, engine in ALIGNERS.items() if not engine.reads_entities}


def _section(content: object, text: str) -> AlignerSettings:
    """Validate one aligner of what a user wrote."""
    if content == SUPPLIED:
        return SuppliedLinks(engine=SUPPLIED)
    keys = {"engine": content} if isinstance(content, str) else content
    if not isinstance(keys, dict) or not isinstance(keys.get("engine"), str):
        raise UsageError(f"--aligner {text!r} names no engine; {nearest(text, [SUPPLIED, *word_aligners()])}")
    if keys["engine"] not in ALIGNERS:
        raise UsageError(
            f"--aligner: unknown aligner {keys['engine']!r}; {nearest(keys['engine'], [SUPPLIED, *word_aligners()])}"
        )
    if keys["engine"] not in word_aligners():
        raise UsageError(
            f"--aligner: {keys['engine']!r} links entities, not words, and a scoreboard compares aligners of words; "
            f"{nearest(keys['engine'], [SUPPLIED, *word_aligners()])}"
        )
    try:
        return ALIGNERS.get(keys["engine"]).model_validate(keys)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = place_of(first)
        raise UsageError(f"--aligner {text!r}: {place + ': ' if place else ''}{reason_of(first)}") from error


def read_aligners(texts: Sequence[str]) -> list[AlignerEntry]:
    """Read all aligners of a scoreboard.

    :param texts: The aligners as a user writes them; the usual ones if there is none.
    :returns: The aligners.
    :raises UsageError: when one is wrong, or two have one name.
    """
    entries = [read_aligner(text) for text in texts or USUAL_ALIGNERS]
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two aligners are called {name!r}; name one: --aligner 'NAME={{engine: ...}}'")
    return entries


def _name(settings: AlignerSettings) -> str:
    """Name an aligner by its engine and the settings that the user wrote, a model by the last part of its path."""
    stated = settings.model_dump(exclude_unset=True, exclude={"engine"})
    values = {key: Path(value).name if isinstance(value, str) else value for key, value in sorted(stated.items())}
    return ",".join([settings.engine, *(f"{key}={_UNUSABLE.sub('_', str(value))}" for key, value in values.items())])
