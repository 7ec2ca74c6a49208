"""What every translation engine offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from silverner.projection.chain.engine import EngineContext, EngineSettings
from silverner.projection.languages import Language
from silverner.projection.registry import Registry, subclass_of


@dataclass(frozen=True, slots=True)
class Translation:
    """One translated sentence.

    :param text: The translation, without any mark of the engine's.
    :param unknown: Positions in ``text`` where a word begins that the engine could not translate.
    :param cut: Whether the engine stopped before the sentence was at its end.
    """

    text: str
    unknown: tuple[int, ...] = ()
    cut: bool = False


class Translator(Protocol):
    """Translates sentences from one language into another."""

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the translations: it becomes part of the signature."""

    def check(self) -> None:
        """Refuse to begin when the engine cannot run.

        :raises SilvernerError: naming what is missing, before any work is done.
        """

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch; each translation depends on its own sentence alone.

        :param ids: The sentences' ids.
        :param texts: The sentences, without line breaks.
        :returns: One translation a sentence; an empty text means the engine gave none.
        """


class TranslatorSettings(EngineSettings):
    """The section of a recipe that names a translator.

    :cvar translates_any_text: Whether it translates whatever it is given, a name or a marked sentence too; translations
        that exist already do not.
    """

    translates_any_text: ClassVar[bool] = True

    def build(self, context: EngineContext) -> Translator:
        """Make the translator; nothing is loaded yet.

        :param context: What it is for; it translates from ``source`` into ``target``.
        """
        raise NotImplementedError

    def reversed(self) -> Self:
        """Return the settings for the other direction, for a recipe that names none."""
        return self

    @classmethod
    def names_for(cls, language: Language) -> tuple[str, ...]:
        """Name what ``silverner languages`` lists as a translator of a language.

        :param language: The language.
        :returns: Names of engines or families of models that know it; none where this engine does not.
        """
        return ()


TRANSLATORS: Registry[type[TranslatorSettings]] = Registry(
    "translator",
    "silverner.translators",
    {
        "apertium": "silverner.projection.translation.apertium:ApertiumSettings",
        "ctranslate2": "silverner.projection.translation.ctranslate2:CTranslate2Settings",
        "seq2seq": "silverner.projection.translation.seq2seq:Seq2SeqSettings",
        "pretranslated": "silverner.projection.translation.pretranslated:PretranslatedSettings",
    },
    accepts=subclass_of(TranslatorSettings),
)
"""All translators, in the order in which a new recipe prefers them."""
