"""The facts a card is made from, typed; read from the manifest of a corpus folder, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from silverner.projection.errors import DataError

ENGINES = ("translator", "back_translator", "labeller", "aligner", "glosses")
"""The sections of a recipe that name an engine, in the order of the chain; those of the target's taggers aside."""


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


class File(_Facts):
    """A file: its name, rows, and hash."""

    file: str
    rows: int
    sha256: str


class Split(File):
    """A file, with the size of its rows in memory and its own."""

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


Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]


class ReleasedCounts(_Facts):
    """The entities of a language by label."""

    entities: dict[str, int]


class ReleasedRecipe(_Facts):
    """The labels of a language."""

    labels: list[str]


class ReleasedLanguage(_Facts):
    """What two releases are compared by, whichever version of silverner made them."""

    version: Version
    counts: ReleasedCounts
    features: list[dict[str, Any]]
    recipe: ReleasedRecipe
    splits: dict[str, File]


class ReleasedFacts(_Facts):
    """A release, as far as it is compared with another."""

    name: str
    languages: dict[str, ReleasedLanguage]

    @classmethod
    def check(cls, manifest: Any) -> None:
        """Refuse a manifest that lacks what releases are compared by.

        :param manifest: The manifest.
        :raises DataError: naming the fact that is missing or of the wrong kind.
        """
        _read(cls, manifest)


class LanguageFacts(_Facts):
    """One language of a corpus."""

    language: Tongue
    source_language: Tongue
    version: Version
    signature: str
    silverner: str
    limit: int | None
    counts: Counts
    rows: Rows
    samples: list[Sample]
    measured: Measured | None
    features: list[dict[str, Any]]
    models: list[Model]
    plugins: dict[str, str] = Field(default_factory=dict)
    recipe: dict[str, Any]
    splits: dict[str, Split]
    artefacts: dict[str, str] = Field(default_factory=dict)

    @property
    def method(self) -> str:
        """How the labels came to be."""
        return str(self.recipe["method"])

    @property
    def engines(self) -> list[str]:
        """The engines of all its stages, those of voters included."""
        recipes = [self.recipe, *(self.recipe.get("voters") or {}).values()]
        named = [one.get(part) for one in recipes for part in ENGINES]
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
        return _read(cls, manifest)

    @property
    def version(self) -> str:
        """The newest version of its languages."""
        return max((facts.version for facts in self.languages.values()), key=lambda v: tuple(map(int, v.split("."))))

    @property
    def labels(self) -> list[str]:
        """The labels of all languages."""
        return list(dict.fromkeys(label for facts in self.languages.values() for label in facts.counts.entities))

    @property
    def total(self) -> int:
        """The rows of all languages."""
        return sum(split.rows for facts in self.languages.values() for split in facts.splits.values())


F = TypeVar("F", bound=_Facts)


def _read(kind: type[F], manifest: Any) -> F:
    """Read facts of a kind, or say which is missing."""
    try:
        return kind.model_validate(manifest)
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"]]
        code = place[1] if place[:1] == ["languages"] and len(place) > 1 else "CODE"
        raise DataError(
            f"manifest.json, {_said(error)}; a card is made of facts only, so build this again: silverner build RECIPE "
            f"--lang {code}"
        ) from error


def missing_fact(manifest: Any) -> str | None:
    """Find the first fact that is missing, or of the wrong kind.

    :param manifest: A manifest.
    :returns: Its place, and what is wrong; ``None`` where nothing is.

    >>> missing_fact({"name": "little", "languages": 3})
    'languages: Input should be a valid dictionary'
    """
    try:
        CorpusFacts.model_validate(manifest)
    except ValidationError as error:
        return _said(error)
    return None


def _said(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"
