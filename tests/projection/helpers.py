"""Small things several tests of the projection package need."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.spans import Span

ROOT = Path(__file__).parents[2]

needs_apertium = pytest.mark.skipif(shutil.which("apertium") is None, reason="the program apertium is not installed")
needs_eflomal = pytest.mark.skipif(
    importlib.util.find_spec("eflomal") is None, reason="the package eflomal is not installed"
)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, format: Any = "auto", *, tagged: bool = True, **rules: Any) -> list[Sentence]:
    return list(read_corpus(CorpusFiles(format=format, files={"train": str(path)}, **rules), tagged=tagged))


def spans(*triples: tuple[int, int, str]) -> tuple[Span, ...]:
    return tuple(Span(*triple) for triple in triples)


def encode(entities: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Write entities in any scheme, independently of the code under test."""
    tags = ["O"] * length
    marks = {"bioes": ("B", "I", "E", "S"), "bilou": ("B", "I", "L", "U")}.get(scheme, ("B", "I", "I", "B"))
    before = None
    for span in sorted(entities):
        kinds = [marks[1]] * (span.end - span.start)
        kinds[-1] = marks[2]
        kinds[0] = marks[0] if len(kinds) > 1 else marks[3]
        touches = before is not None and before.end == span.start and before.label == span.label
        if scheme == "iob1" and not touches:
            kinds[0] = "I"
        tags[span.start : span.end] = [f"{kind}-{span.label}" for kind in kinds]
        before = span
    return tags


def fake_apertium(
    folder: Path, monkeypatch: pytest.MonkeyPatch, translate: str, *, pairs: Sequence[str] = ("eng-spa",)
) -> None:
    """Put a program called apertium on PATH, and nothing else; ``translate`` is Python that sees ``text``."""
    lines = [
        f"#!{sys.executable}",
        "import sys",
        'if sys.argv[1] == "-l":',
        f"    print({chr(10).join(pairs)!r})",
        "    raise SystemExit(0)",
        'if sys.argv[1] == "-V":',
        '    print("Apertium 0.0")',
        "    raise SystemExit(0)",
        "text = sys.stdin.read()",
        translate,
    ]
    program = write(folder / "bin" / "apertium", "\n".join(lines) + "\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
