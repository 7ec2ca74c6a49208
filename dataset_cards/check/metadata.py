"""The front matter of the card: its words, its languages, and whether it says of the files what is so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import langcodes

from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import Opened
from silverner.dataset_cards.release.release import MANIFEST
from silverner.dataset_cards.vocabulary import VOCABULARY, size_category
from silverner.projection.errors import nearest

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_NEEDED = (*VOCABULARY, "language", "pretty_name", "tags", "source_datasets", "version", "configs", "dataset_info")


def check_metadata(opened: Opened) -> Iterator[Finding]:
    """Check the front matter, and that it and the manifest name the same languages, splits and files.

    :param opened: The folder.
    :returns: What is wrong.
    """
    for file, why in opened.damage.items():
        yield Finding(kind="damaged", file=file, says=f"cannot be read ({why})", remedy=opened.render)
    if opened.damage:
        return
    for key in _NEEDED:
        if not opened.front.get(key):
            yield _fault("metadata", f"the key {key!r} is missing or empty", opened)
    yield from _words(opened)
    yield from _languages(opened)
    yield from _configs(opened)


def _fault(kind: str, says: str, opened: Opened, remedy: str | None = None) -> Finding:
    return Finding(kind=kind, file=CARD, says=says, remedy=remedy or opened.render)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _words(opened: Opened) -> Iterator[Finding]:
    """Check what has a closed vocabulary."""
    for key, allowed in VOCABULARY.items():
        for value in _listed(opened.front.get(key)):
            if value not in allowed:
                says = f"{key}: {value!r} is no word of the Hub's"
                yield _fault("metadata", says, opened, nearest(str(value), allowed))
    for value in _listed(opened.front.get("source_datasets")):
        if value != "original" and not re.fullmatch(r"extended\|\S+", str(value)):
            yield _fault("metadata", f"source_datasets: {value!r}", opened, "allowed: original, extended|NAME")
    rows = sum(part["rows"] for facts in opened.languages.values() for part in facts["splits"].values())
    sizes = _listed(opened.front.get("size_categories"))
    if sizes and sizes != [size_category(rows)] and set(sizes) <= VOCABULARY["size_categories"]:
        yield _fault("size", f"size_categories: {sizes} for {rows} rows; {size_category(rows)!r} is right", opened)


def _languages(opened: Opened) -> Iterator[Finding]:
    """Check the codes of languages: well formed, registered, and those of the manifest."""
    codes = _listed(opened.front.get("language"))
    for code in codes:
        if not isinstance(code, str):
            why = f"language: {code!r} is no text (an unquoted 'no' is the value false)"
            yield _fault("language", why, opened, "write it in quotes")
        elif not _TAG.match(code) or not langcodes.tag_is_valid(code):
            remedy = "write an ISO 639 code or BCP-47 tag; all: silverner languages"
            yield _fault("language", f"language: {code!r} is no registered code", opened, remedy)
    wanted = {facts["language"]["bcp47"] for facts in opened.languages.values()}
    for code in sorted(wanted - {str(c) for c in codes}):
        yield _fault("language", f"language: the manifest has {code!r}, the card has not", opened)


def _configs(opened: Opened) -> Iterator[Finding]:
    """Check that ``configs`` and ``dataset_info`` say what the manifest says."""
    configs = {c.get("config_name"): c for c in _listed(opened.front.get("configs")) if isinstance(c, dict)}
    infos = {c.get("config_name"): c for c in _listed(opened.front.get("dataset_info")) if isinstance(c, dict)}
    for name, said in (("configs", configs), ("dataset_info", infos)):
        for code in sorted(set(map(str, said)) ^ set(opened.languages)):
            where = MANIFEST if code in opened.languages else CARD
            yield _fault("configs", f"{name}: {code!r} stands in {where} only", opened)
    for code, facts in opened.languages.items():
        if code in configs:
            yield from _files(opened, code, configs[code], facts)
        if code in infos:
            yield from _counts(opened, code, infos[code], facts)


def _files(opened: Opened, code: str, config: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the files of one config."""
    said = {part.get("split"): part.get("path") for part in config.get("data_files", []) if isinstance(part, dict)}
    wanted = {split: part["file"] for split, part in facts["splits"].items()}
    for split in sorted(map(str, said.keys() | wanted.keys())):
        if said.get(split) != wanted.get(split):
            why = f"configs, {code}, {split}: the file is {wanted.get(split)!r}, not {said.get(split)!r}"
            yield _fault("configs", why, opened)
    if config.get("version") != facts["version"]:
        why = f"configs, {code}: version {config.get('version')!r}, in the manifest {facts['version']!r}"
        yield _fault("version", why, opened)


def _counts(opened: Opened, code: str, info: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Finding]:
    """Check what ``load_dataset`` is told to expect of one config."""
    splits = {part.get("name"): part for part in info.get("splits", []) if isinstance(part, dict)}
    for split in sorted(set(map(str, splits)) ^ set(facts["splits"])):
        where = MANIFEST if split in facts["splits"] else CARD
        yield _fault("configs", f"dataset_info, {code}: the split {split!r} stands in {where} only", opened)
    for split, part in facts["splits"].items():
        for key, own in (("num_examples", "rows"), ("num_bytes", "bytes")):
            said = splits.get(split, {}).get(key, part[own])
            if said != part[own]:
                why = f"dataset_info, {code}, {split}: {key} is {said!r}, and {part[own]} are there"
                yield _fault("counts", why, opened)
