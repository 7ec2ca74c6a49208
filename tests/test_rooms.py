"""The rooms of the code: imports point one way, and none goes in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "projection": {"projection"},
    "dataset_cards": {"dataset_cards", "projection"},
    "builders": {"builders", "dataset_cards", "projection"},
    "students": {"students", "builders", "dataset_cards", "projection"},
    "scoreboard": {"scoreboard", "projection"},
}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for room in MAY_IMPORT
    for path in (ROOT / "silverner" / room).rglob("*.py")
}


def _named(node: ast.AST) -> Iterator[str]:
    """Yield the modules of ours that an import names."""
    if isinstance(node, ast.ImportFrom) and node.module:
        names = (f"{node.module}.{alias.name}" for alias in node.names)
        yield from (name if name in MODULES else node.module for name in names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def _when_loaded(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run when a module is loaded: neither those for types alone nor those inside a function."""
    for node in ast.iter_child_nodes(tree):
        is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not is_for_types and not isinstance(node, ast.FunctionDef):
            yield node
            yield from _when_loaded(node)


TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in MODULES.items()}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    upward = [
        (module, name)
        for module, tree in TREES.items()
        if module.split(".")[1] == room
        for node in ast.walk(tree)
        for name in _named(node)
        if name.startswith("silverner.") and name.split(".")[1] not in MAY_IMPORT[room]
    ]
    assert not upward


def test_no_import_goes_in_a_circle() -> None:
    loaded = {module: {name for node in _when_loaded(tree) for name in _named(node)} for module, tree in TREES.items()}
    edges = [(module, name) for module, names in loaded.items() for name in names & MODULES.keys()]
    assert len(edges) > len(MODULES)
    assert list(nx.simple_cycles(nx.DiGraph(edges))) == []


def test_the_chain_has_at_most_eight_modules_at_its_top() -> None:
    assert len([path for path in (ROOT / "projection").glob("*.py") if path.name != "__init__.py"]) <= 8
