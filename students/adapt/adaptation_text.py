"""The text that a model is adapted to: sentences of its language, of a file or of a corpus."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.dataset_cards.licence import Part
from silverner.students.corpus import Row, SilverCorpus, hold_out
from silverner.students.provenance import corpus_licences, short_name
from silverner.students.unlabelled_text import read_unlabelled


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationText:
    """Sentences to adapt a model to.

    :param name: What the text is called.
    :param language: The code of its language.
    :param rows: Its sentences; those of a corpus have their projected entities.
    :param parts: What it is made from, with licences.
    :param has_entities: Whether it is a corpus, so that its entities are known.
    :param split: The split of the corpus; ``None`` for a text without splits.
    """

    name: str
    language: str
    rows: Sequence[Row]
    parts: tuple[Part, ...] = ()
    has_entities: bool = False
    split: str | None = None

    @property
    def sentences(self) -> list[tuple[str, ...]]:
        """Return the words of every sentence."""
        return [row.tokens for row in self.rows]

    @property
    def word_counts(self) -> Counter[str]:
        """Return how often it has each word."""
        return Counter(word for sentence in self.sentences for word in sentence)

    @property
    def signature(self) -> str:
        """Name what the sentences hold: 16 hexadecimal digits."""
        digest = hashlib.sha256(self.language.encode())
        for row in self.rows:
            spans = [(span.start, span.end) for span in row.spans]
            digest.update(json.dumps([row.id, row.tokens, spans]).encode())
        return digest.hexdigest()[:16]

    def divided(self, share: float) -> tuple[list[Row], list[Row]]:
        """Divide the sentences into those that are learnt and those that are held out.

        :param share: How many of them are held out.
        :raises DataError: when there are fewer than two.
        """
        return hold_out(self.rows, share)


def text_of_file(path: Path, language: str) -> AdaptationText:
    """Read a text of a file; labels that it has are not looked at.

    :param path: A file of any format. Running text is split into tokens as a build does.
    :param language: Its language.
    :returns: The text; its licence is not known.
    :raises SilvernerError: when it cannot be read, or holds fewer than two sentences.
    """
    rows, _ = read_unlabelled(path, language)
    parts = (Part(role="text", name=path.name, licence=None),)
    return AdaptationText(name=path.name, language=language, rows=rows, parts=parts)


def text_of_corpus(corpus: SilverCorpus, data: str, language: str, *, split: str) -> AdaptationText:
    """Take the target side of a corpus.

    :param corpus: The corpus.
    :param data: Its folder or file, or its id on the Hub.
    :param language: Its configuration.
    :param split: The split that was read.
    :returns: The text, with the licence of the corpus.
    """
    licences = corpus_licences(data, language)
    parts = tuple(Part(role="corpus", name=short_name(data), licence=licence) for licence in licences)
    return AdaptationText(
        name=corpus.name, language=language, rows=corpus.rows, parts=parts, has_entities=True, split=split
    )
