"""Writes Markdown: tables, and the texts of the code as prose."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`+).+?\1", re.DOTALL)
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")
_OPTION = re.compile(r"(?<![\w`-])--[a-z][a-z0-9-]*")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a line break in a cell becomes a space.

    :param header: The titles of the columns.
    :param rows: The cells, in Markdown.
    :returns: Lines of Markdown.
    """
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """Write a text as code.

    :param text: A name or value, without backticks.
    """
    return f"`{text}`"


def codes(names: Iterable[object]) -> str:
    """Write several texts as code, with commas between them.

    :param names: Names or values.
    """
    return ", ".join(map(code, names))


def prose(text: str) -> str:
    """Write a docstring or a help text as Markdown: roles and options become code, and nothing is taken for HTML.

    :param text: The text; what stands between backticks stays as it is.

    >>> prose("see :class:`~a.b.C` and --out; a < b")
    'see `C` and `--out`; a &lt; b'
    """
    text = _ROLE.sub(r"`\1`", text)
    parts, end = [], 0
    for match in _CODE.finditer(text):
        parts += [_plain(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    text = text.replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*")
    return _OPTION.sub(r"`\g<0>`", text)


def first_sentence(documented: object) -> str:
    """Return the first sentence of a docstring.

    :param documented: What has the docstring.
    """
    return prose(" ".join((inspect.getdoc(documented) or "").partition("\n\n")[0].split()))


def page(title: str, *parts: str) -> str:
    """Put a page together.

    :param title: Its title.
    :param parts: Its paragraphs, tables and headings.
    """
    return "\n\n".join([f"# {title}", *parts]) + "\n"
