"""The learning curves of a comparison, as SVG: F1 over the number of silver sentences, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from silverner.students.report.table import ComparisonLine

WIDE, HIGH = 420, 220


def draw_curves(rows: Sequence[ComparisonLine], *, left: int, top: int, colours: Sequence[str]) -> list[str]:
    """Draw every learning curve; the axis of sentences is logarithmic.

    :param rows: The lines of a comparison; those that belong to no curve are not drawn.
    :param left: Where the plot begins.
    :param top: Where it begins.
    :param colours: The colours of the curves, in turn.
    :returns: Elements of SVG; none without a curve.
    """
    points = [row for row in rows if row.curve is not None and row.sentences > 0]
    curves = list(dict.fromkeys((row.language, row.curve) for row in points))
    if not curves:
        return []
    sizes = sorted({row.sentences for row in points})
    low, span = math.log(sizes[0]), max(math.log(sizes[-1] / sizes[0]), 1e-9)

    def x(row_sentences: int) -> str:
        return f"{left + WIDE * (math.log(row_sentences) - low) / span:.1f}"

    def y(share: float) -> str:
        return f"{top + HIGH * (1 - share / 100):.1f}"

    parts = [f'<text x="{left}" y="{top - 12}">strict F1 over silver sentences, 95 % interval</text>']
    for share in range(0, 101, 20):
        parts.append(f'<line x1="{left}" y1="{y(share)}" x2="{left + WIDE}" y2="{y(share)}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 10}" y="{y(share)}" text-anchor="end">{share}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size)}" y="{top + HIGH + 18}" text-anchor="middle">{size}</text>')
    for number, (language, curve) in enumerate(curves):
        colour = colours[number % len(colours)]
        own = sorted(
            (row for row in points if (row.language, row.curve) == (language, curve)), key=lambda row: row.sentences
        )
        line = " ".join(f"{x(row.sentences)},{y(row.f1)}" for row in own)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for row in own:
            place = f'x1="{x(row.sentences)}" y1="{y(row.low)}" x2="{x(row.sentences)}" y2="{y(row.high)}"'
            parts.append(f'<line {place} stroke="{colour}"/>')
        name = escape(f"{language} {curve}")
        parts.append(f'<text x="{left + WIDE + 6}" y="{y(own[-1].f1)}" fill="{colour}">{name}</text>')
    return parts
