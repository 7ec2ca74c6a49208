"""The sections of a recipe as validated data: unknown keys and unknown values are refused."""

from __future__ import annotations

from typing import Annotated, Any, Self, TypeAlias

from pydantic import BeforeValidator, Field, SerializeAsAny, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from silverner.dataset_cards.facts import About
from silverner.projection.alignment import ALIGNERS, AlignerSettings
from silverner.projection.alignment.combination import check_members
from silverner.projection.chain.engine import EngineSettings, Files, Section
from silverner.projection.ensembling.rules import Rule
from silverner.projection.errors import UsageError, nearest
from silverner.projection.labelling import LABELLERS, LabellerSettings
from silverner.projection.labelling.labeller import TeacherSettings
from silverner.projection.labelling.spacy import SpacyTeacherSettings
from silverner.projection.labelling.tagger import TaggerTeacherSettings
from silverner.projection.markers import Style
from silverner.projection.matching.candidates import FORBIDDEN
from silverner.projection.matching.choices import TAGGER_PROPOSERS, Initial, Proposer
from silverner.projection.matching.settings import REPEAT
from silverner.projection.readers import CorpusFormat
from silverner.projection.readers.corpus_files import Layer
from silverner.projection.registry import Registry
from silverner.projection.spans import Scheme
from silverner.projection.translation import TRANSLATORS, TranslatorSettings
from silverner.projection.translation.glossary import GLOSSARIES


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
_TEACHERS: dict[str, type[TeacherSettings]] = {"tagger": TaggerTeacherSettings, "spacy": SpacyTeacherSettings}


def _teacher(value: Any) -> Any:
    """Validate a teacher: the word is a model, and an engine that is not named is a tagger."""
    section = {"model": value} if isinstance(value, str) else value
    if not isinstance(section, dict):
        return section
    name = str(section.get("engine", "tagger"))
    if name not in _TEACHERS:
        why = {"name": repr(name), "hint": nearest(name, _TEACHERS)}
        raise PydanticCustomError("unknown_engine", "unknown engine {name}; {hint}", why)
    return _TEACHERS[name].model_validate(section)


TeacherSection: TypeAlias = Annotated[SerializeAsAny[TeacherSettings], BeforeValidator(_teacher)]


class FieldNames(Section):
    """The names of fields in a JSON object, Parquet row or dataset row; dots reach into nested fields.

    In a table: headers of columns, or their numbers.
    """

    tokens: str = Field(default="tokens", description="tokens of a sentence, or the token of a row")
    tags: str = Field(default="ner_tags", description="tags of the tokens")
    text: str = Field(default="text", description="running text of a sentence")
    id: str = Field(default="id", description="name of a sentence")
    document: str = Field(default="document", description="document that a sentence belongs to")
    sentence: str = Field(default="sentence", description="in a table of tokens: number or name of the sentence")

    @model_validator(mode="before")
    @classmethod
    def _numbers_of_columns(cls, data: Any) -> Any:
        """Allow the number of a column, for tables without a header."""
        if not isinstance(data, dict):
            return data
        return {key: str(value) if type(value) is int else value for key, value in data.items()}


class AboutSection(About, Section):
    """What only people know of a text, or of the whole corpus: the card shows it, and it changes no row."""


class TextSection(Section):
    """A corpus to read; ``{lang}`` in a path or name stands for the language being built."""

    format: CorpusFormat = Field(default="auto", description="format of the files; auto finds it from their lines")
    files: Files | None = Field(default=None, description="a file, glob or folder, or one a split")
    dataset: str | None = Field(default=None, description="id of a dataset on the Hub (format: hub)")
    config: str | None = Field(default=None, description="configuration of the dataset")
    revision: str | None = Field(default=None, description="branch, tag or commit of the dataset")
    fields: FieldNames = Field(
        default=FieldNames(), description="where things stand in JSON, Parquet, tables and datasets"
    )
    layer: Layer | None = Field(default=None, description="which entities of nested ones are read (format: germeval)")
    column: int | None = Field(default=None, ge=1, description="number of the column of the tags (conll and conllu)")
    scheme: Scheme = Field(default="auto", description="how tags write entities; auto finds it from the tags")
    repair: bool = Field(default=False, description="mend invalid tag sequences instead of refusing them")

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

    name: str | None = Field(default=None, description="English name")
    script: str | None = Field(
        default=None, pattern=r"^[A-Z][a-z]{3}$", description="ISO 15924 code of its script, such as Latn"
    )
    spaced: bool | None = Field(default=None, description="whether spaces stand between words")
    bcp47: str | None = Field(default=None, description="BCP 47 tag, as used on the web")
    nllb: str | None = Field(default=None, description="code in NLLB, such as swh_Latn")
    m2m100: str | None = Field(default=None, description="code in M2M100")
    apertium: str | None = Field(default=None, description="code in Apertium")
    wikiann: str | None = Field(default=None, description="configuration in WikiANN")
    masakhaner: str | None = Field(default=None, description="configuration in MasakhaNER 2.0")


class SourceSection(TextSection):
    """The language from which labels come, and its text, unless that is a translation."""

    language: str = Field(description="code or English name of the language that labels come from")
    about: AboutSection | None = Field(default=None, description="what is known of this text, for the card")


class TargetSection(TextSection):
    """The text in the target language.

    ``gold: true`` means that it has labels; the corpus is measured against them, and they are not used otherwise.
    """

    about: AboutSection | None = Field(default=None, description="what is known of this text, for the card")
    gold: bool = Field(default=False, description="the text has labels, and the corpus is measured against them")


class MarkersSection(Section):
    """How entities are marked in a text before it is translated."""

    style: Style = Field(default="brackets", description="what stands around an entity")


class VoteSection(Section):
    """How votes are counted."""

    rule: Rule = Field(
        default="agreement",
        description="agreement counts voters, weighted counts their weights, soft averages their tag probabilities",
    )
    least: float = Field(default=0.5, gt=0, le=1, description="share of the votes that keeps an entity")
    weights: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict, description="weights of voters that do not count 1"
    )


class CandidatesSection(Section):
    """Which target spans may carry an entity."""

    engine: Proposer = Field(
        default="ngram",
        description="ngram proposes every span, runs aligned runs, ner the entities of a tagger, union runs and ner",
    )
    tagger: LabellerSection | None = Field(default=None, description="labeller of the target, for ner and union")
    max_length: int | None = Field(default=None, ge=1, description="most tokens of a span; by default no limit")
    forbidden: str = Field(
        default=FORBIDDEN, description="characters that no span contains, unless its entity contains them"
    )
    capitals: tuple[str, ...] | None = Field(
        default=None,
        description="labels whose entities are names: they must hold a capital that says something; by default those "
        "of people, organisations and places, whatever the labels call them (PER, PERSON, GPE, person-actor)",
    )
    initial: Initial = Field(default="any", description="capital: names must begin with a capital, too")
    projections: int = Field(default=1, ge=1, description="most places that an entity may get")
    repeat: float = Field(
        default=REPEAT, gt=0, description="score that every further place of an entity must have more than"
    )

    @model_validator(mode="after")
    def _has_tagger(self) -> Self:
        if (self.engine in TAGGER_PROPOSERS) != (self.tagger is not None):
            why = "the engines ner and union need candidates.tagger, a labeller of the target; other engines take none"
            raise PydanticCustomError("tagger", "{why}", {"why": why})
        return self


class KeepSection(Section):
    """Which sentences are published: all except those with one of these flags."""

    without: tuple[str, ...] = Field(default=(), description="flags that drop a sentence")
