"""What the Python blocks of a page import is there for a reader who installed only what README and page say."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docs.conftest import DOCS

ROOT = DOCS.parent
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((DOCS / "pages").rglob("*.md"))]
BASE = "silverner[eflomal]"
"""What the first line of the README installs."""


def installed_by(text: str) -> set[str]:
    """The requirements that commands of a text install; the folder of the project is the package."""
    words = [word for line in re.findall(r"pip install ([^\n`#&]*)", text) for word in line.split()]
    names = [re.sub(r"^\.", "silverner", word.strip("\"'")) for word in words if not word.startswith("-")]
    return {name for name in names if re.fullmatch(r"[A-Za-z][\w.-]*(\[[\w,]+\])?", name)}


def distributions(requirements: Iterable[str]) -> set[str]:
    """The packages that are there when requirements are installed, those that they need included."""
    installed: set[str] = set()
    seen: set[str] = set()
    waiting = [Requirement(one) for one in requirements]
    while waiting:
        one = waiting.pop()
        if (key := f"{canonicalize_name(one.name)}{sorted(one.extras)}") in seen:
            continue
        seen.add(key)
        installed.add(canonicalize_name(one.name))
        for other in _needs(one.name):
            if other.marker is None or any(other.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                waiting.append(other)
    return installed


@cache
def _needs(name: str) -> list[Requirement]:
    """What a package says that it needs; nothing of one that is not installed here."""
    try:
        return [*map(Requirement, requires(name) or [])]
    except PackageNotFoundError:
        return []


@cache
def _owners() -> Mapping[str, list[str]]:
    """The packages of every module that is installed here."""
    return packages_distributions()


def imports(text: str) -> set[str]:
    """The top-level modules that the Python blocks of a text import."""
    modules: set[str] = set()
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
    return modules


def missing(text: str) -> list[str]:
    """The modules that a reader of a text would lack."""
    installed, owners = distributions({BASE, *installed_by(text)}), _owners()
    return sorted(
        module
        for module in imports(text) - sys.stdlib_module_names
        if not installed & {canonicalize_name(owner) for owner in owners.get(module, [module])}
    )


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_a_page_says_what_its_blocks_need(path: Path) -> None:
    assert missing(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("```python\nimport polars\n```\n", ["polars"]),
        ("`pip install polars`\n```python\nimport polars\n```\n", []),
        ("```python\nimport pandas, json\nfrom datasets import load_dataset\n```\n", []),
        ("```python\nfrom transformers import Trainer\n```\n", ["transformers"]),
        ('pip install -e ".[students]"  # or more\n```python\nimport transformers\n```\n', []),
    ],
)
def test_what_a_page_does_not_install_is_seen(text: str, modules: list[str]) -> None:
    assert missing(text) == modules
