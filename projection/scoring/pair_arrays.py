"""A sentence pair as arrays, computed once for all parts of the fused score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from silverner.projection.scoring.capitalisation import letter_case, sentence_cases
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.scoring.target_words import TargetWords, target_words

Reals: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.intp]
TokenScores: TypeAlias = Reals
"""Matrix of shape (entities, target tokens): how much each target token speaks for each entity, nothing negative."""

SIMILARITY_MARGIN = 0.15
"""A target word may be the name where it looks at most this much less like it than the most similar one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLinks:
    """The links of tokens of entities, of either direction, sorted; every array has one entry a link.

    :param source: Source token.
    :param target: Target token.
    :param entity: Index of the entity.
    :param row: Row of the source token in :attr:`PairArrays.similarity`.
    :param weight: Mean weight of the two directions, or the weight of the one that has the link.
    :param in_both: Whether both directions have the link.
    """

    source: Indices
    target: Indices
    entity: Indices
    row: Indices
    weight: Reals
    in_both: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairArrays:
    """What the parts read.

    :param pair: The sentence pair.
    :param words: Its target tokens, ready to be compared with names.
    :param linked: All links of either direction, without weights.
    :param agreed: Those that both directions have, sorted.
    :param links: The links of the entities.
    :param similarity: How much each target token looks like each token of an entity, shape (entity tokens, target
        tokens); 0 for those that look clearly less like it than another.
    :param entity_has_capital: For each entity whether a word of it is written with a capital.
    :param is_capital: For each target token whether it has a capital that says something.
    :param not_small: For each target token whether it is not written in small letters; true in scripts without case.
    :param is_word: For each target token whether it holds a letter or digit.
    :param unclaimed: For each entity and target token whether no word outside the entity has a link to it that both
        directions have.
    """

    pair: SentencePair
    words: TargetWords
    linked: set[tuple[int, int]]
    agreed: Sequence[tuple[int, int]]
    links: EntityLinks
    similarity: Reals
    entity_has_capital: Mask
    is_capital: Mask
    not_small: Mask
    is_word: Mask
    unclaimed: Mask

    @classmethod
    def of(cls, pair: SentencePair) -> Self:
        """Compute the arrays of a pair that has entities and target tokens."""
        forward = {(i, j): weight for i, j, weight in pair.forward}
        reverse = {(i, j): weight for i, j, weight in pair.reverse}
        linked, agreed = forward.keys() | reverse.keys(), sorted(forward.keys() & reverse.keys())
        entity_of_token = pair.entity_of_token()
        cases = pair.evidence.target_cases or sentence_cases(pair.target)
        words = target_words(tuple(pair.target))
        return cls(
            pair=pair,
            words=words,
            linked=linked,
            agreed=agreed,
            links=_entity_links(forward, reverse, linked, entity_of_token),
            similarity=np.array([_similar_tokens(pair.source[i], words) for i in entity_of_token]),
            entity_has_capital=_mask([any(letter_case(word) == "capital" for word in name) for name in pair.names()]),
            is_capital=_mask([case == "capital" for case in cases]),
            not_small=_mask([case != "small" for case in cases]),
            is_word=_mask([word.isalnum() or any(map(str.isalnum, word)) for word in pair.target]),
            unclaimed=_unclaimed(pair, agreed, entity_of_token),
        )

    def no_scores(self) -> TokenScores:
        """Return a matrix of zeros, shape (entities, target tokens)."""
        return np.zeros(self.unclaimed.shape)


def _mask(values: Sequence[bool]) -> Mask:
    return np.array(values, dtype=bool)


def _entity_links(
    forward: Mapping[tuple[int, int], float],
    reverse: Mapping[tuple[int, int], float],
    linked: Iterable[tuple[int, int]],
    entity_of_token: Mapping[int, int],
) -> EntityLinks:
    """Collect the links of the entities."""
    places = sorted(place for place in linked if place[0] in entity_of_token)
    rows = {i: row for row, i in enumerate(entity_of_token)}
    in_both = [place in forward and place in reverse for place in places]
    weights = [
        (forward[place] + reverse[place]) / 2 if both else forward.get(place, reverse.get(place, 0.0))
        for place, both in zip(places, in_both, strict=True)
    ]
    return EntityLinks(
        source=np.array([i for i, _ in places], dtype=np.intp),
        target=np.array([j for _, j in places], dtype=np.intp),
        entity=np.array([entity_of_token[i] for i, _ in places], dtype=np.intp),
        row=np.array([rows[i] for i, _ in places], dtype=np.intp),
        weight=np.array(weights, dtype=np.float64),
        in_both=np.array(in_both, dtype=bool),
    )


def _similar_tokens(word: str, target: TargetWords) -> list[float]:
    """Tell how much each target token looks like a word, 0 for those that look clearly less like it than another."""
    similarity = target.similarities(word)
    least = max(similarity) - SIMILARITY_MARGIN
    return [0.0 if value < least else value for value in similarity]


def _unclaimed(pair: SentencePair, agreed: Iterable[tuple[int, int]], entity_of_token: Mapping[int, int]) -> Mask:
    """Tell for each entity which target tokens no word outside the entity claims by a link both directions have."""
    nobody, outsiders = -1, -2
    claimants = [nobody] * len(pair.target)  # the one entity, or outsiders: several entities are outsiders to each
    for i, j in agreed:
        entity = entity_of_token.get(i, outsiders)
        claimants[j] = entity if claimants[j] in (nobody, entity) else outsiders
    claimed_by, entities = np.array(claimants), np.arange(len(pair.entities))
    unclaimed: Mask = (claimed_by == nobody) | (claimed_by == entities[:, None])
    return unclaimed
