"""Two layers of tags side by side, of which a file without numbers does not say which is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_TAG = re.compile(r"(?:O|_|-|[BIESLUM]-[^\W\d]\S*)\Z")
_CHUNK = re.compile(
    r"[A-Z]-(?:[NVPAQ]P|[NVPA]C|AD[VJ]P|AVP|SBAR|PRT|CONJP|INTJ|LST|UCP|CCP|JJP|RBP|NEGP|VGN?F|VG(?:NN|INF)|BLK)\Z",
    re.IGNORECASE,
)
"""Tags of chunks (CoNLL-2000 and 2003, German, Hindi, Chinese), which stand before the tags of names."""


def row_with_two_tags(rows: Iterable[Sequence[str]]) -> Sequence[str] | None:
    """Find a line with an entity in the column before the last, where that column holds tags, and not those of chunks.

    :param rows: The lines of a file.
    :returns: The line; ``None`` where the last column alone holds tags of names.

    >>> row_with_two_tags([["at", "O", "O"], ["Sony", "B-ORG", "B-PRO"]])
    ['Sony', 'B-ORG', 'B-PRO']
    >>> row_with_two_tags([["Sony", "NNP", "B-NP", "B-ORG"]]) is None
    True
    """
    first, names, inside = None, 0, 0
    for row in rows:
        if len(row) > 2:
            if not _TAG.match(row[-2]):
                return None
            if len(row[-2]) > 1:
                inside += 1
                if not _CHUNK.match(row[-2]):
                    first, names = first or row, names + 1
    return first if names > inside / 2 else None
