"""The picture on a card: sentences kept and dropped, confidence, and entities by label, a bar a language."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from anyascii import anyascii

from silverner.dataset_cards.facts.corpus import CorpusFacts
from silverner.dataset_cards.measure import BINS

PLOT = "plot.png"
_KEPT, _DROPPED = "#4477aa", "#ccbb44"
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
"""Paul Tol's bright scheme, which colour-blind people can tell apart."""


def draw(manifest: Mapping[str, Any]) -> bytes:
    """Draw the picture of a corpus.

    The same facts give the same bytes with the same version of matplotlib: no time and no version is written into it.

    :param manifest: The facts.
    :returns: A PNG.
    :raises DataError: when a fact is missing.
    """
    # A canvas of its own, without pyplot: that keeps state between pictures, and asks for a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    corpus = CorpusFacts.of(manifest)
    codes = list(corpus.languages)
    figure = Figure(figsize=(11, 1.6 + 0.3 * len(codes)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    left, middle, right = figure.subplots(1, 3, sharey=True)
    every = list(corpus.languages.values())
    kept = [facts.counts.kept for facts in every]
    dropped = [facts.counts.input - facts.counts.kept for facts in every]
    _bars(left, codes, [("kept", kept, _KEPT), ("dropped", dropped, _DROPPED)], "sentences")
    tenths = [[_share(facts.rows.confidence, k) for facts in every] for k in range(BINS)]
    shades = [(f"{k / BINS:.1f}", values, str(0.9 - 0.08 * k)) for k, values in enumerate(tenths)]
    _bars(middle, codes, shades, "share of entities by confidence (black: sure)", key=False)
    labels = corpus.labels
    counts = [[facts.counts.entities.get(label, 0) for facts in every] for label in labels]
    colours = [_COLOURS[k % len(_COLOURS)] for k in range(len(labels))]
    _bars(right, codes, list(zip(labels, counts, colours, strict=True)), "entities in sentences kept")
    left.invert_yaxis()
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def _share(confidence: Any, tenth: int) -> float:
    """Return how much of the entities lies in a tenth of confidence."""
    return confidence.bins[tenth] / sum(confidence.bins) if confidence is not None else 0.0


def _bars(
    axes: Any, names: Sequence[str], parts: Sequence[tuple[str, Sequence[float], str]], title: str, *, key: bool = True
) -> None:
    """Draw one bar a language, its parts side by side."""
    ends = [0.0] * len(names)
    for label, values, colour in parts:
        # The font of the picture has no letters but a few scripts', and $ would begin a formula.
        shown = (anyascii(label) or "?").replace("$", r"\$").lstrip("_")
        axes.barh(range(len(names)), values, left=ends, color=colour, label=shown)
        ends = [end + value for end, value in zip(ends, values, strict=True)]
    axes.set_yticks(range(len(names)), [anyascii(name).replace("$", r"\$") for name in names])
    axes.set_title(title, fontsize=10)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.spines[["top", "right"]].set_visible(False)
    if key:
        below = (0, -0.4 / (0.4 + 0.3 * len(names)))
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=below, ncols=4, frameon=False)
