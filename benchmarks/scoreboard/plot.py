"""The plot of a scoreboard: F1 of every method with its interval, set by set, beside the ceiling."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from anyascii import anyascii

from silverner.scoreboard.scores import Group, Scoreboard

_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
"""The bright scheme of Paul Tol; colour-blind people can tell its colours apart."""
_MARKERS = "osD^vPX*"
_LINE = 0.16
"""Height of a method, in inches."""


def draw(board: Scoreboard) -> bytes:
    """Draw the plot of a scoreboard: a panel for every aligner, a band for every set.

    With the same version of matplotlib, the same scoreboard gives the same bytes: the file holds no time, no version.

    :param board: The scoreboard.
    :returns: A PNG.
    """
    # The canvas is made without pyplot, which keeps state between plots and needs a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    aligners = list(dict.fromkeys(group.aligner for group in board.groups))
    names = list(dict.fromkeys(group.parallel_set.name for group in board.groups))
    width = max(7.0, 2.2 + 3.6 * len(aligners))
    height = 1.5 + _LINE * len(names) * (len(board.methods) + 1.5)
    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(aligners), sharex=True, sharey=True, squeeze=False)[0]
    for panel, aligner in zip(panels, aligners, strict=True):
        _draw_panel(panel, [group for group in board.groups if group.aligner == aligner], names, board.methods)
        panel.set_title(_plain(f"links: {aligner}"), fontsize=10)
        panel.set_xlabel("strict F1, 95 % interval")
    panels[0].set_yticks(range(len(names)), [_plain(name) for name in names])
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    keys = [key for panel in panels for key in zip(*panel.get_legend_handles_labels(), strict=True)]
    handles = {label: handle for handle, label in keys}
    figure.legend(
        handles.values(), handles.keys(), loc="outside lower center", ncols=int(width / 1.8), fontsize=8, frameon=False
    )
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _draw_panel(panel: Any, groups: Sequence[Group], names: Sequence[str], methods: Sequence[str]) -> None:
    """Draw the sets of one aligner, a line for every method."""
    step = 1 / (len(methods) + 1.5)
    for number, method in enumerate(methods):
        rows = [(names.index(group.parallel_set.name), row) for group in groups if (row := group.row(method))]
        if not rows:
            continue
        f1 = [row.scores.f1 for _, row in rows]
        bounds = [row.intervals["f1"] for _, row in rows]
        panel.errorbar(
            f1,
            [place - 0.5 + step * (number + 1.25) for place, _ in rows],
            xerr=[
                [max(0.0, share - bound.low) for share, bound in zip(f1, bounds, strict=True)],
                [max(0.0, bound.high - share) for share, bound in zip(f1, bounds, strict=True)],
            ],
            fmt=_MARKERS[number % len(_MARKERS)],
            color=_COLOURS[number % len(_COLOURS)],
            markersize=4,
            elinewidth=1,
            label=_plain(method),
        )
    places = [names.index(group.parallel_set.name) for group in groups]
    low, high = [place - 0.45 for place in places], [place + 0.45 for place in places]
    tops = [group.parallel_set.ceiling for group in groups]
    panel.vlines([top.every.f1 for top in tops], low, high, colors="black", label="ceiling")
    panel.vlines(
        [top.best.f1 for top in tops],
        *(low, high),
        colors="black",
        linestyles="dotted",
        label="ceiling, counterparts known",
    )
    for place in range(len(names) - 1):
        panel.axhline(place + 0.5, color="0.9", linewidth=0.8)
    panel.grid(axis="x", color="0.93")
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)


def _plain(text: str) -> str:
    """Write a name in letters that the font has; ``$`` would begin a formula, and ``_`` hide a label."""
    return (anyascii(text) or "?").replace("$", r"\$").lstrip("_")
