"""The names that a build gives to the files of a language: any other file of a corpus folder is somebody else's."""

from __future__ import annotations

import re

from silverner.projection.paths import ARTEFACTS, code_fault, name_fault

_ROWS = re.compile(r"(?P<code>[^/]+)/[\w.]+(-[0-9]{5,}-of-[0-9]{5,})?-[0-9a-f]{12}\.parquet")
_ARTEFACT = re.compile(rf"{ARTEFACTS}/[\w.-]+\.artefact")


def is_built_file(name: str, *, code: str | None = None) -> bool:
    """Tell whether a build could have given a file its name. Anybody may have written the manifest that names it.

    :param name: The name of the file in the folder.
    :param code: A language: rows of other languages do not count.

    >>> is_built_file("spa/train-0123456789ab.parquet"), is_built_file("spa/notes.parquet")
    (True, False)
    >>> is_built_file("spa/train-00001-of-00003-0123456789ab.parquet")
    True
    >>> is_built_file("spa/train-0123456789ab.parquet", code="deu")
    False
    """
    if name_fault(name) is not None:
        return False
    rows = _ROWS.fullmatch(name)
    if rows is None:
        return _ARTEFACT.fullmatch(name) is not None
    return rows["code"] == code if code is not None else code_fault(rows["code"]) is None
