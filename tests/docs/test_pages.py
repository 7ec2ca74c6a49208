"""What the pages tell readers to do runs as it stands there.

A comment before a block says what it is: ``<!-- file: NAME -->`` is a file that the reader saves, ``<!-- run -->`` a
block that runs, ``<!-- run: PACKAGE -->`` one that needs a package. The blocks of a page run in order, in one folder.
That ``silverner`` is a program of its own is tested elsewhere.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from silverner import cli
from silverner.cli import main
from silverner.dataset_cards.hub.failures import HubError
from silverner.projection.errors import SilvernerError
from tests.docs.conftest import DOCS
from tests.shell import shell_environment

_BLOCK = re.compile(r"^<!-- (file|run)(?:: (\S+))? -->\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = sorted(page for page in (DOCS / "pages").rglob("*.md") if _BLOCK.search(page.read_text(encoding="utf-8")))


class _Block(NamedTuple):
    kind: str
    """``file`` or ``run``."""
    name: str
    """The name of the file, or the package that is needed."""
    language: str
    text: str


def _blocks(page: Path) -> list[_Block]:
    return [_Block(*match.groups(default="")) for match in _BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_runs_as_it_stands(
    page: Path,
    tmp_path: Path,
    quickstart_store: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    blocks, environment = _blocks(page), shell_environment(tmp_path, store=quickstart_store)
    missing = {block.name for block in blocks if block.kind == "run" and block.name and find_spec(block.name) is None}
    if missing:
        pytest.skip(f"needs the extra: pip install 'silverner[{','.join(missing)}]'")
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SILVERNER_CACHE", environment["SILVERNER_CACHE"])
    for block in blocks:
        if block.kind == "file":
            (folder / block.name).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            exec(block.text, {})
            assert any(capfd.readouterr()), block.text
        else:
            for command in _commands(block.text):
                _run(command, folder, environment)
            assert any(capfd.readouterr()), block.text


def _commands(text: str) -> list[str]:
    """Divide the text of a block into its lines, unless one of them goes on beside or below itself."""
    return [text] if re.search(r" & |\\$|<<", text, re.MULTILINE) else [*filter(None, text.splitlines())]


def _run(command: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run one of our commands in this process, which has imported everything already, and all others in a shell."""
    words = shlex.split(command, comments=True)
    if words[0] == "silverner" and not {"&&", "||", "|", ">", ";"} & {*words} and "\n" not in command:
        assert main(words[1:]) == 0, command
    else:
        subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, env=environment, check=True)


def test_the_tutorial_is_among_the_pages_that_run() -> None:
    assert "spreadsheet" in {page.stem for page in PAGES}


def test_errors_name_pages_that_exist() -> None:
    kinds: list[type[SilvernerError]] = [SilvernerError, HubError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    pages = {kind.page for kind in kinds if kind.page} | {f"docs/pages/{page}" for page in cli.PAGES.values()}
    assert len(pages) > 2
    assert [page for page in pages if not (DOCS.parent / page).is_file()] == []


@pytest.mark.parametrize(
    ("words", "page"),
    [
        (["build", "FOLDER/recipe.yaml"], "docs/pages/how-to/recipe.md"),
        (["evaluate", "--gold", "FOLDER/bad.conll", "--predicted", "FOLDER/bad.conll"], "docs/pages/how-to/formats.md"),
        (
            [
                "project",
                "--source",
                "FOLDER/a",
                "--target",
                "FOLDER/a",
                "--alignment",
                "FOLDER/b",
                "--output",
                "FOLDER/o",
            ],
            "docs/pages/how-to/files.md",
        ),
        (["push", "FOLDER", "--repo-id", "org/name"], None),
    ],
)
def test_an_error_names_the_page_that_says_how_it_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], page: str | None
) -> None:
    (tmp_path / "recipe.yaml").write_text("name: 7\n")
    (tmp_path / "bad.conll").write_text("Ana\tB-PER\nvisita\n")
    (tmp_path / "a").write_text("Ana\tB-PER\nvisita\tO\n")
    (tmp_path / "b").write_text("0-0 1-1\n0-0\n")
    assert main([word.replace("FOLDER", str(tmp_path)) for word in words]) in {1, 2}
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.endswith(f" (see {page})") == (page is not None), error
    assert page is None or (DOCS.parent / page).is_file()


def test_every_comment_before_a_block_is_understood() -> None:
    for page in (DOCS / "pages").rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert len(re.findall(r"^<!-- ", text, re.MULTILINE)) == len(_blocks(page)), page
