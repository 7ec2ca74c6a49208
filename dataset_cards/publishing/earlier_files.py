"""The files of an earlier release in a repository: what silverner itself wrote there, and may remove."""

from __future__ import annotations

from typing import Any

from silverner.dataset_cards.facts import MANIFEST
from silverner.dataset_cards.facts.file_names import is_built_file
from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json


def earlier_files(manifest: bytes) -> frozenset[str]:
    """List the files of rows and of engines that a manifest in a repository names.

    Anybody may have written that manifest, so only names count that silverner could have given.

    :param manifest: Its content.
    :returns: Their names; none where the manifest cannot be read.
    """
    try:
        values = parse_json(manifest.decode("utf-8", "replace"), where=MANIFEST)
    except DataError:
        return frozenset()
    languages = _part(values, "languages").values()
    named = [_part(split, "file", str) for facts in languages for split in _part(facts, "splits").values()]
    named += [name for facts in languages for name in _part(facts, "artefacts")]
    return frozenset(name for name in named if is_built_file(name))


def _part(values: Any, key: str, kind: type = dict) -> Any:
    """Take a value of a manifest; an empty one where there is none of this kind."""
    part = values.get(key) if isinstance(values, dict) else None
    return part if isinstance(part, kind) else kind()
