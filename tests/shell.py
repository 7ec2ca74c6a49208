"""A shell for what readers are told to type."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shell_environment(folder: Path) -> dict[str, str]:
    """Return an environment that finds the command ``silverner``, and keeps finished work in a folder of its own."""
    programs = folder / "bin"
    programs.mkdir()
    command = programs / "silverner"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m silverner "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    store, hub = str(folder / "store"), str(folder / "hub")
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "SILVERNER_CACHE": store, "HF_HOME": hub}
