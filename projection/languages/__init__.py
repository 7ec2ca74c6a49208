"""Languages: their names, scripts, and what every engine and corpus calls them."""

from silverner.projection.languages.language import Language, LanguageLike, short_code
from silverner.projection.languages.table import all_languages, find_language, language_of

__all__ = ["Language", "LanguageLike", "all_languages", "find_language", "language_of", "short_code"]
