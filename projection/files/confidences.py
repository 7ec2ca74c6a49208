"""The confidence of entities, in Parquet files of corpora."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError
from silverner.projection.readers import CorpusFiles
from silverner.projection.readers.file_list import one_by_one
from silverner.projection.spans import Span

_ENTITY_KEYS = {"start", "end", "label"}


def read_columns(path: Path, names: Collection[str]) -> dict[str, list[Any]]:
    """Read columns of Parquet files.

    :param path: The file; a glob or a folder stands for several.
    :param names: The columns.
    :returns: Those that all files have; none where a file has another format.
    :raises DataError: when a file cannot be read.
    """
    files = [part.files[""] for part in one_by_one(CorpusFiles(files={"": str(path)}), "")]
    if not all(file.endswith(".parquet") for file in files):
        return {}
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {name: [] for name in names}
    for file in files:
        try:
            present = set(pq.read_schema(file).names)
            columns = {name: values for name, values in columns.items() if name in present}
            table = pq.read_table(file, columns=sorted(columns))
        except (OSError, pa.ArrowException) as error:
            raise DataError(f"{file} cannot be read as Parquet ({error})") from error
        for name, values in columns.items():
            values += table.column(name).to_pylist()
    return columns


def entity_confidence(entity: Any) -> float | None:
    """Return the confidence of an entity: that of its place, times that of its label where an engine gave it.

    :param entity: An item of the column ``entities``.
    :returns: A number from 0 to 1; ``None`` for what is no entity of a corpus.

    >>> entity_confidence({"start": 0, "end": 1, "label": "PER", "score": 1.4, "confidence": 0.9})
    0.9
    """
    if not isinstance(entity, Mapping) or not entity.keys() >= _ENTITY_KEYS:
        return None
    place, score, label = (entity.get(name) for name in ("confidence", "score", "label_confidence"))
    place = min(score, 1.0) if place is None and isinstance(score, float) else place
    if not isinstance(place, float) or not 0 <= place <= 1:
        return None
    return place if label is None else place * float(label)


def read_confidences(path: Path, entities: Sequence[Sequence[Span]]) -> list[dict[Span, float]] | None:
    """Read the confidence of predicted entities.

    :param path: The file that predicts them.
    :param entities: The entities of its sentences, with their labels mapped.
    :returns: For every sentence, the confidence of each entity that the file has one for; ``None`` for a file without.
    :raises DataError: when the file cannot be read.
    """
    rows = read_columns(path, ["entities"]).get("entities")
    if rows is None:
        return None
    confidences = []
    for row, spans in zip(rows, entities, strict=True):
        found = [(one, entity_confidence(one)) for one in row or ()]
        by_place = {(one["start"], one["end"]): confidence for one, confidence in found if confidence is not None}
        confidences.append(
            {span: by_place[span.start, span.end] for span in spans if (span.start, span.end) in by_place}
        )
    return confidences
