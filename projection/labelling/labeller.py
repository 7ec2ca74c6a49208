"""What every labelling engine offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.registry import Registry, subclass_of
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, order=True)
class TaggedSpan(Span):
    """An entity that an engine predicted, with its confidence: a probability."""

    confidence: float


@dataclass(frozen=True, slots=True)
class Labelling:
    """The entities of one sentence, as an engine labels it.

    :param spans: The entities from left to right, with the labels of the corpus.
    :param distribution: Where it is asked for: float16 matrix of shape (tokens, tags), each row a probability
        distribution over the tags of the corpus (``O``, then ``B-`` and ``I-`` of every label).
    """

    spans: tuple[TaggedSpan, ...]
    distribution: NDArray[np.float16] | None = None


class Labeller(Protocol):
    """Finds the entities of sentences, and gives them the labels of the corpus."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the labels: it becomes part of the signature."""

    def check(self) -> None:
        """Refuse to begin when the engine cannot run.

        :raises SilvernerError: naming what is missing, before any work is done.
        """

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch.

        :param sentences: The tokens of every sentence.
        :returns: One labelling a sentence, in order.
        """


class LabellerSettings(EngineSettings):
    """The section of a recipe that names a labeller."""

    distribution: bool = Field(default=False, description="publish the probabilities of all tags too")
    copies: Literal["cut", "keep"] = Field(
        default="cut",
        description="cut removes entities of words the translator did not know and the original writes small",
    )

    def build(self, context: EngineContext) -> Labeller:
        """Make the labeller; nothing is loaded yet.

        :param context: What it is for; ``source`` is the language of the text it reads.
        """
        raise NotImplementedError


LABELLERS: Registry[type[LabellerSettings]] = Registry(
    "labeller",
    "silverner.labellers",
    {"tagger": "silverner.projection.labelling.tagger:TaggerSettings"},
    accepts=subclass_of(LabellerSettings),
)
"""All labellers, in the order in which a new recipe prefers them."""
