"""Croissant metadata of a corpus: its files, splits and columns as JSON-LD, which search engines and loaders read.

The format is Croissant 1.0 of MLCommons. Every split of a language is a record set, or one for each of its files; its
fields are the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from silverner.dataset_cards.card.bibtex import own_entry
from silverner.dataset_cards.card.licensing import licence_of
from silverner.dataset_cards.companions.citation_file import spdx
from silverner.dataset_cards.facts import CorpusFacts, LanguageFacts, RowFile, about_of

CROISSANT = "croissant.json"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification gives."""
_TYPES = {"string": "sc:Text", "bool": "sc:Boolean"}


def croissant(corpus: CorpusFacts) -> str:
    """Write the metadata.

    :param corpus: The corpus.
    :returns: JSON-LD; paths are relative to the folder of the corpus.
    :raises RecipeError: when no licence fits the parts of a language.
    """
    every = list(corpus.languages.values())
    about = about_of(every[0].recipe)
    licences = dict.fromkeys(spdx(name) or name for facts in every for name in [licence_of(facts).name])
    parts = [
        (name, facts, file)
        for code, facts in corpus.languages.items()
        for split, whole in facts.splits.items()
        for name, file in _named_files(f"{code}/{split}", whole.files)
    ]
    signatures = ", ".join(f"{code} {facts.signature}" for code, facts in corpus.languages.items())
    described = about.description or "Projected silver data for named-entity recognition: programs made the labels."
    values: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": corpus.name,
        "description": f"{described} Signatures of the chains: {signatures}.",
        "version": corpus.version,
        "license": list(licences) if len(licences) > 1 else next(iter(licences)),
        "inLanguage": list(dict.fromkeys(facts.language.bcp47 for facts in every)),
        "keywords": ["named-entity recognition", "projected silver"],
        "url": about.homepage,
        "identifier": f"https://doi.org/{about.doi}" if about.doi else None,
        "creator": [{"@type": "Person" if "," in name else "Organization", "name": name} for name in about.authors],
        "citeAs": about.citation or own_entry(corpus),
        "distribution": [_file(file) for _, _, file in parts],
        "recordSet": [_record_set(name, facts, file) for name, facts, file in parts],
    }
    return json.dumps({key: value for key, value in values.items() if value}, indent=1, ensure_ascii=False) + "\n"


def _file(file: RowFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.file,
        "name": file.file,
        "contentUrl": file.file,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _named_files(split: str, files: Sequence[RowFile]) -> Iterator[tuple[str, RowFile]]:
    """Name the record set of every file: that of a large split ends with a number."""
    for number, file in enumerate(files, start=1):
        yield (split if len(files) == 1 else f"{split}-{number}"), file


def _record_set(name: str, facts: LanguageFacts, file: RowFile) -> dict[str, Any]:
    """Describe the rows of a file."""
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{facts.language.name}: {file.rows} sentences",
        "field": [_field(name, feature, file) for feature in facts.features],
    }


def _field(record_set: str, feature: dict[str, Any], file: RowFile) -> dict[str, Any]:
    """Describe a column; one of entities has a field for every part of an entity."""
    name, values = feature["name"], feature.get("list")
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{record_set}/{name}", "name": name}
    if values is not None:
        field["repeated"] = True
    if not (isinstance(values, list) and values):
        source = {"fileObject": {"@id": file.file}, "extract": {"column": name}}
        return field | {"dataType": _data_type(feature), "source": source}
    return field | {"subField": [_part(f"{record_set}/{name}", name, part, file) for part in values]}


def _part(field: str, column: str, part: dict[str, Any], file: RowFile) -> dict[str, Any]:
    """Describe a part of every entity in a column."""
    name = part["name"]
    source = {
        "fileObject": {"@id": file.file},
        "extract": {"column": column},
        "transform": {"jsonPath": name},
    }
    parts = {"@type": "cr:Field", "@id": f"{field}/{name}", "name": name, "repeated": True}
    return parts | {"dataType": _data_type(part), "source": source}


def _data_type(feature: Any) -> str:
    """Name the type of the values of a column, or of those in its lists."""
    if isinstance(feature, dict) and "list" in feature:
        return _data_type(feature["list"])
    if isinstance(feature, dict):
        feature = "int64" if "class_label" in feature else feature.get("dtype", "string")
    return _TYPES.get(feature) or ("sc:Float" if str(feature).startswith("float") else "sc:Integer")
