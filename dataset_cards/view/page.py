"""The page: its template, its style, its program and its data in one file that needs no other."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from silverner.dataset_cards.view.contents import Contents
from silverner.dataset_cards.view.corpus import ViewedCorpus
from silverner.projection.chain.files import write_atomically
from silverner.projection.errors import OutputError
from silverner.projection.text.display import readable

_MARK = '<meta name="generator" content="silverner view">'
"""What every page has near its beginning, so that nothing else is replaced by a page."""
_PROGRAM = ("elements", "data", "filters", "controls", "links", "sentence", "figures", "page")
"""The parts of the program, in the order in which they need each other."""


def write_page(path: Path, corpora: list[ViewedCorpus], *, most_rows: int) -> Contents:
    """Write a page that shows one corpus, or compares two.

    :param path: The file to write.
    :param corpora: The corpora.
    :param most_rows: The most rows of the page.
    :returns: What the page holds.
    :raises OutputError: when the file is something else, or cannot be written.
    :raises SilvernerError: when a corpus cannot be read.
    """
    _refuse_other_file(path)
    contents = Contents(corpora, most_rows=most_rows)
    title = " and ".join(dict.fromkeys(corpus.name for corpus in corpora))

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_parts(title, contents))

    write_atomically(path, write)
    return contents


def _refuse_other_file(path: Path) -> None:
    """Refuse to replace what is not such a page."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file with --out, such as {path / 'report.html'}")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path} is no plain file, and a page needs one; choose another with --out")
    if path.exists():
        with path.open("rb") as file:
            beginning = file.read(2000)
        if _MARK.encode() not in beginning:
            raise OutputError(f"{path} exists and is no page of silverner view; choose another file with --out")


def _parts(title: str, contents: Contents) -> Iterator[str]:
    """Write the page piece by piece; its data can be large."""
    style = _template("page.css")
    program = "(() => {\n'use strict';\n" + "".join(_template(f"{name}.js") for name in _PROGRAM) + "})();\n"
    policy = (
        f"default-src 'none'; script-src {_hash(program)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    before, after = _template("page.html").split("<!-- data -->\n")
    places = {"MARK": _MARK, "POLICY": policy, "TITLE": html.escape(readable(title)), "STYLE": style}
    for name, text in places.items():
        before = before.replace(f"<!-- {name} -->", text)
    yield before
    yield from contents.blocks()
    yield after.replace("<!-- PROGRAM -->", program)


def _template(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Allow a piece of code by its hash; a browser refuses every other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
