"""Checks the files of a folder: none is missing, none is superfluous, and none has changed since it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

from silverner.dataset_cards.card.plot import PLOT
from silverner.dataset_cards.card.provenance import RECIPE
from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.columns import features_of
from silverner.dataset_cards.companions import companions
from silverner.dataset_cards.facts import RowFile
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import DataError, RecipeError


def check_files(folder: CheckedFolder) -> Iterator[Finding]:
    """Check size, hash, row count and features of every file that the manifest names, and look for other files.

    :param folder: The folder.
    :returns: What is wrong.
    """
    yield from _links_and_devices(folder)
    infos = {info["config_name"]: info for info in folder.front.get("dataset_info") or [] if "config_name" in info}
    named_files = set()
    for code, facts in folder.languages.items():
        for part in (file for split in facts.splits.values() for file in split.files):
            named_files.add(part.file)
            yield from _parquet(folder, code, part, infos.get(code))
        for name, digest in facts.artefacts.items():
            if folder.holds(name) and file_hash(folder.path / name) != digest:
                yield _fault("hash", name, "its content is not what the manifest records", folder, code)
            elif name not in folder.entries:
                yield _fault("missing", name, "the manifest names it, but it does not exist", folder, code)
    for name in (RECIPE, PLOT):
        if name not in folder.entries:
            yield Finding(
                kind="missing", file=name, says="the card links to it, but it does not exist", remedy=folder.rebuild_any
            )
    yield from _companions(folder)
    if folder.damage:
        return  # without the names in the manifest, nobody can tell which files are superfluous
    for name in folder.entries:
        if name.endswith(".parquet") and name not in named_files:
            yield Finding(kind="stray", file=name, says="no config reads it", remedy="delete it")


def _companions(folder: CheckedFolder) -> Iterator[Finding]:
    """Check that Croissant metadata and citation file say what the manifest says."""
    if folder.facts is None:
        return
    try:
        files = companions(folder.facts)
    except RecipeError:
        return  # the check of the card reports licences that exclude each other
    for name, content in files.items():
        if name not in folder.entries:
            says = "it does not exist"
        elif not folder.holds(name) or (folder.path / name).read_bytes() == content.encode():
            continue
        else:
            says = "it does not say what the manifest says"
        yield Finding(kind="companion", file=name, says=says, remedy=folder.rebuild_any)


def _links_and_devices(folder: CheckedFolder) -> Iterator[Finding]:
    """Report what is no plain file: publishing a link would send a file that is not of this folder."""
    for name, why in folder.entries.items():
        if why is not None and name not in folder.damage:
            remedy = "delete it, or copy a plain file to this place"
            yield Finding(kind="entry", file=name, says=why, remedy=remedy)


def _fault(kind: str, file: str, says: str, folder: CheckedFolder, code: str) -> Finding:
    return Finding(kind=kind, file=file, says=says, remedy=folder.rebuild(code))


def _parquet(folder: CheckedFolder, code: str, part: RowFile, info: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Check one Parquet file."""
    name, path = part.file, folder.path / part.file
    if not folder.holds(name):
        if name not in folder.entries:
            yield _fault("missing", name, "the manifest names it, but it does not exist", folder, code)
        return  # what is no plain file is reported once, whoever names it
    digest = file_hash(path)
    if digest != part.sha256 or path.stat().st_size != part.size:
        says = (
            f"it has SHA-256 {digest[:12]}... and {path.stat().st_size} bytes; {part.sha256[:12]}... and {part.size} "
            "bytes are in the manifest"
        )
        yield _fault("hash", name, says, folder, code)
    elif digest[:12] not in name:
        says = f"its name does not hold its hash {digest[:12]}, so readers would keep using rows from their cache"
        yield _fault("hash", name, says, folder, code)
    try:
        schema, rows = pq.read_schema(path), pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as error:
        yield _fault("damaged", name, f"it cannot be read as Parquet ({error})", folder, code)
        return
    if rows != part.rows:
        yield _fault("counts", name, f"{rows} rows; the manifest has {part.rows}", folder, code)
    if info is not None:
        yield from _features(folder, code, name, schema, info)


def _features(
    folder: CheckedFolder, code: str, name: str, schema: pa.Schema, info: Mapping[str, Any]
) -> Iterator[Finding]:
    """Compare the features of card and file. Readers use those of the card, so wrong ones rename labels unnoticed."""
    try:
        file_features = features_of(schema)
    except DataError as error:
        yield _fault("features", name, str(error), folder, code)
        return
    try:
        card_features = datasets.Features._from_yaml_list(info.get("features") or [])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        yield _fault("features", CARD, f"dataset_info, {code}: features cannot be read ({error!r})", folder, code)
        return
    for column in [*file_features, *(set(card_features) - set(file_features))]:
        in_file, in_card = (_tags(side.get(column)) for side in (file_features, card_features))
        if in_file != in_card:
            place = f"{CARD} (dataset_info, {code})"
            says = f"the column {column!r} is {_short(in_file)} here, and {_short(in_card)} in {place}"
            yield _fault("features", name, says, folder, code)


def _tags(feature: Any) -> Any:
    """Return the names of tags in their order for a column of tags, and the feature itself for any other column."""
    inner = getattr(feature, "feature", None)
    return inner.names if isinstance(inner, datasets.ClassLabel) else feature


def _short(value: Any) -> str:
    return "missing" if value is None else ", ".join(value) if isinstance(value, list) else f"{value!r:.200}"
