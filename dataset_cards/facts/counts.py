"""The numbers of one language: sentences, entities, confidence and scores against gold."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from silverner.dataset_cards.facts.base import Count, Facts, Number, Percent, Share

BINS = 10
"""Into how many equal parts the probabilities from 0 to 1 are sorted."""
ProbabilityName = Literal["confidence", "label_confidence"]
"""The fields of an entity that hold a probability."""


class Counts(Facts):
    """What became of every sentence and of every entity.

    :param input: Sentences that were read.
    :param kept: Sentences in the corpus.
    :param dropped: For every reason the number of sentences that were dropped for it.
    :param flags: For every filter the number of sentences that fail it, dropped sentences included.
    :param entities: For every label the number of projected entities.
    :param source_entities: Entities on the source side of the sentences kept.
    :param lost_entities: Those of them that have no projected entity.
    :param copies: Entities that a labeller predicted in words the translator had only copied; such entities are not
        used. ``None`` without a labeller.
    :param marker_faults: For every kind of fault the number of markers with it, dropped sentences included; ``None``
        where no markers are used.
    """

    absent: ClassVar[frozenset[str]] = frozenset({"copies", "marker_faults"})
    input: Count
    kept: Count
    dropped: dict[str, Count]
    flags: dict[str, Count]
    entities: dict[str, Count]
    source_entities: Count
    lost_entities: Count
    copies: Count | None = None
    marker_faults: dict[str, Count] | None = None


class ConfidenceFacts(Facts):
    """How confident the corpus is of its entities.

    :param name: The column of an entity that holds the probability.
    :param mean: The mean over all entities.
    :param bins: For every tenth from 0 to 1 the number of entities in it.
    """

    name: ProbabilityName
    mean: Share
    bins: list[Count] = Field(min_length=BINS, max_length=BINS)

    @field_validator("bins")
    @classmethod
    def _of_entities(cls, bins: list[int]) -> list[int]:
        if not sum(bins):
            raise PydanticCustomError("bins", "all numbers are 0, so there is no entity to be confident of")
        return bins


class RowFacts(Facts):
    """What was measured on the published rows.

    :param tokens: Target tokens.
    :param labelled: Sentences that have an entity.
    :param confidence: The confidence of the entities; ``None`` where no entity has a probability.
    """

    tokens: Count
    labelled: Count
    confidence: ConfidenceFacts | None


class ScoreInterval(Facts):
    """The bootstrap interval of a score, with its level in percent."""

    low: Percent
    high: Percent
    level: Percent
    resamples: Count = 0
    seed: Count = 0


class SpanScores(Facts):
    """Strict scores in percent, with the interval of F1."""

    f1: Percent
    interval: ScoreInterval | None
    precision: Percent
    recall: Percent


class GoldScores(SpanScores):
    """Strict scores against gold in percent, on the sentences kept; F1 also on all sentences, dropped ones included."""

    projection_ratio: Number | None
    sentences: Count
    f1_all: Percent
    sentences_all: Count


class GoldScoresOfSplits(GoldScores):
    """Scores against gold of a whole language, and of each of its splits."""

    splits: dict[str, GoldScores] = Field(default_factory=dict)
