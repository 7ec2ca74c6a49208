"""Lost entities: source entities that no target span carries, so that the words which translate them are called O."""

from __future__ import annotations

import numpy as np

from silverner.projection.coerce import read_links
from silverner.students.corpus import Row
from silverner.students.targets import Reals

REACHED = 0.2
"""How likely a word is O that the links of a lost entity reach. Of 415 such words in 12 parallel sets with gold on both
sides (Europarl, PUD, and the corpora of the quick start; links of a multilingual encoder), 18 % were O."""


def lost_weights(row: Row) -> Reals:
    """Weigh the words outside entities by how likely they are O.

    A word that the links of a lost entity reach weighs :data:`REACHED`. Where its links reach no word outside entities,
    or the corpus has none, each of its words may stand for any other word there: these weigh
    ``1 - words of such entities / such words``. Words of projected entities weigh 1.

    :param row: The row.
    :returns: Shape (tokens,), from 0 to 1; all 1 where nothing was lost.
    """
    weights = np.ones(len(row.tokens), dtype=np.float32)
    if not row.lost_spans:
        return weights
    outside = np.ones(len(row.tokens), dtype=bool)
    for span in row.spans:
        outside[span.start : span.end] = False
    links = read_links(row.links, len(row.source_tokens), len(row.tokens), row.id)
    reached, somewhere = np.zeros(len(row.tokens), dtype=bool), 0
    for lost in row.lost_spans:
        words = [j for i, j, _ in links if lost.start <= i < lost.end and outside[j]]
        reached[words] = True
        somewhere += 0 if words else lost.end - lost.start
    others = outside & ~reached
    weights[reached] = REACHED
    if somewhere and others.any():
        weights[others] = max(0.0, 1 - somewhere / int(others.sum()))
    return weights
