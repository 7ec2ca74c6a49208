"""The plot of a comparison, as SVG: one dot a language and row, with its interval, and below them learning curves."""

from __future__ import annotations

from xml.sax.saxutils import escape

from silverner.students.report.curves import HIGH, draw_curves
from silverner.students.report.table import Comparison, ComparisonLine

LEFT, WIDE, ROW, TOP = 190, 420, 24, 34
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94", "#b8860b", "#444444", "#008b8b")


def plot(comparison: Comparison) -> str:
    """Draw a comparison.

    :param comparison: The comparison.
    :returns: A whole SVG document; the same comparison gives the same text.
    """
    names = list(dict.fromkeys(row.row for row in comparison.rows))
    bottom = TOP + ROW * len(comparison.rows) + 6
    curves = draw_curves(comparison.rows, left=LEFT, top=bottom + 74, colours=COLOURS)
    height = bottom + 34 + (HIGH + 80 if curves else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDE + 150}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="18">strict F1 on gold, 95 % interval</text>',
    ]
    for share in range(0, 101, 20):
        x = _x(share)
        parts.append(f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{share}</text>')
    for number, row in enumerate(comparison.rows):
        parts += _draw_line(row, TOP + ROW * number + ROW // 2, COLOURS[names.index(row.row) % len(COLOURS)])
    return "\n".join([*parts, *curves, "</svg>\n"])


def _x(share: float) -> str:
    return f"{LEFT + WIDE * share / 100:.1f}"


def _draw_line(row: ComparisonLine, y: int, colour: str) -> list[str]:
    """Draw one line."""
    name = escape(f"{row.language} {row.row}")
    return [
        f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{name}</text>',
        f'<line x1="{_x(row.low)}" y1="{y}" x2="{_x(row.high)}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
        f'<circle cx="{_x(row.f1)}" cy="{y}" r="4" fill="{colour}"/>',
        f'<text x="{LEFT + WIDE + 10}" y="{y + 4}">{row.f1:.1f}</text>',
    ]
