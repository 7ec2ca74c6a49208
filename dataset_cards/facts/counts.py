"""The numbers of one language: sentences, entities, confidence and scores against gold."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from silverner.dataset_cards.facts.base import Facts


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
    input: int
    kept: int
    dropped: dict[str, int]
    flags: dict[str, int]
    entities: dict[str, int]
    source_entities: int
    lost_entities: int
    copies: int | None = None
    marker_faults: dict[str, int] | None = None


class ConfidenceFacts(Facts):
    """How confident the corpus is of its entities.

    :param name: The column of an entity that holds the probability.
    :param mean: The mean over all entities.
    :param bins: For every tenth from 0 to 1 the number of entities in it.
    """

    name: str
    mean: float
    bins: list[int]


class RowFacts(Facts):
    """What was measured on the published rows.

    :param tokens: Target tokens.
    :param labelled: Sentences that have an entity.
    :param confidence: The confidence of the entities; ``None`` where no entity has a probability.
    """

    tokens: int
    labelled: int
    confidence: ConfidenceFacts | None


class ScoreInterval(Facts):
    """The bootstrap interval of a score, with its level in percent."""

    low: float
    high: float
    level: float
    resamples: int = 0
    seed: int = 0


class GoldScores(Facts):
    """Strict scores against gold in percent, on the sentences kept; F1 also on all sentences, dropped ones included."""

    f1: float
    interval: ScoreInterval | None
    precision: float
    recall: float
    projection_ratio: float | None
    sentences: int
    f1_all: float
    sentences_all: int


class GoldScoresOfSplits(GoldScores):
    """Scores against gold of a whole language, and of each of its splits."""

    splits: dict[str, GoldScores] = Field(default_factory=dict)
