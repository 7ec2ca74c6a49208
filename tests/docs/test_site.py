"""The site builds, and reading it loads nothing from another host."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.docs.conftest import DOCS

pytest.importorskip("mkdocs", reason="needs the extra: pip install 'silverner[docs]'")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(DOCS / "mkdocs.yml")]
    run = subprocess.run([*command, "-d", str(folder)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return folder


class _Loaded(HTMLParser):
    """Collects the addresses that a browser loads when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = {"link": "href", "script": "src", "img": "src", "iframe": "src"}.get(tag)
        self.addresses += [value for key, value in attrs if key == name and value]


def test_a_page_loads_nothing_from_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        loaded = _Loaded()
        loaded.feed(page.read_text(encoding="utf-8"))
        assert loaded.addresses
        assert [address for address in loaded.addresses if re.match(r"(https?:)?//", address)] == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import\s+)['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_every_page_of_the_reference_is_in_the_site(site: Path, reference: dict[str, str]) -> None:
    for name in reference:
        assert "<table>" in (site / "reference" / name).with_suffix(".html").read_text(encoding="utf-8")


def test_a_link_between_files_of_the_repository_leads_to_a_page(site: Path) -> None:
    page = (site / "how-to" / "new-language.html").read_text(encoding="utf-8")
    assert 'href="../explanation/results.html#students"' in page
