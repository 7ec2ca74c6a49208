"""What a whole corpus says about a word: what it is usually linked to, and what it usually stands beside.

Optional evidence of the fused score: a sentence on its own is projected without. Every figure leaves out the link, or
the place, that it is asked for, so that none confirms itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from silverner.projection.links import Link
from silverner.projection.scoring.capitalisation import sentence_cases
from silverner.projection.scoring.word_counts import Numbers, PairCounts, PairTotals, Totals, WordNumbers
from silverner.projection.spans import Span

if TYPE_CHECKING:
    import pyarrow as pa  # imported where it is used: `silverner project` needs none of it

SMOOTHING = 2
"""Links to other words that every word is thought to have beside those counted: one occurrence proves nothing."""
WORD_COLUMNS = ("source", "target", "cases")
NUMBER_COLUMNS = (
    *("source_words", "target_words", "name_words", "linked_source", "linked_target"),
    *("left_neighbour", "right_neighbour"),
)
COLUMNS = ("source", "target", *NUMBER_COLUMNS, "cases", "case_links")
"""The words of both sides; how often each occurs, and how often in names; the linked words and the neighbours, as
numbers of words, one for every occurrence; and the links by the case of their words."""
FREQUENT_SHARE, FREQUENT_COUNT = 0.01, 20
"""Share of the text, and occurrences, of a frequent word: articles, prepositions and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CooccurrenceCounts:
    """Counts over all sentence pairs, case aside; :func:`count_cooccurrences` makes them.

    :param source_links: Links of every source word that is linked to one word at least twice.
    :param target_links: Links of every target word that is linked to one word at least twice.
    :param linked_pairs: Links between a source and a target word, from two on.
    :param target_words: Occurrences of every target word that stands beside one word at least twice.
    :param neighbour_pairs: Occurrences of two target words side by side, from two on.
    :param frequent_words: Occurrences of source words that are frequent (:data:`FREQUENT_SHARE`).
    :param target_occurrences: Occurrences of every target word that occurs at least twice.
    :param name_occurrences: How many of them are linked to a word of a source entity.
    :param case_links: Links by the case of their source word and of their target word, where both cases say something.
    """

    source_links: Mapping[str, int]
    target_links: Mapping[str, int]
    linked_pairs: PairCounts
    target_words: Mapping[str, int]
    neighbour_pairs: PairCounts
    frequent_words: Mapping[str, int]
    target_occurrences: Mapping[str, int]
    name_occurrences: Mapping[str, int]
    case_links: Mapping[tuple[str, str], int]

    def capitals_speak(self) -> tuple[float, float]:
        """Tell how much a capital tells of names, in the target and in the source.

        German writes every noun with a capital: most of its capitals are linked to small words of English.

        :returns: The share of links from a target word with a capital that lead to a source word with one, and the
            other way round; 1 where the corpus does not tell.
        """
        both = self.case_links.get(("capital", "capital"), 0) + 1
        small_source, small_target = (self.case_links.get(p, 0) for p in (("small", "capital"), ("capital", "small")))
        return both / (both + small_source), both / (both + small_target)

    def association(self, word: str, target_word: str, *, tokens_are_linked: bool) -> float:
        """Tell how much of what two words are linked to is each other (Dice's coefficient), elsewhere in the corpus.

        :param word: A source word, in lower case.
        :param target_word: A target word, in lower case.
        :param tokens_are_linked: Whether the two tokens asked about are linked.
        :returns: From 0 to less than 1.
        """
        together: int = self.linked_pairs.get((word, target_word), 0) - tokens_are_linked
        if together <= 0:
            return 0.0
        links = self.source_links[word] + self.target_links[target_word] - 2 * tokens_are_linked
        return 2 * together / (links + SMOOTHING)

    def neighbour_share(self, word: str, left: str, right: str) -> float:
        """Tell how often a target word stands beside this neighbour, elsewhere in the corpus.

        :param word: One of the two words, in lower case.
        :param left: The first of two words side by side.
        :param right: The second.
        :returns: The share of its occurrences, from 0 to less than 1.
        """
        together: int = self.neighbour_pairs.get((left, right), 0)
        return max(0, together - 1) / max(1, self.target_words.get(word, 0))


def count_cooccurrences(
    sources: Iterable[Sequence[str]],
    targets: Iterable[Sequence[str]],
    forward: Iterable[Iterable[Link]],
    reverse: Iterable[Iterable[Link]] | None = None,
    *,
    entities: Iterable[Iterable[Span]] | None = None,
) -> CooccurrenceCounts:
    """Count links and neighbours.

    :param sources: Source tokens of every pair.
    :param targets: Target tokens of every pair.
    :param forward: Their links.
    :param reverse: The links of the other direction, if there are any.
    :param entities: The source entities of every pair; without them no word is known as a part of a name.
    :returns: The counts; a link that both directions have is one.

    >>> counts = count_cooccurrences([["UK"]] * 3, [["Reino", "Unido"]] * 3, [[(0, 0, 1.0), (0, 1, 1.0)]] * 3)
    >>> counts.association("uk", "unido", tokens_are_linked=True), counts.neighbour_share("unido", "reino", "unido")
    (0.4444444444444444, 0.6666666666666666)
    """
    counter = CooccurrenceCounter()
    pairs = zip(sources, targets, forward, repeat(()) if reverse is None else reverse, strict=reverse is not None)
    spans = repeat(()) if entities is None else entities
    for (source, target, links, more), names in zip(pairs, spans, strict=entities is not None):
        counter.add(source, target, chain(links, more), names)
    return counter.counts()


class CooccurrenceCounter:
    """Counts links and neighbours, one sentence pair after the other."""

    def __init__(self, folder: Path | None = None, *, in_memory: bool = False) -> None:
        """Begin to count.

        :param folder: Where to make a folder for the counts of a large corpus; without it, where the system has such.
        :param in_memory: Whether to write nothing, for :meth:`table`.
        """
        self._source, self._target = WordNumbers(), WordNumbers()
        self._source_words, self._target_words, self._name_words = Totals(), Totals(), Totals()
        self._source_links, self._target_links = Totals(), Totals()
        self._linked_pairs, self._neighbour_pairs = (PairTotals(folder, in_memory=in_memory) for _ in range(2))
        self._case_links: Counter[tuple[str, str]] = Counter()

    def add(
        self, source: Sequence[str], target: Sequence[str], links: Iterable[Link], entities: Iterable[Span]
    ) -> None:
        """Count a sentence pair.

        :param source: Its source tokens.
        :param target: Its target tokens.
        :param links: Its links; one that stands twice counts once.
        :param entities: Its source entities.
        """
        a, b = self._source.of(map(str.casefold, source)), self._target.of(map(str.casefold, target))
        linked = {(i, j) for i, j, _ in links}
        self._source_words.add(a)
        self._target_words.add(b)
        self._neighbour_pairs.add(pairwise(b))
        self._linked_pairs.add((a[i], b[j]) for i, j in linked)
        self._source_links.add(a[i] for i, _ in linked)
        self._target_links.add(b[j] for _, j in linked)
        name_tokens = {i for span in entities for i in range(span.start, span.end)}
        self._name_words.add(b[j] for j in {j for i, j in linked if i in name_tokens})
        self._case_links.update(_case_links(source, target, linked))

    def table(self) -> pa.Table:
        """Return what a counter in memory has counted, in one row, so that another one can add it to its own."""
        source, target = list(self._source.numbers), list(self._target.numbers)
        values: tuple[Any, ...] = (
            *(source, target, self._source_words.of(len(source)), self._target_words.of(len(target))),
            *(self._name_words.of(len(target)), *self._linked_pairs.in_memory(), *self._neighbour_pairs.in_memory()),
            *([" ".join(pair) for pair in self._case_links], list(self._case_links.values())),
        )
        import pyarrow as pa

        types = {name: pa.list_(pa.string() if name in WORD_COLUMNS else pa.int64()) for name in COLUMNS}
        columns = zip(values, types.values(), strict=True)
        return pa.table([pa.array([list(column)], kind) for column, kind in columns], pa.schema(types))

    def add_table(self, table: pa.Table) -> None:
        """Add what another counter has counted.

        :param table: As :meth:`table` returns it.
        """
        row = {name: table.column(name)[0].values for name in COLUMNS}
        source, target = (
            np.array(words.of(row[side].to_pylist()), dtype=np.int64)
            for words, side in ((self._source, "source"), (self._target, "target"))
        )
        number = {name: row[name].to_numpy() for name in NUMBER_COLUMNS}
        self._source_words.add(np.repeat(source, number["source_words"]).tolist())
        self._target_words.add(np.repeat(target, number["target_words"]).tolist())
        self._name_words.add(np.repeat(target, number["name_words"]).tolist())
        left, right = source[number["linked_source"]].tolist(), target[number["linked_target"]].tolist()
        self._linked_pairs.add(zip(left, right, strict=True))
        self._source_links.add(left)
        self._target_links.add(right)
        beside = (target[number[name]].tolist() for name in ("left_neighbour", "right_neighbour"))
        self._neighbour_pairs.add(zip(*beside, strict=True))
        for cases, count in zip(row["cases"].to_pylist(), row["case_links"].to_pylist(), strict=True):
            self._case_links[tuple(cases.split(" "))] += count

    def counts(self) -> CooccurrenceCounts:
        """Return what was counted; nothing can be added then."""
        source, target = list(self._source.numbers), list(self._target.numbers)
        linked, beside = self._linked_pairs.at_least_twice(), self._neighbour_pairs.at_least_twice()
        source_words, target_words = self._source_words.of(len(source)), self._target_words.of(len(target))
        often = np.flatnonzero(target_words > 1)
        name_words = self._name_words.of(len(target))
        frequent = max(FREQUENT_COUNT, FREQUENT_SHARE * int(source_words.sum()))
        return CooccurrenceCounts(
            source_links=_of_words(source, self._source_links.of(len(source)), np.unique(linked[0])),
            target_links=_of_words(target, self._target_links.of(len(target)), np.unique(linked[1])),
            linked_pairs=PairCounts(source, target, linked),
            target_words=_of_words(target, target_words, np.unique(np.concatenate(beside[:2]))),
            neighbour_pairs=PairCounts(target, target, beside),
            frequent_words=_of_words(source, source_words, np.flatnonzero(source_words >= frequent)),
            target_occurrences=_of_words(target, target_words, often),
            name_occurrences=_of_words(target, name_words, often[name_words[often] > 0]),
            case_links=dict(self._case_links),
        )


def _case_links(
    source: Sequence[str], target: Sequence[str], linked: Iterable[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """Yield the cases of linked words, where both are written with a capital or small for a reason."""
    cases = sentence_cases(source), sentence_cases(target)
    for i, j in linked:
        pair = cases[0][i], cases[1][j]
        if {"capital", "small"}.issuperset(pair):
            yield pair


def _of_words(words: Sequence[str], counts: Numbers, numbers: Numbers) -> dict[str, int]:
    """Return the counts of some words, given by their numbers."""
    return {words[k]: count for k, count in zip(numbers.tolist(), counts[numbers].tolist(), strict=True)}
