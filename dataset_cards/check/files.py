"""The files of a folder: all there, none too many, and what they were when they were written."""

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
from silverner.dataset_cards.check.folder import Opened
from silverner.projection.chain.store import file_hash


def check_files(opened: Opened) -> Iterator[Finding]:
    """Check sizes, hashes, row counts and features of every file the manifest names, and look for others.

    :param opened: The folder.
    :returns: What is wrong.
    """
    infos = {info["config_name"]: info for info in opened.front.get("dataset_info") or [] if "config_name" in info}
    known = set()
    for code, facts in opened.languages.items():
        for part in facts["splits"].values():
            known.add(part["file"])
            yield from _parquet(opened, code, part, infos.get(code))
        for name, digest in facts.get("artefacts", {}).items():
            if (path := opened.path / name).is_file() and file_hash(path) != digest:
                yield _fault("hash", name, "its content is not what the manifest says", opened, code)
            elif not path.is_file():
                yield _fault("missing", name, "the manifest names it, and it is not there", opened, code)
    for name in (RECIPE, PLOT):
        if not (opened.path / name).is_file():
            yield Finding(
                kind="missing", file=name, says="the card leads to it, and it is not there", remedy=opened.render
            )
    if opened.damage:
        return  # what nobody knows the names of cannot be told from what is too much
    for path in sorted(opened.path.rglob("*.parquet")):
        name = path.relative_to(opened.path).as_posix()
        if name not in known:
            yield Finding(kind="stray", file=name, says="no config reads it", remedy="delete it")


def _fault(kind: str, file: str, says: str, opened: Opened, code: str) -> Finding:
    return Finding(kind=kind, file=file, says=says, remedy=opened.rebuild(code))


def _parquet(opened: Opened, code: str, part: Mapping[str, Any], info: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Check one Parquet file."""
    name, path = part["file"], opened.path / part["file"]
    if not path.is_file():
        yield _fault("missing", name, "the manifest names it, and it is not there", opened, code)
        return
    digest = file_hash(path)
    if digest != part["sha256"] or path.stat().st_size != part["size"]:
        says = f"SHA-256 {digest[:12]}... and {path.stat().st_size} bytes; {part['sha256'][:12]}... and {part['size']}"
        yield _fault("hash", name, f"{says} are in the manifest", opened, code)
    elif digest[:12] not in name:
        says = f"its name does not hold its hash {digest[:12]}, so readers would go on with rows they cached"
        yield _fault("hash", name, says, opened, code)
    try:
        schema, rows = pq.read_schema(path), pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as error:
        yield _fault("damaged", name, f"it cannot be read as Parquet ({error})", opened, code)
        return
    if rows != part["rows"]:
        yield _fault("counts", name, f"{rows} rows; the manifest has {part['rows']}", opened, code)
    if info is not None:
        yield from _features(opened, code, name, schema, info)


def _features(opened: Opened, code: str, name: str, schema: pa.Schema, info: Mapping[str, Any]) -> Iterator[Finding]:
    """Compare the features of card and file: those of the card win, so wrong ones rename labels unnoticed."""
    own = datasets.Features.from_arrow_schema(schema)
    try:
        said = datasets.Features._from_yaml_list(info.get("features") or [])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield _fault("features", CARD, f"dataset_info, {code}: features cannot be read ({error!r})", opened, code)
        return
    for column in [*own, *(set(said) - set(own))]:
        one, other = (_tags(side.get(column)) for side in (own, said))
        if one != other:
            says = f"the column {column!r} is {_short(one)} here, and {_short(other)} in {CARD} (dataset_info, {code})"
            yield _fault("features", name, says, opened, code)


def _tags(feature: Any) -> Any:
    """Show names of tags in their order; everything else as it is."""
    inner = getattr(feature, "feature", None)
    return inner.names if isinstance(inner, datasets.ClassLabel) else feature


def _short(value: Any) -> str:
    return "missing" if value is None else ", ".join(value) if isinstance(value, list) else f"{value!r:.200}"
