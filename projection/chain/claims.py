"""Claims: which build works on what, where several builds share a store.

A claim is a file beside the place of the work. Whoever makes the file first has the work, and touches it again and
again. A claim that nobody touches was left by a killed program. Claims only save work: every file of a store is written
at once and whole, so two builds that do the same work still leave a sound store. Locks would not do, because many file
systems of clusters keep them to one machine.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

BEAT = 10.0
"""Seconds between two touches of a claim."""
ABANDONED = 60.0
"""Seconds without a touch after which a claim is free."""
PAUSE = 1.0
"""Seconds before a build that waits for another one looks again."""


def new_build() -> str:
    """Return a name that no other build has."""
    return uuid4().hex


@cache
def here() -> str:
    """Name the place whose process numbers this process can see, more exactly than by the name of the machine.

    Cloned machines can share that name, and so can the containers of a machine, which see other processes each.
    """
    parts = [socket.gethostname()]
    with suppress(OSError):  # there is no /proc but on Linux
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join(parts)


@contextmanager
def claimed(work: Path, *, build: str) -> Iterator[bool]:
    """Claim a piece of work for a build while the context is open.

    :param work: The file that the work will write; it need not exist.
    :param build: The build, as :func:`new_build` names it. Its own claims, left by a worker that died, are no obstacle.
    :returns: The context; it gives whether the work may begin. ``False``: another build is at it.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with claimed(Path(folder, "work"), build="a") as first, claimed(Path(folder, "work"), build="b") as second:
    ...         print(first, second)
    True False
    """
    claim = work.with_name(f"{work.name}.claim")
    content = json.dumps({"build": build, "host": here(), "process": os.getpid()})
    try:
        claim.parent.mkdir(parents=True, exist_ok=True)
        has_claim = _take(claim, content, build)
    except OSError:  # a full or a read-only disk: whoever writes the work says so better
        yield True
        return
    if not has_claim:
        yield False
        return
    end = Event()
    beating = Thread(target=_touch_until, args=(end, claim), daemon=True)
    beating.start()
    try:
        yield True
    finally:
        end.set()
        beating.join()
        with suppress(OSError):  # it can be another build's by now, if this machine slept for minutes
            if claim.read_bytes() == content.encode():
                claim.unlink()


def _take(claim: Path, content: str, build: str) -> bool:
    """Make the file of a claim, unless another build has it."""
    if _make(claim, content):
        return True
    if not _is_free(claim, build):
        return False
    # Who removes a claim claims it first: else the second of two that find it free removes what the first has made.
    with claimed(claim, build=build) as may_remove:
        if not (may_remove and _is_free(claim, build)):
            return False
        claim.unlink(missing_ok=True)
        return _make(claim, content)


def _make(claim: Path, content: str) -> bool:
    """Make the file of a claim, and tell whether there was none."""
    try:
        with claim.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _is_free(claim: Path, build: str) -> bool:
    """Tell whether nobody works under a claim any more."""
    try:
        with claim.open("rb") as file:  # opening it also renews what a network file system remembers of it
            content, touched = file.read(), os.fstat(file.fileno()).st_mtime
        with tempfile.TemporaryFile(dir=claim.parent) as probe:  # the clock of the disk, which all machines share
            age = os.fstat(probe.fileno()).st_mtime - touched
    except FileNotFoundError:
        return True
    with suppress(ValueError, TypeError, KeyError, OverflowError):  # it is half written, or damaged: its age decides
        owner = json.loads(content)
        if owner["build"] == build or (owner["host"] == here() and not _runs(owner["process"])):
            return True
    return age > ABANDONED


def _runs(process: int) -> bool:
    """Tell whether a process of this machine is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _touch_until(end: Event, claim: Path) -> None:
    """Touch a claim again and again."""
    while not end.wait(BEAT):
        with suppress(OSError):
            os.utime(claim)
