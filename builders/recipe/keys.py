"""The keys of the recipe of one language, each with its meaning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from silverner.builders.methods.table import MethodName
from silverner.builders.recipe.sections import (
    AboutSection,
    AlignerSections,
    CandidatesSection,
    GlossarySection,
    KeepSection,
    LabellerSection,
    LanguageSection,
    MarkersSection,
    SourceSection,
    TargetSection,
    TeacherSection,
    TextSection,
    TranslatorSection,
    VoteSection,
)
from silverner.dataset_cards.facts.base import Version
from silverner.projection.chain.engine import Section, short_for
from silverner.projection.llm.judge import JudgeSettings
from silverner.projection.matching.choices import Matcher
from silverner.projection.parsing.names import CorpusName, LanguageCode
from silverner.projection.scoring.choices import Score

FILE_KEYS = {
    "extends": "another recipe, beside this one or shipped: this one says what differs, and null removes a key",
    "languages": "codes of the languages, as a list, or as a mapping of codes to keys that differ for a language",
}
"""The keys that only the file of a recipe has, each with its meaning; the others are those of every language."""


def _applied(value: Any) -> Any:
    """Leave out filters that the recipe it extends has and this recipe switches off."""
    if not isinstance(value, dict):
        return value
    # In Python 0 == False, but a threshold of 0 keeps the filter; words of YAML are read as text.
    return {name: threshold for name, threshold in value.items() if threshold is not False and threshold != "false"}


class RecipeKeys(Section):
    """All settings that decide the corpus of one language."""

    name: CorpusName = Field(description="name of the corpus")
    version: Version = Field(description="version of the corpus, as in 1.0.0")
    about: AboutSection | None = Field(
        default=None, description="what is known of the corpus itself, for the card and for those who cite it"
    )
    method: MethodName = Field(description="how the corpus is made")
    license: str | None = Field(default=None, description="licence of the text, written as on the Hub")
    labels: tuple[str, ...] = Field(min_length=1, description="labels of entities, such as [PER, ORG, LOC]")
    label_map: dict[str, str | None] = Field(
        default_factory=dict,
        description="new names of labels, applied before anything is matched; O drops a label",
    )
    declare: dict[LanguageCode, LanguageSection] = Field(
        default_factory=dict, description="languages that the table does not have, or that differ from it, by code"
    )
    source: SourceSection | None = Field(default=None, description="the language that labels come from, and its text")
    target: TargetSection | None = Field(default=None, description="the text in the target language")
    splits: Literal["inherit"] | dict[str, float] = Field(
        default="inherit",
        description="inherit keeps the splits of the text; shares that add up to 1 draw new ones by document",
    )
    translator: TranslatorSection | None = Field(default=None, description="engine that translates the text")
    back_translator: TranslatorSection | None = Field(
        default=None, description="engine that translates back; by default the translator in the other direction"
    )
    inserter: TranslatorSection | None = Field(
        default=None,
        description="model that says where entities are in a translation (method: inserted); by default the translator",
    )
    labeller: LabellerSection | None = Field(default=None, description="engine that labels a text without labels")
    markers: Annotated[MarkersSection, short_for("style")] | None = Field(
        default=None, description="how entities are marked in a text before it is translated"
    )
    aligner: AlignerSections | None = Field(
        default=None, description="engine that links source and target words, or a list of several that vote on links"
    )
    glosses: GlossarySection | None = Field(
        default=None, description="what names are called in the target language: a dictionary, or a translator"
    )
    voters: dict[str, dict[str, Any]] | None = Field(
        default=None, description="names of two or more voters, each with the keys of its own recipe (method: vote)"
    )
    vote: Annotated[VoteSection, short_for("rule")] | None = Field(
        default=None, description="how votes are counted (method: vote)"
    )
    candidates: Annotated[CandidatesSection, short_for("engine")] = Field(
        default=CandidatesSection(), description="which target spans may carry an entity"
    )
    score: Score = Field(
        default="fitted",
        description="how well a span fits an entity: fitted is a probability, by a model fitted on parallel corpora; "
        "fused adds up links, names and counts by weights; dice counts links alone",
    )
    weights: dict[str, float] = Field(default_factory=dict, description="weights of parts of the fused score")
    matcher: Matcher = Field(
        default="exact",
        description="how spans are chosen: exact finds the best choice for the whole sentence, greedy takes the best "
        "span first, bipartite gives a sentence up if its best spans overlap, heuristic follows the links alone",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        description="an entity is not projected if its best span scores this or less; by default what suits the score",
    )
    teachers: Annotated[tuple[TeacherSection, ...], Field(min_length=1)] | None = Field(
        default=None, description="taggers of the target language whose probabilities are published for students"
    )
    filters: Annotated[dict[str, float | None], BeforeValidator(_applied)] = Field(
        default_factory=dict,
        description="filters and their thresholds: null is the default threshold, false removes an inherited filter",
    )
    judge: JudgeSettings | None = Field(
        default=None, description="language model that says whether entities are right, for the filter judged-wrong"
    )
    keep: KeepSection = Field(default=KeepSection(), description="which sentences are published")
    evaluation: tuple[TextSection, ...] = Field(
        default=(), description="texts whose sentences the corpus must not hold, for the filter leak"
    )
