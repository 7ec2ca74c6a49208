"""The hooks of MkDocs: they add the pages made from the code, and those that lie elsewhere in the repository."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from reference import PAGES

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES_FOLDER = "docs/pages"
FROM_REPOSITORY = {
    "benchmarks/RESULTS.md": "explanation/results.md",
    "CONTRIBUTING.md": "how-to/contribute.md",
    "CHANGELOG.md": "changelog.md",
}
"""Files of the repository that are pages, too: where each lies, and its page."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?![a-z]+:)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and those of the repository."""
    for name, make in PAGES.items():
        files.append(File.generated(config, f"reference/{name}", content=make()))
    for name, page in FROM_REPOSITORY.items():
        files.append(File.generated(config, page, content=(REPOSITORY / name).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links between files of the repository lead to their pages; without a page only the text stays."""
    address = page.file.src_uri
    origin = next((name for name, uri in FROM_REPOSITORY.items() if uri == address), f"{PAGES_FOLDER}/{address}")

    def replace(match: re.Match[str]) -> str:
        text, path, anchor = match.groups()
        place = posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))
        uri = FROM_REPOSITORY.get(place) or place.removeprefix(f"{PAGES_FOLDER}/")
        if files.get_file_from_path(uri) is None:
            return text if (REPOSITORY / place).exists() else match.group()
        return f"[{text}]({posixpath.relpath(uri, posixpath.dirname(address))}{anchor or ''})"

    return _LINK.sub(replace, markdown)
