"""The interface of every translation engine, and the table of engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.languages import Language
from silverner.projection.registry import Registry, subclass_of

if TYPE_CHECKING:
    from silverner.projection.translation.inserter import Inserter


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated sentence.

    :param text: The translation, without marks of the engine.
    :param unknown: Positions in ``text`` at which a word begins that the engine could not translate.
    :param cut: Whether the engine stopped before the end of the sentence.
    """

    text: str
    unknown: tuple[int, ...] = ()
    cut: bool = False


class Translator(Protocol):
    """Translates sentences from one language into another.

    A translator that looks up its translations in a file of this machine says so by an attribute ``reads_file``: then
    they are read before the sentences are given to workers, which may be on other machines.
    """

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the translations; it becomes part of the signature."""

    def check(self) -> None:
        """Check that the engine can run.

        :raises SilvernerError: naming what is missing, before the build starts.
        """

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch; each translation depends on its own sentence alone.

        :param ids: The sentences' ids.
        :param texts: The sentences, without line breaks.
        :returns: One translation a sentence; the text is empty if the engine gave no translation.
        """


class TranslatorSettings(EngineSettings):
    """The section of a recipe that names a translator.

    :cvar translates_any_text: Whether the engine translates any text, such as a single name or a marked sentence.
        Translations that exist already in a file do not.
    :cvar gives_probabilities: Whether the engine says how probable a translation is; then it can insert markers.
    """

    translates_any_text: ClassVar[bool] = True
    gives_probabilities: ClassVar[bool] = False

    def build(self, context: EngineContext) -> Translator:
        """Make the translator; its model is not loaded yet.

        :param context: The corpus; the engine translates from ``source`` into ``target``.
        """
        raise NotImplementedError

    def inserter(self, context: EngineContext) -> Inserter:
        """Make the engine that inserts markers, for settings with ``gives_probabilities``.

        :param context: The corpus, as in :meth:`build`.
        """
        raise NotImplementedError

    def reversed(self) -> Self:
        """Return the settings for the other direction, for a recipe without a ``back_translator``."""
        return self

    @classmethod
    def names_for(cls, language: Language) -> tuple[str, ...]:
        """Return the names that ``silverner languages`` lists as translators of a language.

        :param language: The language.
        :returns: Names of engines or families of models that know it; empty if this engine does not.
        """
        return ()


TRANSLATORS: Registry[type[TranslatorSettings]] = Registry(
    "translator",
    "silverner.translators",
    {
        "apertium": "silverner.projection.translation.apertium:ApertiumSettings",
        "ctranslate2": "silverner.projection.translation.ctranslate2:CTranslate2Settings",
        "seq2seq": "silverner.projection.translation.seq2seq:Seq2SeqSettings",
        "llm": "silverner.projection.translation.llm:LlmTranslatorSettings",
        "pretranslated": "silverner.projection.translation.pretranslated:PretranslatedSettings",
        "command": "silverner.projection.translation.command:CommandSettings",
    },
    accepts=subclass_of(TranslatorSettings),
)
"""All translators, in the order in which a new recipe prefers them."""
