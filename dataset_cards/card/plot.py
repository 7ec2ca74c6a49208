"""The plot on a card: sentences kept and dropped, confidence, and entities by label, with one bar a language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from anyascii import anyascii

from silverner.dataset_cards.facts import BINS, ConfidenceFacts, CorpusFacts, LanguageFacts

PLOT = "plot.png"
_KEPT, _DROPPED = "#4477aa", "#ccbb44"
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
"""The bright scheme of Paul Tol; colour-blind people can tell its colours apart."""
_HATCHES = ("", "////", "....", "xxxx", "----", "\\\\\\\\", "||||", "oooo", "++++")
"""Patterns beside the colours, for readers who see or print grey."""
_LONGEST = 24
"""Characters that a legend shows of a label."""
_FIGURE, _WIDTH, _GAP = 11.0, 3.4, 0.3
"""Inches: the width of the plot, of a legend, and of the space beside the bars, where half a number can stand."""
_BAR, _ENTRY, _ABOVE, _BELOW = 0.3, 0.19, 0.25, 0.35
"""Inches: the height of a bar, of a row of a legend, of a title, and of the numbers below the bars."""

Part: TypeAlias = tuple[str, tuple[float, ...], str, str]
"""A part of all bars: its label, its length in each bar, its colour and its pattern."""


def draw(corpus: CorpusFacts) -> bytes:
    """Draw the plot of a corpus.

    With the same version of matplotlib, the same facts give the same bytes: the file holds no time and no version.

    :param corpus: The facts.
    :returns: A PNG.
    """
    every = list(corpus.languages.values())
    panels = (
        ("sentences", _sentences(every)),
        ("share of entities by confidence", _confidence(every)),
        ("entities in sentences kept", _entities(every, corpus.labels)),
    )
    return _picture(tuple(map(_plain, corpus.languages)), panels)


@lru_cache(maxsize=8)  # a program that builds a corpus several times draws it once
def _picture(names: tuple[str, ...], panels: tuple[tuple[str, tuple[Part, ...]], ...]) -> bytes:
    """Draw panels beside each other: a title, one bar for each name, and a legend below.

    :param names: The names of the bars, from top to bottom.
    :param panels: Titles, and the parts of the bars.
    :returns: A PNG.
    """
    # The canvas is made without pyplot, which keeps state between plots and needs a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = [_columns(parts) for _, parts in panels]
    rows = max(-(-len(parts) // number) for (_, parts), number in zip(panels, columns, strict=True))
    bars = 0.1 + _BAR * max(len(names), 2)
    height = _ABOVE + bars + _BELOW + 0.1 + _ENTRY * rows
    left = 0.1 + 0.1 * max(map(len, names), default=0)
    width = (_FIGURE - left) / len(panels)
    # Every place is computed here: a layout of matplotlib draws all twice to learn the sizes.
    figure = Figure(figsize=(_FIGURE, height), dpi=100)
    FigureCanvasAgg(figure)
    for k, (title, parts) in enumerate(panels):
        bottom = (height - _ABOVE - bars) / height
        axes = figure.add_axes(((left + k * width) / _FIGURE, bottom, (width - _GAP) / _FIGURE, bars / height))
        _bars(axes, names if k == 0 else [""] * len(names), parts, title)
        entries, below = axes.get_legend_handles_labels(), (0, -_BELOW / bars)
        axes.legend(*entries, fontsize=8, loc="upper left", ncols=columns[k], frameon=False, bbox_to_anchor=below)
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _sentences(languages: Sequence[LanguageFacts]) -> tuple[Part, ...]:
    """Return the sentences kept and dropped."""
    kept_sentences = tuple(facts.counts.kept for facts in languages)
    dropped = tuple(facts.counts.input - facts.counts.kept for facts in languages)
    return ("kept", kept_sentences, _KEPT, ""), ("dropped", dropped, _DROPPED, _HATCHES[1])


def _confidence(languages: Sequence[LanguageFacts]) -> tuple[Part, ...]:
    """Return the share of entities in every tenth of confidence, from light to dark."""
    shares = [tuple(_share(facts.rows.confidence, k) for facts in languages) for k in range(BINS)]
    return tuple(
        (f"{k / BINS:.1f} to {(k + 1) / BINS:.1f}", one, str(0.95 - 0.09 * k), "") for k, one in enumerate(shares)
    )


def _entities(languages: Sequence[LanguageFacts], labels: Sequence[str]) -> tuple[Part, ...]:
    """Return the entities of every label."""
    return tuple(
        (
            label,
            tuple(facts.counts.entities.get(label, 0) for facts in languages),
            _COLOURS[k % len(_COLOURS)],
            _HATCHES[k % len(_HATCHES)],
        )
        for k, label in enumerate(labels)
    )


def _columns(parts: Sequence[Part]) -> int:
    """Return how many entries of a legend fit beside each other; a character is about 0.075 inches wide."""
    longest = max((len(_plain(label)) for label, *_ in parts), default=1)
    return max(1, int(_WIDTH / (0.55 + 0.075 * longest)))


def _plain(label: str) -> str:
    """Write a label as the font can: it has the letters of a few scripts only, and $ would begin a formula."""
    text = (anyascii(label) or "?").lstrip("_") or "?"
    return (text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...").replace("$", r"\$")


def _share(confidence: ConfidenceFacts | None, tenth: int) -> float:
    """Return the share of entities whose confidence lies in a tenth."""
    return confidence.bins[tenth] / sum(confidence.bins) if confidence is not None else 0.0


def _bars(axes: Any, names: Sequence[str], parts: Sequence[Part], title: str) -> None:
    """Draw one bar for each language, with its parts side by side."""
    ends = [0.0] * len(names)
    for label, values, colour, hatch in parts:
        style = {"facecolor": colour, "hatch": hatch, "edgecolor": "#333333", "linewidth": 0.5}
        axes.barh(range(len(names)), values, left=ends, label=_plain(label), **style)
        ends = [end + value for end, value in zip(ends, values, strict=True)]
    axes.set_yticks(range(len(names)), names)
    axes.set_title(title, fontsize=10)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.spines[["top", "right"]].set_visible(False)
