"""Collaboration: a student of projected text and one of plain text label each other's text, in rounds.

CoLaDa (Ma et al. 2023, ACL, arXiv 2305.14913), by its public code. A round has two steps:

1. The teacher labels the projected text. A student that starts as the teacher learns, for every word,
   ``share * projected + (1 - share) * weight * teacher``: tags as one-hot vectors, and the teacher's probabilities.
   The share of the projected tags is 0.5 in the first round and 0.1 later.
2. This student labels plain text of the target language. A student that starts as the model of the config learns its
   tags, each word weighed. It is the teacher of the next round, and the result of the last.

The weights are those of :mod:`~silverner.students.teaching.label_consistency`: the teacher's tags among the neighbours
that the teacher itself sees, so they change with it. Losses are means over words, whatever the weights.

Where this departs from the paper: there the best checkpoint is chosen with gold labels of the *target* language (the
scripts set ``src_dev_file`` to the target's), here by held-out rows with the same silver labels. Tags of step 2 are
read as the CoNLL scorer reads them, where the code has a Viterbi search with tags that may follow each other. The
paper has 8 rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.corpus import Row, SilverCorpus
from silverner.students.strategies.strategy import TrainedModel, TrainOnce
from silverner.students.targets import Reals, Target
from silverner.students.teaching.finished import finish, finished_facts
from silverner.students.teaching.label_consistency import label_consistency
from silverner.students.teaching.revision import spans_from_probabilities
from silverner.students.teaching.teachers import load_teacher
from silverner.students.training_config import TrainingConfig

FIRST_SHARE, LATER_SHARE = 0.5, 0.1
"""Share of the projected tags in the first round, and later."""


class Collaboration:
    """The rounds of one student."""

    def __init__(
        self,
        config: TrainingConfig,
        corpus: SilverCorpus,
        train_once: TrainOnce,
        *,
        neighbours: int,
    ) -> None:
        """Set the rounds up.

        :param config: What is to be trained.
        :param corpus: The projected text, and the plain text; where it has none, the projected text is that too.
        :param train_once: Trains a student on a corpus, with checkpoints in a folder.
        :param neighbours: How many neighbours weigh a word.
        """
        self._config, self._corpus, self._train_once, self._neighbours = config, corpus, train_once, neighbours

    def run(self, folder: Path, *, teacher: str, first_answers: Callable[[], list[Reals]], rounds: int) -> TrainedModel:
        """Train round after round; a step that is finished is not trained again.

        :param folder: Folder of the rounds.
        :param teacher: The first teacher: a tagger, a folder or an id on the Hub.
        :param first_answers: Asks it for its probabilities of the corpus, shape (words, tags) for every row.
        :param rounds: How many.
        :returns: The student of plain text of the last round; its facts hold the courses of all rounds.
        """
        courses, facts = list[dict[str, Any]](), dict[str, Any]()
        for number in range(1, rounds + 1):
            first_home, second_home = (folder / f"round-{number}" / name for name in ("projected", "plain"))
            first = finished_facts(first_home)
            if first is None:
                answers = first_answers() if number == 1 else self._probabilities(teacher, self._corpus.rows)
                share = FIRST_SHARE if number == 1 else LATER_SHARE
                first = self._learn_projected(first_home, teacher, answers, share)
            facts = finished_facts(second_home) or self._learn_plain(second_home, str(first_home / "final"))
            teacher = str(second_home / "final")
            courses.append({"projected": first["course"], "plain": facts["course"]})
        return TrainedModel(folder=Path(teacher), facts={**facts, "rounds": courses})

    def _learn_projected(self, home: Path, teacher: str, answers: Sequence[Reals], share: float) -> dict[str, Any]:
        rows = self._corpus.rows
        likeliest = [one.argmax(axis=1).astype(np.int64) for one in answers]
        weights = self._weights(teacher, rows, likeliest)
        tags = [self._corpus.tag_numbers(row) for row in rows]
        targets = [projected_target(*one, share=share) for one in zip(tags, answers, weights, strict=True)]
        return finish(home, self._train_once(self._corpus, home, model=teacher, targets=targets))

    def _learn_plain(self, home: Path, teacher: str) -> dict[str, Any]:
        text = self._corpus.plain_rows or self._corpus.rows
        predicted = self._probabilities(teacher, text)
        rows = [
            Row(id=row.id, tokens=row.tokens, spans=tuple(spans_from_probabilities(one, self._corpus.labels)))
            for row, one in zip(text, predicted, strict=True)
        ]
        corpus = replace(self._corpus, rows=rows)
        tags = [corpus.tag_numbers(row) for row in rows]
        weights = self._weights(teacher, rows, tags)
        targets = [plain_target(*one) for one in zip(tags, weights, strict=True)]
        return finish(home, self._train_once(corpus, home, targets=targets))

    def _weights(self, teacher: str, rows: Sequence[Row], tags: Sequence[Any]) -> list[Reals]:
        checkpoint = Checkpoint(name=teacher, device=self._config.device)
        return label_consistency([row.tokens for row in rows], tags, checkpoint, neighbours=self._neighbours)

    def _probabilities(self, teacher: str, rows: Sequence[Row]) -> list[Reals]:
        tagger = load_teacher(teacher, self._corpus.labels, self._config.label_map, device=self._config.device)
        return tagger.probabilities([row.tokens for row in rows])


def projected_target(tags: Any, teacher_probabilities: Reals, weights: Reals, *, share: float) -> Target:
    """Make the target of a projected sentence.

    :param tags: The projected tags, shape (words,).
    :param teacher_probabilities: Shape (words, tags).
    :param weights: How far the teacher is trusted, shape (words,).
    :param share: Share of the projected tags.
    :returns: The target.
    """
    ones = np.ones(len(tags), dtype=np.float32)
    return Target(tags, ones, teacher_probabilities, share * ones, (1 - share) * weights)


def plain_target(tags: Any, weights: Reals) -> Target:
    """Make the target of a sentence that a student labelled.

    :param tags: Its tags, shape (words,).
    :param weights: How far it is trusted, shape (words,).
    :returns: The target.
    """
    ones = np.ones(len(tags), dtype=np.float32)
    return Target(tags, ones, None, weights, 0 * ones)
