"""Unlabelled text of the target language, which students learn by what teachers say of it."""

from __future__ import annotations

from pathlib import Path

from silverner.projection.errors import DataError
from silverner.projection.files.reading import Reading
from silverner.projection.languages import find_language
from silverner.projection.readers import CorpusFiles, format_of
from silverner.projection.text.tokenization import split
from silverner.students.corpus import Row


def read_unlabelled(path: Path, language: str) -> tuple[list[Row], int]:
    """Read a text; labels that it has are not looked at.

    :param path: A file of any format, which is found from it. Running text is split into tokens as a build does.
    :param language: The language of the text.
    :returns: Its sentences without entities, and the number of lines without a word, which are left out.
    :raises SilvernerError: when it cannot be read, or holds fewer than two sentences.
    """
    # As of a text with labels, so that running text is not taken for tokens.
    guess = format_of(CorpusFiles(files={path.stem: str(path)}), split=path.stem, tagged=True)
    sentences = Reading(format=guess.format).unlabelled(path)
    tokenised = [
        tuple(split(sentence.text or "", find_language(language))) if sentence.tokens is None else sentence.tokens
        for sentence in sentences
    ]
    rows = [Row(id=f"text {k}", tokens=tokens, spans=()) for k, tokens in enumerate(tokenised, start=1) if tokens]
    if len(rows) < 2:
        raise DataError(f"{path}: {len(rows)} sentences with words; at least two are needed to learn and to stop by")
    return rows, len(tokenised) - len(rows)
