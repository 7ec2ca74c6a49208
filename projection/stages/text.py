"""Running text: tokens into it, from one language into another, and into tokens again.

A sentence can hold several texts, each with a name: ``source``, ``target``, and whatever stands between them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch, release
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.stages.columns import TOKENS
from silverner.projection.text import tokenization
from silverner.projection.translation import Translation, Translator


class Detokenize:
    """The tokens of a text into the running text a translator needs; text that was read as such stays as written.

    Where splitting the text does not give the tokens back, the sentence says so.
    """

    name = "detokenize"
    version = 2

    def __init__(self, language: LanguageLike, *, text: str = "source") -> None:
        """Choose a text, and the rules of its language."""
        self._language, self._text = language_of(language), text
        self.inputs: tuple[str, ...] = (f"{text}.tokens", f"{text}.written")
        self.outputs: Mapping[str, pa.DataType] = {f"{text}.text": pa.string(), f"{text}.resplits": pa.bool_()}

    def settings(self) -> Mapping[str, object]:
        """Return language and version of the rules.

        :raises MissingEngineError: when the language's segmenter is not installed.
        """
        tokenization.check(self._language)
        return tokenization.settings(self._language)

    def apply(self, batch: Batch) -> Batch:
        """Join the tokens of every sentence."""
        rows = list(zip(*(batch[name] for name in self.inputs), strict=True))
        return {
            f"{self._text}.text": [
                tokenization.join(tokens, self._language) if written is None else written for tokens, written in rows
            ],
            f"{self._text}.resplits": [tokenization.resplits(tokens, self._language) for tokens, _ in rows],
        }


class GroupTokens:
    """The tokens of a text into words, in a language without spaces, where a corpus can have characters for tokens."""

    name = "group-tokens"
    version = 1

    def __init__(self, language: LanguageLike, *, text: str = "target") -> None:
        """Choose a text, and the segmenter of its language."""
        self._language, self._text = language_of(language), text
        self.inputs: tuple[str, ...] = (f"{text}.tokens",)
        self.outputs: Mapping[str, pa.DataType] = {f"{text}.words": TOKENS, f"{text}.ends": pa.list_(pa.int32())}

    def settings(self) -> Mapping[str, object]:
        """Return language and version of the segmenter.

        :raises MissingEngineError: when it is not installed.
        """
        tokenization.check(self._language)
        return tokenization.settings(self._language)

    def apply(self, batch: Batch) -> Batch:
        """Group the tokens of every sentence; a word is known by the token behind its last."""
        grouped = [(tokens, tokenization.units(tokens, self._language)) for tokens in batch[self.inputs[0]]]
        return {
            f"{self._text}.words": [["".join(tokens[i:j]) for i, j in units] for tokens, units in grouped],
            f"{self._text}.ends": [[end for _, end in units] for _, units in grouped],
        }


class Translate:
    """One running text into another language, with the engine's evidence on words it did not know."""

    name = "translate"
    version = 2

    def __init__(self, translator: Translator, *, text: str = "source", into: str = "target") -> None:
        """Use an engine.

        :param translator: The engine.
        :param text: The text to translate.
        :param into: Name of the translation.
        """
        self._translator, self._text, self._into = translator, text, into
        self.inputs: tuple[str, ...] = ("id", f"{text}.text")
        self.outputs: Mapping[str, pa.DataType] = {
            f"{into}.text": pa.string(),
            f"{into}.unknown_at": pa.list_(pa.int32()),
        }

    def settings(self) -> Mapping[str, object]:
        """Return the engine's settings."""
        return self._translator.settings()

    def release(self) -> None:
        """Let the engine's model go."""
        release(self._translator)

    def apply(self, batch: Batch) -> Batch:
        """Translate a batch; a sentence without translation, or with half of one, is dropped."""
        done = self._translator.translate(batch["id"], batch[f"{self._text}.text"])
        return {
            f"{self._into}.text": [t.text for t in done],
            f"{self._into}.unknown_at": [list(t.unknown) for t in done],
            DROP: [untranslated(t) for t in done],
        }


def untranslated(translation: Translation) -> str | None:
    """Tell why a translation is of no use; ``None`` when it is."""
    if not translation.text.strip():
        return "no-translation"
    return "unfinished-translation" if translation.cut else None


class Tokenize:
    """Running text into tokens; the translator's evidence moves onto them."""

    name = "tokenize"
    version = 1

    def __init__(self, language: LanguageLike, *, text: str = "target") -> None:
        """Choose a text, and the rules of its language."""
        self._language, self._text = language_of(language), text
        self.inputs: tuple[str, ...] = (f"{text}.text", f"{text}.unknown_at")
        self.outputs: Mapping[str, pa.DataType] = {f"{text}.tokens": TOKENS, f"{text}.unknown": pa.list_(pa.int32())}

    def settings(self) -> Mapping[str, object]:
        """Return language and version of the rules.

        :raises MissingEngineError: when the language's segmenter is not installed.
        """
        tokenization.check(self._language)
        return tokenization.settings(self._language)

    def apply(self, batch: Batch) -> Batch:
        """Split every sentence."""
        texts, places = (batch[name] for name in self.inputs)
        tokens = [tokenization.split(text, self._language) for text in texts]
        rows = zip(texts, tokens, places, strict=True)
        return {
            f"{self._text}.tokens": tokens,
            f"{self._text}.unknown": [tokenization.tokens_at(*row) for row in rows],
            DROP: [None if row else f"empty-{self._text}" for row in tokens],
        }
