"""Little programs that read lines and write lines, as an engine of a recipe runs them."""

from __future__ import annotations

import sys
from pathlib import Path

UPPER = "for line in sys.stdin: print(line.strip().upper())"
"""A translator into capitals."""
DIAGONAL = """
for line in sys.stdin:
    one, other = (side.split() for side in line.split('|||'))
    print(' '.join(f'{k}-{k}' for k in range(min(len(one), len(other)))))
"""
"""An aligner that links the first word to the first, the second to the second, and so on."""


def write_program(path: Path, body: str) -> Path:
    """Write a program in Python that may be run; return its path."""
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
