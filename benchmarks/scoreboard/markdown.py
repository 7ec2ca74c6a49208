"""Writes a scoreboard as Markdown: one table of F1, then all scores, then what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import mean

from silverner.scoreboard.absence import absence_lines
from silverner.scoreboard.confidence import COVERAGES
from silverner.scoreboard.methods import METHODS
from silverner.scoreboard.scores import ALPHA, Group, Row, Scoreboard


def markdown(board: Scoreboard) -> str:
    """Write a scoreboard as Markdown.

    :param board: The scoreboard.
    :returns: The text; the same scoreboard gives the same text.
    """
    parts = [
        "# Scoreboard",
        _legend(board),
        _table(["set", "links", *board.methods, "ceiling"], [*_f1_rows(board), *_mean_rows(board)]),
        "## Methods",
        _methods(board),
        "## All scores",
        f"In brackets the bounds of {_level(board)} % confidence, from {board.resamples} resamples of sentences (seed "
        f"{board.seed}). Δ is the F1 less that of `{board.baseline}`, by the paired bootstrap; p is the probability of "
        "a difference this large if both were equally good (approximate randomisation, two-sided).",
        _table(_score_heads(board), [_score_cells(group, row) for group in board.groups for row in group.rows]),
        *_confidence(board),
        "## Sets",
        _table(["set", "text", "sentences", "entities, source", "entities, target", "licence", "cite"], _sets(board)),
        *(["## Not measured", "\n".join(f"- {line}" for line in absence_lines(board.absent))] if board.absent else []),
        "## Signatures",
        "A row has the signature of its set and links, with the name of its method for METHOD.",
        "```\n" + "\n".join(board.signature(group) for group in board.groups) + "\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _legend(board: Scoreboard) -> str:
    return (
        "Strict entity F1 of gold source entities projected onto the target. **Bold**: the best of its line. \\*: "
        f"differs from `{board.baseline}` (p < {ALPHA}). Ceiling: the F1 of a perfect projector, and of one that also "
        "knows which entities have no counterpart."
    )


def _f1_rows(board: Scoreboard) -> Iterator[list[str]]:
    """Yield a line for every set and aligner."""
    for group in board.groups:
        top = group.parallel_set.ceiling
        best = max(row.scores.f1 for row in group.rows)
        cells = [_f1_cell(group.row(method), best) for method in board.methods]
        yield [group.parallel_set.name, group.aligner, *cells, f"{top.every.f1:.1f}, {top.best.f1:.1f}"]


def _f1_cell(row: Row | None, best: float) -> str:
    if row is None:
        return ""
    f1 = f"{row.scores.f1:.2f}"
    return (f"**{f1}**" if row.scores.f1 == best else f1) + ("\\*" if row.differs else "")


def _mean_rows(board: Scoreboard) -> Iterator[list[str]]:
    """Yield a line for every aligner of several sets: means of the methods that have a row on all of them."""
    for aligner in dict.fromkeys(group.aligner for group in board.groups):
        groups = [group for group in board.groups if group.aligner == aligner]
        if len(groups) < 2:
            continue
        means = {name: _mean_f1(groups, name) for name in board.methods}
        best = max((f1 for f1 in means.values() if f1 is not None), default=None)
        cells = ["" if f1 is None else f"**{f1:.2f}**" if f1 == best else f"{f1:.2f}" for f1 in means.values()]
        top = [group.parallel_set.ceiling for group in groups]
        ceilings = f"{mean(t.every.f1 for t in top):.1f}, {mean(t.best.f1 for t in top):.1f}"
        yield [f"mean of {len(groups)} sets", aligner, *cells, ceilings]


def _mean_f1(groups: Sequence[Group], method: str) -> float | None:
    rows = [group.row(method) for group in groups]
    scores = [row.scores.f1 for row in rows if row is not None]
    return mean(scores) if len(scores) == len(groups) else None


def _methods(board: Scoreboard) -> str:
    lines = []
    for name in board.methods:
        method = METHODS.get(name)
        if method is None:
            lines.append(f"- `{name}`: predictions of a file.")
        else:
            kind = " Published." if method.published else ""
            chosen = " With the symmetrisation that is best for the set." if method.best_symmetrisation else ""
            lines.append(f"- `{name}`: {method.summary}.{kind}{chosen}")
    return "\n".join(lines)


def _score_heads(board: Scoreboard) -> list[str]:
    timed = any(row.trial.milliseconds is not None for group in board.groups for row in group.rows)
    heads = ["set", "links", "method", "precision", "recall", "F1", "Δ", "p"]
    return [*heads, *(["ms a sentence"] if timed else [])]


def _score_cells(group: Group, row: Row) -> list[str]:
    scores, compared = row.scores, row.comparison
    shares = {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}
    cells = [
        f"{share:.2f} ({row.intervals[name].low:.1f}, {row.intervals[name].high:.1f})" for name, share in shares.items()
    ]
    difference, p = "", ""
    if compared is not None:
        between = f"{compared.interval.low:+.1f}, {compared.interval.high:+.1f}"
        difference, p = f"{compared.difference:+.2f} ({between})", f"{compared.p:.3f}"
    milliseconds = row.trial.milliseconds
    time = [] if milliseconds is None else [f"{milliseconds:.2f}"]
    return [group.parallel_set.name, group.aligner, row.label, *cells, difference, p, *time]


def _confidence(board: Scoreboard) -> list[str]:
    """Write the section about confidence, if a method has one of its own: a published rule has none."""
    rows = [
        [
            *(group.parallel_set.name, group.aligner, row.method),
            f"{row.confidence.error:.3f}",
            "" if row.confidence.boundary_error is None else f"{row.confidence.boundary_error:.3f}",
            *(f"{row.confidence.precision[share]:.2f}" for share in COVERAGES),
        ]
        for group in board.groups
        for row in group.rows
        if row.confidence is not None and not METHODS[row.method].published
    ]
    legend = (
        "Expected calibration error of what the confidence claims (the entity is right), and of the boundaries alone, "
        "where the target has an entity; precision of the surest entities, by share."
    )
    heads = ["set", "links", "method", "error", "error, boundaries", *(f"{share} %" for share in COVERAGES)]
    return ["## Confidence", legend, _table(heads, rows)] if rows else []


def _level(board: Scoreboard) -> str:
    return f"{board.groups[0].rows[0].intervals['f1'].level:g}"


def _sets(board: Scoreboard) -> list[list[str]]:
    """List every set once."""
    rows = {}
    for group in board.groups:
        one = group.parallel_set
        entities = (str(sum(map(len, side))) for side in (one.entities, one.gold))
        sentences = f"{len(one.sources)}" + (f" ({one.unpaired} without a counterpart)" if one.unpaired else "")
        corpus = one.entry.corpus
        rows[one.name] = [one.name, corpus.title, sentences, *entities, corpus.licence, corpus.citation]
    return list(rows.values())


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; short lines are filled with empty cells."""
    lines = [heads, ["---"] * len(heads), *([*row, *[""] * (len(heads) - len(row))] for row in rows)]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "&#124;")
