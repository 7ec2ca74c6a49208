"""A set in memory: sentence pairs with gold labels on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from silverner.projection.chain import signature
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import DataError
from silverner.projection.files.reading import Reading
from silverner.projection.metrics import Ceiling, ceiling
from silverner.projection.readers import Sentence
from silverner.projection.spans import Span
from silverner.scoreboard.registry import SetEntry


@dataclass(frozen=True, kw_only=True)
class ParallelSet:
    """Sentence pairs with gold labels on both sides.

    :param entry: What the table says of the set.
    :param sources: The sentences whose labels are projected.
    :param targets: Their translations.
    :param unpaired: Sentences of both files that have no counterpart in the other.
    """

    entry: SetEntry
    sources: Sequence[Sentence]
    targets: Sequence[Sentence]
    unpaired: int

    @property
    def name(self) -> str:
        """Return the name of the set."""
        return self.entry.name

    @cached_property
    def source_tokens(self) -> list[tuple[str, ...]]:
        """Return the tokens of every source sentence."""
        return [sentence.tokens or () for sentence in self.sources]

    @cached_property
    def target_tokens(self) -> list[tuple[str, ...]]:
        """Return the tokens of every target sentence."""
        return [sentence.tokens or () for sentence in self.targets]

    @cached_property
    def entities(self) -> list[tuple[Span, ...]]:
        """Return the gold entities of every source sentence."""
        return [sentence.spans or () for sentence in self.sources]

    @cached_property
    def gold(self) -> list[tuple[Span, ...]]:
        """Return the gold entities of every target sentence."""
        return [sentence.spans or () for sentence in self.targets]

    @cached_property
    def ceiling(self) -> Ceiling:
        """Return the best scores that projection can reach."""
        return ceiling(self.entities, self.gold)

    @cached_property
    def signature(self) -> str:
        """Return the short stable name of tokens and labels of both sides."""
        sides = (self.source_tokens, self.entities), (self.target_tokens, self.gold)
        return signature(
            [[tokens, [[(s.start, s.end, s.label) for s in row] for row in rows]] for tokens, rows in sides]
        )

    def facts(self) -> dict[str, Any]:
        """Return what results say of the set."""
        corpus, (source, target) = self.entry.corpus, self.entry.languages
        files = {name: file_hash(path) for name, path in self.entry.files.items()}
        return {
            "signature": self.signature,
            "title": corpus.title,
            "source": source.code,
            "target": target.code,
            "licence": corpus.licence,
            "citation": corpus.citation,
            "sentences": len(self.sources),
            "unpaired": self.unpaired,
            "source_entities": sum(map(len, self.entities)),
            "gold_entities": sum(map(len, self.gold)),
            "sha256": files,
            "ceiling": self.ceiling.facts(),
        }


def read_set(entry: SetEntry) -> ParallelSet:
    """Read both sides of a set, and pair their sentences.

    :param entry: The set; its files are there.
    :returns: The sentence pairs.
    :raises DataError: when a file breaks a rule, or the sides are not parallel.
    """
    reading = reading_of(entry)
    paths = entry.sides
    sources, targets = (reading.labelled(path) for path in paths)
    if entry.pair.join == "order":
        _check_parallel(sources, targets, paths)
        return ParallelSet(entry=entry, sources=sources, targets=targets, unpaired=0)
    by_source_id, by_target_id = _by_id(sources), _by_id(targets)
    shared = [key for key in by_source_id if key in by_target_id]
    if not shared:
        raise DataError(f"{paths[0]} and {paths[1]} share no id; join: id pairs sentences that have the same id")
    return ParallelSet(
        entry=entry,
        sources=[by_source_id[key] for key in shared],
        targets=[by_target_id[key] for key in shared],
        unpaired=len(sources) + len(targets) - 2 * len(shared),
    )


def reading_of(entry: SetEntry) -> Reading:
    """Return how the labelled files of a set are read.

    :param entry: The set.
    """
    corpus = entry.corpus
    return Reading(format=corpus.format, label_map=corpus.label_map, repair=corpus.repair)


def _check_parallel(sources: Sequence[Sentence], targets: Sequence[Sentence], paths: Sequence[Path]) -> None:
    """Refuse sides that differ in length, or whose own ids say that the order differs."""
    if len(sources) != len(targets):
        raise DataError(
            f"{paths[0]} has {len(sources)} sentences, {paths[1]} has {len(targets)}; a set needs one target sentence "
            "for every source sentence, or join: id where sentences have ids"
        )
    source_ids = {sentence.id for sentence in sources if sentence.named}
    for source, target in zip(sources, targets, strict=True):
        if source.named and target.named and source.id != target.id and target.id in source_ids:
            raise DataError(
                f"{target.where}: sentence {target.id!r} stands beside {source.id!r} of {source.where}; pair them by "
                "their ids: join: id"
            )


def _by_id(sentences: Sequence[Sentence]) -> dict[str, Sentence]:
    """Index sentences by the ids that their file gives them."""
    by_id: dict[str, Sentence] = {}
    for sentence in sentences:
        if not sentence.named:
            raise DataError(f"{sentence.where}: the sentence has no id, and join: id pairs sentences by their ids")
        if sentence.id in by_id:
            raise DataError(
                f"{sentence.where}: the id {sentence.id!r} stands already at {by_id[sentence.id].where}; make ids "
                "unique"
            )
        by_id[sentence.id] = sentence
    return by_id
