"""Translation engines, one a file."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.translation.apertium import Apertium
    from silverner.projection.translation.ctranslate2 import CTranslate2
    from silverner.projection.translation.llm import LlmTranslator
    from silverner.projection.translation.pretranslated import Pretranslated
    from silverner.projection.translation.seq2seq import Seq2Seq
    from silverner.projection.translation.translator import TRANSLATORS, Translation, Translator, TranslatorSettings

__all__ = [
    "TRANSLATORS",
    "Apertium",
    "CTranslate2",
    "LlmTranslator",
    "Pretranslated",
    "Seq2Seq",
    "Translation",
    "Translator",
    "TranslatorSettings",
]

__getattr__ = names_on_demand(
    __name__,
    {
        "apertium": ("Apertium",),
        "ctranslate2": ("CTranslate2",),
        "llm": ("LlmTranslator",),
        "pretranslated": ("Pretranslated",),
        "seq2seq": ("Seq2Seq",),
        "translator": ("TRANSLATORS", "Translation", "Translator", "TranslatorSettings"),
    },
)
