"""Teachers: taggers whose probabilities a student learns."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import UsageError
from silverner.projection.labelling import Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.spans import Scheme, split_tag
from silverner.projection.tags.spelling import SpellingError, standard_tags
from silverner.students.corpus import SilverCorpus
from silverner.students.targets import Reals, check_shape
from silverner.students.teaching.answers import kept_answer, text_hash

LOG = logging.getLogger("silverner")
FEWEST_ENTITIES = 20
"""From so many entities on, how a teacher begins them tells its scheme."""


def load_teacher(
    name: str,
    labels: Sequence[str],
    label_map: Mapping[str, str | None],
    *,
    scheme: Scheme = "auto",
    device: str = "auto",
) -> Tagger:
    """Load a teacher, and check that its labels are those of the corpus.

    :param name: A token-classification model: a folder, or an id on the Hub.
    :param labels: The labels of the corpus.
    :param label_map: Other names for the model's labels; ``None`` or ``O`` drops one.
    :param scheme: How it writes entities; ``auto`` finds it from its tags.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :returns: The teacher.
    :raises SilvernerError: when it cannot be loaded, or has a label that the corpus does not have.
    """
    checkpoint = Checkpoint(name=name, device=device)  # type: ignore[arg-type]  # any str; Checkpoint checks it
    tagger = Tagger(checkpoint, labels=labels, label_map=label_map, scheme=scheme)
    tagger.check()
    return tagger


def teacher_labels(names: Sequence[str], label_map: Mapping[str, str | None]) -> tuple[str, ...]:
    """Collect the labels of teachers.

    :param names: The teachers.
    :param label_map: Other names for their labels; ``None`` or ``O`` drops one.
    :returns: All their labels, sorted.
    :raises SilvernerError: when a model cannot be loaded, or is no entity tagger.
    """
    labels = set[str]()
    for name in names:
        config = Checkpoint(name=name).config()
        tags = [str(config.id2label[k]) for k in sorted(config.id2label)]
        try:
            spelling = standard_tags(tags)
        except SpellingError as error:
            raise UsageError(f"the model {name!r} has a {error}") from error
        own = {label for tag in tags if (label := split_tag(spelling.get(tag, tag))[1])}
        labels |= {new for label in own if (new := label_map.get(label, label)) not in (None, "O")}
    return tuple(sorted(labels))


def ask_teacher(teacher: Tagger, sentences: Sequence[Sequence[str]], answers: Path | None) -> list[Reals]:
    """Ask a teacher about a text, unless its answer is kept.

    :param teacher: The teacher.
    :param sentences: The words of each, one sentence or more.
    :param answers: Folder of answers; ``None`` asks every time.
    :returns: Probabilities, shape (words, tags) for each.
    :raises SilvernerError: when the model cannot be loaded, or the folder cannot be written.
    """
    ends = np.cumsum([len(sentence) for sentence in sentences])
    facts = {**teacher.settings(), "text": text_hash(sentences)}
    together = kept_answer(answers, facts, int(ends[-1]), lambda: np.concatenate(teacher.probabilities(sentences)))
    return np.split(together, ends)[:-1]


def warn_of_iob1(name: str, probabilities: Sequence[Reals], hint: str) -> None:
    """Warn where most entities begin with ``I-``: so writes a model of IOB1 that was read as one of IOB2.

    :param name: Who gave the probabilities.
    :param probabilities: Shape (words, tags) for each sentence.
    :param hint: What to do then.
    """
    entities = inside = 0
    for sentence in probabilities:
        tags = sentence.argmax(axis=1)  # 0 is O, then B- and I- of every label
        labels = (tags + 1) // 2
        begins = (tags > 0) & ((tags % 2 == 1) | (labels != np.concatenate([[0], labels[:-1]])))
        entities += int(begins.sum())
        inside += int((begins & (tags % 2 == 0)).sum())
    if entities >= FEWEST_ENTITIES and inside > entities / 2:
        LOG.warning("%s: %d of %d entities begin with I-, as in IOB1; %s", name, inside, entities, hint)


def published_probabilities(corpus: SilverCorpus) -> list[Reals]:
    """Read a teacher's probabilities from the corpus, where they were published when it was built.

    :param corpus: The rows.
    :returns: Shape (tokens, tags) for each.
    :raises UsageError: when the corpus has none.
    :raises DataError: when they do not fit its tokens.
    """
    probabilities = []
    for row in corpus.rows:
        published = row.teacher_probabilities
        if published is None:
            raise UsageError(
                f"the corpus {corpus.name} has no column 'distribution', so it has no teacher's probabilities; name a "
                "teacher with --teacher MODEL, or build the corpus with teachers:"
            )
        check_shape(published, len(row.tokens), 1 + 2 * len(corpus.labels), f"{corpus.name}, {row.id}")
        probabilities.append(published / published.sum(axis=1, keepdims=True))  # float16 rounds them to sums around 1
    hint = "if the model writes so, build the corpus again with its scheme: iob1"
    warn_of_iob1(f"the distributions of {corpus.name}", probabilities, hint)
    return probabilities


def mixed_probabilities(teachers: Sequence[Reals], weights: NDArray[np.floating] | None = None) -> Reals:
    """Mix the probabilities of several teachers for one sentence: ``sum(w_k * p_k)`` (arXiv 2004.12440).

    :param teachers: The probabilities of each, shape (words, tags).
    :param weights: The weight of each; they add up to 1. All alike if left out.
    :returns: The mixture, of the same shape.
    """
    stacked = np.stack(teachers)
    shares = np.full(len(stacked), 1 / len(stacked)) if weights is None else weights
    return np.tensordot(shares, stacked.astype(np.float64), axes=1).astype(np.float32)
