"""Turns the tags of a model into spans, labels and probabilities of the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from silverner.projection.errors import UsageError
from silverner.projection.spans import Scheme, Span, spans_from_tags, split_tag, tag_names
from silverner.projection.tags.label_advice import advice
from silverner.projection.tags.label_map import LabelMap
from silverner.projection.tags.spelling import SpellingError, standard_tags


def model_scheme(tags: Sequence[str]) -> Scheme:
    """Tell how a model writes entities, from the names of its tags alone.

    A label that has ``I-`` and no ``B-`` shows IOB1: there ``B-`` is needed only between two entities of one label, so
    the text a model was trained on may hold none (``FacebookAI/xlm-roberta-large-finetuned-conll03-english`` has
    ``I-PER`` and no ``B-PER``). An IOB1 model that has ``B-`` for every label cannot be told from an IOB2 model.

    :param tags: The model's tags, in the standard spelling.
    :returns: One of the schemes, never ``auto``.

    >>> model_scheme(["O", "B-LOC", "I-LOC", "I-PER"]), model_scheme(["O", "B-LOC", "I-LOC", "B-DATE"])
    ('iob1', 'iob2')
    """
    parts = {split_tag(tag) for tag in tags} - {("O", "")}
    prefixes = {prefix for prefix, _ in parts}
    if prefixes & {"E", "S"}:
        return "bioes"
    if prefixes == {""}:
        return "plain"
    return "iob1" if any(prefix == "I" and ("B", label) not in parts for prefix, label in parts) else "iob2"


def counterparts(
    tags: Sequence[str], corpus_tags: Sequence[str], label_map: LabelMap = MappingProxyType({})
) -> list[int | None]:
    """Find the tag of a model that says most nearly what each tag of a corpus says.

    In a plain model one tag stands for both ``B-`` and ``I-``. In an IOB1 model it is ``I-`` that begins nearly all
    entities. If several labels of the model become one label of the corpus, the one with its name counts, or else the
    first.

    :param tags: The tags of the model, in any scheme and order.
    :param corpus_tags: The tags of the corpus (IOB2).
    :param label_map: Other names for the model's labels.
    :returns: For each tag of the corpus the index of the model's; ``None`` where the model has none.

    >>> counterparts(["O", "B-LOC", "I-LOC", "I-PER"], ["O", "B-PER", "I-PER", "B-DATE"])
    [0, 3, 3, None]
    >>> counterparts(["O", "B-GPE", "I-GPE", "B-LOC"], ["O", "B-LOC", "I-LOC"], {"GPE": "LOC"})
    [0, 3, 2]
    """
    try:
        spelling = standard_tags(tags)
    except SpellingError:
        spelling = {}  # the tags of another task, such as parts of speech
    standard = [spelling.get(tag, tag) for tag in tags]
    prefixes = {"iob1": {"B": "IB", "I": "I"}}.get(model_scheme(standard), {"B": "BS", "I": "IE"})
    model_tags = [(k, *split_tag(tag)) for k, tag in enumerate(standard)]
    index: dict[tuple[str, str], int] = {}
    for k, prefix, label in sorted(model_tags, key=lambda tag: tag[2] in label_map):
        new = label_map.get(label, label)
        if new not in (None, "O"):
            index.setdefault((prefix, new), k)
    found = []
    for tag in corpus_tags:
        prefix, label = split_tag(tag)
        alike = [("O", "")] if prefix == "O" else [*((p, label) for p in prefixes[prefix]), ("", label)]
        found.append(next((index[one] for one in alike if one in index), None))
    return found


class TagSet:
    """The tags of one model, in the order of its outputs, read as the labels of a corpus."""

    def __init__(
        self, tags: Sequence[str], *, labels: Sequence[str], label_map: LabelMap, scheme: Scheme = "auto", model: str
    ) -> None:
        """Compare the labels of a model with those of a corpus.

        :param tags: The model's tags, such as ``O``, ``B-PER``, ``S-LOC``, or ``PER`` (plain).
        :param labels: The labels of the corpus.
        :param label_map: Other names for the model's labels; ``None`` or ``O`` drops a label.
        :param scheme: How the model writes entities; ``auto`` finds it from the tags (:func:`model_scheme`).
        :param model: Name of the model, for messages.
        :raises UsageError: when the model has a label that is not in ``labels`` or the map, or has no ``O``.
        """
        try:
            spelling = standard_tags(tags, scheme=scheme)
        except SpellingError as error:
            raise UsageError(f"the model {model!r} has a {error}") from error
        self.tags, self.labels = [spelling.get(tag, tag) for tag in tags], list(labels)
        if "O" not in self.tags:
            first_tags = ", ".join(self.tags[:8])
            raise UsageError(f"the model {model!r} has the tags {first_tags}, but no O, so it is not an entity tagger")
        self.scheme = model_scheme(self.tags) if scheme == "auto" else scheme
        new = {label: label_map.get(label, label) for tag in self.tags if (label := split_tag(tag)[1])}
        if unknown := [name for name in dict.fromkeys(new.values()) if name not in (None, "O", *labels)]:
            names = ", ".join(map(repr, unknown))
            raise UsageError(
                f"the model {model!r} has labels that are not among {', '.join(labels)}: {names}; "
                f"{advice([str(name) for name in unknown], labels)}"
            )
        self._new = {label: None if name == "O" else name for label, name in new.items()}

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
        entity: every plain one, and ``I-`` in IOB1. Such a tag counts as ``I-`` after a word whose chosen tag has the
        same label, and as ``B-`` after any other. The word before is uncertain itself, so a share of its probability
        could go to each of the two. But then the likeliest tags would cut an entity in which one word is uncertain,
        and no longer give the entities of :meth:`spans`, which students and votes compare with them.

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
