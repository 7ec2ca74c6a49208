"""The judge: a language model that is asked whether each entity of a sentence is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.languages import Language
from silverner.projection.llm.answer import Unusable, UnusableAnswerError
from silverner.projection.llm.labels import LabelledLlmSettings
from silverner.projection.llm.language_model import LanguageModel
from silverner.projection.spans import Span
from silverner.projection.text import tokenization

_VERDICT = {
    "type": "object",
    "properties": {"number": {"type": "integer"}, "right": {"type": "boolean"}},
    "required": ["number", "right"],
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "properties": {"verdicts": {"type": "array", "items": _VERDICT}},
    "required": ["verdicts"],
    "additionalProperties": False,
}


class Judge:
    """Ask a model about the entities of every sentence."""

    def __init__(self, model: LanguageModel, *, language: Language) -> None:
        """Use a model.

        :param model: The model, with the task to judge.
        :param language: The language of the text.
        """
        self._model, self._language = model, language

    def settings(self) -> Mapping[str, object]:
        """Return model, prompt, parameters, and how text is joined from tokens.

        :raises SilvernerError: when package, key or prompt is missing or wrong.
        """
        tokenization.check(self._language)
        return {**self._model.settings(), "text": dict(tokenization.settings(self._language))}

    def release(self) -> None:
        """Close all connections."""
        self._model.release()

    def judge(self, sentences: Sequence[Sequence[str]], entities: Sequence[Sequence[Span]]) -> list[float | None]:
        """Judge a batch.

        :param sentences: The tokens of every sentence.
        :param entities: Its entities.
        :returns: For every sentence the share of its entities that the model calls right; 1 where there are none, and
            ``None`` where the model gave no usable answer.
        :raises EngineError: when the server does not answer, the budget is spent, or no answer can be used.
        """
        rows = list(zip(sentences, entities, strict=True))
        answers = iter(self._model.ask([self._question(*row) for row in rows if row[1]], _share_of_right_ones))
        shares = [next(answers) if spans else 1.0 for _, spans in rows]
        return [None if isinstance(share, Unusable) else share for share in shares]

    def _question(self, tokens: Sequence[str], spans: Sequence[Span]) -> dict[str, Any]:
        """Return the data of a request."""
        return {
            "text": tokenization.join(tokens, self._language),
            "entities": [
                {
                    "number": k,
                    "text": tokenization.join(tokens[span.start : span.end], self._language),
                    "label": span.label,
                }
                for k, span in enumerate(spans, start=1)
            ],
        }


def _share_of_right_ones(question: Mapping[str, Any], answer: Any) -> float:
    """Read an answer: it has a verdict on every entity."""
    verdicts = answer.get("verdicts") if isinstance(answer, dict) else None
    if not isinstance(verdicts, list):
        raise UnusableAnswerError
    right: dict[int, bool] = {}
    for verdict in verdicts:
        number, is_right = (verdict.get("number"), verdict.get("right")) if isinstance(verdict, dict) else (None, None)
        if type(number) is not int or not isinstance(is_right, bool) or number in right:
            raise UnusableAnswerError
        right[number] = is_right
    if right.keys() != {entity["number"] for entity in question["entities"]}:
        raise UnusableAnswerError
    return sum(right.values()) / len(right)


class JudgeSettings(LabelledLlmSettings):
    """A language model behind an OpenAI-compatible endpoint, which is asked whether each entity is right."""

    engine: Literal["llm"] = Field(default="llm", description="name of the engine")

    def build(self, context: EngineContext) -> Judge:
        """Make the judge.

        :param context: The corpus; ``target`` is the language of the text.
        """
        values = {"language": context.target.name, "labels": self.explained(context.labels)}
        model = LanguageModel(
            self, task="judge", values=values, schema=_SCHEMA, base=context.base, store=context.answers
        )
        return Judge(model, language=context.target)
