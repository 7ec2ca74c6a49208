"""Universal NER's ``.iob2`` files: word number, token, tag and further columns."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.readers.numbered import NumberedReader
from silverner.projection.spans import TAG


class UnerReader(NumberedReader):
    """Reads lines of 3 to 10 columns, separated by tabs."""

    name = "uner"
    title = "UNER columns"
    looks = "begin with a number and have a tag in the third column"
    tag_column = 2
    fewest_columns, most_columns = 3, 10

    def is_row(self, columns: Sequence[str]) -> bool:
        """Look for a tag in the third column."""
        return columns[2] == "_" or bool(TAG.match(columns[2]))
