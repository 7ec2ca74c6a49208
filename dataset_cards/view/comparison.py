"""Two corpora side by side: which rows are the same sentence, and what differs in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from silverner.dataset_cards.view.corpus import ViewedCorpus
from silverner.dataset_cards.view.rows import EntityKey, row_keys
from silverner.projection.errors import UsageError

Kind = Literal["entities", "text", "first", "second", "same"]
KINDS: tuple[Kind, ...] = ("entities", "text", "first", "second", "same")
"""How two rows differ, in the order in which a page shows them."""
_Key = tuple[str, tuple[str, ...], frozenset[EntityKey]]
_KEYS: tuple[Callable[[_Key], object], ...] = (itemgetter(slice(2)), itemgetter(1), itemgetter(0))
"""What joins two rows, best first: id and tokens, the tokens, the id."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same sentence in two corpora.

    :param kind: How its rows differ: in entities, in the text, not at all, or only one corpus has the sentence.
    :param first: Its position in the first corpus; ``None`` where it is not there.
    :param second: Its position in the second.
    :param differing: The entities that only one of the two has.
    """

    kind: Kind
    first: int | None
    second: int | None
    differing: int = 0


def common_languages(first: ViewedCorpus, second: ViewedCorpus) -> list[str]:
    """Return the languages that both corpora have.

    :param first: A corpus.
    :param second: Another.
    :returns: Their codes.
    :raises UsageError: when there is none.
    """
    codes = [code for code in first.languages if code in second.languages]
    if not codes:
        lists = [", ".join(corpus.languages) for corpus in (first, second)]
        raise UsageError(
            f"the two corpora have no language in common: {first.path} has {lists[0]}, and {second.path} has "
            f"{lists[1]}; look at each alone: silverner view {first.path}"
        )
    return codes


def pairs_of(first: ViewedCorpus, second: ViewedCorpus, code: str) -> tuple[list[Pair], Counter[str]]:
    """Join the rows of two corpora, and compare them.

    Rows with the same id and the same tokens come together first, then rows with the same tokens, then those with the
    same id.

    :param first: A corpus.
    :param second: Another.
    :param code: The language.
    :returns: The pairs, those with the most differing entities first, and the entities of sentences that both have:
        how many are the same, and how many only the first or the second has.
    """
    rows = list(row_keys(first, code)), list(row_keys(second, code))
    partners = _partners(*rows)
    entities: Counter[str] = Counter()
    pairs = []
    for k, row in enumerate(rows[0]):
        if k not in partners:
            pairs.append(Pair("first", k, None))
            continue
        partner = rows[1][partners[k]]
        if row[1] != partner[1]:
            pairs.append(Pair("text", k, partners[k]))
            continue
        entities.update(same=len(row[2] & partner[2]), first=len(row[2] - partner[2]), second=len(partner[2] - row[2]))
        differing = len(row[2] ^ partner[2])
        pairs.append(Pair("entities" if differing else "same", k, partners[k], differing))
    with_partner = set(partners.values())
    pairs += [Pair("second", None, k) for k in range(len(rows[1])) if k not in with_partner]
    return sorted(pairs, key=lambda pair: (KINDS.index(pair.kind), -pair.differing)), entities


def _partners(first: Sequence[_Key], second: Sequence[_Key]) -> dict[int, int]:
    """Join rows by what they have in common; no row has two partners."""
    partners: dict[int, int] = {}
    with_partner: set[int] = set()
    for key in _KEYS:
        places: dict[object, list[int]] = {}
        for k in range(len(second) - 1, -1, -1):  # so that the first of equal rows is taken first
            if k not in with_partner:
                places.setdefault(key(second[k]), []).append(k)
        for k, row in enumerate(first):
            if k not in partners and places.get(key(row)):
                partners[k] = places[key(row)].pop()
                with_partner.add(partners[k])
    return partners
