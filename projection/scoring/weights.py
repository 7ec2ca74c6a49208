"""The parts of the fused score, and what each is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from silverner.projection.errors import UsageError, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The parts of the fused score; a part is off at 0. One setting for all languages.

    :param agreed: A link both directions have.
    :param single: A link only one direction has.
    :param likeness: A target word that looks like a word of the entity.
    :param gloss: A target word that looks like a word of the entity's gloss, where there are glosses.
    :param enough: No target token counts more: one certain word must not outweigh the rest of its name.
    :param compound: A link only one direction has, to the second word of two that make up one of the entity.
    :param small: What a single link loses from an entity written with a capital to a small word.
    :param article: What any link to a small word loses from a frequent word at the beginning of such an entity.
    :param twin: What a link loses when the very word stands elsewhere in the target.
    :param lexicon: How often, elsewhere in the corpus, the two words are linked.
    :param cohesion: How often, elsewhere in the corpus, a word stands beside its neighbour in the name.
    :param acronym: A word with a capital beside the one that an acronym became.
    :param dot: A word that a middle dot joins to one of the name.
    :param bridge: A word between two of a name that nothing else explains.
    :param bracket: A bracket that closes one within the name, where the entity has brackets.
    """

    agreed: float = 1.0
    single: float = 0.3
    compound: float = 1.0
    likeness: float = 1.5
    gloss: float = 1.0
    enough: float = 1.25
    small: float = 0.9
    article: float = 1.0
    twin: float = 0.75
    lexicon: float = 0.75
    cohesion: float = 0.6
    acronym: float = 0.75
    dot: float = 0.75
    bridge: float = 0.2
    bracket: float = 0.75

    def __post_init__(self) -> None:
        """Refuse what is no weight.

        :raises UsageError: naming it.
        """
        for part, weight in asdict(self).items():
            if not 0.0 <= weight < float("inf"):
                raise UsageError(f"weight {part}: {weight} is not a number from 0")
            if part in {"small", "article", "twin"} and weight > 1:
                raise UsageError(f"weight {part}: {weight} takes away more than there is; it lies between 0 and 1")

    @classmethod
    def of(cls, given: Mapping[str, float]) -> Self:
        """Make weights of those that are not as they usually are.

        :param given: Weights by part; 0 switches a part off.
        :returns: All weights.
        :raises UsageError: for a part there is not, naming those there are, or for what is no weight.

        >>> Weights.of({"likeness": 0}).likeness
        0
        """
        parts = [field.name for field in fields(cls)]
        for part in given:
            if part not in parts:
                raise UsageError(f"the fused score has no part {part!r}; {nearest(part, parts)}")
        return cls(**given)


WEIGHTS = Weights()
"""Chosen on Europarl en-es, en-de and PUD en-de, each in both directions; ``dot`` on the embedded corpus, and ``small``
and ``cohesion`` on both."""
