"""The table of methods: published rules, the default, and the default with something else or without a part."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from silverner.projection.errors import UsageError, nearest
from silverner.projection.links import SYMMETRISATIONS, Symmetrisation
from silverner.projection.projector import Projector
from silverner.projection.scoring.part import ScorePart
from silverner.projection.scoring.parts.table import PARTS
from silverner.projection.scoring.weights import PartWeights

DEFAULT = "default"
"""The name of the method that a user gets who chooses nothing."""
_NO_LIMIT = 9.0
"""A weight at which a cap limits nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of projection.

    The score of most methods looks at one alignment, made of both directions. Such a method gets the symmetrisation
    that is best for the set: no user can know it, so this flatters the method. The default score weighs both directions
    itself, and has the same settings everywhere.

    :param name: Its name in tables and signatures.
    :param summary: What it does, in a few words.
    :param settings: Settings of the projector that differ from the default.
    :param published: Whether it is a rule that others published, made anew here.
    :param best_symmetrisation: Whether it gets the symmetrisation with the highest F1.
    :param usual: Whether a scoreboard has it whose user names no methods.
    """

    name: str
    summary: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    published: bool = False
    best_symmetrisation: bool = False
    usual: bool = False

    def projectors(self, *, directed: bool) -> dict[Symmetrisation, Projector]:
        """Make a projector for every symmetrisation that the method may have.

        :param directed: Whether the two directions of the links differ; if not, all symmetrisations are the same.
        :returns: The projectors by symmetrisation.
        """
        names = SYMMETRISATIONS if self.best_symmetrisation and directed else SYMMETRISATIONS[:1]
        return {name: Projector(symmetrise=name, **self.settings) for name in names}

    def facts(self) -> dict[str, Any]:
        """Return the summary, and all settings of the projector but the symmetrisation."""
        settings = asdict(Projector(**self.settings))
        del settings["symmetrise"]
        return {"summary": self.summary, "published": self.published, "settings": settings}


def _published(matcher: str, summary: str) -> Method:
    """Make a published rule: links alone, no rule about capitals, no threshold."""
    settings = {"matcher": matcher, "score": "dice", "capitals": ()}
    return Method(
        name=matcher, summary=summary, settings=settings, published=True, best_symmetrisation=True, usual=True
    )


def _with_capitals(matcher: str, *, usual: bool = False) -> Method:
    """Add the default's rule about capitals to a published rule."""
    return Method(
        name=f"{matcher}+capitals",
        summary=f"{matcher}, and names have a capital",
        settings={"matcher": matcher, "score": "dice"},
        best_symmetrisation=True,
        usual=usual,
    )


def _without(part: ScorePart) -> Method:
    """Switch off a part of the default score."""
    off = _NO_LIMIT if part.kind == "cap" else 0.0
    weights = PartWeights.of({part.name: off})
    return Method(
        name=f"{DEFAULT}-{part.name}", summary=f"the default without {part.name}", settings={"weights": weights}
    )


_METHODS = (
    _published("heuristic", "the run of tokens linked to the entity (arXiv 2501.18750, section 3.1)"),
    _published("greedy", "the n-grams with the best dice scores, one after the other (arXiv 2501.18750, section 3.3)"),
    _published("bipartite", "the n-grams with the best sum of dice scores, which may overlap"),
    _published("exact", "the n-grams with the best sum of dice scores, without overlap"),
    _with_capitals("greedy", usual=True),
    Method(
        name="fused",
        summary="the default without its model of spans: the n-grams with the best sum of fused scores",
        settings={"score": "fused"},
        usual=True,
    ),
    Method(name=DEFAULT, summary="what silverner project does", usual=True),
    _with_capitals("heuristic"),
    _with_capitals("exact"),
    Method(
        name="runs",
        summary="exact, but runs of linked tokens instead of n-grams",
        settings={"score": "dice", "capitals": (), "proposer": "runs"},
        best_symmetrisation=True,
    ),
    Method(
        name="runs-fused",
        summary="fused, but runs of linked tokens instead of n-grams",
        settings={"proposer": "runs", "score": "fused"},
        best_symmetrisation=True,
    ),
    Method(name="greedy-fitted", summary="the default, chosen greedily", settings={"matcher": "greedy"}),
    Method(name="greedy-fused", summary="fused, chosen greedily", settings={"matcher": "greedy", "score": "fused"}),
    Method(
        name="bipartite-fused",
        summary="fused, and spans may overlap",
        settings={"matcher": "bipartite", "score": "fused"},
    ),
    Method(
        name=f"{DEFAULT}-capitals", summary="the default without the rule about capitals", settings={"capitals": ()}
    ),
    Method(name=f"{DEFAULT}-threshold", summary="the default without a threshold", settings={"threshold": 0.0}),
    *(_without(part) for part in PARTS.values() if part.name != "gloss"),  # no set comes with glosses
)
METHODS: Mapping[str, Method] = {method.name: method for method in _METHODS}
"""All methods by name, in the order of the table."""
USUAL = tuple(method.name for method in _METHODS if method.usual)
"""The methods of a scoreboard whose user names none."""


def choose_methods(names: Sequence[str]) -> list[Method]:
    """Choose methods by name.

    :param names: Their names, or patterns such as ``default-*``; the usual ones if there is none.
    :returns: The methods, each once, in the order of the table.
    :raises UsageError: for a name that no method has.

    >>> [method.name for method in choose_methods(["default", "greedy*"])]
    ['greedy', 'greedy+capitals', 'default', 'greedy-fitted', 'greedy-fused']
    """
    chosen: set[str] = set()
    for name in names or USUAL:
        matching = fnmatch.filter(METHODS, name)
        if not matching:
            raise UsageError(f"unknown method {name!r}; {nearest(name, METHODS)}")
        chosen.update(matching)
    return [method for method in METHODS.values() if method.name in chosen]
