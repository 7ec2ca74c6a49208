"""Source text beside its translation, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.sources.source_text import SourceText
from silverner.builders.sources.target_text import TARGET_COLUMNS, TargetText
from silverner.projection.chain import DROP
from silverner.projection.errors import DataError
from silverner.projection.languages import Language
from silverner.projection.readers import Sentence


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

        :raises DataError: when the sides differ in length, or the target's own ids say that the order differs.
        """
        # Both sides are counted before anything is written: a shift would misplace every label behind it.
        pairs = pair_sentences(self.sentences(), self._target.sentences())
        for row, (source, target) in zip(self.numbered(source for source, _ in pairs), pairs, strict=False):
            sides = self.side(source), self._target.side(target)
            yield {**row, **sides[1], **sides[0], DROP: sides[0][DROP] or sides[1][DROP]}


def pair_sentences(sources: list[Sentence], targets: list[Sentence]) -> list[tuple[Sentence, Sentence]]:
    """Pair the two sides, and refuse sides that cannot be parallel.

    :param sources: The sentences of the source.
    :param targets: Those of the target.
    :returns: The pairs.
    :raises DataError: when the sides differ in length, or their ids say that the order differs.
    """
    for split in dict.fromkeys(s.split for s in (*sources, *targets)):
        counts = [sum(s.split == split for s in side) for side in (sources, targets)]
        if counts[0] != counts[1]:
            raise DataError(
                f"the split {split!r} has {counts[0]} source and {counts[1]} target sentences; parallel text needs one "
                f"target sentence for every source sentence (source ends at {_end(sources, split)}, target at "
                f"{_end(targets, split)})"
            )
    source_ids = {s.id for s in sources if s.named}
    for source, target in zip(sources, targets, strict=True):
        if source.named and target.named and source.id != target.id and target.id in source_ids:
            raise DataError(f"{target.where}: sentence {target.id!r} stands beside {source.id!r} of {source.where}")
    return list(zip(sources, targets, strict=True))


def _end(sentences: list[Sentence], split: str) -> str:
    return next((s.where for s in reversed(sentences) if s.split == split), "nothing")
