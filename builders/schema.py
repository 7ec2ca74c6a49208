"""What a recipe may say, as validated data: closed vocabularies, no unknown keys."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from projection.alignment.similarity import Method
from projection.candidates import FORBIDDEN
from projection.errors import UsageError, nearest
from projection.filters import FILTERS
from projection.languages import language_name
from projection.links import Symmetrisation
from projection.projector import Matcher
from projection.readers import CorpusFormat
from projection.scoring import Score
from projection.spans import Scheme


class Section(BaseModel):
    """A part of a recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _know_keys(cls, data: Any) -> Any:
        """Refuse unknown keys with the ones there are."""
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    hint = nearest(str(key), cls.model_fields)
                    raise PydanticCustomError("unknown_key", "unknown key '{key}'; {hint}", {"key": key, "hint": hint})
        return data


def _split_names(files: dict[str, Any]) -> dict[str, Any]:
    """Refuse names of splits that ``datasets`` would refuse after all the work."""
    for name in files:
        if not re.fullmatch(r"\w+(\.\w+)*", name) or name == "all":
            why = "'{split}' is no name for a split; use letters, digits and _, as in train, validation, test"
            raise PydanticCustomError("split", why, {"split": name})
    return files


def _by_split(files: Any) -> Any:
    """Take a single file as the split ``train``."""
    return {"train": files} if isinstance(files, str) else files


def _engine(value: Any) -> Any:
    """Take a bare word as the engine with its defaults."""
    return {"engine": value} if isinstance(value, str) else value


Files = Annotated[dict[str, str], BeforeValidator(_by_split), Field(min_length=1), AfterValidator(_split_names)]


class FieldNames(Section):
    """Which field of a JSON object, Parquet row or dataset row holds what; dots reach into nested fields."""

    tokens: str = "tokens"
    tags: str = "ner_tags"
    text: str = "text"
    id: str = "id"
    document: str = "document"


class Text(Section):
    """A corpus to read; ``{lang}`` in a path or name stands for the language being built."""

    format: CorpusFormat = "auto"
    files: Files
    dataset: str | None = None
    config: str | None = None
    revision: str | None = None
    fields: FieldNames = FieldNames()
    scheme: Scheme = "auto"
    repair: bool = False

    @model_validator(mode="after")
    def _dataset_or_files(self) -> Self:
        if (self.format == "hub") != (self.dataset is not None):
            raise PydanticCustomError("dataset", "format: hub and dataset: belong together; one is missing")
        if self.format != "hub" and (self.config or self.revision):
            raise PydanticCustomError("dataset", "config: and revision: only mean something with format: hub")
        return self


class Source(Text):
    """The labelled text, and its language."""

    language: str


class Target(Text):
    """The text in the target language, for ``parallel``.

    ``gold: true`` says that it has labels which shall be measured against, and never used otherwise.
    """

    gold: bool = False


class ApertiumSettings(Section):
    """The rule-based engine Apertium."""

    engine: Literal["apertium"]
    pair: str | None = None


class PretranslatedSettings(Section):
    """Translations that exist already."""

    engine: Literal["pretranslated"]
    path: str
    format: Literal["text", "tsv", "jsonl"] | None = None


class EflomalSettings(Section):
    """The statistical aligner eflomal."""

    engine: Literal["eflomal"]
    symmetrise: Symmetrisation = "gdfa"
    model: int = Field(default=3, ge=1, le=3)
    prefix_length: int = Field(default=0, ge=0)


class PharaohSettings(Section):
    """Links that exist already; one file a split, or one for all splits in order."""

    engine: Literal["pharaoh"]
    symmetrise: Symmetrisation = "gdfa"
    forward: Files
    reverse: Files | None = None


class SimAlignSettings(Section):
    """SimAlign's methods on the vectors of any encoder; ``reference: true`` runs the simalign package itself."""

    engine: Literal["simalign"]
    model: str
    revision: str | None = None
    method: Method = "itermax"
    level: Literal["subword", "word"] = "subword"
    layer: int = Field(default=8, ge=0)
    batch_size: int = Field(default=64, ge=1)
    reference: bool = False


class AwesomeSettings(Section):
    """awesome-align's rule (softmax both ways) on the vectors of any encoder."""

    engine: Literal["awesome"]
    model: str
    revision: str | None = None
    layer: int = Field(default=8, ge=0)
    threshold: float = Field(default=1e-3, ge=0, lt=1)
    batch_size: int = Field(default=64, ge=1)


class Candidates(Section):
    """Which target spans may carry an entity."""

    engine: Literal["ngram"] = "ngram"
    max_length: int | None = Field(default=None, ge=1)
    forbidden: str = FORBIDDEN


class Keep(Section):
    """Which sentences are published: all but those with one of these flags."""

    without: tuple[str, ...] = ()


Translator = Annotated[
    Annotated[ApertiumSettings | PretranslatedSettings, Field(discriminator="engine")], BeforeValidator(_engine)
]
Aligner = Annotated[
    Annotated[EflomalSettings | PharaohSettings | SimAlignSettings | AwesomeSettings, Field(discriminator="engine")],
    BeforeValidator(_engine),
]


class LanguageRecipe(Section):
    """Everything that decides the corpus of one language."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    method: Literal["parallel", "translate-train"]
    license: str | None = None
    labels: tuple[str, ...] = Field(min_length=1)
    label_map: dict[str, str | None] = {}
    source: Source
    target: Target | None = None
    splits: Literal["inherit"] | dict[str, float] = "inherit"
    translator: Translator | None = None
    aligner: Aligner
    candidates: Annotated[Candidates, BeforeValidator(_engine)] = Candidates()
    score: Score = "fused"
    matcher: Matcher = "exact"
    threshold: float = Field(default=0.0, ge=0)
    filters: dict[str, float | None] = {}
    keep: Keep = Keep()

    @field_validator("labels")
    @classmethod
    def _plain_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if label == "O" or not re.fullmatch(r"\S+", label) or labels.count(label) > 1:
                raise PydanticCustomError(
                    "label", "'{label}' is no label: words without space, once each, not O", {"label": label}
                )
        return labels

    @field_validator("splits")
    @classmethod
    def _whole(cls, splits: str | dict[str, float]) -> str | dict[str, float]:
        if isinstance(splits, dict) and (min(splits.values(), default=0) <= 0 or abs(sum(splits.values()) - 1) > 1e-9):
            raise PydanticCustomError("splits", "the shares of the splits must be positive and add up to 1")
        return _split_names(splits) if isinstance(splits, dict) else splits

    @field_validator("filters")
    @classmethod
    def _known_filters(cls, filters: dict[str, float | None]) -> dict[str, float | None]:
        for name in filters:
            if name not in FILTERS:
                hint = nearest(name, FILTERS)
                raise PydanticCustomError("unknown_key", "unknown filter '{key}'; {hint}", {"key": name, "hint": hint})
        return filters

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Check what one key demands of another."""
        try:
            language_name(self.source.language)
        except UsageError as error:
            raise PydanticCustomError("language", "{why}", {"why": str(error), "at": "source"}) from error
        needs = {"parallel": ("target", "translator"), "translate-train": ("translator", "target")}
        needed, foreign = needs[self.method]
        if getattr(self, needed) is None or getattr(self, foreign) is not None:
            why = f"method: {self.method} needs the key {needed!r} and has no use for {foreign!r}"
            raise PydanticCustomError("method", "{why}", {"why": why, "at": "method"})
        if isinstance(self.aligner, PharaohSettings):
            for side in (self.aligner.forward, self.aligner.reverse or {}):
                if len(side) > 1 and set(side) != set(self.source.files):
                    why = f"links for {', '.join(side)}, but the source has {', '.join(self.source.files)}"
                    raise PydanticCustomError("links", "{why}", {"why": why, "at": "aligner"})
        for flag in self.keep.without:
            if flag not in self.filters:
                why = f"keep.without names {flag!r}, which is not among the filters; {nearest(flag, self.filters)}"
                raise PydanticCustomError("keep", "{why}", {"why": why, "at": "keep"})
        for label, new in self.label_map.items():
            if new not in (None, "O", *self.labels):
                hint = nearest(str(new), self.labels)
                why = f"label_map turns {label!r} into {new!r}, which is not among the labels; {hint}"
                raise PydanticCustomError("label_map", "{why}", {"why": why, "at": "label_map"})
        return self
