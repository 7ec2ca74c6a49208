"""Languages: their names and scripts, and their codes in every engine and corpus."""

from silverner.projection.languages.language import Language, LanguageLike, short_code
from silverner.projection.languages.table import all_languages, config_code, find_language, language_of

__all__ = ["Language", "LanguageLike", "all_languages", "config_code", "find_language", "language_of", "short_code"]
