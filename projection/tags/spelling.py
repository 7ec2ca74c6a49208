"""How a whole file spells its tags, and the standard spelling of each (``O``, ``B-PER``).

Files write ``B_PER``, ``PER-B``, ``b-per``, ``0`` for ``O``, ``M-PER`` for ``I-PER``, or ``B`` without any label. One
tag alone is not certain (``e-mail`` is a label), so all tags of a file decide together. Where they do not agree on one
spelling, they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from silverner.projection.errors import DataError
from silverner.projection.spans import TAG, Scheme, split_tag

UNNAMED = "ENTITY"
"""The label of entities whose tags name none: ``B``, ``I``, ``O``."""
_SEPARATORS = "-_/:."
_LIST_MARK = re.compile(r"[\[\]{}|\"]|\A['`,;]|['`,;]\Z")
"""What a label has that is a piece of a list; inside a label an apostrophe is a letter (``œuvre_d'art``)."""
_PREFIXES = "BIESLUMW"
_STANDARD_PREFIX = {"M": "I", "W": "S"}
"""BMES has ``M`` (middle) where BIOES has ``I``; BMEWO has ``W`` (whole) where it has ``S``."""
_OUTSIDE = ("O", "o", "0")
_PLAIN_REMEDY = "if it is a label as it stands, say so: scheme: plain in a recipe, --scheme plain on the command line"


@cache
def _patterns(prefixes: str) -> tuple[re.Pattern[str], ...]:
    """Return the spellings of a prefix and a label; few files have another spelling, so they are made when needed."""
    return tuple(_spellings(prefixes))


def _spellings(prefixes: str) -> Iterator[re.Pattern[str]]:
    """Yield the spellings: every separator, and both orders."""
    for letters in (prefixes, prefixes.lower()):
        for separator in _SEPARATORS:
            yield re.compile(rf"(?P<prefix>[{letters}]){re.escape(separator)}(?P<label>\S+)\Z")
        for separator in _SEPARATORS:
            yield re.compile(rf"(?P<label>\S+){re.escape(separator)}(?P<prefix>[{letters}])\Z")


class SpellingError(DataError):
    """The tags of a file do not agree on one spelling; :attr:`tag` is the first that shows it."""

    def __init__(self, message: str, tag: str) -> None:
        """Remember the tag.

        :param message: What is wrong, without the place.
        :param tag: The tag, as the file spells it.
        """
        super().__init__(message)
        self.tag = tag

    def __reduce__(self) -> tuple[type[SpellingError], tuple[str, str]]:
        """Keep the tag when the error is pickled, between processes."""
        return type(self), (str(self), self.tag)


def standard_tags(tags: Collection[str], *, scheme: Scheme = "auto") -> Mapping[str, str]:
    """Find the standard spelling of all tags of a file.

    :param tags: The different tags of the file.
    :param scheme: The scheme they follow. A scheme other than ``auto`` makes spellings certain that are not certain
        alone: in ``bioes`` the tag ``S_PER`` is no label.
    :returns: The standard spelling of every tag that has another; empty where all are standard. A tag that fits no
        spelling stays as it is, for the scheme to refuse.
    :raises SpellingError: when tags look like two spellings, or a label would be no name.

    >>> standard_tags(["o", "b-per"])
    {'o': 'O', 'b-per': 'B-per'}
    >>> standard_tags(["O", "person-actor"])
    {}
    """
    if scheme != "plain" and all(map(TAG.match, tags)):
        return {}
    outside = _outside(tags)
    inside = sorted(set(tags) - {outside})
    mapping = {} if outside in {"O", None} else {str(outside): "O"}
    if inside and scheme != "plain":
        mapping |= _with_prefixes(inside, scheme)
    elif inside:
        _check_labels(inside)
    return mapping


def check_names(tags: Collection[str]) -> None:
    """Refuse tags of a file whose labels are pieces of a list: with brackets, quotation marks or bars.

    The tags of a model are not checked, since many have marks such as ``[CLS]``, which a label map drops.

    :param tags: The different tags of the file.
    :raises SpellingError: for the first tag whose label is no name.
    """
    for tag in sorted(tags):
        label = split_tag(tag)[1]
        if _LIST_MARK.search(label) and any(map(str.isalnum, label)):
            reason = "brackets, quotation marks and bars are no part of a label; write one tag a token, such as B-PER"
            raise SpellingError(f"tag {tag!r:.80}: {reason}", tag)


def _outside(tags: Collection[str]) -> str | None:
    """Find the tag of words outside entities: ``O``, or ``o`` or ``0`` in a file that has no other."""
    spellings = [tag for tag in _OUTSIDE if tag in tags]
    if len(spellings) > 1:
        raise SpellingError(
            f"tag {spellings[1]!r}: other words outside entities are tagged {spellings[0]}", spellings[1]
        )
    return spellings[0] if spellings else None


def _with_prefixes(tags: list[str], scheme: Scheme) -> dict[str, str]:
    """Spell tags with prefixes as ``B-PER``; leave labels without prefix as they are."""
    if {tag.upper() for tag in tags} <= set(_PREFIXES) and {"B", "I"} & {tag.upper() for tag in tags}:
        return {tag: _standard(tag, UNNAMED) for tag in tags}
    for spelling in _patterns(_PREFIXES):
        matches = [match for tag in tags if (match := spelling.match(tag))]
        if len(matches) < len(tags):
            continue
        if scheme == "auto" and not {match["prefix"].upper() for match in matches} & {"B", "I"}:
            tag = matches[0][0]
            whole = f"the prefix {matches[0]['prefix']} and the label {matches[0]['label']}"
            raise SpellingError(f"tag {tag!r}: it may be {whole} (scheme: bioes), or one label; {_PLAIN_REMEDY}", tag)
        return {match[0]: _standard(match["prefix"], match["label"]) for match in matches}
    if scheme == "auto" and not any(map(TAG.match, tags)):
        _check_labels(tags)
        for tag in tags:
            if any(spelling.match(tag) for spelling in _patterns("BI")):
                raise SpellingError(f"tag {tag!r}: the other tags are spelled otherwise; {_PLAIN_REMEDY}", tag)
    return {}


def _standard(prefix: str, label: str) -> str:
    """Write a prefix of any spelling and a label as a standard tag."""
    letter = prefix.upper()
    return f"{_STANDARD_PREFIX.get(letter, letter)}-{label}"


def _check_labels(labels: list[str]) -> None:
    """Refuse labels that cannot be names: prefixes that have lost their label, numbers, and marks."""
    for label in labels:
        bare = label.strip(_SEPARATORS)
        if bare.upper() in ({"B", "I"} if bare == label else {*_PREFIXES, "O"}):
            raise SpellingError(
                f"tag {label!r}: a prefix without a label; write a label behind it, such as B-PER", label
            )
        if label[:1] == "(" or label[-1:] == "*" or label[-2:] == "*)":
            raise SpellingError(f"tag {label!r}: brackets in a file that has other tags; write B-, I- and O", label)
        if label.isdecimal():
            raise SpellingError(f"tag {label!r}: a number and no label; write the name it stands for", label)
        if not any(map(str.isalpha, label)):
            raise SpellingError(f"tag {label!r}: not a tag, such as O or B-PER, and not a label", label)
