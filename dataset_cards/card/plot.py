"""The plot on a card: sentences kept and dropped, confidence, and entities by label, with one bar a language."""

from __future__ import annotations

import io
from collections.abc import Sequence
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
_WIDTH, _BAR, _ENTRY = 3.4, 0.3, 0.19
"""Inches: the width of a legend, the height of a bar, and the height of a row of a legend."""

Part: TypeAlias = tuple[str, Sequence[float], str, str]
"""A part of all bars: its label, its length in each bar, its colour and its pattern."""


def draw(corpus: CorpusFacts) -> bytes:
    """Draw the plot of a corpus.

    With the same version of matplotlib, the same facts give the same bytes: the file holds no time and no version.

    :param corpus: The facts.
    :returns: A PNG.
    """
    # The canvas is made without pyplot, which keeps state between plots and needs a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    codes, every = list(corpus.languages), list(corpus.languages.values())
    panels = {
        "sentences": _sentences(every),
        "share of entities by confidence": _confidence(every),
        "entities in sentences kept": _entities(every, corpus.labels),
    }
    columns = [_columns(parts) for parts in panels.values()]
    rows = max(-(-len(parts) // number) for parts, number in zip(panels.values(), columns, strict=True))
    heights = [0.1 + _BAR * max(len(codes), 2), 0.1 + _ENTRY * rows]
    figure = Figure(figsize=(11, 0.8 + sum(heights)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    bars, legends = figure.subplots(2, 3, sharey="row", height_ratios=heights)
    for axes, below, (title, parts), number in zip(bars, legends, panels.items(), columns, strict=True):
        _bars(axes, codes, parts, title)
        below.axis("off")
        legend = below.legend(
            *axes.get_legend_handles_labels(), fontsize=8, loc="upper left", ncols=number, frameon=False
        )
        legend.set_in_layout(False)
    bars[0].invert_yaxis()
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _sentences(languages: Sequence[LanguageFacts]) -> list[Part]:
    """Return the sentences kept and dropped."""
    kept_sentences = [facts.counts.kept for facts in languages]
    dropped = [facts.counts.input - facts.counts.kept for facts in languages]
    return [("kept", kept_sentences, _KEPT, ""), ("dropped", dropped, _DROPPED, _HATCHES[1])]


def _confidence(languages: Sequence[LanguageFacts]) -> list[Part]:
    """Return the share of entities in every tenth of confidence, from light to dark."""
    shares = [[_share(facts.rows.confidence, k) for facts in languages] for k in range(BINS)]
    return [(f"{k / BINS:.1f} to {(k + 1) / BINS:.1f}", one, str(0.95 - 0.09 * k), "") for k, one in enumerate(shares)]


def _entities(languages: Sequence[LanguageFacts], labels: Sequence[str]) -> list[Part]:
    """Return the entities of every label."""
    return [
        (
            label,
            [facts.counts.entities.get(label, 0) for facts in languages],
            _COLOURS[k % len(_COLOURS)],
            _HATCHES[k % len(_HATCHES)],
        )
        for k, label in enumerate(labels)
    ]


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
    axes.set_yticks(range(len(names)), map(_plain, names))
    axes.set_title(title, fontsize=10)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.spines[["top", "right"]].set_visible(False)
