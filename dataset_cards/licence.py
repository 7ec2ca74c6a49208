"""Under which licence a corpus may be passed on, derived from those of its text and of the models that worked on it.

The strictest of the parts wins. This is a reading of what the licences say of works made from others, no legal advice;
whether the licence of a model reaches what the model wrote is disputed, and here it is taken to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silverner.dataset_cards.vocabulary import LICENCES
from silverner.projection.errors import RecipeError, nearest

_FREE = ("cc0-1.0", "pddl", "unlicense", "wtfpl")
_CODE = (
    *("mit", "isc", "bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "apache-2.0", "zlib", "ncsa"),
    *("postgresql", "bsl-1.0", "afl-3.0", "artistic-2.0", "ms-pl", "ecl-2.0", "openmdw-1.0"),
    *("cdla-permissive-1.0", "cdla-permissive-2.0"),
)
_NAMED = ("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "odc-by", "etalab-2.0")
_ALIKE = (
    *("cc-by-sa-3.0", "cc-by-sa-4.0", "odbl", "cdla-sharing-1.0", "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "agpl-3.0"),
    *("lgpl", "lgpl-2.1", "lgpl-3.0", "mpl-2.0", "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2", "osl-3.0"),
)
_NONCOMMERCIAL = (
    *("cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "h-research", "intel-research", "apple-amlr"),
    "fair-noncommercial-research-license",
)
_NONCOMMERCIAL_ALIKE = ("cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0")
_UNCHANGED = ("cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0")
_RANKS = (_FREE, _CODE, _NAMED, _ALIKE, _NONCOMMERCIAL, _NONCOMMERCIAL_ALIKE, _UNCHANGED)
_ALLOWS = (
    "anything",
    "anything with the notice kept",
    "anything with the authors named",
    "passing on under the same licence only",
    "no commercial use",
    "no commercial use, and passing on under the same licence only",
    "no changed versions",
)
_RANK = {licence: rank for rank, group in enumerate(_RANKS) for licence in group}
_SAME, _NO_MONEY, _NO_MONEY_SAME, _NO_CHANGE = 3, 4, 5, 6
_BECOMES = {
    ("cc-by-sa-3.0", "cc-by-sa-4.0"),
    ("cc-by-sa-4.0", "gpl-3.0"),
    ("cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0"),
    ("cc-by-nc-sa-2.0", "cc-by-nc-sa-4.0"),
    ("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"),
    ("lgpl-3.0", "gpl-3.0"),
    ("gpl-3.0", "agpl-3.0"),
}
"""What may be passed on under another licence that keeps its terms, as the first of the two says itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something a corpus is made from.

    :param role: What it is to the corpus.
    :param name: Its name; ``None`` for the text.
    :param licence: Its licence, as the Hub calls it; ``None`` where nobody said.
    """

    role: str
    name: str | None
    licence: str | None

    def __str__(self) -> str:
        """Name it, with its licence."""
        return f"the {self.role}{f' {self.name}' if self.name else ''} ({self.licence or 'licence unknown'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The licence of a corpus.

    :param name: As the Hub calls it; ``unknown`` where that of the text is not known, ``other`` where a part has terms
        of its own.
    :param because: The part that decides.
    :param parts: All parts.
    """

    name: str
    because: Part
    parts: Sequence[Part]

    @property
    def unknown(self) -> list[Part]:
        """The parts nobody knows the licence of."""
        return [part for part in self.parts if part.licence in {None, "unknown"}]


def parts_of(recipe: Mapping[str, Any], models: Sequence[Mapping[str, Any]]) -> list[Part]:
    """List what a corpus of one language is made from.

    :param recipe: Its recipe, as the manifest has it.
    :param models: Its models, as the manifest has them.
    :returns: The text, with the labels it came with, and every model once a role.
    """
    text = Part(role="text", name=None, licence=recipe.get("license"))
    return [text, *(Part(role=m["role"].replace("_", " "), name=m["name"], licence=m["licence"]) for m in models)]


def derive(parts: Sequence[Part]) -> Licence:
    """Find the licence of what is made from all parts.

    :param parts: The parts, the text first.
    :returns: The licence.
    :raises RecipeError: when a licence is not one the Hub knows, or no licence satisfies those of all parts.

    >>> text = Part(role="text", name=None, licence="cc-by-4.0")
    >>> derive([text, Part(role="translator", name="nllb", licence="cc-by-nc-4.0")]).name
    'cc-by-nc-4.0'
    """
    for part in parts:
        if part.licence is not None and part.licence not in LICENCES:
            key = "license:" if part.name is None else f"license: of the {part.role}"
            raise RecipeError(
                f"{part}: no licence the Hub knows; write in the recipe, as {key}, {nearest(part.licence, LICENCES)}"
            )
    known = [part for part in parts if part.licence in _RANK]
    _agree(known)
    text = parts[0]
    if text.licence in {None, "unknown"}:
        return Licence(name="unknown", because=text, parts=parts)
    own = next((p for p in parts if p.licence not in _RANK and p.licence not in {None, "unknown"}), None)
    if own is not None:
        return Licence(name=own.licence if len(known) == 0 and own.licence else "other", because=own, parts=parts)
    strictest = max(known, key=lambda part: _RANK[part.licence or ""])
    wins = next((p for p in known if (strictest.licence, p.licence) in _BECOMES), strictest)
    assert wins.licence is not None
    return Licence(name=wins.licence, because=wins, parts=parts)


def allows(licence: str) -> str | None:
    """Say in a few words what a licence allows or forbids.

    :param licence: As the Hub calls it.
    :returns: The words; ``None`` for one with terms of its own.

    >>> allows("cc-by-nc-4.0")
    'no commercial use'
    """
    return _ALLOWS[_RANK[licence]] if licence in _RANK else None


def _agree(known: Sequence[Part]) -> None:
    """Refuse parts that ask for what excludes each other."""
    for one in known:
        if _RANK[one.licence or ""] == _NO_CHANGE:
            raise _clash(f"{one} forbids changed versions, and a corpus with new labels is one")
        for other in known:
            ranks = _RANK[one.licence or ""], _RANK[other.licence or ""]
            alike = ranks[0] in {_SAME, _NO_MONEY_SAME} and ranks[1] in {_SAME, _NO_MONEY_SAME}
            differ = one.licence != other.licence
            either = {(one.licence, other.licence), (other.licence, one.licence)}
            if alike and differ and not either & _BECOMES:
                raise _clash(f"{one} and {other} each demand their own licence for what is made from them")
            if ranks == (_SAME, _NO_MONEY):
                raise _clash(f"{one} demands the same licence, which allows commercial use, and {other} forbids it")


def _clash(why: str) -> RecipeError:
    return RecipeError(
        f"no licence fits this corpus: {why}; take another model or text, or, where the owner grants you other terms, "
        "say so with license: in that section of the recipe"
    )
