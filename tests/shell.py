"""A shell for what readers are told to type."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shell_environment(folder: Path, *, store: Path | None = None) -> dict[str, str]:
    """Return an environment that finds the command ``silverner``.

    :param folder: An empty folder, for what the environment needs.
    :param store: Where finished work is kept; without one, in the folder.
    :returns: Variables and their values.
    """
    programs = folder / "bin"
    programs.mkdir()
    command = programs / "silverner"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m silverner "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    homes = {"SILVERNER_CACHE": str(store or folder / "store"), "HF_HOME": str(folder / "hub")}
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **homes}
