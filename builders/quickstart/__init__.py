"""The quickstart: examples and a summary of the embedded corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets

from silverner.dataset_cards.facts import LanguageFacts
from silverner.projection.spans import Span, spans_from_tags
from silverner.projection.text.display import readable

_COLOURS = {"PER": "36", "ORG": "33", "LOC": "32", "MISC": "35"}


def examples(folder: Path, language: str, count: int = 3) -> list[Mapping[str, Any]]:
    """Load a language as a user would, and pick rows with many entities.

    :param folder: The corpus.
    :param language: Its code.
    :param count: How many rows.
    :returns: The rows of the training split with the most labels among the shorter ones.
    """
    rows = datasets.load_dataset(str(folder), language, split="train")
    names = rows.features["ner_tags"].feature.names
    chosen: list[Mapping[str, Any]] = []
    for row in sorted(rows, key=lambda row: (len(row["tokens"]) > 16, -len(row["entities"]), row["id"]))[:count]:
        spans = spans_from_tags([names[tag] for tag in row["ner_tags"]])
        source = spans_from_tags([names[tag] for tag in row["source_ner_tags"]])
        chosen.append({**row, "spans": spans, "source_spans": source})
    return chosen


def painted(tokens: Sequence[str], spans: Sequence[Span], *, colour: bool) -> str:
    """Write a sentence with its entities in brackets, coloured where the terminal shows colours.

    :param tokens: The tokens.
    :param spans: The entities.
    :param colour: Whether to colour.
    :returns: One line.

    >>> painted(["Ana", "Ruiz", "left"], [Span(0, 2, "PER")], colour=False)
    '[Ana Ruiz PER] left'
    """
    opening = {span.start: span for span in spans}
    closing = {span.end - 1: span for span in spans}
    words = []
    for position, token in enumerate(tokens):
        word = readable(token)
        if position in opening:
            word = f"{_on(opening[position].label, colour)}[{word}"
        if position in closing:
            word = f"{word} {readable(closing[position].label)}]{_off(colour)}"
        words.append(word)
    return " ".join(words)


def _on(label: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS.get(label, '34')}m" if colour else ""


def _off(colour: bool) -> str:
    return "\x1b[0m" if colour else ""


def summary(code: str, facts: LanguageFacts) -> str:
    """Account for one language in a few lines.

    :param code: The language.
    :param facts: Its facts.
    :returns: Sentences kept and dropped with reasons, entities, scores.
    """
    counts = facts.counts
    reasons = ", ".join(f"{number} {reason}" for reason, number in counts.dropped.items())
    labels = ", ".join(f"{label} {number}" for label, number in counts.entities.items())
    dropped = sum(counts.dropped.values())
    lines = [
        f"{facts.language.name} ({code})",
        f"  sentences  {counts.kept} kept of {counts.input}, {dropped} dropped" + (f" ({reasons})" if reasons else ""),
        f"  entities   {sum(counts.entities.values())} projected ({labels})",
    ]
    if measured := facts.measured:
        lines.append(
            f"  entity F1  {measured.f1:.1f} against gold on the kept sentences "
            f"({measured.f1_all:.1f} on all {measured.sentences_all}, dropped ones included)"
        )
    return "\n".join(lines)
