"""Text a corpus must not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from silverner.builders.recipe.sections import TextSection
from silverner.builders.sources.reading import corpus_files, reading_settings, tokens_of
from silverner.projection.languages import Language
from silverner.projection.readers import content_hash, read_corpus


class EvaluationText:
    """A test set, whose sentences the corpus must not hold."""

    def __init__(self, text: TextSection, base: Path, *, language: Language) -> None:
        """Prepare to read a text; nothing is read yet.

        :param text: The section of the recipe that says where the set is.
        :param base: The folder its paths are relative to.
        :param language: The target language, by whose rules running text is split.
        """
        self._corpus, self._language = corpus_files(text, base, language), language

    def settings(self) -> Mapping[str, object]:
        """Return the hash of its content, and what decides how it is read."""
        return {**reading_settings(self._corpus, tagged=False), "content": content_hash(self._corpus)}

    def sentences(self) -> Iterator[list[str]]:
        """Return the tokens of every sentence; labels are not read."""
        for sentence in read_corpus(self._corpus, tagged=False):
            yield tokens_of(sentence, self._language)
