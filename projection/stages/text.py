"""Makes running text from tokens, translates it, and splits it into tokens.

A sentence can hold several texts, each with a name: ``source``, ``target``, and others such as ``pivot``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import ROW, Batch, release
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.stages.columns import TOKENS
from silverner.projection.stages.fitted_rows import FittedRows
from silverner.projection.text import tokenization
from silverner.projection.translation import Translation, Translator


class Detokenize:
    """Joins the tokens of a text to running text for a translator; a text that was read as running text stays.

    The column ``resplits`` says whether the running text splits into the same tokens again.
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
        rows = list(zip(batch[f"{self._text}.tokens"], batch[f"{self._text}.written"], strict=True))
        return {
            f"{self._text}.text": [
                tokenization.join(tokens, self._language) if written is None else written for tokens, written in rows
            ],
            f"{self._text}.resplits": [tokenization.resplits(tokens, self._language) for tokens, _ in rows],
        }


class GroupTokens:
    """Groups the tokens of a text into words, in languages without spaces, where tokens can be characters."""

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
        """Group the tokens of every sentence; ``ends`` holds the index behind the last token of each word."""
        sentences = batch[f"{self._text}.tokens"]
        grouped = [(tokens, tokenization.word_groups(tokens, self._language)) for tokens in sentences]
        return {
            f"{self._text}.words": [["".join(tokens[i:j]) for i, j in units] for tokens, units in grouped],
            f"{self._text}.ends": [[end for _, end in units] for _, units in grouped],
        }


class Translate:
    """Translates a running text, and adds the positions of words that the translator did not know."""

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
        """Free the memory of the engine's model."""
        release(self._translator)

    def apply(self, batch: Batch) -> Batch:
        """Translate a batch; a sentence without a translation, or with an unfinished one, is dropped."""
        return self._columns(self._translator.translate(batch["id"], batch[f"{self._text}.text"]))

    def _columns(self, translations: Sequence[Translation]) -> Batch:
        return {
            f"{self._into}.text": [t.text for t in translations],
            f"{self._into}.unknown_at": [list(t.unknown) for t in translations],
            DROP: [untranslated(t) for t in translations],
        }


class ReadTranslations(Translate):
    """Adds translations that lie in a file. They are read once; whoever applies the stage finds them in the store."""

    version = 3
    repeatable = True

    def __init__(self, translator: Translator, *, text: str = "source", into: str = "target") -> None:
        """Use an engine with ``reads_file``, see :class:`Translate`."""
        super().__init__(translator, text=text, into=into)
        self.inputs = (ROW, "id")
        self._translations = FittedRows(self.name, "translations", columns={"text": pa.string()})

    def fit(self, batches: Iterable[Batch], path: Path) -> None:
        """Read the translations of all sentences."""
        names = (batch["id"] for batch in batches)
        self._translations.write(
            ({"text": [t.text for t in self._translator.translate(ids, ids)]} for ids in names), path
        )

    def load(self, path: Path) -> None:
        """Use the translations of a file that :meth:`fit` wrote."""
        self._translations.load(path)

    def apply(self, batch: Batch) -> Batch:
        """Look up the translation of every sentence."""
        return self._columns([Translation(text) for text in self._translations.take(batch[ROW])["text"]])


def translate(translator: Translator, *, text: str = "source", into: str = "target") -> Translate:
    """Make the stage that translates a text.

    :param translator: As in :class:`Translate`.
    :param text: As in :class:`Translate`.
    :param into: As in :class:`Translate`.
    """
    kind = ReadTranslations if getattr(translator, "reads_file", False) else Translate
    return kind(translator, text=text, into=into)


def untranslated(translation: Translation) -> str | None:
    """Return the reason to drop a translation; ``None`` for one that can be used."""
    if not translation.text.strip():
        return "no-translation"
    return "unfinished-translation" if translation.cut else None


class Tokenize:
    """Splits running text into tokens, and marks those that the translator did not know."""

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
        texts, places = batch[f"{self._text}.text"], batch[f"{self._text}.unknown_at"]
        tokens = [tokenization.split(text, self._language) for text in texts]
        rows = zip(texts, tokens, places, strict=True)
        return {
            f"{self._text}.tokens": tokens,
            f"{self._text}.unknown": [tokenization.tokens_at(*row) for row in rows],
            DROP: [None if row else f"empty-{self._text}" for row in tokens],
        }
