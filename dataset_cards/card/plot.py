"""The plot on a card: sentences kept and dropped, confidence, and entities by label, with one bar a language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from anyascii import anyascii

from silverner.dataset_cards.facts import BINS, ConfidenceFacts, CorpusFacts

PLOT = "plot.png"
_KEPT, _DROPPED = "#4477aa", "#ccbb44"
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
"""The bright scheme of Paul Tol; colour-blind people can tell its colours apart."""


def draw(corpus: CorpusFacts) -> bytes:
    """Draw the plot of a corpus.

    With the same version of matplotlib, the same facts give the same bytes: the file holds no time and no version.

    :param corpus: The facts.
    :returns: A PNG.
    """
    # The canvas is made without pyplot, which keeps state between plots and needs a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    codes = list(corpus.languages)
    figure = Figure(figsize=(11, 1.6 + 0.3 * len(codes)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    left, middle, right = figure.subplots(1, 3, sharey=True)
    every = list(corpus.languages.values())
    kept_sentences = [facts.counts.kept for facts in every]
    dropped = [facts.counts.input - facts.counts.kept for facts in every]
    _bars(left, codes, [("kept", kept_sentences, _KEPT), ("dropped", dropped, _DROPPED)], "sentences")
    shares = [[_share(facts.rows.confidence, k) for facts in every] for k in range(BINS)]
    shades = [(f"{k / BINS:.1f}", values, str(0.9 - 0.08 * k)) for k, values in enumerate(shares)]
    _bars(middle, codes, shades, "share of entities by confidence (black: high)", key=False)
    labels = corpus.labels
    counts = [[facts.counts.entities.get(label, 0) for facts in every] for label in labels]
    colours = [_COLOURS[k % len(_COLOURS)] for k in range(len(labels))]
    _bars(right, codes, list(zip(labels, counts, colours, strict=True)), "entities in sentences kept")
    left.invert_yaxis()
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _share(confidence: ConfidenceFacts | None, tenth: int) -> float:
    """Return the share of entities whose confidence lies in a tenth."""
    return confidence.bins[tenth] / sum(confidence.bins) if confidence is not None else 0.0


def _bars(
    axes: Any, names: Sequence[str], parts: Sequence[tuple[str, Sequence[float], str]], title: str, *, key: bool = True
) -> None:
    """Draw one bar for each language, with its parts side by side."""
    ends = [0.0] * len(names)
    for label, values, colour in parts:
        # The font has the letters of a few scripts only, and $ would begin a formula.
        legend_text = (anyascii(label) or "?").replace("$", r"\$").lstrip("_")
        axes.barh(range(len(names)), values, left=ends, color=colour, label=legend_text)
        ends = [end + value for end, value in zip(ends, values, strict=True)]
    axes.set_yticks(range(len(names)), [anyascii(name).replace("$", r"\$") for name in names])
    axes.set_title(title, fontsize=10)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.spines[["top", "right"]].set_visible(False)
    if key:
        below = (0, -0.4 / (0.4 + 0.3 * len(names)))
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=below, ncols=4, frameon=False)
