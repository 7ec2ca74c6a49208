"""The table of languages (``table.csv``), and the search for a language by its code.

The table has every language of NLLB and of MasakhaNER 2.0, and a few more. Tests compare it with the lists inside
``transformers`` and the registry inside ``langcodes``.
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from silverner.projection.errors import UsageError
from silverner.projection.languages.language import Language, LanguageLike
from silverner.projection.languages.spelling import is_tag, language_spelled
from silverner.projection.paths import code_fault

_TABLE = Path(__file__).with_name("table.csv")


@cache
def all_languages() -> tuple[Language, ...]:
    """List the languages of the table by code."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_language(row) for row in csv.DictReader(file))


def _language(row: dict[str, str]) -> Language:
    """Read a row; an empty field is ``None``."""
    fields = {name: value or None for name, value in row.items() if name not in {"spaced", "aliases"}}
    return Language(**fields, spaced=row["spaced"] == "yes", aliases=tuple(row["aliases"].split()))  # type: ignore[arg-type]  # code, name and script are never empty


@cache
def _by_code() -> dict[str, Language]:
    """Index the table by every code; a shared code stands for the language that has it as ISO 639-3 code."""
    index = {code: language for language in all_languages() for code in reversed(language.codes)}
    return {**index, **{language.code: language for language in all_languages()}}


def find_language(code: str) -> Language:
    """Find a language by one of its codes, or by its English name.

    :param code: Its ISO 639-3, 639-2 or 639-1 code, an older code, a BCP-47 tag, the code of its macrolanguage, its
        code in NLLB, its name in WikiANN or MasakhaNER 2.0, or its English name.
    :returns: The language.
    :raises UsageError: when there is none; the message names the nearest languages.

    >>> find_language("sw").code, find_language("swa").name, find_language("arb").direction
    ('swh', 'Swahili', 'rtl')
    """
    language = _by_code().get(code) or language_spelled(code, _by_code())
    if language is None:
        declare = f"; or declare it in the recipe: declare: {{{code}: {{name: NAME, script: Latn}}}}"
        raise UsageError(
            f"{code!r:.80} is not a language of the table{_hint(code)}; all: silverner languages"
            f"{declare if code_fault(code) is None else ''}"
        )
    return language


def config_code(code: str) -> str:
    """Return what the folder and the configuration of a language are called.

    :param code: The language, as a user writes it.
    :returns: The same where it is a code, and the code of the table where it is a name.
    :raises UsageError: as :func:`find_language`.

    >>> config_code("pt-BR"), config_code("Chinese (Simplified)")
    ('pt-BR', 'zho')
    """
    return code if code in _by_code() or is_tag(code) else find_language(code).code


def language_of(language: LanguageLike) -> Language:
    """Return a language unchanged, or find the language of a code.

    :param language: A language or a code.
    :returns: The language.
    :raises UsageError: as :func:`find_language`.
    """
    return language if isinstance(language, Language) else find_language(language)


def _hint(code: str) -> str:
    """Name the languages with similar codes or names, and the real language of a code that is not in the table."""
    import langcodes

    names = {language.name.casefold(): language for language in all_languages()}
    near = [_by_code()[part] for part in (code.casefold().replace("_", "-").partition("-")[0],) if part in _by_code()]
    near += [names[name] for name in get_close_matches(code.casefold(), names, n=3, cutoff=0.75)]
    near += [_by_code()[similar] for similar in get_close_matches(code.casefold(), _by_code(), n=3, cutoff=0.6)]
    listed = [f"{language.code} ({language.name})" for language in dict.fromkeys(near)][:4]
    real = f" ({langcodes.Language.get(code).display_name()})" if _registered(code) else ""
    real = "" if real.startswith(" (Unknown") else real  # codes for private use are valid, but stand for no language
    return real + (f"; nearest: {', '.join(listed)}" if listed else "")


def _registered(code: str) -> bool:
    """Tell whether a code is one of ISO 639, in the table or not."""
    import langcodes

    return code.isascii() and code.isalpha() and len(code) in {2, 3} and langcodes.tag_is_valid(code.lower())
