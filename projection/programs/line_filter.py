"""Runs a program over lines: all lines go in, its input ends, and it must write one line for each.

A program is started once for all lines of a call, which is a shard of a corpus. It could be started once and be given
batch after batch, but only a program that writes each line out at once would answer: most keep what they write until
a block is full or their input ends, and both sides would then wait for ever. So what loads for seconds loads once for a
thousand sentences. What it reads and writes goes through files, so that neither side waits for the other either.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from silverner.projection.errors import EngineError
from silverner.projection.text.display import readable

INPUT = "{input}"
"""In an argument: the path of the file with the lines, for a program that does not read its standard input."""
PAUSE = 0.2
"""Seconds between two looks at a running program."""
MOST_BYTES = 1 << 28
"""A program that writes more than this, and a thousand times more than it reads, is stopped before the disk is full."""
_TAIL_BYTES, _TAIL_LINES = 2000, 3
_GUARD = "import os, sys; sys.stdin.read(); os.killpg(int(sys.argv[1]), 9)"
"""Waits until the process that started it ends, however that ends, and then kills a group of processes."""
_NO_FIRST_LINE = "; is it a script? Its first line must name its program: #!/usr/bin/env python3, or #!/bin/sh"


class Invocation(NamedTuple):
    """How to start a program.

    :param name: What to call it in messages.
    :param arguments: The file of the program, and its arguments.
    :param folder: The folder it works in.
    :param environment: All its variables.
    :param seconds: How long it may take.
    """

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    seconds: float


def filter_lines(
    invocation: Invocation, lines: Sequence[str], *, tell: Callable[[float], None] = lambda _: None
) -> list[str]:
    """Let a program turn lines into as many lines.

    :param invocation: The program.
    :param lines: Its input, without line breaks.
    :param tell: Takes the share of the lines that it has written.
    :returns: What it wrote, without line breaks.
    :raises EngineError: when it cannot be started, fails, takes too long, or writes another number of lines or
        something that is no UTF-8; the message ends with the last lines of its standard error.
    """
    with tempfile.TemporaryDirectory(prefix="silverner-") as folder:
        input_file, output_file, error_file = (Path(folder, name) for name in ("input", "output", "errors"))
        input_file.write_bytes("".join(f"{line}\n" for line in lines).encode())
        try:
            _run(invocation, input_file, output_file, error_file, lambda count: tell(min(count / len(lines), 1.0)))
            return _checked(invocation.name, output_file.read_bytes(), len(lines))
        except EngineError as error:
            raise EngineError(f"{error}{_tail(error_file)}") from error


def printed_text(invocation: Invocation) -> str:
    """Let a program print something, without input.

    :param invocation: The program.
    :returns: What it wrote, to its standard error if to nothing else.
    :raises EngineError: as :func:`filter_lines`.
    """
    with tempfile.TemporaryDirectory(prefix="silverner-") as folder:
        input_file, output_file, error_file = (Path(folder, name) for name in ("input", "output", "errors"))
        input_file.touch()
        try:
            _run(invocation, input_file, output_file, error_file, lambda _: None)
        except EngineError as error:
            raise EngineError(f"{error}{_tail(error_file)}") from error
        texts = (file.read_bytes().decode(errors="replace").strip() for file in (output_file, error_file))
        return next(filter(None, texts), "")


def _run(
    invocation: Invocation, input_file: Path, output_file: Path, error_file: Path, tell: Callable[[int], None]
) -> None:
    """Start a program and wait until it has ended; its group of processes ends with this one."""
    arguments = [argument.replace(INPUT, str(input_file)) for argument in invocation.arguments]
    reads_file = arguments != list(invocation.arguments)
    with (
        Path(os.devnull if reads_file else input_file).open("rb") as source,
        output_file.open("wb") as sink,
        error_file.open("wb") as complaints,
    ):
        try:
            process = subprocess.Popen(
                arguments,
                stdin=source,
                stdout=sink,
                stderr=complaints,
                cwd=invocation.folder,
                env=dict(invocation.environment),
                start_new_session=True,
            )
        except OSError as error:
            hint = _NO_FIRST_LINE if error.errno == errno.ENOEXEC else ""
            raise EngineError(f"{invocation.name} cannot be started: {error.strerror or error}{hint}") from error
        try:
            with _ending_with_us(process):
                _wait(process, invocation, (input_file, output_file, error_file), tell)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode < 0:
        number = -process.returncode
        names = {one.value: one.name for one in signal.Signals}
        raise EngineError(f"{invocation.name} was killed by {names.get(number, f'signal {number}')}")
    if process.returncode > 0:
        raise EngineError(f"{invocation.name} ended with exit code {process.returncode}")


@contextmanager
def _ending_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let the group of a process be killed when this process is: a worker is killed without a word at Ctrl-C."""
    guard = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _GUARD, str(process.pid)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        guard.kill()  # before its input ends
        guard.communicate()


def _wait(
    process: subprocess.Popen[bytes],
    invocation: Invocation,
    files: tuple[Path, Path, Path],
    tell: Callable[[int], None],
) -> None:
    """Wait until a process ends, and say how many lines it has written meanwhile."""
    input_file, output_file, error_file = files
    most = max(MOST_BYTES, 1000 * input_file.stat().st_size)
    end = time.monotonic() + invocation.seconds
    count = 0
    with output_file.open("rb") as output:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(min(PAUSE, end - time.monotonic()), 0.0))
                return
            size = sum(file.stat().st_size for file in (output_file, error_file))
            if size > most:
                raise EngineError(f"{invocation.name} wrote {size:,} bytes and did not end; it was stopped")
            while block := output.read(1 << 20):
                count += block.count(b"\n")
            tell(count)
            if time.monotonic() >= end:
                raise EngineError(
                    f"{invocation.name} did not end within {invocation.seconds:g} seconds, and was stopped after it "
                    f"had written {count} lines; time_limit: in the recipe gives it more"
                )


def _checked(name: str, output: bytes, count: int) -> list[str]:
    """Split what a program wrote into lines, and refuse another number of them, and what is no text."""
    written = output.removesuffix(b"\n").split(b"\n") if output else []
    lines = []
    for number, line in enumerate(written, start=1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError as error:
            raise EngineError(f"{name} wrote no UTF-8 in line {number}: {line[:40]!r} ({error.reason})") from error
    if len(lines) != count:
        raise EngineError(
            f"{name} wrote {len(lines)} lines for {count}; it must write one line for each, also for one that it "
            "cannot translate or align"
        )
    return lines


def _tail(errors: Path) -> str:
    """Write the last lines of the standard error of a program, to end a message with."""
    with suppress(OSError), errors.open("rb") as file:
        file.seek(max(errors.stat().st_size - _TAIL_BYTES, 0))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        if lines:
            return f"; it said: {readable(' | '.join(lines[-_TAIL_LINES:]))}"
    return ""
