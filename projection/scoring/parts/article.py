"""The article of ``the Rhine`` is no part of *der Rhein*: other languages leave theirs out of a name."""

from __future__ import annotations

import numpy as np

from silverner.projection.scoring.cooccurrence import CooccurrenceCounts
from silverner.projection.scoring.name_similarity import romanised
from silverner.projection.scoring.pair_arrays import PairArrays, Reals
from silverner.projection.scoring.part import ScorePart
from silverner.projection.scoring.sentence_pair import SentencePair


def penalise_articles(arrays: PairArrays, link_scores: Reals, weight: float) -> Reals:
    """Take a share away from any link of an entity written with a capital, from an article to a small word."""
    counts = arrays.pair.evidence.corpus.cooccurrences
    if counts is None:
        return link_scores
    links, link_scores = arrays.links, link_scores.copy()
    to_small_word = arrays.entity_has_capital[links.entity] & ~arrays.not_small[links.target]
    for index in np.flatnonzero(to_small_word):
        places = int(links.source[index]), int(links.target[index])
        if _is_article(arrays.pair, counts, *places, entity=int(links.entity[index])):
            link_scores[index] *= 1.0 - weight
    return link_scores


def _is_article(pair: SentencePair, counts: CooccurrenceCounts, i: int, j: int, *, entity: int) -> bool:
    """Tell whether a source word is frequent, begins a name of several words, and is another word in the target."""
    word, span = pair.source[i].casefold(), pair.entities[entity]
    begins_name = i == span.start and len(span) > 1 and word in counts.frequent_words
    return begins_name and romanised(word) != romanised(pair.target[j])


PART = ScorePart(
    name="penalty_article",
    weight=1.0,
    kind="penalty",
    step="links",
    description="What any link to a small word loses from a frequent word at the beginning of such an entity.",
    apply=penalise_articles,
    needs_cooccurrences=True,
)
