"""Links entities and their places in the translation, which a language model is asked for: contextual projection.

The model sees both sentences and copies from the target what stands for each entity. Its answer becomes links: each
token of the entity to each token of the place. Every method that projects can use it, alone or in a list of aligners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.aligner import AlignerSettings
from silverner.projection.chain.engine import EngineContext
from silverner.projection.errors import UsageError
from silverner.projection.languages import Language
from silverner.projection.llm.answer import Unusable, UnusableAnswerError
from silverner.projection.llm.endpoint import EXTRA
from silverner.projection.llm.grounding import GroundedText, order_of_claims
from silverner.projection.llm.language_model import LanguageModel
from silverner.projection.llm.settings import LlmSettings
from silverner.projection.spans import Span
from silverner.projection.text import tokenization

_PLACE = {
    "type": "object",
    "properties": {"number": {"type": "integer"}, "text": {"type": "string"}},
    "required": ["number", "text"],
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "properties": {"places": {"type": "array", "items": _PLACE}},
    "required": ["places"],
    "additionalProperties": False,
}
Places = dict[int, str]
"""The words that stand for each entity, by its number."""


class LlmAligner:
    """Ask a model where the entities of a sentence are in its translation."""

    learns = False

    def __init__(self, model: LanguageModel, *, source: Language, target: Language) -> None:
        """Use a model.

        :param model: The model, with the task to locate.
        :param source: The language of the side with the entities.
        :param target: The language of the other side.
        """
        self._model, self._source, self._target = model, source, target

    def settings(self) -> Mapping[str, object]:
        """Return model, prompt, parameters, and how text is joined from tokens."""
        texts = [dict(tokenization.settings(language)) for language in (self._source, self._target)]
        return {**self._model.settings(), "texts": texts}

    def check(self) -> None:
        """Check package, key and prompt; the server is not asked.

        :raises SilvernerError: when one of them is missing or wrong.
        """
        for language in (self._source, self._target):
            tokenization.check(language)
        self._model.check()

    def release(self) -> None:
        """Close all connections."""
        self._model.release()

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Refuse to link sentences of which nobody says the entities.

        :raises UsageError: always.
        """
        raise UsageError("the aligner llm links entities, not all words; use it in a recipe, where entities are known")

    def align_entities(
        self,
        sources: Sequence[Sequence[str]],
        entities: Sequence[Sequence[Span]],
        targets: Sequence[Sequence[str]],
    ) -> list[AlignedPair | None]:
        """Link the entities of sentence pairs.

        :param sources: Source tokens of every sentence.
        :param entities: The entities of every source sentence, from left to right.
        :param targets: Target tokens of every sentence.
        :returns: The links of every pair; ``None`` where the model gave no usable answer.
        :raises EngineError: when the server does not answer, the budget is spent, or no answer can be used.
        """
        texts = [GroundedText(tokens, self._target) for tokens in targets]
        rows = list(zip(sources, entities, texts, strict=True))
        questions = [self._question(*row) for row in rows if row[1] and row[2].text]
        answers = iter(self._model.ask(questions, _places))
        rejected: Counter[str] = Counter()
        pairs: list[AlignedPair | None] = []
        named = 0
        for _, spans, text in rows:
            answer = next(answers) if spans and text.text else {}
            if isinstance(answer, Unusable):
                pairs.append(None)
            else:
                named += sum(map(bool, answer.values()))
                links = _links(spans, text, answer, rejected)
                pairs.append(AlignedPair(links, links))
        self._model.reject(rejected, of=named, what="places")
        return pairs

    def _question(self, source: Sequence[str], spans: Sequence[Span], target: GroundedText) -> dict[str, Any]:
        """Return the data of a request."""
        words = [tokenization.join(source[span.start : span.end], self._source) for span in spans]
        return {
            "source": tokenization.join(source, self._source),
            "target": target.text,
            "entities": [{"number": k, "text": text} for k, text in enumerate(words, start=1)],
        }


def _places(question: Mapping[str, Any], answer: Any) -> Places:
    """Read an answer: each number at most once, and none that was not asked about."""
    places = answer.get("places") if isinstance(answer, dict) else None
    if not isinstance(places, list):
        raise UnusableAnswerError
    words: Places = {}
    for place in places:
        number, text = (place.get("number"), place.get("text")) if isinstance(place, dict) else (None, None)
        if type(number) is not int or not isinstance(text, str) or number in words:
            raise UnusableAnswerError
        words[number] = text.strip()
    if not words.keys() <= {entity["number"] for entity in question["entities"]}:
        raise UnusableAnswerError
    return words


def _links(
    spans: Sequence[Span], text: GroundedText, answer: Places, rejected: Counter[str]
) -> list[tuple[int, int, float]]:
    """Link each entity and its place, if that is in the target; count the others."""
    numbers = [number for number in sorted(answer) if answer[number]]
    links: list[tuple[int, int, float]] = []
    for k in order_of_claims([answer[number] for number in numbers]):
        place = text.take(answer[numbers[k]])
        if isinstance(place, str):
            rejected[place] += 1
        else:
            span = spans[numbers[k] - 1]
            links += [(i, j, 1.0) for i in range(span.start, span.end) for j in range(*place)]
    return sorted(links)


class LlmAlignerSettings(LlmSettings, AlignerSettings):
    """A language model behind an OpenAI-compatible endpoint, which is asked where each entity is in the translation."""

    extra = EXTRA
    licence = "Apache-2.0"
    citation = (
        "Parekh et al. 2024: Contextual Label Projection for Cross-Lingual Structured Prediction. NAACL 2024 "
        "(arXiv 2309.08943)"
    )
    keeps_tokens: ClassVar[bool] = True
    reads_entities: ClassVar[bool] = True

    def build(self, context: EngineContext) -> LlmAligner:
        """Make the aligner."""
        values = {"source": context.source.name, "target": context.target.name}
        model = LanguageModel(
            self, task="locate", values=values, schema=_SCHEMA, base=context.base, store=context.answers
        )
        return LlmAligner(model, source=context.source, target=context.target)
