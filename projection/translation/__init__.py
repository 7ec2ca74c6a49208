"""Translation engines, one a file."""

from projection.translation.apertium import Apertium
from projection.translation.ctranslate2 import CTranslate2
from projection.translation.pretranslated import Pretranslated
from projection.translation.seq2seq import Seq2Seq
from projection.translation.translator import Translation, Translator

__all__ = ["Apertium", "CTranslate2", "Pretranslated", "Seq2Seq", "Translation", "Translator"]
