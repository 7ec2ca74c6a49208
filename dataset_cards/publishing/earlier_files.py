"""The files of an earlier release in a repository: what silverner itself wrote there, and may remove."""

from __future__ import annotations

from typing import Any

from silverner.dataset_cards.corrections import corrections_name
from silverner.dataset_cards.facts import MANIFEST
from silverner.dataset_cards.facts.file_names import is_built_file
from silverner.projection.errors import DataError
from silverner.projection.parsing import parse_json
from silverner.projection.paths import name_fault


def earlier_files(manifest: bytes) -> frozenset[str]:
    """List the files of rows, of engines and of corrections that a manifest in a repository names.

    Anybody may have written that manifest, so only names count that silverner could have given.

    :param manifest: Its content.
    :returns: Their names; none where the manifest cannot be read.
    """
    try:
        values = parse_json(manifest.decode("utf-8", "replace"), where=MANIFEST)
    except DataError:
        return frozenset()
    languages = _part(values, "languages").values()
    splits = [split for facts in languages for split in _part(facts, "splits").values()]
    named = [_part(file, "file", str) for split in splits for file in (split, *_part(split, "parts", list))]
    named += [name for facts in languages for name in _part(facts, "artefacts")]
    corrected = {code: _part(facts, "corrections") for code, facts in _part(values, "languages").items()}
    corrections = {code: _part(facts, "file", str) for code, facts in corrected.items()}
    return frozenset(
        [
            *(name for name in named if is_built_file(name)),
            *(name for code, name in corrections.items() if name == corrections_name(code) and not name_fault(name)),
        ]
    )


def _part(values: Any, key: str, kind: type = dict) -> Any:
    """Take a value of a manifest; an empty one where there is none of this kind."""
    part = values.get(key) if isinstance(values, dict) else None
    return part if isinstance(part, kind) else kind()
