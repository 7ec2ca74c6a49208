"""Translation engines, one a file."""

from projection.translation.apertium import Apertium
from projection.translation.pretranslated import Pretranslated
from projection.translation.translator import Translation, Translator

__all__ = ["Apertium", "Pretranslated", "Translation", "Translator"]
