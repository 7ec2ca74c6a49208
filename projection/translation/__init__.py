"""Translation engines, one a file."""

from silverner.projection.translation.apertium import Apertium
from silverner.projection.translation.ctranslate2 import CTranslate2
from silverner.projection.translation.pretranslated import Pretranslated
from silverner.projection.translation.seq2seq import Seq2Seq
from silverner.projection.translation.translator import TRANSLATORS, Translation, Translator, TranslatorSettings

__all__ = [
    "TRANSLATORS",
    "Apertium",
    "CTranslate2",
    "Pretranslated",
    "Seq2Seq",
    "Translation",
    "Translator",
    "TranslatorSettings",
]
