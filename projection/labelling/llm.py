"""Labels text with a language model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import EngineContext
from silverner.projection.labelling.labeller import LabellerSettings, Labelling, TaggedSpan
from silverner.projection.languages import Language
from silverner.projection.llm.answer import Unusable, UnusableAnswerError
from silverner.projection.llm.endpoint import EXTRA
from silverner.projection.llm.grounding import GroundedText, order_of_claims
from silverner.projection.llm.labels import LabelledLlmSettings
from silverner.projection.llm.language_model import LanguageModel
from silverner.projection.tags.label_map import LabelMap
from silverner.projection.text import tokenization

Mention = tuple[str, str]
"""Words and their label, as a model names them."""


class LlmLabeller:
    """Ask a model for the entities of every sentence; only those that stand in the sentence are taken.

    A model says nothing on how certain it is, so each entity has confidence 1.
    """

    def __init__(self, model: LanguageModel, *, language: Language, labels: Sequence[str], label_map: LabelMap) -> None:
        """Use a model.

        :param model: The model, with the task to label.
        :param language: The language of the text.
        :param labels: The labels of the corpus.
        :param label_map: Other names of labels, which a model may use; ``None`` or ``O`` drops a label.
        """
        self._model, self._language, self._labels, self._map = model, language, list(labels), dict(label_map)

    def settings(self) -> Mapping[str, object]:
        """Return model, prompt, parameters, and how text is joined from tokens."""
        text = dict(tokenization.settings(self._language))
        return {**self._model.settings(), "text": text, "labels": self._labels, "label_map": self._map}

    def check(self) -> None:
        """Check package, key and prompt; the server is not asked.

        :raises SilvernerError: when one of them is missing or wrong.
        """
        tokenization.check(self._language)
        self._model.check()

    def release(self) -> None:
        """Close all connections."""
        self._model.release()

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch.

        :param sentences: The tokens of every sentence.
        :returns: The entities of every sentence.
        :raises EngineError: when the server does not answer, the budget is spent, or no answer can be used.
        """
        texts = [GroundedText(tokens, self._language) for tokens in sentences]
        with_words = [text for text in texts if text.text]
        answers = iter(self._model.ask([{"text": text.text} for text in with_words], _mentions))
        rejected: Counter[str] = Counter()
        named, labellings = 0, []
        for text in texts:
            answer = next(answers) if text.text else []
            if isinstance(answer, Unusable):
                labellings.append(Labelling((), unanswered=True))
            else:
                named += len(answer)
                labellings.append(Labelling(self._grounded(text, answer, rejected)))
        self._model.reject(rejected, of=named, what="entities")
        return labellings

    def _grounded(
        self, text: GroundedText, mentions: Sequence[Mention], rejected: Counter[str]
    ) -> tuple[TaggedSpan, ...]:
        """Return the entities that stand in a sentence, and count the others."""
        spans = []
        for k in order_of_claims([words for words, _ in mentions]):
            words, named = mentions[k]
            label = named if named in self._labels else self._map.get(named, "")
            if label in {None, "O"}:
                continue
            place = text.take(words) if label else "unknown-label"
            if isinstance(place, str):
                rejected[place] += 1
            else:
                spans.append(TaggedSpan(*place, str(label), 1.0))
        return tuple(sorted(spans))


def _mentions(question: Mapping[str, Any], answer: Any) -> list[Mention]:
    """Read an answer."""
    entities = answer.get("entities") if isinstance(answer, dict) else None
    if not isinstance(entities, list):
        raise UnusableAnswerError
    mentions = []
    for entity in entities:
        words, label = (entity.get("text"), entity.get("label")) if isinstance(entity, dict) else (None, None)
        if not (isinstance(words, str) and isinstance(label, str)):
            raise UnusableAnswerError
        mentions.append((words, label))
    return mentions


def _schema(labels: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of an answer."""
    entity = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "label": {"type": "string", "enum": list(labels)}},
        "required": ["text", "label"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"entities": {"type": "array", "items": entity}},
        "required": ["entities"],
        "additionalProperties": False,
    }


class LlmLabellerSettings(LabelledLlmSettings, LabellerSettings):
    """A language model behind an OpenAI-compatible endpoint, which is asked for the entities of a sentence."""

    extra = EXTRA
    licence = "Apache-2.0"

    @model_validator(mode="after")
    def _refuse_probabilities(self) -> Self:
        if self.distribution:
            raise PydanticCustomError("distribution", "a language model gives no probabilities of tags")
        return self

    def build(self, context: EngineContext) -> LlmLabeller:
        """Make the labeller."""
        values = {"language": context.source.name, "labels": self.explained(context.labels)}
        model = LanguageModel(
            self,
            task="label",
            values=values,
            schema=_schema(context.labels),
            base=context.base,
            store=context.answers,
        )
        return LlmLabeller(model, language=context.source, labels=context.labels, label_map=context.label_map)
