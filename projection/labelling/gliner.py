"""Labels text with GLiNER, a model that reads the labels too: no training for a label set is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import EngineContext
from silverner.projection.chain.loaded_models import load_once, model_of
from silverner.projection.chain.reports import report
from silverner.projection.ensembling.voting import tag_probabilities
from silverner.projection.errors import UsageError
from silverner.projection.labelling.gliner_folder import (
    CONFIG,
    check_gliner_folder,
    load_gliner,
    read_gliner_config,
)
from silverner.projection.labelling.labeller import LabellerSettings, Labelling, TaggedSpan
from silverner.projection.neural.batches import BatchLimit, in_batches
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.model_files import model_signature
from silverner.projection.neural.settings import ModelSettings
from silverner.projection.neural.windows import longest_window
from silverner.projection.neural.word_windows import joined, word_windows
from silverner.projection.registry import installed_version, require_package
from silverner.projection.scoring.capitalisation import name_kind
from silverner.projection.tags.descriptions import check_descriptions

DIGITS = 6
"""Decimals of a confidence: the last bits of a float depend on the batch it was computed in."""
_USUAL = {"PER": "person", "ORG": "organization", "LOC": "location"}
_LEAST_ROOM = 32
"""Subwords that a window must leave for the text."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a sentence that fits the model: words from ``start`` to ``end``, and its subwords with the prompt."""

    sentence: int
    start: int
    end: int
    subwords: int


class Gliner:
    """Label sentences with a GLiNER model.

    The model reads the descriptions of the labels, then the tokens of the corpus, as they are. A sentence that is too
    long is read in overlapping windows. The confidence of an entity is the probability that the model gives it.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        labels: Sequence[str],
        descriptions: Mapping[str, str] | None = None,
        threshold: float = 0.5,
        distribution: bool = False,
        batch_size: int = 32,
        batch_tokens: int | None = None,
    ) -> None:
        """Remember the settings; the model is loaded when it is first needed.

        :param checkpoint: The model.
        :param labels: The labels of the corpus.
        :param descriptions: What the model reads in place of a label.
        :param threshold: Least probability of an entity.
        :param distribution: Whether to return probabilities of all tags, too: those of the entities, the rest ``O``.
        :param batch_size: Sentences (or windows) the model reads at once.
        :param batch_tokens: Subwords the model reads at once, padding included; then ``batch_size`` does not count.
        """
        self._checkpoint, self._labels = checkpoint, list(labels)
        self._descriptions = {label: description_of(label) for label in labels} | dict(descriptions or {})
        self._threshold, self._distribution = threshold, distribution
        self._limit = BatchLimit(batch_size, batch_tokens)
        self._model: Any = None

    def __getstate__(self) -> dict[str, object]:
        """Leave the loaded model out when the labeller is sent to a worker."""
        return {**self.__dict__, "_model": None}

    def release(self) -> None:
        """Free the memory of the model; it is loaded again when it is needed."""
        self._model = None

    def settings(self) -> Mapping[str, object]:
        """Return the model and everything else that decides the labels."""
        self.check()
        versions = {name: installed_version(name).rpartition(".")[0] for name in ("torch", "transformers")}
        return {
            "engine": "gliner",
            "model": self._signature,
            "precision": self._checkpoint.decided_precision(),
            "labels": self._labels,
            "descriptions": self._descriptions,
            "threshold": self._threshold,
            "distribution": self._distribution,
            **self._limit.settings(),
            "gliner": installed_version("gliner"),
            **versions,
        }

    @cached_property
    def _signature(self) -> str:
        return model_signature(self._checkpoint.name, revision=self._checkpoint.revision, config=CONFIG)

    def check(self) -> None:
        """Check packages and model, and that each label has a description of its own; nothing is loaded.

        :raises SilvernerError: when a package or the model is missing, or the model is refused.
        """
        require_package("gliner", "gliner")
        name = self._checkpoint.name
        if Path(name).is_dir():
            check_gliner_folder(name, Path(name))
        else:
            from huggingface_hub import hf_hub_download

            assert self._signature  # or a message says how to get the model
            read_gliner_config(name, Path(hf_hub_download(name, CONFIG, revision=self._checkpoint.revision)))
        self._checkpoint.torch_device()
        by_description: dict[str, list[str]] = {}
        for label, description in self._descriptions.items():
            by_description.setdefault(description.casefold(), []).append(label)
        for description, labels in by_description.items():
            if len(labels) > 1:
                raise UsageError(
                    f"the labels {' and '.join(labels)} would both be described as {description!r}; describe them: "
                    f"descriptions: {{{labels[0]}: ..., {labels[1]}: ...}}"
                )

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch.

        :param sentences: The tokens of every sentence.
        :returns: Entities with confidence, and probabilities of all tags if they are asked for.
        :raises SilvernerError: when the model cannot be loaded.
        """
        if self._model is None:
            self.check()
            self._model = self._shared_model()
        labelled = self._entities(sentences)
        if not self._distribution:
            return [Labelling(tuple(spans)) for spans in labelled]
        return [
            Labelling(
                tuple(spans),
                tag_probabilities(spans, [s.confidence for s in spans], len(words), self._labels).astype(np.float16),
            )
            for spans, words in zip(labelled, sentences, strict=True)
        ]

    def _entities(self, sentences: Sequence[Sequence[str]]) -> list[list[TaggedSpan]]:
        """Cut sentences into windows, run the model over them, and put their entities together."""
        tokenizer, config = self._model.data_processor.transformer_tokenizer, self._model.config
        costs = self._subwords({word for sentence in sentences for word in sentence})
        words = [[word if costs[word] else tokenizer.unk_token for word in sentence] for sentence in sentences]
        prompt = self._prompt_length()
        room = longest_window(tokenizer, config.encoder_config) - prompt
        if room < _LEAST_ROOM:
            raise UsageError(
                f"the {len(self._labels)} labels and their descriptions take {prompt} subwords, and the model "
                f"{self._checkpoint.name!r} reads {room + prompt} at once; shorten the descriptions, or label in "
                "several voters with a part of the labels each"
            )
        windows = [
            _Window(number, start, end, prompt + sum(max(costs[word], 1) for word in sentence[start:end]))
            for number, sentence in enumerate(sentences)
            for start, end in word_windows(
                [max(costs[word], 1) for word in sentence], room=room, most=config.max_len, overlap=2 * config.max_width
            )
        ]
        windows.sort(key=lambda window: (-window.subwords, window.sentence, window.start))
        outputs = in_batches(
            windows,
            lambda batch: self._run([words[w.sentence][w.start : w.end] for w in batch]),
            size=lambda window: self._limit.count(window.subwords),
            what=f"the model {self._checkpoint.name!r}",
        )
        of_sentences: list[list[tuple[_Window, list[TaggedSpan]]]] = [[] for _ in sentences]
        for number, (window, spans) in enumerate(zip(windows, outputs, strict=True), start=1):
            moved = [TaggedSpan(s.start + window.start, s.end + window.start, s.label, s.confidence) for s in spans]
            of_sentences[window.sentence].append((window, moved))
            report(number / len(windows))
        return [_put_together(parts) for parts in of_sentences]

    def _subwords(self, words: set[str]) -> dict[str, int]:
        """Count the subwords of words."""
        tokenizer, distinct = self._model.data_processor.transformer_tokenizer, sorted(words)
        if not distinct:
            return {}
        ids = tokenizer(distinct, add_special_tokens=False, verbose=False)["input_ids"]
        return {word: len(of_word) for word, of_word in zip(distinct, ids, strict=True)}

    def _prompt_length(self) -> int:
        """Count the subwords of the labels before a text, and the special tokens."""
        processor, names = self._model.data_processor, list(self._descriptions.values())
        (prompt, *_), _ = processor.prepare_inputs([[]], names)
        return len(processor.transformer_tokenizer(prompt, is_split_into_words=True, verbose=False)["input_ids"])

    def _run(self, texts: Sequence[Sequence[str]]) -> list[list[TaggedSpan]]:
        """Run the model over windows of words."""
        label_of = {description: label for label, description in self._descriptions.items()}
        items = [{"tokenized_text": list(words), "ner": None} for words in texts]
        batch = self._model.collate_batch(items, list(label_of))
        output = self._model.run_batch(batch, threshold=self._threshold)
        predicted = self._model.decode_batch(output, batch, threshold=self._threshold)
        return [
            [
                TaggedSpan(one.start, one.end + 1, label_of[one.entity_type], round(float(one.score), DIGITS))
                for one in of_text
                if one.end < len(words)
            ]
            for of_text, words in zip(predicted, texts, strict=True)
        ]

    def _shared_model(self) -> Any:
        how = (self._checkpoint.decided_precision(), str(self._checkpoint.torch_device()))
        load = partial(load_gliner, self._checkpoint)
        return load_once(model_of("gliner", self._signature), how, load, name=f"the model {self._checkpoint.name}")


def description_of(label: str) -> str:
    """Describe a label that nobody described: people, organisations and places by the words GLiNER was trained on.

    :param label: The label.
    :returns: What the model reads.

    >>> description_of("PER"), description_of("WORK_OF_ART"), description_of("person-actor")
    ('person', 'work of art', 'person actor')
    """
    words = " ".join(re.split(r"[-_/.:\s]+", label.casefold()))
    kind = name_kind(label)
    return _USUAL[kind] if kind is not None and " " not in words and label.upper() == kind else words


def _put_together(parts: Sequence[tuple[_Window, list[TaggedSpan]]]) -> list[TaggedSpan]:
    """Put the entities of the windows of one sentence together; of two that overlap, the surer one stays."""
    in_order = sorted(parts, key=lambda part: part[0].start)
    spans = joined([(w.start, w.end) for w, _ in in_order], [spans for _, spans in in_order])
    chosen: list[TaggedSpan] = []
    for span in sorted(spans, key=lambda span: (-span.confidence, span)):
        if all(span.end <= surer.start or surer.end <= span.start for surer in chosen):
            chosen.append(span)
    return sorted(chosen)


class GlinerSettings(ModelSettings, LabellerSettings):
    """A GLiNER model: it labels with any label set, by descriptions of the labels."""

    extra = "gliner"
    licence = "Apache-2.0"
    citation = "Zaratiana et al. 2024, GLiNER: Generalist Model for Named Entity Recognition, NAACL"

    descriptions: dict[str, str] = Field(
        default_factory=dict,
        description="labels, each with what the model reads in its place, such as names of people; by default person, "
        "organization and location for PER, ORG and LOC, and its own words for any other label",
    )
    threshold: float = Field(default=0.5, gt=0, lt=1, description="least probability of an entity")

    @model_validator(mode="after")
    def _refuse_tokenizer(self) -> Self:
        """Refuse another tokenizer, which would not know the marks between labels."""
        if self.tokenizer is not None:
            raise PydanticCustomError("tokenizer", "a GLiNER model has its own tokenizer; leave tokenizer out")
        return self

    def build(self, context: EngineContext) -> Gliner:
        """Make the labeller."""
        check_descriptions(self.descriptions, context.labels)
        return Gliner(
            self.checkpoint(context.base),
            labels=context.labels,
            descriptions=self.descriptions,
            threshold=self.threshold,
            distribution=self.distribution,
            batch_size=self.batch_size,
            batch_tokens=self.batch_tokens,
        )
