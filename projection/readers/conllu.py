"""CoNLL-U: ten columns; tags stand in the last one (``NER=B-PER``), or in a column that the corpus names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from silverner.projection.errors import DataError
from silverner.projection.readers.corpus_files import CorpusFiles, Fields
from silverner.projection.readers.numbered import NumberedReader
from silverner.projection.spans import TAG

_ATTRIBUTES = ("ner", "ne", "entity")
_MISC = 9


class ConlluReader(NumberedReader):
    """Reads lines of 10 columns, separated by tabs."""

    name = "conllu"
    title = "CoNLL-U columns"
    looks = "begin with a number and have ten columns"
    keys = frozenset({"column"})
    text_suffixes = (".conllu",)
    tag_column = _MISC
    fewest_columns = most_columns = 10

    def is_row(self, columns: Sequence[str]) -> bool:
        """Look for a lemma, where a UNER file has a tag."""
        return not TAG.match(columns[2])

    def tag(self, columns: Sequence[str], corpus: CorpusFiles) -> str:
        """Return the tag in the column that the corpus names, or in the last one; a word without any is outside."""
        if corpus.column is not None:
            tag = super().tag(columns, corpus)
            return "O" if tag == "_" else tag
        attributes = dict(_attributes(columns[_MISC]))
        return next((attributes[name] for name in _names(corpus) if name in attributes), "O")

    def check_labels(self, rows: Iterable[Sequence[str]], corpus: CorpusFiles, where: str) -> None:
        """Refuse a file in which no word has the attribute."""
        names = _names(corpus)
        if corpus.column is None and not any(name in names for row in rows for name, _ in _attributes(row[_MISC])):
            raise DataError(
                f"{where}: no word has {' or '.join(f'{name.upper()}=' for name in names)} in its last column, so no "
                "labels; say where the tags are: column: N, or fields: {tags: NAME} for NAME=B-PER in the last column"
            )


def _names(corpus: CorpusFiles) -> tuple[str, ...]:
    """Return the attributes that may hold the tag, in small letters."""
    return _ATTRIBUTES if corpus.fields.tags == Fields().tags else (corpus.fields.tags.casefold(),)


def _attributes(misc: str) -> list[tuple[str, str]]:
    """Split the last column into names, in small letters, and values."""
    pairs = [part.partition("=") for part in misc.split("|")]
    return [(name.strip().casefold(), value.strip()) for name, equals, value in pairs if equals]
