"""What only people know of a text or a corpus: what it is called, how it came to be, who made it, how to cite it."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from silverner.dataset_cards.facts.base import Facts

_INVISIBLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_OVERRIDES = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_ADDRESS_OF_DOI = re.compile(r"(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_ENTRY = re.compile(r"@[A-Za-z]+\s*\{\s*[^\s{},@]+\s*,")


def _readable(text: str) -> str:
    """Refuse characters that cannot be seen, and those that turn the direction of writing."""
    for char in text:
        if char in _OVERRIDES or (char not in "\n\t" and unicodedata.category(char) in _INVISIBLE):
            raise PydanticCustomError("character", "the character U+{code} is not text", {"code": f"{ord(char):04X}"})
    return text.strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bare_doi(value: Any) -> Any:
    """Take the DOI out of its address."""
    return _ADDRESS_OF_DOI.sub("", value.strip(), count=1) if isinstance(value, str) else value


def _bibtex(text: str) -> str:
    """Refuse what does not begin as an entry, and entries whose braces do not match."""
    rest = text
    while rest:
        if not _ENTRY.match(rest):
            why = f"{rest[:40]!r} does not begin as BibTeX does: @article{{key, author = {{...}}, ...}}"
            raise PydanticCustomError("bibtex", "{why}", {"why": why})
        closing = _closing_brace(rest)
        if closing is None:
            raise PydanticCustomError("bibtex", "{why}", {"why": "a brace of the BibTeX entry is not closed"})
        rest = rest[closing + 1 :].lstrip()
    return text


def _closing_brace(text: str) -> int | None:
    """Find the brace that closes the first one."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if char == "}" and depth == 0:
            return place
    return None


_Passage = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_readable), AfterValidator(_one_line)]
_Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_readable), AfterValidator(_one_line)]
_Address = Annotated[str, Field(max_length=500, pattern=r"^https?://[A-Za-z0-9._~:/?#@&+,;=%-]+$")]
_Doi = Annotated[str, BeforeValidator(_bare_doi), Field(pattern=r"^10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]{1,200}$")]
_BibTeX = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_readable), AfterValidator(_bibtex)]


class About(Facts):
    """What is known of a text or a corpus, and no program can find out; nothing of it changes a row."""

    name: _Line | None = Field(default=None, description="what people call it")
    homepage: _Address | None = Field(default=None, description="its page on the web, with https://")
    description: _Passage | None = Field(default=None, description="what it is, in one or a few sentences")
    collection: _Passage | None = Field(default=None, description="how it was collected, translated and labelled")
    authors: tuple[_Line, ...] = Field(
        default=(),
        max_length=200,
        description="who made it: people as 'Family, Given', organisations as they are called",
    )
    doi: _Doi | None = Field(default=None, description="its DOI, such as 10.5281/zenodo.1234567")
    citation: _BibTeX | None = Field(default=None, description="how to cite it, as BibTeX; several entries are allowed")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return self == About()
