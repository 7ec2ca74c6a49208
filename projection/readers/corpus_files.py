"""What to read: the files or the dataset of a corpus, and how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from silverner.projection.languages import LanguageLike
from silverner.projection.spans import Scheme

Layer = Literal["outer", "inner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Names the fields of a row that hold tokens, tags and so on; dots reach nested fields (``translation.en``).

    In a table, ``sentence`` names the column that numbers the sentences.
    """

    tokens: str = "tokens"
    tags: str = "ner_tags"
    text: str = "text"
    id: str = "id"
    document: str = "document"
    sentence: str = "sentence"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFiles:
    """Says which files or which dataset a corpus consists of, and how to read them.

    :param format: A name of :data:`~silverner.projection.readers.formats.FORMATS`; ``auto`` finds it from the file.
    :param files: The file of every split; for ``hub``, the name that the dataset gives to the split.
    :param dataset: For ``hub``: the id or folder of the dataset.
    :param config: For ``hub``: the configuration.
    :param revision: For ``hub``: branch, tag or commit.
    :param fields: The fields to read from a row of JSON, Parquet or a dataset.
    :param layer: For ``germeval``: the layer of tags; the outer one if left out.
    :param column: For ``conll`` and ``conllu``: the column of the tags, from 1.
    :param language: The language of the text, where it is known; it splits text whose entities are marked by character
        positions, and chooses the text of a row that has several.
    :param scheme: The tag scheme.
    :param repair: Repair broken tag sequences instead of refusing them.
    """

    format: str = "auto"
    files: Mapping[str, str] = field(default_factory=dict)
    dataset: str | None = None
    config: str | None = None
    revision: str | None = None
    fields: Fields = field(default_factory=Fields)
    layer: Layer | None = None
    column: int | None = None
    language: LanguageLike | None = None
    scheme: Scheme = "auto"
    repair: bool = False
