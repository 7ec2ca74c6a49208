"""The files of a scoreboard: ``results.json``, ``results.md`` and ``plot.png``."""

from __future__ import annotations

from pathlib import Path

from silverner.projection.chain.files import write_bytes, write_text
from silverner.projection.text.display import json_text, readable
from silverner.scoreboard.markdown import markdown
from silverner.scoreboard.plot import draw
from silverner.scoreboard.scores import Scoreboard


def write_results(board: Scoreboard, folder: Path) -> None:
    """Write the files of a scoreboard.

    :param board: The scoreboard.
    :param folder: The folder; other files in it stay.
    :raises OutputError: when a file cannot be written.
    """
    write_text(folder / "results.json", json_text(board.facts()) + "\n")
    write_text(folder / "results.md", readable(markdown(board)))
    write_bytes(folder / "plot.png", draw(board))
