"""The interface of a filter: its declarations and its rule."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

if TYPE_CHECKING:  # reading a recipe must not load the libraries of a chain
    from silverner.projection.chain import Stage
    from silverner.projection.languages import Language
    from silverner.projection.llm.judge import Judge
    from silverner.projection.stages import EvaluationSet

FilterEvidence = Literal["source", "links", "labeller", "markers", "translator", "detokenized"]
"""Facts about a sentence that only some methods have. A method lists its own; a filter names the one it needs."""

Row: TypeAlias = Mapping[str, Any]
"""One sentence: the columns that a filter declares, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterContext:
    """The facts on which the stage of a filter may depend.

    :param language: The target language.
    :param thresholds: All filters of the recipe with their thresholds, for filters that share a stage.
    :param evidence: The facts that the method has of every sentence.
    :param evaluation: Texts whose sentences the corpus must not hold.
    :param judge: The language model that judges entities, where the recipe names one.
    """

    language: Language
    thresholds: Mapping[str, float]
    evidence: frozenset[FilterEvidence] = frozenset()
    evaluation: Sequence[EvaluationSet] = ()
    judge: Judge | None = None


class Filter(ABC):
    """A rule that a sentence may fail.

    A filter names the columns of the chain that it reads. Three names of texts stand for the text that has this role
    in the method (:class:`~silverner.projection.stages.flag.TextRoles`): ``translation``, ``detokenized`` and
    ``foreign``, as in ``translation.tokens``. The column ``projected.lost`` holds all entities that were lost.

    >>> class LongSentence(Filter):
    ...     default = 100
    ...     says = "the sentence has more than {} tokens"
    ...     columns = ("target.tokens",)
    ...
    ...     def fails(self, row: Row, threshold: float) -> bool:
    ...         return len(row["target.tokens"]) > threshold
    >>> LongSentence().fails({"target.tokens": ["a", "b", "c"]}, 2)
    True
    """

    default: ClassVar[float]
    """The threshold, if the recipe gives none."""
    says: ClassVar[str]
    """Says when a sentence fails, for the card and the documentation; ``{}`` is the threshold."""
    columns: ClassVar[tuple[str, ...]]
    """The columns it reads."""
    optional_columns: ClassVar[tuple[str, ...]] = ()
    """Columns it reads if the chain has them; otherwise they are not in the row."""
    evidence: ClassVar[FilterEvidence | None] = None
    """The fact that the method must have; a recipe with another method cannot use the filter."""
    uses_evaluation: ClassVar[bool] = False
    """Whether it compares the corpus with the texts under ``evaluation`` in the recipe."""
    uses_judge: ClassVar[bool] = False
    """Whether it asks the language model under ``judge`` in the recipe."""

    def stage(self, context: FilterContext) -> Stage | None:
        """Make the stage that adds the filter's columns, if no other stage of the chain adds them.

        Filters that share columns return a stage of the same name; the chain holds it once.

        :param context: The facts on which the stage may depend.
        :returns: The stage; ``None`` if the filter needs none.
        """
        return None

    @abstractmethod
    def fails(self, row: Row, threshold: float) -> bool:
        """Tell whether a sentence fails.

        :param row: The sentence.
        :param threshold: The threshold.
        :returns: Whether it fails.
        """


def filter_of(loaded: object) -> Filter:
    """Make a filter from the class that the registry loads.

    :param loaded: A subclass of :class:`Filter`.
    :returns: An instance of it.
    :raises TypeError: for anything else.
    """
    if not (isinstance(loaded, type) and issubclass(loaded, Filter)):
        raise TypeError(f"{loaded!r:.60} is not a subclass of Filter")
    return loaded()
