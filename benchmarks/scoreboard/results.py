"""The files of a scoreboard: ``results.json``, ``results.md``, ``plot.png``, and the links in ``links/``.

An aligner such as eflomal gives other links every time. With its links, others can measure their method on the same, or
measure ours again: ``--aligner 'NAME={engine: pharaoh, forward: FILE, reverse: FILE}'``. Soft links are not written, so
the fitted score is another one with the links of an encoder from a file.
"""

from __future__ import annotations

from pathlib import Path

from silverner.projection.chain.files import write_bytes, write_text
from silverner.projection.text.display import json_text, readable
from silverner.scoreboard.aligners import SUPPLIED
from silverner.scoreboard.links import SetLinks
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
    for group in board.groups:
        if group.links is not None and group.aligner != SUPPLIED:
            _write_links(group.links, folder / "links" / f"{group.parallel_set.name}.{group.aligner}")


def _write_links(links: SetLinks, stem: Path) -> None:
    """Write the links of a set, and those of the other direction where they differ."""
    directions = {"fwd": links.forward_lines, "rev": links.reverse_lines}
    for name, lines in directions.items() if links.directed else [("fwd", links.forward_lines)]:
        write_text(stem.with_name(f"{stem.name}.{name}.pharaoh"), "".join(f"{line}\n" for line in lines))
