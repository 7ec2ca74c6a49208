"""Label maps: other names for the labels of a file or a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from silverner.projection.errors import UsageError
from silverner.projection.spans import Span

LabelMap = Mapping[str, str | None]
"""For each label its other name; ``None`` or ``O`` drops it."""


def parse_label_map(words: Sequence[str]) -> dict[str, str | None]:
    """Read a label map from the command line.

    :param words: Each ``LABEL=NEW``, or several of these with commas between them.
    :returns: The map.
    :raises UsageError: when a word is no pair, or gives one label two names.

    >>> parse_label_map(["PERSON=PER,MISC=O"])
    {'PERSON': 'PER', 'MISC': None}
    """
    label_map: dict[str, str | None] = {}
    for word in words:
        for pair in word.split(","):
            label, equals, new = (part.strip() for part in pair.partition("="))
            if not (label and equals and new):
                raise UsageError(f"--label-map {word!r} is not LABEL=NEW[,LABEL=NEW], such as PERSON=PER,MISC=O")
            name = None if new == "O" else new
            if label_map.get(label, name) != name:
                raise UsageError(f"--label-map gives {label} two names, {label_map[label] or 'O'} and {new}; keep one")
            label_map[label] = name
    return label_map


def map_labels(spans: Sequence[Span], label_map: LabelMap) -> tuple[Span, ...]:
    """Give entities their other labels, and drop those whose label is dropped.

    :param spans: The entities.
    :param label_map: The map; a label that is not in it stays.
    :returns: The entities that remain.

    >>> map_labels([Span(0, 1, "PERSON"), Span(2, 3, "DATE")], {"PERSON": "PER", "DATE": None})
    (Span(start=0, end=1, label='PER'),)
    """
    if not label_map:
        return tuple(spans)
    named = [(span, label_map.get(span.label, span.label)) for span in spans]
    return tuple(Span(span.start, span.end, label) for span, label in named if label not in (None, "O"))
