"""Signs that a text file is no running text, for which ``auto`` refuses to read it as such.

Each sign is a function from the layout of the file to the line that shows the sign, and what stands there.
"""

from __future__ import annotations

import re

from silverner.projection.readers.layout import FEWEST_COLUMNS, MOST_COLUMNS, MOSTLY, Layout, is_capital, looks_like_tag

Fault = tuple[int, str]

_XML = re.compile(r"<(\?xml|!doctype|html|tei|tmx|xliff)\b", re.IGNORECASE)
_TAGGED_WORD = re.compile(r"\S+[/|](?:O|[BIESLUM][-_][A-Z]\S*)\Z")
_ENTITY_TAG = re.compile(r"[BIESLUM][-_][A-Z][A-Za-z]+(?:[-/_.][A-Za-z]+)*\Z")


def sign_against_text(layout: Layout) -> Fault | None:
    """Find the first sign that a file is no running text.

    :param layout: Its first lines.
    :returns: The number of the line that shows it, and what stands there; ``None`` where nothing speaks against it.
    """
    signs = (_markup, _tagged_words, _equal_columns, _equal_words, _tags, _one_word_a_line)
    return next((fault for sign in signs if (fault := sign(layout)) is not None), None)


def _markup(layout: Layout) -> Fault | None:
    """Look for the beginning of an XML document."""
    if layout.rows and _XML.match(" ".join(layout.rows[0][1])):
        return layout.rows[0][0], "the file begins as XML does, which no format here reads"
    return None


def _tagged_words(layout: Layout) -> Fault | None:
    """Look for words that carry their tag behind a slash."""
    words = [(number, word) for number, columns in layout.rows for part in columns for word in part.split()]
    tagged = [word for _, word in words if _TAGGED_WORD.match(word)]
    if len(tagged) < 2 or len(tagged) < MOSTLY * len(words):
        return None
    return words[0][0], f"words carry a tag, as {tagged[0]!r:.80} does; write one token a line, a tab and its tag"


def _equal_columns(layout: Layout) -> Fault | None:
    """Look for equally many columns with tabs between them."""
    if not layout.tabs or len(layout.rows) < 2 or not layout.is_even():
        return None
    number, columns = next(
        (row for row in layout.rows if row[0] in layout.odd_widths),
        next((row for row in layout.rows if not looks_like_tag(row[1][-1])), layout.rows[0]),
    )
    here = f"{' | '.join(columns)!r:.80}"
    if layout.odd_widths:
        return number, f"other lines have {layout.width} columns with tabs between them, and this one {here}"
    return number, f"all lines have {layout.width} columns with tabs between them, as {here}"


def _equal_words(layout: Layout) -> Fault | None:
    """Look for equally many words, of which the last are labels: few, repeated, in capitals."""
    if layout.odd_widths or layout.width < FEWEST_COLUMNS or len(layout.rows) < 3:
        return None
    last = [columns[-1] for _, columns in layout.rows]
    if layout.width > MOST_COLUMNS and all(map(looks_like_tag, last)):
        return layout.rows[0][0], f"all lines end in a tag; of their {layout.width} columns CoNLL has {MOST_COLUMNS}"
    labels = [is_capital(word) for word in last]
    capitals = sum(is_capital(columns[0]) for _, columns in layout.rows)
    if sum(labels) <= len(last) / 2 or capitals >= sum(labels) / 2 or len(set(last)) > len(last) / 2:
        return None
    number, columns = layout.rows[labels.index(True)]
    return number, f"all lines have {layout.width} columns, the last like a label, as {' '.join(columns)!r:.80}"


def _tags(layout: Layout) -> Fault | None:
    """Look for lines that end in a tag, in a file in which other lines do not."""
    tagged = [len(columns) >= FEWEST_COLUMNS and looks_like_tag(columns[-1]) for _, columns in layout.rows]
    entities = sum(bool(FEWEST_COLUMNS <= len(c) <= 10 and _ENTITY_TAG.match(c[-1])) for _, c in layout.rows)
    has_entities = entities > 1 and entities >= 0.2 * len(tagged)
    has_blocks = len(tagged) > 4 and layout.is_even() and sum(tagged) >= 0.3 * len(tagged)
    if not has_entities and not has_blocks:
        return None
    odd = set(layout.odd_widths)
    order = sorted(range(len(tagged)), key=lambda k: (layout.rows[k][0] not in odd, tagged[k], k))
    number, columns = layout.rows[order[0]]
    return number, f"{sum(tagged)} of {len(tagged)} lines end in a tag; this one is {' '.join(columns)!r:.80}"


def _one_word_a_line(layout: Layout) -> Fault | None:
    """Look for one word a line: blocks of lines, and punctuation marks on lines of their own."""
    several = sum(len(block) > 1 for block in layout.blocks)
    if len(layout.blocks) < 2 or 2 * several < len(layout.blocks) or layout.odd_widths or layout.width != 1:
        return None
    for number, (word, *_) in layout.rows:
        if len(word) < 4 and not any(map(str.isalnum, word)):
            return number, f"{word!r} stands alone, and all lines have one word, as where every line is a token"
    return None
