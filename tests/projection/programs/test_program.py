"""Programs as they come: too few lines, no text, no end, a crash, much noise. Each is one line, and leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import EngineError, MissingEngineError, MissingFileError
from silverner.projection.programs import line_filter
from silverner.projection.programs.program import Program
from silverner.projection.programs.settings import ProgramSettings
from tests.programs import UPPER, write_program


def _program(folder: Path, body: str = UPPER, **options: Any) -> Program:
    write_program(folder / "tool", body)
    return Program(**{"run": ("./tool",), "base": folder, "allowed": True, "time_limit": 20.0, **options})


def test_a_program_gets_all_lines_and_gives_as_many(tmp_path: Path) -> None:
    lines = [f"línea {k}" for k in range(20_000)]  # more than a pipe holds, in both directions
    assert _program(tmp_path).lines(lines) == [line.upper() for line in lines]


def test_a_program_is_not_started_for_no_lines(tmp_path: Path) -> None:
    assert _program(tmp_path, "open('started', 'w')").lines([]) == []
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("print('one')", "./tool wrote 1 lines for 2; it must write one line for each"),
        ("print('a\\nb\\nc')", "./tool wrote 3 lines for 2"),
        ("pass", "./tool wrote 0 lines for 2"),
        (r"sys.stdout.buffer.write(b'a\n\xff\xfe\n')", r"./tool wrote no UTF-8 in line 2: b'\xff\xfe' (invalid start"),
        ("print('no model', file=sys.stderr); sys.exit(3)", "./tool ended with exit code 3; it said: no model"),
        ("print('a'); os.abort()", "./tool was killed by SIGABRT"),
        ("os.kill(os.getpid(), 40)", "./tool was killed by signal 40"),
        ("for k in range(4): print('line', k, file=sys.stderr)", "for each, also for one that it cannot translate or "
         "align; it said: line 1 | line 2 | line 3"),
        (r"print('a\x1b[2Jb', file=sys.stderr); sys.exit(1)", r"ended with exit code 1; it said: a\x1b[2Jb"),
    ],
)  # fmt: skip
def test_what_a_program_does_wrong_is_one_line(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(EngineError, match=re.escape(message)) as caught:
        _program(tmp_path, body).lines(["a", "b"])
    assert "\n" not in str(caught.value)


def test_much_noise_on_standard_error_hinders_nothing(tmp_path: Path) -> None:
    body = f"sys.stderr.write('noise ' * 1_000_000)\n{UPPER}"
    assert _program(tmp_path, body).lines(["a", "b"]) == ["A", "B"]


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{number}/stat").read_text().split()[2] != "Z" if Path("/proc").is_dir() else True


def _ended(number: int) -> bool:
    """Wait until a process has ended."""
    end = time.monotonic() + 10
    while _lives(number) and time.monotonic() < end:
        time.sleep(0.05)
    return not _lives(number)


WITH_CHILD = """
import subprocess
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
open('pids.tmp', 'w').write(f'{os.getpid()} {child.pid}')
os.rename('pids.tmp', 'pids')
print('a', flush=True)
time.sleep(60)
"""


def _pids(folder: Path) -> list[int]:
    end = time.monotonic() + 20
    while not (folder / "pids").exists() and time.monotonic() < end:
        time.sleep(0.05)
    return [int(number) for number in (folder / "pids").read_text().split()]


def test_a_program_that_hangs_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    message = r"./tool did not end within 2 seconds, and was stopped after it had written 1 lines; time_limit: in the"
    with pytest.raises(EngineError, match=message):
        _program(tmp_path, WITH_CHILD, time_limit=2.0).lines(["a", "b"])
    assert all(map(_ended, _pids(tmp_path)))


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_program_ends_with_the_process_that_runs_it(tmp_path: Path, kind: signal.Signals) -> None:
    _program(tmp_path, WITH_CHILD)
    code = (  # a program that a shell starts in the background ignores SIGINT, and so does what it starts
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from pathlib import Path; from silverner.projection.programs.program import Program; "
        "Program(run=('./tool',), base=Path('.').resolve(), allowed=True).lines(['a', 'b'])"
    )
    paths = os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")])
    ours = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths}
    )
    numbers = _pids(tmp_path)
    time.sleep(0.5)  # the guard starts a moment after the program
    ours.send_signal(kind)
    ours.wait(timeout=20)
    assert all(map(_ended, numbers))


def test_a_program_that_writes_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_filter, "MOST_BYTES", 1 << 20)
    with pytest.raises(EngineError, match=r"./tool wrote [\d,]+ bytes and did not end; it was stopped"):
        _program(tmp_path, "while True: print('x' * 10_000)").lines(["a"])


def test_a_program_sees_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "MODEL_FOLDER"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LANG", "pt_PT.UTF-8")
    body = "print(' '.join(sorted(set(os.environ) - {'LC_CTYPE'})))"  # Python itself may add LC_CTYPE
    assert _program(tmp_path, body).lines(["a"]) == ["HOME LANG PATH"]
    assert _program(tmp_path, body, environment=("MODEL_FOLDER",)).lines(["a"]) == ["HOME LANG MODEL_FOLDER PATH"]
    monkeypatch.delenv("LANG")
    assert _program(tmp_path, "print(os.environ['LANG'])").lines(["a"]) == ["C.UTF-8"]


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    arguments = ("$HOME", "a b", "; touch hacked", "`id`", "*")
    program = _program(tmp_path, "print(sys.argv[1:])", run=("./tool", *arguments))
    assert program.lines(["a"]) == [str(list(arguments))]


def test_a_program_can_read_a_file_instead(tmp_path: Path) -> None:
    body = "print(open(sys.argv[2]).read().strip().upper() + sys.stdin.read())"
    assert _program(tmp_path, body, run=("./tool", "-i", "{input}")).lines(["a"]) == ["A"]


def test_a_program_is_called_by_the_name_it_has(tmp_path: Path) -> None:
    """The Python of an environment is a link, and knows its environment by the name it is called by."""
    write_program(tmp_path / "tool", "print(sys.argv[0])")
    (tmp_path / "link").symlink_to("tool")
    assert Program(run=("./link",), base=tmp_path, allowed=True).lines(["a"]) == [str(tmp_path / "link")]


def _not_there(folder: Path) -> Program:
    return Program(run=("./none",), base=folder, allowed=True)


def _not_on_path(folder: Path) -> Program:
    return Program(run=("no-such-program",), base=folder, allowed=True)


def _not_executable(folder: Path) -> Program:
    program = _program(folder)
    (folder / "tool").chmod(0o644)
    return program


def _folder(folder: Path) -> Program:
    return Program(run=("./",), base=folder, allowed=True)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (_not_there, MissingEngineError, "the program './none' does not exist: "),
        (
            _not_on_path,
            MissingEngineError,
            "the program 'no-such-program' is not on PATH; install it, or write its path",
        ),
        (_not_executable, MissingEngineError, "tool may not be run: chmod +x "),
        (_folder, MissingEngineError, "the program './' does not exist: "),
        (
            lambda folder: _program(folder, allowed=False),
            MissingEngineError,
            "the recipe runs a program of this machine, './tool'; read what it does, then allow it on the command line"
            ": --allow-commands (in Python: allow_commands=True)",
        ),
        (
            lambda folder: _program(folder, environment=("NO_SUCH_VARIABLE",)),
            MissingEngineError,
            "environment: the variable 'NO_SUCH_VARIABLE', for './tool', is not set; export it",
        ),
        (lambda folder: _program(folder, files=("model.bin",)), MissingFileError, "files: cannot read "),
    ],
)
def test_what_is_missing_is_said_before_anything_runs(
    tmp_path: Path, make: Callable[[Path], Program], error: type[Exception], message: str
) -> None:
    for ask in (Program.check, Program.settings, lambda program: program.lines(["a"])):
        with pytest.raises(error, match=re.escape(message)) as caught:
            ask(make(tmp_path))
        assert "\n" not in str(caught.value)


def test_what_is_not_allowed_is_not_asked_for_its_version(tmp_path: Path) -> None:
    program = _program(tmp_path, "open('started', 'w')", allowed=False, version=("--version",))
    with pytest.raises(MissingEngineError):
        program.stated_version()
    assert not (tmp_path / "started").exists()


def test_a_file_that_is_no_program_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "tool").write_bytes(b"\x7fELF no program")
    (tmp_path / "tool").chmod(0o755)
    with pytest.raises(EngineError, match=r"\./tool cannot be started: "):
        Program(run=("./tool",), base=tmp_path, allowed=True).lines(["a"])


def test_a_script_without_a_first_line_that_names_its_program_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("print(1)\n")
    (tmp_path / "tool").chmod(0o755)
    with pytest.raises(EngineError, match=r"\./tool cannot be started: .*is it a script\? .*#!/usr/bin/env python3"):
        Program(run=("./tool",), base=tmp_path, allowed=True).lines(["a"])


def test_the_signature_holds_what_decides_the_lines(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_text("1")
    (tmp_path / "words.txt").write_text("2")
    body = "print('tool 1.2\\nby nobody') if '--version' in sys.argv else None"
    options: dict[str, Any] = {"run": ("./tool", "--words=words.txt", "model.bin", "-d"), "version": ("--version",)}
    program = _program(tmp_path, body, **options)
    before = program.settings()
    assert before["run"] == ["tool", "--words=words.txt", "model.bin", "-d"]
    assert before["version"] == "tool 1.2"
    assert [name for name, _ in before["files"]] == ["words.txt", "model.bin"]  # type: ignore[attr-defined]
    by_path = _program(tmp_path, body, **{**options, "run": (str(tmp_path / "tool"), *options["run"][1:])})
    assert by_path.settings() == before  # where it is does not count
    for name in ("words.txt", "model.bin", "tool"):
        whole = (tmp_path / name).read_text()
        (tmp_path / name).write_text(whole + "# another\n")
        assert program.settings() != before
        (tmp_path / name).write_text(whole)
    with_file = _program(tmp_path, body, **options, files=("tool",))
    assert with_file.settings() != before
    with pytest.raises(EngineError, match=r"'?\./tool .* is another program than when the build began"):
        program.lines(["a"], signed={**before, "version": "tool 1.1"})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("sys.exit('no such option')", "tool -V ended with exit code 1; it said: no such option"),
        ("pass", "version: tool -V printed nothing"),
    ],
)
def test_a_program_that_does_not_say_its_version_is_one_line(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(EngineError, match=re.escape(message)):
        _program(tmp_path, body, version=("-V",)).settings()


def test_a_version_can_stand_on_standard_error(tmp_path: Path) -> None:
    assert _program(tmp_path, "print('1.2', file=sys.stderr)", version=("-V",)).stated_version() == "1.2"


def test_an_argument_can_be_longer_than_a_name_of_a_file(tmp_path: Path) -> None:
    program = _program(tmp_path, "print(len(sys.argv[1]))", run=("./tool", "x = 1\n" * 1000))
    assert program.settings()["files"] == []
    assert program.lines(["a"]) == ["6000"]
    assert program.name.startswith("./tool 'x = 1 x = 1 ")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20), min_size=1, max_size=5))
def test_lines_come_back_as_they_went(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert _program(folder, "sys.stdout.buffer.write(sys.stdin.buffer.read())").lines(lines) == lines


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "Field required"),
        ({"run": []}, "at least 1 item"),
        ({"run": "fast_align -d"}, r"a command is a list of words, such as \[fast_align, -d\]; no shell reads it"),
        ({"run": ["a\0b"]}, "an argument cannot hold a zero character"),
        ({"run": ["tool", 1.5]}, "valid string"),
        ({"run": ["tool"], "time_limit": 0}, "greater than or equal to 1"),
        ({"run": ["tool"], "shell": True}, "unknown key 'shell'"),
    ],
)
def test_wrong_keys_are_refused(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ProgramSettings.model_validate(keys)


def test_a_whole_number_is_an_argument() -> None:
    assert ProgramSettings.model_validate({"run": ["tool", "--beam", 4]}).run == ("tool", "--beam", "4")
