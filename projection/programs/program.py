"""A program that a recipe names: where it is, what identifies it, and whether it may run."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from silverner.projection.chain.files import file_hash
from silverner.projection.chain.reports import report
from silverner.projection.errors import EngineError, MissingEngineError, MissingFileError
from silverner.projection.programs.line_filter import Invocation, filter_lines, printed_text
from silverner.projection.text.display import readable

VARIABLES = ("PATH", "HOME", "LANG")
"""The variables that every program gets. What else is set here, such as keys of servers, is not its business."""
_VERSION_SECONDS = 60
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program with its arguments, which turns lines into as many lines.

    :param run: The program, by a name on PATH or a path, and its arguments.
    :param base: The folder that paths are relative to, in which it runs.
    :param version: The arguments with which it prints its version; without any, it is not asked.
    :param files: Further files that decide what it writes.
    :param environment: Names of further variables that it gets.
    :param time_limit: Seconds that it may take for one call.
    :param allowed: Whether the person at this machine allowed programs; a recipe cannot.
    """

    run: tuple[str, ...]
    base: Path
    version: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    time_limit: float = 3600.0
    allowed: bool = False

    @property
    def name(self) -> str:
        """The program and its arguments, with paths shortened to names, for people."""
        words = [Path(word).name if Path(word).is_absolute() else word for word in self.run]
        return " ".join(readable(shlex.join(words)).split())[:_LONGEST_NAME]

    def check(self) -> None:
        """Check that the program can run: it is there, it is allowed, and its files and variables are there.

        :raises MissingEngineError: when it is not there, cannot be run, is not allowed, or lacks a variable.
        :raises MissingFileError: when a file is missing.
        """
        self.path()
        if not self.allowed:
            raise MissingEngineError(
                f"the recipe runs a program of this machine, {self.name!r}; read what it does, then allow it on the "
                "command line: --allow-commands (in Python: allow_commands=True)"
            )
        for name in self.environment:
            if name not in os.environ:
                raise MissingEngineError(
                    f"environment: the variable {name!r}, for {self.name!r}, is not set; export it"
                )
        for name in self.files:
            if not _is_file(self.base / name):
                raise MissingFileError(f"files: cannot read {self.base / name}, for {self.name!r}: no such file")

    def path(self) -> Path:
        """Find the file of the program.

        :returns: Its path.
        :raises MissingEngineError: when there is none, or it cannot be run.
        """
        name = self.run[0]
        if "/" in name:
            file = self.base / name
            where = f"the program {name!r} does not exist: {file}"
        else:
            file = Path(shutil.which(name, mode=os.F_OK) or "")
            where = f"the program {name!r} is not on PATH; install it, or write its path in the recipe"
        if not _is_file(file):
            raise MissingEngineError(where)
        if not os.access(file, os.X_OK):
            raise MissingEngineError(f"the program {file} may not be run: chmod +x {shlex.quote(str(file))}")
        return file.absolute()  # not where a link leads: the Python of an environment is one, and must be called by it

    def settings(self) -> Mapping[str, object]:
        """Return what identifies the program: its arguments, the hashes of its files, and its version.

        An argument that is a file counts by its name and its content, wherever it is. A folder counts by its path
        alone, because it can hold anything: name its files under ``files``.

        :raises SilvernerError: as :meth:`check`, and when it does not say its version.
        """
        self.check()
        return {
            "run": [Path(self.run[0]).name, *map(self._without_folder, self.run[1:])],
            "program": self.program_hash(),
            "files": self.hashed_files(),
            "version": self.stated_version(),
        }

    def program_hash(self) -> str:
        """Hash the file of the program; it is read again only when it has changed."""
        return _hash_of(self.path())

    def hashed_files(self) -> list[tuple[str, str]]:
        """Hash the arguments that are files, also behind the ``=`` of an option, and the further files.

        :returns: The name and the hash of every file, in order.
        """
        paths = [path for path in map(self._file_of, self.run[1:]) if path is not None]
        return [(path.name, _hash_of(path)) for path in (*paths, *(self.base / name for name in self.files))]

    def stated_version(self) -> str | None:
        """Ask the program for its version, if the recipe says how.

        :returns: The first line that it prints; ``None`` if it is not asked.
        :raises EngineError: when it fails.
        """
        if not self.version:
            return None
        self.check()
        path = self.path()
        status = path.stat()
        environment = tuple(sorted(self._variables().items()))
        return _version_of((str(path), *self.version), self.base, environment, (status.st_size, status.st_mtime_ns))

    def lines(self, lines: Sequence[str], *, signed: Mapping[str, object] | None = None) -> list[str]:
        """Let the program turn lines into as many lines.

        :param lines: Its input, without line breaks; it is not started for none.
        :param signed: Its settings as they were signed; a machine on which it is another one must not take part.
        :returns: What it wrote.
        :raises SilvernerError: as :meth:`check`, or when the program fails, see
            :func:`~silverner.projection.programs.line_filter.filter_lines`.
        """
        self.check()
        if signed is not None and self.settings() != signed:
            raise EngineError(f"{self.name} is another program than when the build began; build again with one program")
        if not lines:
            return []
        arguments = (str(self.path()), *self.run[1:])
        invocation = Invocation(self.name, arguments, self.base, self._variables(), self.time_limit)
        return filter_lines(invocation, lines, tell=report)

    def _variables(self) -> dict[str, str]:
        """Return the environment of the program."""
        names = dict.fromkeys((*VARIABLES, *self.environment))
        return {"LANG": "C.UTF-8", **{name: os.environ[name] for name in names if name in os.environ}}

    def _file_of(self, word: str) -> Path | None:
        """Find the file that an argument names, as a whole or after ``=``."""
        for name in (word, word.partition("=")[2]):
            if name and _is_file(self.base / name):
                return self.base / name
        return None

    def _without_folder(self, word: str) -> str:
        """Shorten the path of a file in an argument to its name: its content counts, and not where it is."""
        if _is_file(self.base / word):
            return Path(word).name
        option, equals, _ = word.partition("=")
        file = self._file_of(word)
        return word if file is None else f"{option}{equals}{file.name}"


def _is_file(path: Path) -> bool:
    """Tell whether there is a file; an argument can be longer than any name of a file, such as code."""
    try:
        return path.is_file()
    except OSError:
        return False


def _hash_of(path: Path) -> str:
    """Hash a file."""
    status = path.stat()
    return _read_hash(path, status.st_size, status.st_mtime_ns)


@cache
def _read_hash(path: Path, size: int, modified: int) -> str:
    """Hash a file; it is read again only when its size or its time of change differs."""
    return file_hash(path)


@cache
def _version_of(
    command: tuple[str, ...], folder: Path, environment: tuple[tuple[str, str], ...], state: tuple[int, int]
) -> str:
    """Run a program once for its version; ``state`` are size and time of change of its file."""
    name = shlex.join([Path(command[0]).name, *command[1:]])
    text = printed_text(Invocation(name, command, folder, dict(environment), _VERSION_SECONDS))
    if not text:
        raise EngineError(f"version: {name} printed nothing; name the arguments with which it prints its version")
    return readable(text.splitlines()[0])[:_LONGEST_NAME]
