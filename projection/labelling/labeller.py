"""The interface of every labelling engine, and the table of engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from silverner.projection.chain.engine import EngineContext, EngineSettings, Section
from silverner.projection.registry import Registry, subclass_of
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, order=True)
class TaggedSpan(Span):
    """An entity that an engine predicted, with its confidence: a probability."""

    confidence: float


@dataclass(frozen=True, slots=True)
class Labelling:
    """The entities that an engine predicted in one sentence.

    :param spans: The entities from left to right, with the labels of the corpus.
    :param distribution: Float16 matrix of shape (tokens, tags), if asked for. Each row is a probability distribution
        over the tags of the corpus (``O``, then ``B-`` and ``I-`` of every label).
    :param unanswered: Whether the engine could not say what the sentence holds; the sentence is dropped.
    """

    spans: tuple[TaggedSpan, ...]
    distribution: NDArray[np.float16] | None = None
    unanswered: bool = False


class Labeller(Protocol):
    """Predicts the entities of sentences, with the labels of the corpus."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the labels; it becomes part of the signature."""

    def check(self) -> None:
        """Check that the engine can run.

        :raises SilvernerError: naming what is missing, before the build starts.
        """

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch.

        :param sentences: The tokens of every sentence.
        :returns: One labelling a sentence, in order.
        """


class Teacher(Protocol):
    """Gives every token a probability of each tag of the corpus."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the probabilities."""

    def check(self) -> None:
        """Check that the engine can run, as :meth:`Labeller.check`."""

    def probabilities(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Return one matrix of shape (tokens, tags) a sentence."""


class TeacherSettings(Section):
    """The section of a recipe that names a teacher: a tagger of the target language."""

    engine: str = Field(description="name of the engine")

    def teacher(self, context: EngineContext) -> Teacher:
        """Make the teacher; its model is not loaded yet.

        :param context: The corpus.
        """
        raise NotImplementedError


class LabellerSettings(EngineSettings):
    """The section of a recipe that names a labeller."""

    distribution: bool = Field(default=False, description="also publish the probabilities of all tags")
    copies: Literal["cut", "keep"] = Field(
        default="cut",
        description="cut removes copied words in small letters from entities: words that the translator did not know",
    )

    def build(self, context: EngineContext) -> Labeller:
        """Make the labeller; its model is not loaded yet.

        :param context: The corpus; ``source`` is the language of the text that the labeller reads.
        """
        raise NotImplementedError


LABELLERS: Registry[type[LabellerSettings]] = Registry(
    "labeller",
    "silverner.labellers",
    {
        "tagger": "silverner.projection.labelling.tagger:TaggerSettings",
        "gliner": "silverner.projection.labelling.gliner:GlinerSettings",
        "spacy": "silverner.projection.labelling.spacy:SpacySettings",
        "natasha": "silverner.projection.labelling.natasha:NatashaSettings",
        "llm": "silverner.projection.labelling.llm:LlmLabellerSettings",
    },
    accepts=subclass_of(LabellerSettings),
)
"""All labellers, in the order in which a new recipe prefers them."""
