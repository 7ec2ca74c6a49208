"""Derives the licence of a corpus from the licences of its text and of the models that worked on it.

The strictest part decides. This follows what the licences say about works made from other works; it is no legal advice.
People disagree whether the licence of a model covers what the model wrote. Here it does.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from silverner.dataset_cards.vocabulary import LICENCES
from silverner.projection.errors import RecipeError

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
    "any use",
    "any use that keeps the notice",
    "any use that names the authors",
    "any use; pass it on under the same licence only",
    "no commercial use",
    "no commercial use; pass it on under the same licence only",
    "no changed versions",
)
_NOT_KNOWN = (None, "unknown")
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
"""Pairs of licences: the first one says itself that works under it may be passed on under the second one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something a corpus is made from.

    :param role: What the corpus uses it for.
    :param name: Its name; ``None`` for the text.
    :param licence: Its licence, as the Hub calls it; ``None`` where it is not known.
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

    :param name: As the Hub calls it. ``unknown`` means that the licence of a part is not known, ``other`` that a part
        has terms of its own.
    :param because: The part that decides.
    :param parts: All parts.
    :param of_known_parts: The licence that follows from the parts whose licence is known; ``None`` if there are none.
    """

    name: str
    because: Part
    parts: Sequence[Part]
    of_known_parts: str | None

    @property
    def unknown(self) -> list[Part]:
        """The parts whose licence is not known."""
        return [part for part in self.parts if part.licence in _NOT_KNOWN]


class LicensedModel(Protocol):
    """A model in its role, with its licence."""

    @property
    def role(self) -> str:
        """Return the section of the recipe that names it."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def licence(self) -> str | None:
        """Return its licence; ``None`` where it is not known."""


def parts_of(text_licence: str | None, models: Iterable[LicensedModel]) -> list[Part]:
    """List the parts that a corpus of one language is made from.

    :param text_licence: The licence of the text.
    :param models: The models.
    :returns: The text, with the labels it came with, and every model in each of its roles.
    """
    text = Part(role="text", name=None, licence=text_licence)
    return [text, *(Part(role=m.role.replace("_", " "), name=m.name, licence=m.licence) for m in models)]


def derive(parts: Sequence[Part]) -> Licence:
    """Derive the licence of a corpus from those of its parts.

    :param parts: The parts, the text first.
    :returns: The licence.
    :raises RecipeError: when the Hub does not know a licence, or no licence satisfies those of all parts.

    >>> text = Part(role="text", name=None, licence="cc-by-4.0")
    >>> derive([text, Part(role="translator", name="nllb", licence="cc-by-nc-4.0")]).name
    'cc-by-nc-4.0'
    """
    for part in parts:
        if part.licence is not None and part.licence not in LICENCES:
            key = "license:" if part.name is None else f"license: of the {part.role}"
            raise RecipeError(
                f"{part}: the Hub knows no licence of this name; write in the recipe, as {key} "
                f"{_nearest_licence(part.licence)}"
            )
    ranked = [part for part in parts if part.licence in _RANK]
    _refuse_contradictions(ranked)
    unknown = [part for part in parts if part.licence in _NOT_KNOWN]
    special = [part for part in parts if part.licence not in _NOT_KNOWN and part.licence not in _RANK]
    name, because = _of_known_parts(ranked, special)
    if unknown or because is None:
        # Whatever the other parts allow, the part that nobody knows may forbid.
        return Licence(name="unknown", because=unknown[0], parts=parts, of_known_parts=name)
    return Licence(name=name or "unknown", because=because, parts=parts, of_known_parts=name)


def _of_known_parts(ranked: Sequence[Part], special: Sequence[Part]) -> tuple[str | None, Part | None]:
    """Return the licence that follows from the parts whose licence is known, and the part that decides."""
    if special:
        return special[0].licence if not ranked else "other", special[0]
    if not ranked:
        return None, None
    strictest = max(ranked, key=lambda part: _RANK[part.licence or ""])
    winner = next((part for part in ranked if (strictest.licence, part.licence) in _BECOMES), strictest)
    return winner.licence, winner


_WORDS = {
    "attribution": "by",
    "sharealike": "sa",
    "noncommercial": "nc",
    "noderivatives": "nd",
    "noderivs": "nd",
    "creativecommons": "cc",
    "affero": "a",
    "lesser": "l",
    "zero": "0",
    "ccby": "cc-by",
    "ccbysa": "cc-by-sa",
}
_NOISE = frozenset(
    ("license", "licence", "licensed", "the", "version", "v", "gnu", "general", "public", "international", "unported")
)
_USUAL = ("cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "mit", "apache-2.0", "unknown")


def _nearest_licence(name: str) -> str:
    """Name the licence of the Hub that somebody means; the usual ones, where none is near."""
    text = name.casefold().replace("creative commons", "cc").replace("share alike", "sa").replace("share-alike", "sa")
    text = text.replace("non-commercial", "nc").replace("non commercial", "nc")
    words = [_WORDS.get(word, word) for word in re.findall(r"[a-z]+|[0-9]+(?:\.[0-9]+)*", text)]
    words = [word if "." in word or not word.isdecimal() else f"{word}.0" for word in words if word not in _NOISE]
    plain = "-".join(words)
    versions = sorted(one for one in LICENCES if re.fullmatch(rf"{re.escape(plain)}-[0-9.]+", one))
    if plain in LICENCES:
        return plain
    if versions:
        return f"{versions[-1]}, or another version of it: {', '.join(versions)}"
    close = difflib.get_close_matches(plain, LICENCES, n=1, cutoff=0.75)
    if close:
        return f"{close[0]}, if you mean that one"
    return f"one that it knows, such as {', '.join(_USUAL)}; other is for terms of your own"


def allows(licence: str) -> str | None:
    """Say in a few words what a licence allows.

    :param licence: As the Hub calls it.
    :returns: The words; ``None`` for one with terms of its own.

    >>> allows("cc-by-nc-4.0")
    'no commercial use'
    """
    return _ALLOWS[_RANK[licence]] if licence in _RANK else None


def _refuse_contradictions(parts: Sequence[Part]) -> None:
    """Refuse parts whose licences exclude each other."""
    for one in parts:
        if _RANK[one.licence or ""] == _NO_CHANGE:
            raise _contradiction(f"{one} forbids changed versions, and a corpus with new labels is a changed version")
        for another in parts:
            ranks = _RANK[one.licence or ""], _RANK[another.licence or ""]
            alike = ranks[0] in {_SAME, _NO_MONEY_SAME} and ranks[1] in {_SAME, _NO_MONEY_SAME}
            differ = one.licence != another.licence
            either = {(one.licence, another.licence), (another.licence, one.licence)}
            if alike and differ and not either & _BECOMES:
                raise _contradiction(f"{one} and {another} each demand their own licence for what is made from them")
            if ranks == (_SAME, _NO_MONEY):
                raise _contradiction(
                    f"{one} demands the same licence, which allows commercial use, and {another} forbids commercial use"
                )


def _contradiction(reason: str) -> RecipeError:
    return RecipeError(
        f"no licence fits this corpus: {reason}; use another model or text, or, where its owner grants you other "
        "terms, write them as license: in that section of the recipe"
    )
