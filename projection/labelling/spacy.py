"""Labels text with any pipeline of spaCy that finds entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from silverner.projection.chain.engine import EngineContext, Section
from silverner.projection.ensembling.voting import tag_probabilities
from silverner.projection.errors import EngineError, MissingEngineError, SilvernerError
from silverner.projection.labelling.certain import certain_labelling
from silverner.projection.labelling.labeller import LabellerSettings, Labelling, TeacherSettings
from silverner.projection.labelling.spacy_folder import PipelineFolder, find_pipeline
from silverner.projection.labelling.tagset import TagSet
from silverner.projection.languages import Language
from silverner.projection.neural.model_files import model_signature
from silverner.projection.registry import require_package
from silverner.projection.spans import Span
from silverner.projection.tags.label_map import LabelMap, map_labels
from silverner.projection.text.tokenization import extents, join

_NO_CHARACTER = "\u200b"
"""Stands for an empty token, which spaCy refuses."""


class SpacyPipeline:
    """Label sentences with a pipeline of spaCy.

    The tokens of the corpus stay: the pipeline reads them as words, with spaces where the language writes some. The
    sentences of the corpus stay, too. spaCy gives no probabilities, so each entity has confidence 1.
    """

    def __init__(
        self,
        model: str,
        *,
        base: Path,
        language: Language,
        labels: Sequence[str],
        label_map: LabelMap | None = None,
        distribution: bool = False,
        batch_size: int = 256,
    ) -> None:
        """Remember the settings; the pipeline is loaded when it is first needed.

        :param model: Name of an installed package, or path of a folder.
        :param base: The folder that the path is relative to.
        :param language: Language of the text.
        :param labels: The labels of the corpus.
        :param label_map: Other names for the pipeline's labels; ``None`` or ``O`` drops a label.
        :param distribution: Whether to return the probabilities of all tags, too: 1 for the tag of each token.
        :param batch_size: Sentences that the pipeline reads at once.
        """
        self._model, self._base, self._language = model, base, language
        self._labels, self._map = list(labels), dict(label_map or {})
        self._distribution, self._batch_size = distribution, batch_size
        self._nlp: Any = None

    @cached_property
    def _pipeline(self) -> PipelineFolder:
        return find_pipeline(self._model, self._base)

    def __getstate__(self) -> dict[str, object]:
        """Leave the loaded pipeline out when the labeller is sent to a worker."""
        return {**self.__dict__, "_nlp": None}

    def release(self) -> None:
        """Free the memory of the pipeline; it is loaded again when it is needed."""
        self._nlp = None

    def settings(self) -> Mapping[str, object]:
        """Return the pipeline and everything else that decides the labels."""
        self.check()
        return {
            "engine": "spacy",
            "model": model_signature(str(self._pipeline.path)),
            "language": self._language.code,
            "labels": self._labels,
            "label_map": self._map,
            "distribution": self._distribution,
            "batch_size": self._batch_size,
            "spacy": version("spacy"),
            "thinc": version("thinc"),
        }

    def check(self) -> None:
        """Check packages and pipeline, and compare its labels with those of the corpus; nothing is loaded.

        :raises SilvernerError: when a package is missing, the pipeline is refused, or a label does not fit.
        """
        require_package("spacy", "spacy")
        self._pipeline.check()
        tags = ["O", *self._pipeline.labels]
        TagSet(tags, labels=self._labels, label_map=self._map, scheme="plain", model=self._pipeline.name)

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch.

        :param sentences: The tokens of every sentence.
        :returns: The entities, each with confidence 1.
        :raises SilvernerError: when the pipeline cannot be loaded, or fails.
        """
        labelled = self._entities(sentences)
        return [
            certain_labelling(spans, length=len(words), labels=self._labels, distribution=self._distribution)
            for spans, words in zip(labelled, sentences, strict=True)
        ]

    def probabilities(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Return 1 for the tag of every token, and 0 for all others.

        :param sentences: The tokens of every sentence.
        :returns: A float32 matrix a sentence, shape (tokens, tags); tags in the order of
            :func:`~silverner.projection.spans.tag_names`.
        """
        labelled = self._entities(sentences)
        return [
            tag_probabilities(spans, [1.0] * len(spans), len(words), self._labels).astype(np.float32)
            for spans, words in zip(labelled, sentences, strict=True)
        ]

    def _entities(self, sentences: Sequence[Sequence[str]]) -> list[tuple[Span, ...]]:
        """Return the entities of every sentence, with the labels of the corpus."""
        if self._nlp is None:
            self.check()
            self._nlp = self._load()
        from spacy.tokens import Doc

        try:
            with self._nlp.memory_zone():  # else every new word of a long corpus stays in memory
                docs = [
                    Doc(self._nlp.vocab, words=[word or _NO_CHARACTER for word in tokens], spaces=self._spaces(tokens))
                    for tokens in sentences
                ]
                labelled = [
                    [Span(entity.start, entity.end, entity.label_) for entity in doc.ents]
                    for doc in self._nlp.pipe(docs, batch_size=self._batch_size)
                ]
        except Exception as error:  # components of other packages raise errors of any type
            raise EngineError(f"the spaCy pipeline {self._pipeline.name!r} failed: {_first_line(error)}") from error
        for label in {span.label for spans in labelled for span in spans}:
            if label not in self._pipeline.labels:
                raise EngineError(
                    f"the spaCy pipeline {self._pipeline.name!r} gave the label {label!r}, which its meta.json does "
                    "not list; save it again with nlp.to_disk"
                )
        return [map_labels(spans, self._map) for spans in labelled]

    def _spaces(self, tokens: Sequence[str]) -> list[bool]:
        """Tell for each token whether a space follows it in running text."""
        text = join(tokens, self._language)
        ends = [None if place is None else place[1] for place in extents(text, tokens)]
        return [end is not None and text[end : end + 1].isspace() for end in ends]

    def _load(self) -> Any:
        import spacy

        try:
            return spacy.load(self._pipeline.path, exclude=self._pipeline.excluded)
        except SilvernerError:
            raise
        except Exception as error:  # a broken file, or a missing package, makes spaCy raise errors of any type
            raise MissingEngineError(
                f"cannot load the spaCy pipeline {self._pipeline.name!r} with spaCy {spacy.__version__} (it was made "
                f"for {self._pipeline.meta.get('spacy_version', 'an unknown version')}): {_first_line(error)}"
            ) from error


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]


class SpacyModelSettings(Section):
    """A pipeline of spaCy, and its licence if that is not known."""

    model: str = Field(description="an installed package, such as fr_core_news_sm, or a folder beside the recipe")
    license: str | None = Field(default=None, description="licence of the pipeline, written as on the Hub")
    batch_size: int = Field(default=256, ge=1, description="sentences that the pipeline reads at once")

    def labeller(self, context: EngineContext, *, distribution: bool = False) -> SpacyPipeline:
        """Make the labeller.

        :param context: The corpus.
        :param distribution: Whether to return the probabilities of all tags, too.
        """
        return SpacyPipeline(
            self.model,
            base=context.base,
            language=context.source,
            labels=context.labels,
            label_map=context.label_map,
            distribution=distribution,
            batch_size=self.batch_size,
        )


class SpacySettings(SpacyModelSettings, LabellerSettings):
    """Any pipeline of spaCy that finds entities; it has no probabilities, so each entity has confidence 1."""

    extra = "spacy"
    licence = "MIT"
    citation = "Honnibal et al. 2020, spaCy: Industrial-strength natural language processing in Python"

    def build(self, context: EngineContext) -> SpacyPipeline:
        """Make the labeller."""
        return self.labeller(context, distribution=self.distribution)


class SpacyTeacherSettings(SpacyModelSettings, TeacherSettings):
    """A pipeline of spaCy for the target language; students learn its labels as probabilities of 0 and 1."""

    engine: Literal["spacy"] = Field(default="spacy", description="name of the engine")

    def teacher(self, context: EngineContext) -> SpacyPipeline:
        """Make the teacher."""
        return self.labeller(context)
