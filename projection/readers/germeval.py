"""GermEval 2014: word number, token, and two layers of tags, of which the inner names stand inside the outer ones."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.readers.corpus_files import CorpusFiles
from silverner.projection.readers.layout import looks_like_tag
from silverner.projection.readers.numbered import NumberedReader


class GermevalReader(NumberedReader):
    """Reads lines of 4 columns, separated by tabs; the key ``layer`` chooses the layer, by default the outer one."""

    name = "germeval"
    title = "GermEval columns"
    looks = "begin with a number and have tags in the third and the fourth column"
    keys = frozenset({"layer"})
    tag_column = 2
    fewest_columns = most_columns = 4

    def is_row(self, columns: Sequence[str]) -> bool:
        """Look for tags in the third and the fourth column."""
        return looks_like_tag(columns[2]) and looks_like_tag(columns[3])

    def tag(self, columns: Sequence[str], corpus: CorpusFiles) -> str:
        """Return the tag of the chosen layer."""
        return columns[3 if corpus.layer == "inner" else 2]
