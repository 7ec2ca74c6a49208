"""What a file says of a parallel corpus with gold labels: its languages, files, pairs, licence and citation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import Section
from silverner.projection.errors import DataError, nearest
from silverner.projection.parsing import parse_yaml, read_text
from silverner.projection.parsing.plain_words import place_of, reason_of
from silverner.projection.parsing.text_file import MEGABYTE
from silverner.projection.readers import CorpusFormat

FileName = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class Pair(Section):
    """Two languages of a corpus, and the links that come with them."""

    source: str = Field(description="language of the side whose labels are projected")
    target: str = Field(description="language of the side that gets labels; its gold labels measure them")
    forward: FileName | None = Field(default=None, description="links of the source-to-target run, or the only links")
    reverse: FileName | None = Field(default=None, description="links of the target-to-source run, source token first")
    join: Literal["order", "id"] = Field(default="order", description="how the sentences of two files are paired")

    @property
    def name(self) -> str:
        """Return both codes."""
        return f"{self.source}-{self.target}"


class ParallelCorpus(Section):
    """A parallel corpus with gold labels in every language; each pair of languages is a set."""

    name: Name = Field(description="name of the corpus: small letters, digits, '_' and '-'")
    title: str = Field(description="what the text is, in a few words")
    licence: str = Field(description="licence of text and labels")
    citation: str = Field(description="whom to cite")
    embedded: bool = Field(default=False, description="whether the files are part of the installed package")
    format: CorpusFormat = Field(default="auto", description="format of the files")
    label_map: Mapping[str, str | None] = Field(default={}, description="other names for labels; O drops one")
    repair: bool = Field(default=False, description="repair invalid tag sequences instead of refusing them")
    files: dict[str, FileName] = Field(description="labelled file of every language, from the folder of the sets")
    pairs: list[Pair] = Field(min_length=1, description="pairs of languages, each a set")

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        for number, pair in enumerate(self.pairs):
            for code in (pair.source, pair.target):
                if code not in self.files:
                    raise _fault(number, f"files: has no language {code!r}; {nearest(code, self.files)}")
            if pair.source == pair.target:
                raise _fault(number, f"source and target are both {pair.source!r}; name two languages")
            if pair.reverse is not None and pair.forward is None:
                raise _fault(number, "reverse: needs forward: too")
            if pair.forward is not None and pair.join == "id":
                raise _fault(number, "links go by the order of the sentences; leave out join: id, or the links")
            if pair.name in {earlier.name for earlier in self.pairs[:number]}:
                raise _fault(number, f"the pair {pair.name} is here twice")
        return self


def _fault(number: int, why: str) -> PydanticCustomError:
    return PydanticCustomError("pair", "pairs: entry {number}: {why}", {"number": number + 1, "why": why})


def read_corpus_file(path: Path) -> ParallelCorpus:
    """Read the file that describes a corpus.

    :param path: A YAML file.
    :returns: The corpus.
    :raises DataError: naming the key that is wrong.
    """
    content = parse_yaml(read_text(path, largest=MEGABYTE), where=str(path))
    try:
        return ParallelCorpus.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = place_of(first)
        raise DataError(f"{path}: {place + ': ' if place else ''}{reason_of(first)}") from error
