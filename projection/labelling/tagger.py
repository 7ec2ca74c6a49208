"""Labels text with any token-classification model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.labelling.labeller import LabellerSettings, Labelling, TaggedSpan, TeacherSettings
from silverner.projection.labelling.tagset import TagSet
from silverner.projection.languages import Language
from silverner.projection.neural.batches import BatchLimit
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.settings import ModelSettings
from silverner.projection.neural.windows import SubwordRows, WindowReader
from silverner.projection.spans import Scheme
from silverner.projection.tags.label_map import LabelMap

ENGLISH, MULTILINGUAL = "dslim/bert-base-NER", "FacebookAI/xlm-roberta-large-finetuned-conll03-english"
DIGITS = 6
"""Decimals of a confidence: the last bits of a float depend on the batch it was computed in."""


class Tagger:
    """Label sentences with an ``AutoModelForTokenClassification``.

    The tag of a word is that of its first subword (Devlin et al. 2019, section 5.3). A word without subwords gets
    ``O``. The confidence of an entity is the mean probability of its words' tags. A sentence that is too long for the
    model is read in overlapping windows.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        labels: Sequence[str],
        label_map: LabelMap | None = None,
        scheme: Scheme = "auto",
        distribution: bool = False,
        batch_size: int = 32,
        batch_tokens: int | None = None,
    ) -> None:
        """Remember the settings; the model is loaded when it is first needed.

        :param checkpoint: The model.
        :param labels: The labels of the corpus.
        :param label_map: Other names for the model's labels; ``None`` or ``O`` drops a label.
        :param scheme: How the model writes entities; ``auto`` finds it from the model's tags.
        :param distribution: Whether to return the probabilities of all tags too.
        :param batch_size: Sentences (or windows) the model reads at once.
        :param batch_tokens: Subwords the model reads at once, padding included; then ``batch_size`` does not count.
        """
        self._checkpoint, self._labels, self._map = checkpoint, list(labels), dict(label_map or {})
        self._scheme, self._distribution, self._limit = scheme, distribution, BatchLimit(batch_size, batch_tokens)
        self._reader: WindowReader | None = None
        self._tags: TagSet | None = None

    def __getstate__(self) -> dict[str, object]:
        """Leave the loaded model out when the tagger is sent to a worker."""
        return {**self.__dict__, "_reader": None}

    def release(self) -> None:
        """Free the memory of the model; it is loaded again when it is needed."""
        self._reader = None

    def settings(self) -> Mapping[str, object]:
        """Return the model and everything else that decides the labels."""
        self.check()
        assert self._tags is not None
        return {
            "engine": "tagger",
            **self._checkpoint.settings(),
            "labels": self._labels,
            "label_map": self._map,
            "scheme": self._tags.scheme,
            "distribution": self._distribution,
            **self._limit.settings(),
        }

    def check(self) -> None:
        """Check packages and model, and compare its labels with those of the corpus.

        :raises SilvernerError: when a package or the model is missing, or a label does not fit.
        """
        if self._tags is None:
            self._checkpoint.check()
            names = self._checkpoint.config().id2label
            tags = [str(names[k]) for k in sorted(names)]
            self._tags = TagSet(
                tags, labels=self._labels, label_map=self._map, scheme=self._scheme, model=self._checkpoint.name
            )

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch.

        :param sentences: The tokens of every sentence.
        :returns: Entities with confidence, and the probabilities of all tags if they are asked for.
        :raises SilvernerError: when the model cannot be loaded.
        """
        return [self._labelling(probabilities) for probabilities in self._probabilities(sentences)]

    def probabilities(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Return the probability of every tag of the corpus, without the rounding of :meth:`label`.

        :param sentences: The tokens of every sentence.
        :returns: A float32 matrix a sentence, shape (tokens, tags); tags in the order of
            :func:`~silverner.projection.spans.tag_names`.
        :raises SilvernerError: when the model cannot be loaded.
        """
        word_probabilities = self._probabilities(sentences)
        assert self._tags is not None
        return [self._tags.distribution(p, p.argmax(axis=1).tolist()).astype(np.float32) for p in word_probabilities]

    def _probabilities(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Return the probability of every tag of the model for every word."""
        self.check()
        if self._reader is None:
            self._reader = self._checkpoint.share("tagger", self._load, self._limit)
        rows = self._reader.read(sentences)
        return [self._word_probabilities(len(sentence), row) for sentence, row in zip(sentences, rows, strict=True)]

    def _load(self) -> WindowReader:
        return WindowReader(
            self._checkpoint,
            "tagger",
            _logits,
            width="num_labels",
            batch_size=self._limit.items,
            batch_tokens=self._limit.subwords,
        )

    def _word_probabilities(self, length: int, rows: SubwordRows) -> NDArray[np.float32]:
        """Turn the scores of one sentence's subwords into probabilities of its words' tags."""
        from scipy.special import softmax  # a recipe is read without it

        assert self._tags is not None
        outside = self._tags.tags.index("O")
        probabilities = np.zeros((length, len(self._tags.tags)), dtype=np.float32)
        probabilities[:, outside] = 1.0
        words, first = np.unique(rows.words, return_index=True)
        if len(words):
            probabilities[words] = softmax(rows.vectors[first], axis=1)
        return probabilities

    def _labelling(self, probabilities: NDArray[np.float32]) -> Labelling:
        """Read the entities from the probabilities of one sentence."""
        assert self._tags is not None
        chosen = probabilities.argmax(axis=1).tolist()
        best = probabilities.max(axis=1, initial=0.0)
        spans = tuple(
            TaggedSpan(s.start, s.end, s.label, round(float(best[s.start : s.end].mean(dtype=np.float64)), DIGITS))
            for s in self._tags.spans(chosen)
        )
        if not self._distribution:
            return Labelling(spans, None)
        return Labelling(spans, self._tags.distribution(probabilities, chosen).astype(np.float16))


def _logits(model: Any, ids: Any, mask: Any) -> Any:
    return model(input_ids=ids, attention_mask=mask).logits


class TaggerModelSettings(ModelSettings):
    """The settings of any tagger."""

    scheme: Scheme = Field(
        default="auto", description="how the model writes entities; auto finds it from the model's tags"
    )

    def tagger(self, context: EngineContext, *, distribution: bool = False) -> Tagger:
        """Make the tagger.

        :param context: The corpus.
        :param distribution: Whether to return the probabilities of all tags too.
        """
        return Tagger(
            self.checkpoint(context.base),
            labels=context.labels,
            label_map=context.label_map,
            scheme=self.scheme,
            distribution=distribution,
            batch_size=self.batch_size,
            batch_tokens=self.batch_tokens,
        )


class TaggerSettings(TaggerModelSettings, LabellerSettings):
    """Any token-classification model."""

    extra = "neural"
    licence = "Apache-2.0"

    def build(self, context: EngineContext) -> Tagger:
        """Make the labeller."""
        return self.tagger(context, distribution=self.distribution)

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest an English model for English text, and a multilingual one for any other."""
        model = ENGLISH if source.code == "eng" else MULTILINGUAL
        return f"{{engine: tagger, model: {model}}}   # or any token-classification model"


class TaggerTeacherSettings(TaggerModelSettings, TeacherSettings):
    """A token-classification model of the target language; students learn its probabilities."""

    engine: Literal["tagger"] = Field(default="tagger", description="name of the engine")

    def teacher(self, context: EngineContext) -> Tagger:
        """Make the teacher."""
        return self.tagger(context)
