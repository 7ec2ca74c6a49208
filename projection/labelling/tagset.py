"""Turns the tags of a model into spans, labels and probabilities of the corpus."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import UsageError, nearest
from silverner.projection.spans import Scheme, Span, spans_from_tags, split_tag, tag_names
from silverner.projection.tags.label_map import LabelMap


class TagSet:
    """The tags of one model, in the order of its outputs, read as the labels of a corpus."""

    def __init__(
        self, tags: Sequence[str], *, labels: Sequence[str], label_map: LabelMap, scheme: Scheme = "auto", model: str
    ) -> None:
        """Compare the labels of a model with those of a corpus.

        :param tags: The model's tags, such as ``O``, ``B-PER``, ``S-LOC``, or ``PER`` (plain).
        :param labels: The labels of the corpus.
        :param label_map: Other names for the model's labels; ``None`` or ``O`` drops a label.
        :param scheme: How the model writes entities; ``auto`` finds it from the tags; B- and I- mean IOB2.
        :param model: Name of the model, for messages.
        :raises UsageError: when the model has a label that is not in ``labels`` or the map, or has no ``O``.
        """
        self.tags, self.labels = list(tags), list(labels)
        parts = [split_tag(tag) for tag in tags]
        prefixes = {prefix for prefix, _ in parts} - {"O"}
        if "O" not in self.tags:
            first_tags = ", ".join(self.tags[:8])
            raise UsageError(f"the model {model!r} has the tags {first_tags}, but no O, so it is not an entity tagger")
        if scheme == "auto":
            scheme = "bioes" if prefixes & {"E", "S"} else "plain" if prefixes == {""} else "iob2"
        self.scheme = scheme
        self._new: dict[str, str | None] = {}
        for _, label in parts:
            if label:
                self._new[label] = self._corpus_label(label, label_map, model)

    def _corpus_label(self, label: str, label_map: LabelMap, model: str) -> str | None:
        new = label_map.get(label, label)
        if label not in label_map and label not in self.labels:
            raise UsageError(
                f"the model {model!r} has the label {label!r}, which is not in the recipe's labels; "
                f"{nearest(label, self.labels)}; add it to them, or drop it with label_map: {{{label}: O}}"
            )
        return None if new in {None, "O"} else new

    def spans(self, chosen: Sequence[int]) -> list[Span]:
        """Read the entities from one tag a word; a broken sequence is read as the CoNLL scorer reads it.

        :param chosen: Indices into the model's tags.
        :returns: The entities whose labels the corpus has, with these labels.
        """
        spans = spans_from_tags([self.tags[k] for k in chosen], scheme=self.scheme, repair=True)
        relabelled = [(span, self._new[span.label]) for span in spans]
        return [Span(span.start, span.end, label) for span, label in relabelled if label is not None]

    def distribution(self, probabilities: NDArray[np.floating], chosen: Sequence[int]) -> NDArray[np.float64]:
        """Turn probabilities of the model's tags into those of the corpus's tags.

        ``S-`` counts as ``B-``, ``E-`` as ``I-``, a dropped label as ``O``. Some tags do not say whether they begin an
        entity: every plain one, and ``I-`` in IOB1. Such a tag counts as ``I-`` after a word with the same label.

        :param probabilities: Shape (words, model tags).
        :param chosen: The tag chosen for every word.
        :returns: Shape (words, corpus tags), in the order of :func:`~silverner.projection.spans.tag_names`.
        """
        names = {name: k for k, name in enumerate(tag_names(self.labels))}
        corpus_probabilities = np.zeros((len(probabilities), len(names)), dtype=np.float64)
        previous_labels = np.array(["", *(split_tag(self.tags[k])[1] for k in chosen)][: len(probabilities)])
        for k, tag in enumerate(self.tags):
            prefix, label = split_tag(tag)
            new = self._new.get(label)
            column = probabilities[:, k].astype(np.float64)
            if new is None:
                corpus_probabilities[:, names["O"]] += column
                continue
            inside = np.full(len(corpus_probabilities), prefix in {"I", "E"})
            if prefix == "" or (prefix == "I" and self.scheme == "iob1"):
                inside = previous_labels == label
            corpus_probabilities[:, names[f"I-{new}"]] += np.where(inside, column, 0.0)
            corpus_probabilities[:, names[f"B-{new}"]] += np.where(inside, 0.0, column)
        return corpus_probabilities
