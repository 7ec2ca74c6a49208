"""Source text beside its translation, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.sources.source_text import SourceText
from silverner.builders.sources.target_text import TARGET_COLUMNS, TargetText
from silverner.projection.chain import DROP
from silverner.projection.errors import DataError
from silverner.projection.languages import Language
from silverner.projection.readers import Sentence
from silverner.projection.readers.cycles import cycles_ignored
from silverner.projection.text.first_places import FirstPlaces


class ParallelText(SourceText):
    """Source text beside its translation, sentence by sentence."""

    def __init__(self, recipe: LanguageRecipe, base: Path, *, language: Language, limit: int | None = None) -> None:
        """Prepare to read a text; nothing is read yet.

        :param recipe: The recipe of one language; it has a ``target``.
        :param base: The folder its paths are relative to.
        :param language: The target language.
        :param limit: Read only the first sentences.
        """
        super().__init__(recipe, base, limit=limit)
        self._target = TargetText(recipe, base, language=language, limit=limit)
        self.outputs = {**self.outputs, **TARGET_COLUMNS}

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the rows, both sides."""
        return {**super().settings(), "target": self._target.settings()}

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Return the sentence pairs in order; a pair without words on either side is marked to be dropped.

        Both sides are read once. Only where they break a rule they are read again, to name all that breaks it. The
        store takes nothing for complete until all rows are read: a shift would misplace every label behind it.

        :raises DataError: when the sides differ in length, or the target's own ids say that the order differs.
        """
        try:
            with cycles_ignored():
                yield from self._pairs()
        except DataError:
            self._check_sides()
            raise

    def _pairs(self) -> Iterator[Mapping[str, Any]]:
        """Return the rows of the sentence pairs, and look at the pairs behind the limit."""
        sources, targets = self.sentences(), self._target.sentences()
        may_be_parallel = True
        for row, source in self.numbered(sources):
            target = next(targets, None)
            if target is None:
                raise DataError(f"{source.where}: the target has no sentence for it")
            may_be_parallel &= _may_be_pair(source, target)
            source_columns, target_columns = self.side(source), self._target.side(target)
            yield {**row, **target_columns, **source_columns, DROP: source_columns[DROP] or target_columns[DROP]}
        for pair in zip_longest(sources, targets):  # behind the limit
            may_be_parallel &= _may_be_pair(*pair)
        if not may_be_parallel:
            self._check_sides()

    def _check_sides(self) -> None:
        """Read both sides, and refuse what breaks a rule on either side, or between them."""
        source, target = SideFacts(), SideFacts()
        self.check(source.look)
        self._target.check(target.look)
        check_pairs(source, target, self.sentences, self._target.sentences)


def _may_be_pair(source: Sentence | None, target: Sentence | None) -> bool:
    """Tell whether two sentences can stand side by side; if not, all the others have to be looked at as well."""
    if source is None or target is None or source.split != target.split:
        return False
    return source.id == target.id or not (source.named and target.named)


class SideFacts:
    """What tells of a side of parallel text whether the other one can belong to it."""

    def __init__(self) -> None:
        """Begin without sentences."""
        self.counts: Counter[str] = Counter()
        self.ends: dict[str, str] = {}
        self.ids = FirstPlaces()
        self.has_ids = False

    def look(self, sentence: Sentence) -> None:
        """Take note of a sentence.

        :param sentence: The next one.
        """
        self.counts[sentence.split] += 1
        self.ends[sentence.split] = sentence.where
        if sentence.named:
            self.has_ids = True
            self.ids.first(sentence.id, sentence.where)


def check_pairs(
    source: SideFacts,
    target: SideFacts,
    read_source: Callable[[], Iterable[Sentence]],
    read_target: Callable[[], Iterable[Sentence]],
) -> None:
    """Refuse sides that cannot be parallel.

    :param source: The facts of the source, all of which have been read.
    :param target: Those of the target.
    :param read_source: Reads the sentences of the source again.
    :param read_target: Reads those of the target again.
    :raises DataError: when the sides differ in length, or their ids say that the order differs.
    """
    for split in dict.fromkeys((*source.counts, *target.counts)):
        if source.counts[split] != target.counts[split]:
            ends = [side.ends.get(split, "nothing") for side in (source, target)]
            raise DataError(
                f"the split {split!r} has {source.counts[split]} source and {target.counts[split]} target sentences; "
                "parallel text needs one target sentence for every source sentence (source ends at "
                f"{ends[0]}, target at {ends[1]})"
            )
    if not (source.has_ids and target.has_ids):
        return
    for one, other in zip(read_source(), read_target(), strict=True):
        if one.named and other.named and one.id != other.id and other.id in source.ids:
            raise DataError(f"{other.where}: sentence {other.id!r} stands beside {one.id!r} of {one.where}")
