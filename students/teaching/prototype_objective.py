"""The objective of the strategy ``prototype``: cross-entropy with soft labels that change while the student learns.

In every step, after the student has read a batch: the prototypes move; from the second pass over the text on, the
evidence for every tag is measured; from the third on, the evidence votes and moves the soft labels of the batch; then
they are what the student shall predict. The thresholds of a pass are means over the pass before, and neighbours are
looked for among the vectors of the pass before: all words that are in an entity, and every 33rd other word.

Where this departs from GLoDe: words and their tags instead of spans and their labels; a tag that no word has gets no
vote, where the code has the threshold 0; no masked-language loss (weight 0.001 there), since a tagger has no head for
it. As in the public code of GLoDe, vectors are a projection of the last layer that is drawn once and not trained, and
prototypes give the student no gradient; ContProto trains it by a contrastive loss.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from silverner.students.targets import Reals
from silverner.students.teaching.neighbours import neighbour_counts
from silverner.students.teaching.prototypes import (
    OUTSIDE,
    TagMeans,
    moved_prototypes,
    shared,
    stable_share,
    voted_labels,
    votes,
)
from silverner.students.training.objective import Objective, run, word_logits

if TYPE_CHECKING:
    from silverner.students.corpus import Row, SilverCorpus
    from silverner.students.strategies.strategy import Strategy
    from silverner.students.training.encoding import Window
    from silverner.students.training_config import TrainerSettings

LOG = logging.getLogger("silverner")
WIDTH = 128
"""Numbers of a projected vector."""
NEIGHBOURS = 300
COUNT_SHARE = 0.9
"""Share of the mean count of neighbours that is enough for a vote."""
SAMPLED = 33
"""Of the words outside entities, one in so many is a neighbour of others; the code of GLoDe draws 3 %."""
PASSES_WITHOUT_VOTES = 2


class PrototypeObjective(Objective):
    """Learns soft labels, and lets prototypes and neighbours correct them."""

    def __init__(
        self, strategy: Strategy, settings: TrainerSettings, corpus: SilverCorpus, *, neighbours: int = NEIGHBOURS
    ) -> None:
        """Begin without soft labels: those of a word are its targets when it is first read.

        :param strategy: What the student learns by.
        :param settings: How it is trained.
        :param corpus: The corpus to learn from.
        :param neighbours: How many neighbours of a word are counted.
        """
        super().__init__(strategy, settings)
        self._neighbours = neighbours
        tags = 1 + 2 * len(corpus.labels)
        starts = np.cumsum([0, *(len(row.tokens) for row in corpus.rows)]).tolist()
        self._first_word = {row.id: start for row, start in zip(corpus.rows, starts[:-1], strict=True)}
        self._examples = 0
        self._projection: Any = None
        self._labels = np.full((max(starts[-1], 1), tags), np.nan, dtype=np.float32)
        self._prototypes = np.zeros((tags, WIDTH), dtype=np.float32)
        self._thresholds = np.full((2, tags), np.inf)
        self._bank, self._bank_tags = np.zeros((0, WIDTH), np.float32), np.zeros(0, np.int64)
        self._passes = 0
        self._begin_pass()

    def _begin_pass(self) -> None:
        self._finished_examples = np.zeros(0, dtype=np.int64)
        self._means = (TagMeans(self._labels.shape[1]), TagMeans(self._labels.shape[1]))
        self._read: list[tuple[Reals, NDArray[np.int64]]] = []
        self._changed = 0

    def columns(self, row: Row, window: Window) -> dict[str, Any]:
        """Give the example a number, and its words their places in the corpus; words of gold have no place."""
        number, start = self._examples, self._first_word.get(row.id)
        self._examples += 1
        places = np.full(len(window.words), -1) if start is None else start + np.array(window.words)
        return {"example": number, "places": places.astype(np.int64)}

    def tensors(self, examples: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Any]:
        """Collate the numbers."""
        import torch

        return {
            "examples": torch.tensor([one["example"] for one in examples]),
            "places": torch.from_numpy(np.concatenate([one["places"] for one in examples])),
        }

    def loss(self, model: Any, batch: Mapping[str, Any]) -> Any:
        """Take the cross-entropy with the soft labels, corrected first where the student learns."""
        import torch

        output = run(model, batch, output_hidden_states=True)
        logits = word_logits(output.logits, batch)
        labels = _first_labels(batch, logits.shape[1])
        if model.training:
            vectors = self._vectors(word_logits(output.hidden_states[-1].detach(), batch))
            labels = self._corrected(vectors, labels, *(batch[name].cpu().numpy() for name in ("examples", "places")))
        soft = torch.from_numpy(labels.astype(np.float32)).to(logits.device)
        losses, weights = -(soft * logits.log_softmax(dim=-1)).sum(dim=-1), batch["weights"]
        return (weights * losses).sum() / weights.sum().clamp_min(1e-7)

    def _vectors(self, hidden: Any) -> Reals:
        """Project hidden states, always in the same way, to vectors of length 1."""
        import torch

        if self._projection is None:
            generator = torch.Generator().manual_seed(self.settings.seed)
            self._projection = torch.randn(hidden.shape[1], WIDTH, generator=generator).to(hidden.device)
        vectors: Reals = torch.nn.functional.normalize(hidden @ self._projection, dim=1).cpu().numpy()
        return vectors

    def _corrected(
        self, vectors: Reals, targets: NDArray[np.float64], examples: NDArray[np.int64], places: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Take a batch in, and return its soft labels after the votes."""
        if np.isin(examples, self._finished_examples).any():
            self._end_pass()
        self._finished_examples = np.union1d(self._finished_examples, examples)
        in_corpus = places >= 0
        fresh = in_corpus & np.isnan(self._labels[places, 0])
        self._labels[places[fresh]] = targets[fresh]
        labels = np.where(in_corpus[:, None], self._labels[places], targets)
        tags = labels.argmax(axis=1)
        self._prototypes = moved_prototypes(self._prototypes, vectors, tags)
        if self._passes:
            labels[in_corpus] = self._voted(vectors[in_corpus], labels[in_corpus], tags[in_corpus])
            self._labels[places[in_corpus]] = labels[in_corpus]
        neighbours = (tags != OUTSIDE) | (places % SAMPLED == 0)
        self._read.append((vectors[neighbours], tags[neighbours]))
        return labels

    def _voted(self, vectors: Reals, labels: NDArray[np.float64], tags: NDArray[np.int64]) -> NDArray[np.float64]:
        """Measure the evidence for every tag, and let it vote if there are thresholds."""
        similarity = vectors @ self._prototypes.T
        counts = neighbour_counts(
            vectors, self._bank, self._bank_tags, neighbours=self._neighbours, classes=labels.shape[1]
        )
        for mean, evidence in zip(self._means, (similarity, counts), strict=True):
            mean.add(evidence, tags)
        if self._passes < PASSES_WITHOUT_VOTES:
            return labels
        passes = self._passes - PASSES_WITHOUT_VOTES + 1
        stable = stable_share(passes, self.settings.epochs - PASSES_WITHOUT_VOTES + 1)
        near, many = votes(similarity, self._thresholds[0]), votes(counts, COUNT_SHARE * self._thresholds[1])
        voted = voted_labels(labels, near, many, stable=stable)
        self._changed += int((voted.argmax(axis=1) != tags).sum())
        return voted

    def _end_pass(self) -> None:
        """Make the thresholds and neighbours of the next pass."""
        if self._passes:
            self._thresholds = np.stack([mean.means() for mean in self._means])
        self._bank, self._bank_tags = self._everything_read()
        self._passes += 1
        if self._passes > PASSES_WITHOUT_VOTES:
            LOG.info("pass %d: votes changed the tags of %d words", self._passes, self._changed)
        self._begin_pass()

    def _everything_read(self) -> tuple[Reals, NDArray[np.int64]]:
        vectors, tags = zip((self._bank[:0], self._bank_tags[:0]), *self._read, strict=True)
        return np.concatenate(vectors), np.concatenate(tags)

    def state(self) -> dict[str, Any]:
        """Return all that changes from step to step."""
        import torch

        read, read_tags = self._everything_read()
        state = {
            "labels": self._labels,
            "prototypes": self._prototypes,
            "thresholds": self._thresholds,
            "bank": self._bank,
            "bank_tags": self._bank_tags,
            "read": read,
            "read_tags": read_tags,
            "finished_examples": self._finished_examples,
            "sums": np.stack([mean.sums for mean in self._means]),
            "words": np.stack([mean.words for mean in self._means]),
            "counts": np.array([self._passes, self._changed]),
        }
        return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take back what :meth:`state` returned."""
        values = {name: value.numpy().copy() for name, value in state.items()}
        self._labels, self._prototypes = values["labels"], values["prototypes"]
        self._thresholds, self._finished_examples = values["thresholds"], values["finished_examples"]
        self._bank, self._bank_tags = values["bank"], values["bank_tags"]
        self._read = [(values["read"], values["read_tags"])]
        for mean, sums, words in zip(self._means, values["sums"], values["words"], strict=True):
            mean.sums, mean.words = sums, words
        self._passes, self._changed = values["counts"].tolist()


def _first_labels(batch: Mapping[str, Any], tags: int) -> NDArray[np.float64]:
    """Return the targets of a batch as soft labels, shape (words, tags)."""
    hard = np.eye(tags)[batch["tags"].cpu().numpy()]
    share, teacher_share = (batch[name].cpu().numpy()[:, None] for name in ("tag_share", "teacher_share"))
    return shared(share * hard + teacher_share * batch["teacher_probabilities"].cpu().numpy())
