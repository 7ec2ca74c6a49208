"""The declaration of an engine: its settings in a recipe, how it is built, and its licence and authors.

An engine is one file. Its settings class declares everything about it; recipes, the dry run, the card, ``silverner
languages`` and ``silverner new`` read only that class. A registry (see :mod:`silverner.projection.registry`) finds it
by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from silverner.projection.errors import nearest
from silverner.projection.languages import Language
from silverner.projection.paths import split_fault


def short_for(key: str) -> BeforeValidator:
    """Allow one word in place of a section.

    :param key: The key whose value the word is.
    :returns: For an ``Annotated`` type.
    """
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class Section(BaseModel):
    """A part of a recipe: a mapping with known keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, data: Any) -> Any:
        """Refuse an unknown key, and name the allowed ones."""
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    hint = nearest(str(key), cls.model_fields)
                    raise PydanticCustomError("unknown_key", "unknown key '{key}'; {hint}", {"key": key, "hint": hint})
        return data

    @model_validator(mode="wrap")
    @classmethod
    def _describe_errors(cls, data: Any, validate: Any) -> Any:
        """Add the meaning of the key to every error."""
        try:
            return validate(data)
        except ValidationError as error:
            details = [_described(cls, one) for one in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(error.title, details) from error


def _described(section: type[Section], error: Any) -> InitErrorDetails:
    context = {**error.get("ctx", {}), "message": error["msg"]}
    name = str(error["loc"][0]) if error["loc"] else ""
    field = section.model_fields.get(name)
    if field is not None and field.description is not None:
        context.setdefault("description", f"{name}: {field.description}")
    kind = PydanticCustomError(error["type"], "{message}", context)
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"])


def split_names(files: dict[str, Any]) -> dict[str, Any]:
    """Refuse names of splits that ``datasets`` would refuse only after the build."""
    for name in files:
        if (why := split_fault(str(name))) is not None:
            raise PydanticCustomError("split", "{why}", {"why": why})
    return files


def _by_split(files: Any) -> Any:
    """Use a single file as the split ``train``."""
    return {"train": files} if isinstance(files, str) else files


def _named_paths(files: dict[str, str]) -> dict[str, str]:
    """Refuse an empty path, which would stand for the folder of the recipe."""
    for name, path in files.items():
        if not path.strip():
            raise PydanticCustomError("empty_path", "the path of {name} is empty; name a file", {"name": name})
    return files


Files = Annotated[
    dict[str, str],
    BeforeValidator(_by_split),
    Field(min_length=1),
    AfterValidator(split_names),
    AfterValidator(_named_paths),
]
"""A file for every split; a path without a split is the file of ``train``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext:
    """The facts that an engine gets about the corpus it is built for.

    :param base: The folder the recipe's paths are relative to.
    :param source: The language that the engine reads: the input of a translator, the text of a labeller, or the side of
        an alignment that has the labels.
    :param target: The other language: the output of a translator, or the side of an alignment that gets the labels.
    :param labels: The labels of the corpus.
    :param label_map: New names of other labels; ``None`` or ``O`` drops a label.
    :param splits: The splits of the input text, in order.
    :param ids: Reads the ids of all sentences, in order.
    :param sizes: Counts the sentences of every split, in order.
    :param limit: How many sentences are built; ``None`` for all.
    :param models: Folder for converted models.
    :param implied_way_back: Whether the section was written for the other direction and then reversed.
    :param allow_commands: Whether the person at this machine allowed engines that run programs of a recipe's choice.
    """

    base: Path
    source: Language
    target: Language
    labels: tuple[str, ...]
    label_map: Mapping[str, str | None]
    splits: tuple[str, ...]
    ids: Callable[[], Iterable[str]]
    sizes: Callable[[], Iterable[int]]
    limit: int | None
    models: Path
    implied_way_back: bool = False
    allow_commands: bool = False

    @property
    def answers(self) -> Path:
        """The folder, on this machine, for what servers answered to engines that ask one."""
        return self.models.with_name("answers")


class EngineSettings(Section):
    """The section of a recipe that names an engine, and the facts about that engine.

    A subclass adds fields, each with a description, and ``build(context)``, which returns the engine. The engine's
    method ``settings()`` returns everything that decides its output.

    :cvar extra: The extra of this project that installs the packages of the engine; ``None`` if it needs none.
    :cvar program: The program that must be installed beside Python packages, and how; ``None`` if there is none.
    :cvar licence: The licence of the engine's code, as SPDX writes it; the licence of a model is its ``license``.
    :cvar citation: The citation that its authors ask for; ``None`` if there is none.
    """

    extra: ClassVar[str | None] = None
    program: ClassVar[str | None] = None
    licence: ClassVar[str | None] = None
    citation: ClassVar[str | None] = None

    engine: str = Field(description="name of the engine")

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Return the line of a new recipe that uses this engine.

        :param source: As in :class:`EngineContext`.
        :param target: As in :class:`EngineContext`.
        :returns: YAML on one line, with a comment; ``None`` if it is not installed, or not for these languages.
        """
        return None


class _Engine(Protocol):
    def settings(self) -> Mapping[str, object]: ...


E = TypeVar("E", bound=_Engine)


class PluginEngine:
    """An engine of another package; its settings include name and version of that package."""

    def __init__(self, engine: _Engine, signature: Mapping[str, str]) -> None:
        """Remember the engine.

        :param engine: The engine.
        :param signature: The package, as :meth:`~silverner.projection.registry.Registry.signature` returns it.
        """
        self._engine, self._signature = engine, signature

    def settings(self) -> Mapping[str, object]:
        """Return the settings of the engine, and its package."""
        return {**self._engine.settings(), **self._signature}

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the engine."""
        if name.startswith("_"):
            raise AttributeError(name)  # during unpickling there is no engine yet
        return getattr(self._engine, name)


def signed(engine: E, signature: Mapping[str, str]) -> E:
    """Add package and version to the settings of an engine, if another package adds the engine.

    :param engine: The engine.
    :param signature: The package, as :meth:`~silverner.projection.registry.Registry.signature` returns it.
    :returns: The engine.
    """
    return cast(E, PluginEngine(engine, signature)) if signature else engine
