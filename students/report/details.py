"""The tables below that of a comparison: F1 of every label, and how good the teachers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TeacherLine:
    """How good a teacher is in a language.

    :param language: The language.
    :param teacher: The teacher.
    :param f1: Its strict F1 on the test set, in percent.
    :param agreement: Its strict F1 against the projected labels; ``None`` where a text has none.
    :param sentences: How many sentences of the corpus or text it labelled.
    """

    language: str
    teacher: str
    f1: float
    agreement: float | None
    sentences: int


def label_table(rows: Sequence[tuple[str, str, Mapping[str, float]]]) -> list[str]:
    """Lay out F1 by label.

    :param rows: Language, row, and mean F1 of every label.
    :returns: Lines of Markdown; none without labels.

    >>> label_table([("swh", "hard", {"LOC": 61.25, "PER": 70.0})])[3:]
    ['| row | language | LOC | PER |', '|---|---|---|---|', '| hard | swh | 61.2 | 70.0 |']
    """
    labels = sorted({label for _, _, scores in rows for label in scores})
    if not labels:
        return []
    lines = ["", "F1 by label:", "", f"| row | language | {' | '.join(labels)} |", "|---|---|" + "---|" * len(labels)]
    for language, name, scores in rows:
        cells = (f"{scores[label]:.1f}" if label in scores else "" for label in labels)
        lines.append(f"| {name} | {language} | {' | '.join(cells)} |")
    return lines


def teacher_table(teachers: Sequence[TeacherLine]) -> list[str]:
    """Lay out how good the teachers are.

    :param teachers: The teachers.
    :returns: Lines of Markdown; none without teachers.
    """
    if not teachers:
        return []
    lines = [
        "",
        "Teachers: strict F1 on the same test set, and against the projected labels of the sentences they taught:",
        "",
        "| teacher | language | F1 | agreement | sentences |",
        "|---|---|---|---|---|",
    ]
    for one in teachers:
        agreement = "" if one.agreement is None else f"{one.agreement:.1f}"
        lines.append(f"| {one.teacher} | {one.language} | {one.f1:.1f} | {agreement} | {one.sentences} |")
    return lines
