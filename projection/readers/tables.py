"""Plain text, JSON lines, Parquet files and Hugging Face datasets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.readers.sentence import Sentence, numbered_lines, read_tags
from silverner.projection.spans import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Which field of a row holds what; dots reach into nested fields (``translation.en``)."""

    tokens: str = "tokens"
    tags: str = "ner_tags"
    text: str = "text"
    id: str = "id"
    document: str = "document"


def read_text(path: Path, *, name: str, tokenised: bool = False) -> Iterator[Sentence]:
    """Read one sentence a line.

    :param path: The file.
    :param name: Stem of the ids.
    :param tokenised: Split every line on spaces into tokens, instead of keeping it as text.
    :returns: The sentences, one a line, empty lines included.
    :raises DataError: when the file is not UTF-8 text.
    """
    for number, line in numbered_lines(path):
        tokens = tuple(part for part in re.split(r"[ \t]+", line) if part) if tokenised else None
        if tokens and not all(map(str.strip, tokens)):
            raise DataError(f"{path}, line {number}: a token of white space alone (a no-break space?); remove it")
        yield Sentence(
            id=f"{name}-{number:06d}",
            document=f"{name}-{number:06d}",
            where=f"{path}, line {number}",
            tokens=tokens,
            text=None if tokenised else line.strip(),
        )


def read_jsonl(path: Path, fields: Fields, **options: Any) -> Iterator[Sentence]:
    """Read one JSON object a line.

    :param path: The file.
    :param fields: Where to look in an object.
    :param options: As for :func:`rows_to_sentences`.
    :returns: The sentences in order.
    :raises DataError: naming the line that is not a JSON object or lacks a field.
    """
    rows: list[tuple[str, Mapping[str, Any]]] = []
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
            raise DataError(f"{path}, line {number}: not JSON: {reason}") from error
        if not isinstance(row, dict):
            raise DataError(f"{path}, line {number}: a JSON object is needed, not {type(row).__name__}")
        rows.append((f"{path}, line {number}", row))
    yield from rows_to_sentences(rows, fields, **options)


def rows_to_sentences(
    rows: list[tuple[str, Mapping[str, Any]]],
    fields: Fields,
    *,
    name: str,
    tagged: bool,
    names: Sequence[str] | None = None,
    scheme: Scheme = "auto",
    repair: bool = False,
) -> Iterator[Sentence]:
    """Turn rows of any table into sentences.

    :param rows: Each row with its place.
    :param fields: Where to look in a row.
    :param name: Stem of the ids of rows that have none.
    :param tagged: Whether labels are wanted.
    :param names: Names of the tags, where the rows number them.
    :param scheme: The scheme of the tags.
    :param repair: Repair broken tag sequences.
    :returns: The sentences in order.
    :raises DataError: naming the row that lacks a field or holds the wrong kind of value.
    """
    tags = []
    if tagged:
        for where, row in rows:
            found = _named(_get(row, fields.tags), names)
            if not isinstance(found, list) or not all(isinstance(tag, str) for tag in found):
                raise DataError(
                    f"{where}: the field {fields.tags!r} must be a list of tags, not {found!r:.60}; the row has "
                    f"{', '.join(sorted(row))}"
                )
            tags.append((where, None, found))
    spans = read_tags(tags, scheme=scheme, repair=repair) if tagged else None
    for k, (where, row) in enumerate(rows):
        tokens, text, identity = _get(row, fields.tokens), _get(row, fields.text), _get(row, fields.id)
        if tokens is None and text is None:
            raise DataError(
                f"{where}: neither the field {fields.tokens!r} nor {fields.text!r}; it has {', '.join(sorted(row))}"
            )
        if tokens is not None and not (isinstance(tokens, list) and all(_is_text(t) and t.strip() for t in tokens)):
            raise DataError(f"{where}: the field {fields.tokens!r} must be a list of non-empty strings")
        if text is not None and not _is_text(text):
            raise DataError(f"{where}: the field {fields.text!r} must be a string, not {text!r:.60}")
        if spans is not None and (tokens is None or len(tags[k][2]) != len(tokens)):
            raise DataError(f"{where}: {len(tags[k][2])} tags for {len(tokens or [])} tokens")
        document = _get(row, fields.document)
        sentence_id = f"{name}-{k + 1:06d}" if identity is None else str(identity)
        yield Sentence(
            id=sentence_id,
            named=identity is not None,
            document=sentence_id if document is None else str(document),
            where=where,
            tokens=None if tokens is None else tuple(tokens),
            text=text,
            spans=None if spans is None else spans[k],
        )


def _named(tags: Any, names: Sequence[str] | None) -> Any:
    """Give numbered tags their names; what is no list of valid numbers stays as it is, to be refused."""
    if names is None or not isinstance(tags, list):
        return tags
    return [names[tag] if isinstance(tag, int) and 0 <= tag < len(names) else tag for tag in tags]


def _is_text(value: object) -> bool:
    """Tell whether a value is text that can be written (half a surrogate pair cannot)."""
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def _get(row: Mapping[str, Any], path: str) -> Any:
    """Follow a dotted path; ``None`` where it ends early."""
    value: Any = row
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def read_dataset(data: Any, fields: Fields, *, place: str, tagged: bool, **options: Any) -> Iterator[Sentence]:
    """Read a ``datasets.Dataset``; tags may be strings or a list of ``ClassLabel``.

    :param data: The dataset (one split).
    :param fields: Where to look in a row.
    :param place: What to call it in messages.
    :param tagged: Whether labels are wanted.
    :param options: Further options of :func:`rows_to_sentences`.
    :returns: The sentences in order.
    :raises DataError: when a field is missing or of the wrong kind.
    """
    wanted = {f.split(".")[0] for f in (fields.tokens, fields.tags, fields.text, fields.id, fields.document)}
    present = [column for column in data.column_names if column in wanted]
    if not {f.split(".")[0] for f in (fields.tokens, fields.text)} & set(present):
        raise DataError(
            f"{place}: neither the field {fields.tokens!r} nor {fields.text!r}; it has {', '.join(data.column_names)}"
        )
    label = _get(data.features, fields.tags)
    label = getattr(label, "feature", label)
    names = getattr(label, "names", None)
    if tagged and names is None and getattr(label, "dtype", None) not in {"string", "large_string"}:
        raise DataError(
            f"{place}: the field {fields.tags!r} is {label}, not ClassLabel or strings; "
            f"columns: {', '.join(data.column_names)}"
        )
    rows: list[tuple[str, Mapping[str, Any]]] = []
    for k, row in enumerate(data.select_columns(present)):
        rows.append((f"{place}, row {k}", row))
    yield from rows_to_sentences(rows, fields, tagged=tagged, names=names, **options)


def open_dataset(name: str, *, config: str | None, revision: str | None, split: str) -> Any:
    """Open one split of a Hugging Face dataset: an id on the Hub, a folder, or a folder written by ``save_to_disk``.

    :param name: Hub id or path of a folder.
    :param config: Its configuration, such as a language.
    :param revision: Branch, tag or commit.
    :param split: The split.
    :returns: The ``datasets.Dataset``.
    :raises MissingFileError: when it cannot be loaded, with the library's own reason.
    """
    import datasets
    import datasets.exceptions

    folder = Path(name)
    try:
        if (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file():
            loaded = datasets.load_from_disk(name)
            if isinstance(loaded, datasets.DatasetDict):
                return loaded[split]
            if loaded.split is not None and str(loaded.split) != split:
                raise KeyError(f"the folder holds the split {str(loaded.split)!r} alone")
            return loaded
        return datasets.load_dataset(name, config, revision=revision, split=split)
    except (OSError, ValueError, KeyError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if isinstance(error, OSError) and not folder.exists():
            reason += f"; name a folder, or fetch it once while online: hf download {name} --repo-type dataset"
        raise MissingFileError(
            f"cannot load dataset {name!r} (config {config}, revision {revision}, split {split}): {reason}"
        ) from error
