"""The facts of one language of a corpus: how it was made, from which models, and which files hold it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.dataset_cards.facts.base import Count, Facts, Version
from silverner.dataset_cards.facts.corrections import CorrectionFacts
from silverner.dataset_cards.facts.counts import Counts, GoldScoresOfSplits, RowFacts
from silverner.dataset_cards.facts.recipe import RecipeFacts, engines_of
from silverner.projection import languages
from silverner.projection.parsing.names import FileName, SplitName

ENGINES = ("translator", "back_translator", "inserter", "labeller", "aligner", "glosses", "judge")
"""The sections of a recipe that name an engine, in the order of the chain. Taggers of the target are not among them."""


def _has_type(feature: Any) -> bool:
    """Tell whether a column, or the values of its lists, have a type as ``dataset_info`` writes it."""
    if isinstance(feature, dict) and "list" in feature:
        return _has_type(feature["list"])
    if isinstance(feature, dict):
        return "class_label" in feature or isinstance(feature.get("dtype"), str)
    return isinstance(feature, str)


def _with_names(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refuse a column, or a field of the entities in one, that has no name or no type."""
    for feature in features:
        values = feature.get("list")
        fields = values if isinstance(values, list) else []
        if (feature.get("name") == "entities" and not isinstance(values, list)) or not all(
            isinstance(one, dict) and isinstance(one.get("name"), str) for one in (feature, *fields)
        ):
            raise PydanticCustomError("features", "a column, or a field of its entities, has no name")
        if not all(map(_has_type, fields or [feature])):
            raise PydanticCustomError("features", "a column, or a field of its entities, has no type")
    return features


Features = Annotated[list[dict[str, Any]], AfterValidator(_with_names)]
"""The columns of a corpus, as ``dataset_info`` writes them."""


class Language(Facts):
    """A language, as far as a card names it."""

    code: str
    name: str
    bcp47: str
    script: str
    spaced: bool

    @classmethod
    def of(cls, language: languages.Language) -> Self:
        """Take what a card needs to know of a language.

        :param language: A row of the table of languages.
        :returns: The facts.
        """
        tag = language.bcp47 or language.code
        return cls(code=language.code, name=language.name, bcp47=tag, script=language.script, spaced=language.spaced)


class MethodFacts(Facts):
    """How the labels of a language came to be.

    :param name: The method, as a recipe names it.
    :param sentence: What the method does, for the card; ``{source}`` stands for the name of the source language.
    :param translates_text: Whether a machine wrote the target text.
    :param projects: Whether the method carries labels over from a source text.
    """

    name: str
    sentence: str
    translates_text: bool
    projects: bool


class RowFile(Facts):
    """A Parquet file.

    :param file: Its path in the folder.
    :param rows: Its rows.
    :param bytes: The size of its rows in memory.
    :param size: The size of the file.
    :param sha256: The hash of the file.
    """

    file: FileName
    rows: Count
    bytes: Count
    size: Count
    sha256: str


class SplitFiles(RowFile):
    """The Parquet files of a split.

    :param file: The only file, or the first of several.
    :param rows: The rows of all files; ``bytes`` and ``size`` are sums, too.
    :param sha256: The hash of the only file, or of the hashes of all.
    :param parts: The files in the order of their rows; ``None`` for a split that is one file.
    """

    absent: ClassVar[frozenset[str]] = frozenset({"parts"})
    parts: list[RowFile] | None = Field(default=None, min_length=2)

    @classmethod
    def of(cls, parts: Sequence[RowFile]) -> Self:
        """Join the files of a split.

        :param parts: The files in the order of their rows.
        :returns: The facts of the split.
        """
        if len(parts) == 1:
            return cls(**dict(parts[0]))
        sums = {key: sum(getattr(part, key) for part in parts) for key in ("rows", "bytes", "size")}
        digest = sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
        return cls(file=parts[0].file, sha256=digest, parts=list(parts), **sums)

    @property
    def files(self) -> list[RowFile]:
        """Every file of the split."""
        return self.parts or [self]

    @model_validator(mode="after")
    def _sums_fit(self) -> Self:
        for key in ("rows", "bytes", "size"):
            if (total := sum(getattr(part, key) for part in self.files)) != getattr(self, key):
                why = f"{key} is {getattr(self, key)}, and the parts have {total}"
                raise PydanticCustomError("parts", "{why}", {"why": why})
        return self


class SampleRow(Facts):
    """A row that the card shows; a span is start, end and label."""

    absent: ClassVar[frozenset[str]] = frozenset({"source_tokens", "source_spans"})
    split: str
    id: str
    tokens: list[str]
    spans: list[tuple[int, int, str]]
    source_tokens: list[str] | None = None
    source_spans: list[tuple[int, int, str]] | None = None

    @model_validator(mode="after")
    def _spans_fit(self) -> Self:
        for tokens, spans in ((self.tokens, self.spans), (self.source_tokens or [], self.source_spans or [])):
            for start, end, label in spans:
                if not 0 <= start < end <= len(tokens):
                    why = f"the entity {label!r:.40} from {start} to {end} is outside its {len(tokens)} tokens"
                    raise PydanticCustomError("span", "{why}", {"why": why})
        return self


class ModelFacts(Facts):
    """A model in its role; see :class:`silverner.builders.models.Model`."""

    absent: ClassVar[frozenset[str]] = frozenset({"host", "program"})
    role: str
    name: str
    revision: str | None
    commit: str | None
    licence: str | None
    parameters: Count | None = None
    says: str | None = None
    host: str | None = None
    pinned: bool
    program: bool | None = None


class ChainFacts(Facts):
    """What a build knows of one language before it writes its files.

    :param language: The target language.
    :param source_language: The language the labels come from.
    :param version: The version of the recipe.
    :param signature: The signature of the whole chain.
    :param silverner: The version of silverner.
    :param limit: The number of sentences that were read, where the build was a trial.
    :param stages: For every stage its signature.
    :param counts: What became of every sentence and entity.
    :param rows: What was measured on the rows.
    :param samples: Rows to show.
    :param example: The first of them with all its columns; ``None`` where it is too long to be shown.
    :param measured: Scores against gold; ``None`` where there is no gold.
    :param features: The columns, as ``dataset_info`` writes them.
    :param models: The models of all stages.
    :param plugins: For every engine or filter of another package the name and version of the package.
    :param halved_batches: For every stage the number of batches that did not fit into the memory of the machine, and
        were halved: the same build on a larger machine may differ in the last bits of its numbers. ``None`` if all fit.
    :param rejected_answers: For every stage that asks a language model the answers, or parts of them, that were
        rejected, by kind. ``None`` if there are none.
    :param method: How the labels came to be.
    :param recipe: The whole recipe of the language, defaults included.
    :param recipe_without_defaults: The keys of the recipe that differ from the default.
    :param corrections: What people corrected; ``None`` where they corrected nothing.
    """

    absent: ClassVar[frozenset[str]] = frozenset({"example", "halved_batches", "rejected_answers", "corrections"})
    language: Language
    source_language: Language
    version: Version
    signature: str
    silverner: Annotated[str, Field(pattern=r"^[\w.+!-]{1,60}$")]
    limit: Count | None
    stages: dict[str, str] = Field(default_factory=dict)
    counts: Counts
    rows: RowFacts
    samples: list[SampleRow]
    example: dict[str, Any] | None = None
    measured: GoldScoresOfSplits | None
    features: Features
    models: list[ModelFacts]
    plugins: dict[str, str] = Field(default_factory=dict)
    halved_batches: dict[str, Count] | None = None
    rejected_answers: dict[str, dict[str, Count]] | None = None
    method: MethodFacts
    recipe: RecipeFacts
    recipe_without_defaults: dict[str, Any]
    corrections: CorrectionFacts | None = None


class LanguageFacts(ChainFacts):
    """One language of a corpus.

    :param splits: For every split its files.
    :param artefacts: For every artefact in the folder its hash.
    """

    splits: dict[SplitName, SplitFiles] = Field(min_length=1)
    artefacts: dict[FileName, str] = Field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        """The files of the language in the folder."""
        return self.row_files | set(self.artefacts)

    @property
    def row_files(self) -> set[str]:
        """The files that hold its rows."""
        return {part.file for split in self.splits.values() for part in split.files}

    @property
    def engines(self) -> list[tuple[str, str]]:
        """The engines of all stages, those of voters included: the section that names each, and its name."""
        recipes = [self.recipe, *(self.recipe.get("voters") or {}).values()]
        engines = [(key, one["engine"]) for recipe in recipes for key in ENGINES for one in engines_of(recipe.get(key))]
        return list(dict.fromkeys(engines))

    @property
    def text_datasets(self) -> list[str]:
        """The data sets on the Hub that the text is from."""
        sides = [self.recipe.get(side) or {} for side in ("source", "target")]
        return list(dict.fromkeys(side["dataset"] for side in sides if side.get("dataset")))
