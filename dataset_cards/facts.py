"""The facts a card is made from, typed; read from the manifest of a corpus folder, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from projection.errors import DataError


class _Facts(BaseModel):
    """Facts of one kind. Others may stand beside them: the manifest serves more readers than the card."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Tongue(_Facts):
    """A language."""

    code: str
    name: str
    bcp47: str
    script: str
    spaced: bool


class Split(_Facts):
    """A file: its rows, their size in memory and its own."""

    file: str
    rows: int
    bytes: int
    size: int


class Counts(_Facts):
    """What became of every sentence and entity."""

    input: int
    kept: int
    dropped: dict[str, int]
    flags: dict[str, int]
    entities: dict[str, int]
    source_entities: int
    lost_entities: int
    copies: int | None = None
    marker_faults: dict[str, int] | None = None


class Confidence(_Facts):
    """How sure entities are, on average and in tenths."""

    name: str
    mean: float
    bins: list[int]


class Rows(_Facts):
    """What was measured of the published rows."""

    tokens: int
    labelled: int
    confidence: Confidence | None


class Interval(_Facts):
    """Where a score lies."""

    low: float
    high: float
    level: float


class Measured(_Facts):
    """Scores against gold, on the sentences kept and on all."""

    f1: float
    precision: float
    recall: float
    interval: Interval | None
    projection_ratio: float | None
    sentences: int
    f1_all: float
    sentences_all: int


class Sample(_Facts):
    """A row to show; spans are start, end and label."""

    split: str
    id: str
    tokens: list[str]
    spans: list[tuple[int, int, str]]
    source_tokens: list[str] | None = None
    source_spans: list[tuple[int, int, str]] = Field(default_factory=list)


class Model(_Facts):
    """A model in its role."""

    role: str
    name: str
    revision: str | None
    commit: str | None
    licence: str | None
    pinned: bool


class LanguageFacts(_Facts):
    """One language of a corpus."""

    language: Tongue
    source_language: Tongue
    version: str
    signature: str
    silverner: str
    limit: int | None
    counts: Counts
    rows: Rows
    samples: list[Sample]
    measured: Measured | None
    features: list[dict[str, Any]]
    models: list[Model]
    recipe: dict[str, Any]
    splits: dict[str, Split]

    @property
    def method(self) -> str:
        """How the labels came to be."""
        return str(self.recipe["method"])

    @property
    def engines(self) -> list[str]:
        """The engines of all its stages, those of voters included."""
        recipes = [self.recipe, *(self.recipe.get("voters") or {}).values()]
        named = [one.get(part) for one in recipes for part in ("translator", "back_translator", "labeller", "aligner")]
        return list(dict.fromkeys(one if isinstance(one, str) else one["engine"] for one in named if one))

    @property
    def sources(self) -> list[str]:
        """The data sets on the Hub its text is from."""
        sides = [self.recipe.get(side) or {} for side in ("source", "target")]
        return list(dict.fromkeys(side["dataset"] for side in sides if side.get("dataset")))


class CorpusFacts(_Facts):
    """A corpus."""

    name: str
    repo_id: str | None = None
    languages: dict[str, LanguageFacts] = Field(min_length=1)

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Read the facts of a manifest.

        :param manifest: The manifest.
        :returns: The facts.
        :raises DataError: naming the fact that is missing or of the wrong kind.
        """
        try:
            return cls.model_validate(manifest)
        except ValidationError as error:
            first = error.errors()[0]
            place = [str(part) for part in first["loc"]]
            code = place[1] if place[0] == "languages" and len(place) > 1 else "CODE"
            raise DataError(
                f"manifest.json, {'.'.join(place)}: {first['msg']}; a card is made of facts only, so build this again: "
                f"silverner build RECIPE --lang {code}"
            ) from error

    @property
    def version(self) -> str:
        """The newest version of its languages."""
        return max(
            (facts.version for facts in self.languages.values()), key=lambda v: tuple(int(n) for n in v.split("."))
        )

    @property
    def labels(self) -> list[str]:
        """The labels of all languages."""
        return list(dict.fromkeys(label for facts in self.languages.values() for label in facts.counts.entities))

    @property
    def total(self) -> int:
        """The rows of all languages."""
        return sum(split.rows for facts in self.languages.values() for split in facts.splits.values())
