"""Checks the front matter of the card: its words, its languages, and whether its numbers are those of the manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import langcodes

from silverner.dataset_cards.card.front_matter import paths_of
from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.facts import MANIFEST, LanguageFacts
from silverner.dataset_cards.vocabulary import VOCABULARY, size_category
from silverner.projection.errors import nearest

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_NEEDED = (*VOCABULARY, "language", "pretty_name", "tags", "source_datasets", "version", "configs", "dataset_info")


def check_metadata(folder: CheckedFolder) -> Iterator[Finding]:
    """Check the front matter, and compare its languages, splits and files with the manifest.

    :param folder: The folder.
    :returns: What is wrong.
    """
    for file, why in folder.damage.items():
        remedy = folder.rebuild_elsewhere if folder.facts is None else folder.rebuild_any
        yield Finding(kind="damaged", file=file, says=f"cannot be read ({why})", remedy=remedy)
    if folder.damage:
        return
    for key in _NEEDED:
        if not folder.front.get(key):
            yield _fault("metadata", f"the key {key!r} is missing or empty", folder)
    yield from _words(folder)
    yield from _languages(folder)
    yield from _configs(folder)


def _fault(kind: str, says: str, folder: CheckedFolder, remedy: str | None = None) -> Finding:
    return Finding(kind=kind, file=CARD, says=says, remedy=remedy or folder.rebuild_any)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _words(folder: CheckedFolder) -> Iterator[Finding]:
    """Check the keys that have a closed vocabulary."""
    for key, allowed in VOCABULARY.items():
        for value in _listed(folder.front.get(key)):
            if value not in allowed:
                says = f"{key}: the Hub does not know the word {value!r}"
                yield _fault("metadata", says, folder, nearest(str(value), allowed))
    for value in _listed(folder.front.get("source_datasets")):
        if value != "original" and not re.fullmatch(r"extended\|\S+", str(value)):
            yield _fault("metadata", f"source_datasets: {value!r}", folder, "allowed: original, extended|NAME")
    rows = folder.facts.total_rows if folder.facts else 0
    sizes = _listed(folder.front.get("size_categories"))
    if sizes and sizes != [size_category(rows)] and set(sizes) <= VOCABULARY["size_categories"]:
        yield _fault("size", f"size_categories: {sizes} for {rows} rows; {size_category(rows)!r} is right", folder)


def _languages(folder: CheckedFolder) -> Iterator[Finding]:
    """Check that the codes of languages are well formed, registered, and those of the manifest."""
    codes = _listed(folder.front.get("language"))
    for code in codes:
        if not isinstance(code, str):
            says = f"language: {code!r} is no text (YAML reads an unquoted 'no' as false)"
            yield _fault("language", says, folder, "write it in quotes")
        elif not _TAG.match(code) or not langcodes.tag_is_valid(code):
            remedy = "write an ISO 639 code or BCP-47 tag; all: silverner languages"
            yield _fault("language", f"language: {code!r} is no registered code", folder, remedy)
    manifest_codes = {facts.language.bcp47 for facts in folder.languages.values()}
    for code in sorted(manifest_codes - {str(code) for code in codes}):
        yield _fault("language", f"language: the manifest has {code!r}, and the card does not", folder)


def _configs(folder: CheckedFolder) -> Iterator[Finding]:
    """Check that ``configs`` and ``dataset_info`` have the languages, files and numbers of the manifest."""
    configs = {c.get("config_name"): c for c in _listed(folder.front.get("configs")) if isinstance(c, dict)}
    infos = {c.get("config_name"): c for c in _listed(folder.front.get("dataset_info")) if isinstance(c, dict)}
    for name, entries in (("configs", configs), ("dataset_info", infos)):
        for code in sorted(set(map(str, entries)) ^ set(folder.languages)):
            where = MANIFEST if code in folder.languages else CARD
            yield _fault("configs", f"{name}: only {where} has {code!r}", folder)
    for code, facts in folder.languages.items():
        if code in configs:
            yield from _files(folder, code, configs[code], facts)
        if code in infos:
            yield from _counts(folder, code, infos[code], facts)


def _files(folder: CheckedFolder, code: str, config: Mapping[str, Any], facts: LanguageFacts) -> Iterator[Finding]:
    """Check the files of one config."""
    in_card = {part.get("split"): part.get("path") for part in config.get("data_files", []) if isinstance(part, dict)}
    in_manifest = {split: paths_of(part) for split, part in facts.splits.items()}
    for split in sorted(map(str, in_card.keys() | in_manifest.keys())):
        if in_card.get(split) != in_manifest.get(split):
            says = f"configs, {code}, {split}: the file is {in_manifest.get(split)!r}, not {in_card.get(split)!r}"
            yield _fault("configs", says, folder)
    if config.get("version") != facts.version:
        says = f"configs, {code}: the version is {config.get('version')!r}, and {facts.version!r} in the manifest"
        yield _fault("version", says, folder)


def _counts(folder: CheckedFolder, code: str, info: Mapping[str, Any], facts: LanguageFacts) -> Iterator[Finding]:
    """Check the numbers of one config that ``load_dataset`` relies on."""
    splits = {part.get("name"): part for part in info.get("splits", []) if isinstance(part, dict)}
    for split in sorted(set(map(str, splits)) ^ set(facts.splits)):
        where = MANIFEST if split in facts.splits else CARD
        yield _fault("configs", f"dataset_info, {code}: only {where} has the split {split!r}", folder)
    for split, part in facts.splits.items():
        for key, number in (("num_examples", part.rows), ("num_bytes", part.bytes)):
            in_card = splits.get(split, {}).get(key, number)
            if in_card != number:
                says = f"dataset_info, {code}, {split}: {key} is {in_card!r}, and the file has {number}"
                yield _fault("counts", says, folder)
