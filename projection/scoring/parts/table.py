"""The table of the parts, in the order in which those of one step act."""

from __future__ import annotations

from silverner.projection.scoring.part import ScorePart
from silverner.projection.scoring.parts import (
    acronym,
    agreed,
    article,
    bracket,
    bridge,
    cap_per_token,
    cohesion,
    compound,
    dot,
    gloss,
    lexicon,
    likeness,
    lookalike_elsewhere,
    single,
    small_word,
    split_word,
)

PARTS: dict[str, ScorePart] = {
    module.PART.name: module.PART
    for module in (
        *(agreed, single, small_word, compound, article, lookalike_elsewhere),
        *(likeness, gloss),
        lexicon,
        *(cohesion, cap_per_token, split_word, acronym, dot, bridge, bracket),
    )
}
"""Every part by its name. In the step ``context`` the cap comes after the part that adds, and before those that only
raise a word to their weight; a bridge and a bracket need the words that the parts before them raised."""
