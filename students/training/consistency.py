"""Consistency: a student says the same of an entity and of its translation, and the same whatever dropout leaves out.

ConNER (Zhou et al. 2022, EMNLP, arXiv 2211.09394) adds two terms to the cross-entropy of labels:

- translation: the student reads the target sentence and its source. For every projected entity and the source entity it
  comes from, the divergence of what it says of the two spans. Of a span of n words with tag probabilities p_1 to p_n it
  says the label L with ``p_1(B-L) * p_2(I-L) * ... * p_n(I-L)``, and no entity with what all labels leave of 1.
- dropout (R-Drop: Liang et al. 2021, arXiv 2106.14448): the student reads a sentence twice, and dropout differs. The
  cross-entropy is the mean of both passes, and the divergence of every word's tag probabilities is added. In the paper
  that is done with labelled source text, here with all text that is learnt.

The divergence is that of Kullback and Leibler, half of it in either direction, and its mean over spans or words.
Held-out rows are measured by their labels alone, so a student stops by the same measure with any weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from silverner.projection.coerce import read_links
from silverner.projection.spans import Span
from silverner.students.training.encoding import Encoding, Window, pad_ids
from silverner.students.training.losses import SMALLEST
from silverner.students.training.objective import Objective, run, word_logits

if TYPE_CHECKING:
    from silverner.students.corpus import Row
    from silverner.students.strategies.strategy import Strategy
    from silverner.students.training_config import TrainerSettings

PADDING = -1
"""Stands behind the words of a span that is shorter than others of its batch."""


class ConsistencyObjective(Objective):
    """The loss of labels, and both terms of consistency with their weights."""

    def __init__(
        self, strategy: Strategy, settings: TrainerSettings, encoding: Encoding, *, translation: float, dropout: float
    ) -> None:
        """Minimise a strategy's loss and the terms of consistency.

        :param strategy: What the student learns by.
        :param settings: How it is trained.
        :param encoding: Cuts source sentences into the student's subwords.
        :param translation: Weight of the term of translations.
        :param dropout: Weight of the term of dropout.
        """
        super().__init__(strategy, settings)
        self._encoding, self._translation, self._dropout = encoding, translation, dropout

    def columns(self, row: Row, window: Window) -> dict[str, Any]:
        """Encode the source, and say where in both sentences the entities stand that are translations of each other."""
        source, pairs = None, list[tuple[list[int], list[int]]]()
        windows = self._encoding.encode([row.source_tokens]) if self._translation and row.links else []
        if len(windows) == 1:
            source = windows[0]
            of_target = {word: k for k, word in enumerate(window.words)}
            of_source = dict(zip(source.words, source.positions, strict=True))
            for target_span, source_span in translated_entities(row):
                target, words = range(target_span.start, target_span.end), range(source_span.start, source_span.end)
                if of_target.keys() >= {*target} and of_source.keys() >= {*words}:
                    pairs.append(([of_target[word] for word in target], [of_source[word] for word in words]))
        return {"source_ids": source.ids if source and pairs else (), "translated": pairs}

    def tensors(self, examples: Sequence[Mapping[str, Any]], pad: int) -> dict[str, Any]:
        """Collate the source sentences, and the words of spans: their numbers in the batch, and places in the ids."""
        sources = [example["source_ids"] for example in examples if example["translated"]]
        if not sources:
            return {}
        ids, mask = pad_ids(sources, pad)
        targets, places, words, sentence = list[list[int]](), list[list[int]](), 0, 0
        for example in examples:
            for of_target, of_source in example["translated"]:
                targets.append([words + k for k in of_target])
                places.append([sentence * ids.shape[1] + k for k in of_source])
            words += len(example["positions"])
            sentence += bool(example["translated"])
        spans = {"target_spans": _padded(targets), "source_spans": _padded(places)}
        return {"source_ids": ids, "source_mask": mask, **spans}

    def loss(self, model: Any, batch: Mapping[str, Any]) -> Any:
        """Measure the labels; in training also both terms of consistency."""
        logits = word_logits(run(model, batch).logits, batch)
        loss = self.loss_of_words(logits, batch)
        if not model.training:
            return loss
        if self._dropout:
            again = word_logits(run(model, batch).logits, batch)
            first, second = logits.log_softmax(dim=-1), again.log_softmax(dim=-1)
            loss = (loss + self.loss_of_words(again, batch)) / 2
            loss = loss + self._dropout * symmetric_divergence(first, second)
        if "source_ids" in batch:
            read = model(input_ids=batch["source_ids"], attention_mask=batch["source_mask"]).logits.flatten(0, 1)
            target, source = (
                span_distributions(tags.log_softmax(dim=-1), spans)
                for tags, spans in ((logits, batch["target_spans"]), (read.float(), batch["source_spans"]))
            )
            loss = loss + self._translation * symmetric_divergence(target, source)
        return loss


def translated_entities(row: Row) -> list[tuple[Span, Span]]:
    """Pair projected entities with the source entities of the same label that most links join them with.

    :param row: A row.
    :returns: Target entity and source entity; an entity without links to one of its label is left out.
    """
    links = [(i, j) for i, j, *_ in read_links(row.links, len(row.source_tokens), len(row.tokens), row.id)]
    pairs = []
    for span in row.spans:
        joined = [
            (sum(one.start <= i < one.end and span.start <= j < span.end for i, j in links), -one.start, one)
            for one in row.source_spans
            if one.label == span.label
        ]
        if joined and max(joined)[0]:
            pairs.append((span, max(joined)[2]))
    return pairs


def span_distributions(tags: Any, spans: Any) -> Any:
    """Say how likely a span is to be an entity of each label, or none.

    :param tags: Logarithms of the probabilities of tags, shape (words, 1 + 2 * labels): O, then B and I of every label.
    :param spans: The words of every span, shape (spans, longest), padded with :data:`PADDING`.
    :returns: Logarithms of probabilities, shape (spans, 1 + labels); the first is that of no entity.
    """
    import torch

    begins, insides = tags[:, 1::2], tags[:, 2::2]
    inside = insides[spans[:, 1:].clamp_min(0)] * (spans[:, 1:] != PADDING).unsqueeze(-1)
    labels = (begins[spans[:, 0]] + inside.sum(dim=1)).exp()
    nothing = (1 - labels.sum(dim=-1, keepdim=True)).clamp_min(0)
    return torch.cat([nothing, labels], dim=-1).clamp_min(SMALLEST).log()


def symmetric_divergence(first: Any, second: Any) -> Any:
    """Return the mean of ``(KL(first || second) + KL(second || first)) / 2``.

    :param first: Logarithms of probabilities, shape (rows, outcomes).
    :param second: Of the same shape.
    :returns: A scalar, in nats.
    """
    return ((first.exp() - second.exp()) * (first - second)).sum(dim=-1).mean() / 2


def _padded(spans: Sequence[Sequence[int]]) -> Any:
    import torch

    longest = max(map(len, spans))
    return torch.tensor([[*span, *[PADDING] * (longest - len(span))] for span in spans])
