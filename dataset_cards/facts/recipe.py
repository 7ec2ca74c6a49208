"""The recipe in a manifest: a mapping of any keys, in which those that a card reads are of the right kind."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from silverner.dataset_cards.facts.about import About
from silverner.dataset_cards.facts.base import Facts, first_error


class _Text(Facts):
    files: dict[str, str] | None = None
    dataset: str | None = None
    about: About | None = None


class _Engine(Facts):
    engine: str


def _section_of(engine: Any) -> Any:
    """Write an engine that is named by one word as a section."""
    return {"engine": engine} if isinstance(engine, str) else engine


_NamedEngine = Annotated[_Engine, BeforeValidator(_section_of)]


def _one_or_several(engine: Any) -> BeforeValidator:
    """Check an aligner, or each of several; the messages of a union of types would name the types."""
    one, several = TypeAdapter(engine), TypeAdapter(tuple[engine, ...])
    return BeforeValidator(lambda value: (several if isinstance(value, list) else one).validate_python(value))


class _Voter(Facts):
    """The engines of a voter, which can name an engine by one word."""

    method: str | None = None
    translator: _NamedEngine | None = None
    back_translator: _NamedEngine | None = None
    inserter: _NamedEngine | None = None
    labeller: _NamedEngine | None = None
    aligner: Annotated[Any, _one_or_several(_NamedEngine)] | None = None
    glosses: _NamedEngine | None = None


class _Recipe(Facts):
    about: About | None = None
    method: str | None = None
    license: str | None = None
    labels: list[str] | None = None
    source: _Text | None = None
    target: _Text | None = None
    translator: _Engine | None = None
    back_translator: _Engine | None = None
    inserter: _Engine | None = None
    labeller: _Engine | None = None
    aligner: Annotated[Any, _one_or_several(_Engine)] | None = None
    glosses: _Engine | None = None
    judge: _Engine | None = None
    score: str = ""
    matcher: str = ""
    filters: dict[str, float | None] | None = None
    voters: dict[str, _Voter] | None = None


def _readable(recipe: dict[str, Any]) -> dict[str, Any]:
    try:
        _Recipe.model_validate(recipe)
    except ValidationError as error:
        raise PydanticCustomError("recipe", "{why}", {"why": first_error(error)}) from error
    return recipe


RecipeFacts = Annotated[dict[str, Any], AfterValidator(_readable)]
"""The recipe of a language, as a build writes it."""


def engines_of(section: Any) -> list[dict[str, Any]]:
    """List the engines of a section of a recipe: none, one, or several, as a list of aligners names them.

    :param section: What the recipe has; a voter can name an engine by one word.
    :returns: The section of every engine.

    >>> engines_of(["eflomal", {"engine": "simalign", "layer": 6}])
    [{'engine': 'eflomal'}, {'engine': 'simalign', 'layer': 6}]
    """
    sections = section if isinstance(section, list) else [section] if section else []
    return [_section_of(one) for one in sections]


def about_of(section: Any) -> About:
    """Read what a recipe, or a text in it, says of itself.

    :param section: The recipe, or its section of a text; ``None`` for none.
    :returns: The facts; empty where it says nothing.

    >>> about_of({"about": {"name": "Four tales"}}).name
    'Four tales'
    """
    return About.model_validate((section or {}).get("about") or {})
