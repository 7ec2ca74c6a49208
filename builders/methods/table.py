"""The ways of making a corpus: what each needs from a recipe, and what it knows of a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from silverner.projection.filters import Evidence

Method = Literal[
    "parallel", "translate-train", "translate-test", "back-translation", "marked", "model-transfer", "vote"
]

MATCHING = ("score", "weights", "matcher", "candidates", "threshold")
"""Keys that only mean something where labels are projected through an alignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What one method asks of a recipe.

    :param needs: Keys that must be there; ``source.files`` is the text of the source.
    :param takes: Keys that may be there.
    :param evidence: What is known of every sentence, a labeller's confidence aside.
    """

    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()
    evidence: frozenset[Evidence] = frozenset()


KEYS: dict[Method, Keys] = {
    "parallel": Keys(
        needs=("source", "source.files", "target", "aligner"),
        takes=("labeller", "glosses", "teachers", *MATCHING),
        evidence=frozenset({"source", "links"}),
    ),
    "translate-train": Keys(
        needs=("source", "source.files", "translator", "aligner"),
        takes=("labeller", "glosses", "teachers", *MATCHING),
        evidence=frozenset({"source", "links", "translator", "joined"}),
    ),
    "translate-test": Keys(
        needs=("source", "target", "translator", "labeller", "aligner"),
        takes=("glosses", "teachers", *MATCHING),
        evidence=frozenset({"source", "links", "translator", "joined"}),
    ),
    "back-translation": Keys(
        needs=("source", "target", "translator", "labeller", "aligner"),
        takes=("back_translator", "markers", "teachers", *MATCHING),
        evidence=frozenset({"source", "links", "markers", "translator", "joined"}),
    ),
    "marked": Keys(
        needs=("source", "source.files", "translator"),
        takes=("labeller", "markers", "teachers"),
        evidence=frozenset({"source", "markers"}),
    ),
    "model-transfer": Keys(needs=("target", "labeller")),
    "vote": Keys(needs=("target", "voters", "vote"), takes=("source", "source.files")),
}

VOTING: frozenset[Method] = frozenset({"parallel", "translate-test", "back-translation", "model-transfer"})
"""Methods that label a target text that is there, so that several can vote on it."""

ENGINE_KEYS = (
    "source",
    "source.files",
    "target",
    "translator",
    "back_translator",
    "labeller",
    "markers",
    "aligner",
    "glosses",
    "voters",
    "vote",
    "teachers",
)
"""Keys that some method needs; one that a method neither needs nor takes has no place in its recipe."""
