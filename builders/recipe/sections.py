"""The parts of a recipe that say what to read, as validated data: closed vocabularies, no unknown keys."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.errors import nearest
from silverner.projection.readers import CorpusFormat
from silverner.projection.spans import Scheme
from silverner.projection.stages.vote import Rule


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


def split_names(files: dict[str, Any]) -> dict[str, Any]:
    """Refuse names of splits that ``datasets`` would refuse after all the work."""
    for name in files:
        if not re.fullmatch(r"\w+(\.\w+)*", name) or name == "all":
            why = "'{split}' is no name for a split; use letters, digits and _, as in train, validation, test"
            raise PydanticCustomError("split", why, {"split": name})
    return files


def _by_split(files: Any) -> Any:
    """Take a single file as the split ``train``."""
    return {"train": files} if isinstance(files, str) else files


Files = Annotated[dict[str, str], BeforeValidator(_by_split), Field(min_length=1), AfterValidator(split_names)]


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
    files: Files | None = None
    dataset: str | None = None
    config: str | None = None
    revision: str | None = None
    fields: FieldNames = FieldNames()
    scheme: Scheme = "auto"
    repair: bool = False

    @model_validator(mode="after")
    def _dataset_or_files(self) -> Self:
        if self.files is None and not (isinstance(self, Source) and self.model_fields_set <= {"language"}):
            raise PydanticCustomError("files", "the key 'files' is missing", {"key": "files"})
        if (self.format == "hub") != (self.dataset is not None):
            raise PydanticCustomError("dataset", "format: hub and dataset: belong together; one is missing")
        if self.format != "hub" and (self.config or self.revision):
            raise PydanticCustomError("dataset", "config: and revision: only mean something with format: hub")
        return self


class Declared(Section):
    """A language the table does not have, or has otherwise: what is left out is taken from the table."""

    name: str | None = None
    script: str | None = Field(default=None, pattern=r"^[A-Z][a-z]{3}$")
    spaced: bool | None = None
    bcp47: str | None = None
    nllb: str | None = None
    m2m100: str | None = None
    apertium: str | None = None
    wikiann: str | None = None
    masakhaner: str | None = None


class Source(Text):
    """The language labels come from, and its text unless that is a translation."""

    language: str


class Target(Text):
    """The text in the target language.

    ``gold: true`` says that it has labels which shall be measured against, and never used otherwise.
    """

    gold: bool = False


class VoteSettings(Section):
    """How votes are counted."""

    rule: Rule = "agreement"
    least: float = Field(default=0.5, gt=0, le=1)
    weights: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
