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
    tagged = [row for row in rows if len(row) > 2]
    column = [row[-2] for row in tagged]
    if not all(map(_TAG.match, column)):
        return None
    inside = [row for row in tagged if len(row[-2]) > 1]
    names = [row for row in inside if not _CHUNK.match(row[-2])]
    return names[0] if len(names) > len(inside) / 2 else None
