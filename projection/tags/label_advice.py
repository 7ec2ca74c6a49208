"""What to do about labels that a corpus does not have: rename them, or drop them knowingly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from silverner.projection.errors import DataError
from silverner.projection.spans import Span
from silverner.projection.tags.label_map import LabelMap

_SYNONYMS = (
    "per pers person persons people human humans",
    "org orgs organisation organisations organization organizations company companies corporation corporations corp",
    "loc locs location locations place places gpe city cities town towns country countries",
    "misc miscellaneous other others oth",
    "date dates time times datetime",
    "event events eve evt",
    "product products prod",
    "work works workofart creativework cw",
)
_CONCEPTS = {name: concept for concept, names in enumerate(_SYNONYMS) for name in names.split()}
_PLAIN_YAML = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[^\W\d][\w/.-]*\Z", re.IGNORECASE)
"""A label that YAML reads as it stands."""


def counterpart(label: str, labels: Sequence[str]) -> str | None:
    """Find the label of a corpus that means the same.

    :param label: The label of a file or a model.
    :param labels: The labels of the corpus.
    :returns: The one that differs in case alone, or else one that has the same meaning; ``None`` without one.

    >>> [counterpart(label, ["PER", "LOC"]) for label in ("per", "Person", "location-GPE", "DATE")]
    ['PER', 'PER', 'LOC', None]
    """
    for name in labels:
        if name.casefold() == label.casefold():
            return name
    concept = _concept(label)
    return next((name for name in labels if concept is not None and _concept(name) == concept), None)


def _concept(label: str) -> int | None:
    """Return the meaning of a label, or of its first part (``person-actor``)."""
    parts = re.split(r"[-_/.:\s]+", label.casefold())
    return _CONCEPTS.get("".join(parts), _CONCEPTS.get(parts[0]))


def check_labels(
    sentences: Iterable[tuple[str, Iterable[Span]]], labels: Sequence[str], label_map: LabelMap | None = None
) -> None:
    """Refuse entities whose label is neither in the corpus nor in its label map, all of them at once.

    :param sentences: The place of every sentence, and its entities.
    :param labels: The labels of the corpus.
    :param label_map: Other names for labels; ``None`` or ``O`` drops one.
    :raises DataError: naming the first place, all unknown labels with their counts, and the label map to write.
    """
    accepted = {*labels, *(label_map or ())}
    counts: Counter[str] = Counter()
    first_place = ""
    for where, spans in sentences:
        for span in spans:
            if span.label not in accepted:
                first_place = first_place or where
                counts[span.label] += 1
    if counts:
        names = [f"{label!r} ({n} {'entity' if n == 1 else 'entities'})" for label, n in counts.most_common()]
        verb = f"the label {names[0]} is" if len(names) == 1 else f"the labels {', '.join(names)} are"
        raise DataError(f"{first_place}: {verb} not among {', '.join(labels)}; {advice(list(counts), labels)}")


def advice(unknown: Sequence[str], labels: Sequence[str]) -> str:
    """Write the label map that keeps as much as it can, ready to paste, and say what it would lose.

    :param unknown: Labels that the corpus does not have.
    :param labels: The labels of the corpus.
    :returns: Text to end an error message with.

    >>> print(advice(["PERSON"], ["PER"]))
    write label_map: {PERSON: PER} (--label-map PERSON=PER)
    """
    pairs = {label: counterpart(label, labels) for label in unknown}
    yaml = ", ".join(f"{_in_yaml(label)}: {_in_yaml(new or 'O')}" for label, new in pairs.items())
    words = ",".join(f"{label}={new or 'O'}" for label, new in pairs.items())
    cases = [f"{label} and {new}" for label, new in pairs.items() if new and new.casefold() == label.casefold()]
    dropped = [label for label, new in pairs.items() if new is None]
    remarks = [f"{', '.join(cases)} differ in case alone"] if cases else []
    if dropped:
        them = "it" if len(dropped) == 1 else "them"
        remarks.append(f"O drops {', '.join(dropped)}, so add {them} to the labels to keep {them}")
    return "; ".join([f"write label_map: {{{yaml}}} (--label-map {words})", *remarks])


def _in_yaml(label: str) -> str:
    """Quote a label that YAML would read as something else."""
    return label if _PLAIN_YAML.match(label) else "'" + label.replace("'", "''") + "'"
