"""Names that become paths: of files in a folder that a stranger may have made, of languages and corpora.

A manifest or a card that was downloaded can name any path, and a folder can hold links, pipes and devices. A name is
relative and has no ``..``; what it names is a plain file, and no part of the way to it is a link. So nothing outside
the folder is read, sent or deleted, and no program waits for a pipe.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from silverner.projection.errors import DataError, MissingFileError

_LONGEST_PART, _LONGEST_NAME = 255, 1024
"""Bytes of one part of a path, and of a whole path, that the usual file systems can hold."""
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_CORPUS = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_SPLIT = re.compile(r"\w+(?:\.\w+)*")
_LONGEST_CODE, _LONGEST_CORPUS = 40, 80
ARTEFACTS = "artefacts"
"""The folder of a corpus for what its engines cannot make a second time."""
CORRECTIONS = "corrections"
"""The folder of a corpus for what people corrected, one file a language."""
DROPPED = "dropped"
"""The folder of a corpus for examples of dropped sentences, one file a language. It is not published."""
STUDENTS = "students"
"""The folder of a corpus for copies of ``results.json``, each under the name of its student."""
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}
_REMEDY = "a corpus holds plain files only: copy the file to this place, or get the corpus again"


def name_fault(name: str) -> str | None:
    """Find out why a text cannot name a file in a folder.

    :param name: A relative path with ``/`` between its parts.
    :returns: The reason; ``None`` where the name is allowed.

    >>> name_fault("spa/train-0a1b2c.parquet")
    >>> name_fault("../secrets.txt")
    "'..' leads out of the folder"
    """
    parts = name.split("/")
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in name):
        return "it holds a control character"
    if "\\" in name:
        return "it holds a backslash"
    if name.startswith("/"):
        return "it is an absolute path"
    if ".." in parts:
        return "'..' leads out of the folder"
    if not all(parts):
        return "a part of it is empty"
    if any(part.startswith(".") for part in parts):
        return "a part of it begins with a dot"
    if max(len(part.encode()) for part in parts) > _LONGEST_PART or len(name.encode()) > _LONGEST_NAME:
        return "it is too long"
    return None


def file_name_fault(name: str) -> str | None:
    """Say why a name cannot be that of a file in a folder.

    :param name: The name.
    :returns: The reason, for people; ``None`` if it can.
    """
    why = name_fault(name)
    return why and f"{name!r:.120} cannot be the name of a file in this folder: {why}"


def code_fault(code: str) -> str | None:
    """Find out why a text cannot be the code of a language, which names its folder and its configuration.

    :param code: The code.
    :returns: The reason; ``None`` where it can be one.

    >>> code_fault("zh-Hant")
    >>> code_fault("artefacts")
    "'artefacts' cannot be the code of a language; it is the name of another folder of the corpus"
    """
    why = None
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        why = f"a code is letters and digits, with single - or _ between them, at most {_LONGEST_CODE}, as in zh-Hant"
    elif code.casefold() in {ARTEFACTS, CORRECTIONS, STUDENTS}:
        why = "it is the name of another folder of the corpus"
    return why and f"{code!r:.80} cannot be the code of a language; {why}"


def corpus_name_fault(name: str) -> str | None:
    """Find out why a text cannot be the name of a corpus, which names its folder and its repository.

    :param name: The name.
    :returns: The reason; ``None`` where it can be one.
    """
    if _CORPUS.fullmatch(name) and len(name) <= _LONGEST_CORPUS:
        return None
    return (
        f"{name!r:.120} cannot be the name of a corpus; a name is small letters and digits, with single '.', '_' or "
        f"'-' between them, at most {_LONGEST_CORPUS}, as in europarl-spa"
    )


def split_fault(split: str) -> str | None:
    """Find out why a text cannot be the name of a split, which names its files.

    :param split: The name.
    :returns: The reason; ``None`` where it can be one. The library ``datasets`` would refuse it after the build.
    """
    if _SPLIT.fullmatch(split) and len(split) <= _LONGEST_CODE and split != "all":
        return None
    return (
        f"{split!r:.80} cannot be the name of a split; use letters, digits and _, at most {_LONGEST_CODE}, as in "
        "train, validation, test"
    )


def regular_file(folder: Path, name: str) -> Path:
    """Find a file of a folder by its name, without following a link.

    :param folder: The folder; it may be a link itself.
    :param name: The name, as :data:`FileName` allows it.
    :returns: The path of a plain file.
    :raises DataError: when the name leads out of the folder, or names a link, a pipe or anything else that is no file.
    :raises MissingFileError: when nothing has this name.
    """
    if (why := file_name_fault(name)) is not None:
        raise DataError(f"{folder}: {why}")
    path = folder
    parts = name.split("/")
    for number, part in enumerate(parts, start=1):
        path /= part
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            raise MissingFileError(f"{folder / name}: {error.strerror or error}") from error
        is_last = number == len(parts)
        if not (stat.S_ISREG(mode) if is_last else stat.S_ISDIR(mode)):
            raise DataError(f"{path} is {_kind(mode)}; {_REMEDY}")
    return path


def public_files(folder: Path) -> Iterator[tuple[str, str | None]]:
    """List what a folder holds, without hidden files and without following a link.

    :param folder: The folder.
    :returns: The name of every entry that is no folder, and the reason why it is no plain file; ``None`` for a plain
        file. Names are sorted.
    """
    names: dict[str, str | None] = {}
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                path = Path(entry.path)
                mode = entry.stat(follow_symlinks=False).st_mode
                if entry.name.startswith("."):
                    continue
                if stat.S_ISDIR(mode):
                    folders.append(path)
                    continue
                name = path.relative_to(folder).as_posix()
                why = name_fault(name)
                if why is not None:
                    names[name] = f"its name is not allowed: {why}"
                else:
                    names[name] = None if stat.S_ISREG(mode) else f"it is {_kind(mode)}"
    yield from sorted(names.items())


def refuse_links(folder: Path, name: str) -> None:
    """Refuse a link, a pipe or anything else that is no plain file, at a name or in the folder of that name.

    :param folder: The folder.
    :param name: The name of a file or folder in it; it need not exist.
    :raises DataError: naming the first such entry.
    """
    path = folder / name
    if path.is_dir() and not path.is_symlink():
        for below, why in public_files(path):
            if why is not None:
                raise DataError(f"{path}: {below!r:.120}: {why}; {_REMEDY}")
    elif os.path.lexists(path):
        regular_file(folder, name)


def _kind(mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), "no plain file")
