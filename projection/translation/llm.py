"""Translates with a language model behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from silverner.projection.chain.engine import EngineContext
from silverner.projection.llm.answer import Unusable, UnusableAnswerError
from silverner.projection.llm.endpoint import EXTRA
from silverner.projection.llm.language_model import LanguageModel
from silverner.projection.llm.settings import LlmSettings
from silverner.projection.translation.translator import Translation, TranslatorSettings

_SCHEMA = {
    "type": "object",
    "properties": {"translation": {"type": "string"}},
    "required": ["translation"],
    "additionalProperties": False,
}


class LlmTranslator:
    """Ask a model for a translation of every sentence. A sentence without a usable answer has no translation."""

    def __init__(self, model: LanguageModel) -> None:
        """Use a model.

        :param model: The model, with the task to translate.
        """
        self._model = model

    def settings(self) -> Mapping[str, object]:
        """Return model, prompt and parameters."""
        return self._model.settings()

    def check(self) -> None:
        """Check package, key and prompt; the server is not asked.

        :raises SilvernerError: when one of them is missing or wrong.
        """
        self._model.check()

    def release(self) -> None:
        """Close all connections."""
        self._model.release()

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch.

        :param ids: Not used.
        :param texts: The sentences.
        :returns: One translation a sentence.
        :raises EngineError: when the server does not answer, the budget is spent, or no answer can be used.
        """
        with_words = [text for text in texts if text.strip()]
        translations = iter(self._model.ask([{"text": text} for text in with_words], _translation))
        results = [next(translations) if text.strip() else "" for text in texts]
        return [Translation("" if isinstance(one, Unusable) else one) for one in results]


def _translation(question: Mapping[str, Any], answer: Any) -> str:
    """Read an answer; line breaks count as spaces."""
    text = answer.get("translation") if isinstance(answer, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise UnusableAnswerError
    return " ".join(text.split())


class LlmTranslatorSettings(LlmSettings, TranslatorSettings):
    """A language model behind an OpenAI-compatible endpoint: vLLM, llama.cpp, Ollama, or a hosted one."""

    extra = EXTRA
    licence = "Apache-2.0"

    def build(self, context: EngineContext) -> LlmTranslator:
        """Make the translator."""
        values = {"source": context.source.name, "target": context.target.name}
        return LlmTranslator(
            LanguageModel(
                self, task="translate", values=values, schema=_SCHEMA, base=context.base, store=context.answers
            )
        )
