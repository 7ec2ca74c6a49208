"""The sections of a recipe as validated data: unknown keys and unknown values are refused."""

from __future__ import annotations

from typing import Annotated, Any, Self, TypeAlias

from pydantic import BeforeValidator, Field, SerializeAsAny, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.alignment import ALIGNERS, AlignerSettings
from silverner.projection.alignment.combination import check_members
from silverner.projection.chain.engine import EngineSettings, Files, Section
from silverner.projection.ensembling.rules import Rule
from silverner.projection.errors import UsageError, nearest
from silverner.projection.labelling import LABELLERS, LabellerSettings
from silverner.projection.labelling.tagger import TeacherSettings
from silverner.projection.markers import Style
from silverner.projection.matching.candidates import FORBIDDEN
from silverner.projection.matching.choices import TAGGER_PROPOSERS, Initial, Proposer
from silverner.projection.matching.settings import REPEAT
from silverner.projection.readers import CorpusFormat
from silverner.projection.readers.corpus_files import Layer
from silverner.projection.registry import Registry
from silverner.projection.scoring.capitalisation import NAME_LABELS
from silverner.projection.spans import Scheme
from silverner.projection.translation import TRANSLATORS, TranslatorSettings
from silverner.projection.translation.glossary import GLOSSARIES


def short_for(key: str) -> BeforeValidator:
    """Allow one word in place of a section.

    :param key: The key whose value the word is.
    :returns: For an ``Annotated`` type.
    """
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


def _engine_of(*registries: Registry[Any]) -> BeforeValidator:
    """Validate a section that names an engine: registries know the engines, and each engine its settings."""

    def validate(value: Any) -> Any:
        section = {"engine": value} if isinstance(value, str) else value
        if isinstance(section, EngineSettings):
            return section
        if not isinstance(section, dict):
            message = "an engine is a word, or keys with the key 'engine'; not {value}"
            raise PydanticCustomError("engine_type", message, {"value": repr(value)})
        if section.get("engine") is None:
            raise PydanticCustomError("missing_engine", "the key 'engine' is missing")
        name = str(section["engine"])
        for registry in registries:
            if name in registry and _fits(settings := registry.get(name), registries):
                return settings.model_validate(section)
        allowed = [one for registry in registries for one, settings in registry.items() if _fits(settings, registries)]
        why = {"name": repr(name), "hint": nearest(name, allowed)}
        raise PydanticCustomError("unknown_engine", "unknown engine {name}; {hint}", why)

    return BeforeValidator(validate)


def _fits(settings: type[EngineSettings], registries: tuple[Registry[Any], ...]) -> bool:
    """Tell whether a section may use an engine: a translator of names must translate any text."""
    return not (GLOSSARIES in registries and issubclass(settings, TranslatorSettings)) or settings.translates_any_text


TranslatorSection: TypeAlias = Annotated[SerializeAsAny[TranslatorSettings], _engine_of(TRANSLATORS)]
LabellerSection: TypeAlias = Annotated[SerializeAsAny[LabellerSettings], _engine_of(LABELLERS)]
AlignerSection: TypeAlias = Annotated[SerializeAsAny[AlignerSettings], _engine_of(ALIGNERS)]
_ALIGNER, _ALIGNERS = TypeAdapter(AlignerSection), TypeAdapter(tuple[AlignerSection, ...])


def _one_or_several(value: Any) -> Any:
    """Validate an aligner, or a list of them; a list with one entry is that entry."""
    if not isinstance(value, list | tuple):
        return _ALIGNER.validate_python(value)
    members = _ALIGNERS.validate_python(value)
    try:
        check_members(members)
    except UsageError as error:
        raise PydanticCustomError("aligners", "{why}", {"why": str(error)}) from error
    return members if len(members) > 1 else members[0]


AlignerSections: TypeAlias = Annotated[
    SerializeAsAny[AlignerSettings] | tuple[SerializeAsAny[AlignerSettings], ...], BeforeValidator(_one_or_several)
]


def aligners_of(sections: AlignerSections | None) -> tuple[AlignerSettings, ...]:
    """List the aligners of a recipe: none, one or several.

    :param sections: What the recipe's key ``aligner`` holds.
    :returns: Their sections.
    """
    if sections is None:
        return ()
    return sections if isinstance(sections, tuple) else (sections,)


GlossarySection: TypeAlias = Annotated[SerializeAsAny[EngineSettings], _engine_of(GLOSSARIES, TRANSLATORS)]
TeacherSection: TypeAlias = Annotated[TeacherSettings, short_for("model")]


class FieldNames(Section):
    """The names of fields in a JSON object, Parquet row or dataset row; dots reach into nested fields.

    In a table: headers of columns, or their numbers.
    """

    tokens: str = "tokens"
    tags: str = "ner_tags"
    text: str = "text"
    id: str = "id"
    document: str = "document"
    sentence: str = "sentence"

    @model_validator(mode="before")
    @classmethod
    def _numbers_of_columns(cls, data: Any) -> Any:
        """Allow the number of a column, for tables without a header."""
        if not isinstance(data, dict):
            return data
        return {key: str(value) if type(value) is int else value for key, value in data.items()}


class TextSection(Section):
    """A corpus to read; ``{lang}`` in a path or name stands for the language being built."""

    format: CorpusFormat = "auto"
    files: Files | None = None
    dataset: str | None = None
    config: str | None = None
    revision: str | None = None
    fields: FieldNames = FieldNames()
    layer: Layer | None = None
    column: int | None = Field(default=None, ge=1)
    scheme: Scheme = "auto"
    repair: bool = False

    @model_validator(mode="after")
    def _dataset_or_files(self) -> Self:
        if self.files is None and not (isinstance(self, SourceSection) and self.model_fields_set <= {"language"}):
            raise PydanticCustomError("files", "the key 'files' is missing", {"key": "files"})
        if (self.format == "hub") != (self.dataset is not None):
            raise PydanticCustomError("dataset", "format: hub and the key 'dataset' need each other; one is missing")
        if self.format != "hub" and (self.config or self.revision):
            raise PydanticCustomError("dataset", "the keys 'config' and 'revision' are only for format: hub")
        return self


class LanguageSection(Section):
    """A language that is not in the table, or differs from it; keys that are left out are taken from the table."""

    name: str | None = None
    script: str | None = Field(default=None, pattern=r"^[A-Z][a-z]{3}$")
    spaced: bool | None = None
    bcp47: str | None = None
    nllb: str | None = None
    m2m100: str | None = None
    apertium: str | None = None
    wikiann: str | None = None
    masakhaner: str | None = None


class SourceSection(TextSection):
    """The language from which labels come, and its text, unless that is a translation."""

    language: str


class TargetSection(TextSection):
    """The text in the target language.

    ``gold: true`` means that it has labels; the corpus is measured against them, and they are not used otherwise.
    """

    gold: bool = False


class MarkersSection(Section):
    """How entities are marked in a text before it is translated."""

    style: Style = "brackets"


class VoteSection(Section):
    """How votes are counted."""

    rule: Rule = "agreement"
    least: float = Field(default=0.5, gt=0, le=1)
    weights: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


class CandidatesSection(Section):
    """Which target spans may carry an entity."""

    engine: Proposer = "ngram"
    tagger: LabellerSection | None = None
    max_length: int | None = Field(default=None, ge=1)
    forbidden: str = FORBIDDEN
    capitals: tuple[str, ...] = NAME_LABELS
    initial: Initial = "any"
    projections: int = Field(default=1, ge=1)
    repeat: float = Field(default=REPEAT, gt=0)

    @model_validator(mode="after")
    def _has_tagger(self) -> Self:
        if (self.engine in TAGGER_PROPOSERS) != (self.tagger is not None):
            why = "the engines ner and union need candidates.tagger, a labeller of the target; other engines take none"
            raise PydanticCustomError("tagger", "{why}", {"why": why})
        return self


class KeepSection(Section):
    """Which sentences are published: all except those with one of these flags."""

    without: tuple[str, ...] = ()
