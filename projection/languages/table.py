"""The table of languages (``table.csv``), and how a code is looked up in it.

A row for every language NLLB translates, for those MasakhaNER 2.0 has besides, and a few more; tested against the lists
inside ``transformers`` and the registry inside ``langcodes``.
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from silverner.projection.errors import UsageError
from silverner.projection.languages.language import Language, LanguageLike

_TABLE = Path(__file__).with_name("table.csv")


@cache
def all_languages() -> tuple[Language, ...]:
    """List the languages of the table by code."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_language(row) for row in csv.DictReader(file))


def _language(row: dict[str, str]) -> Language:
    """Read a row; an empty field is ``None``."""
    given = {name: value or None for name, value in row.items() if name not in {"spaced", "aliases"}}
    return Language(**given, spaced=row["spaced"] == "yes", aliases=tuple(row["aliases"].split()))  # type: ignore[arg-type]  # code, name and script are never empty


@cache
def _by_code() -> dict[str, Language]:
    """Index the table by every code; where two languages share one, the one whose own it is wins."""
    index = {code: language for language in all_languages() for code in reversed(language.codes)}
    return {**index, **{language.code: language for language in all_languages()}}


def find_language(code: str) -> Language:
    """Look a language up.

    :param code: Its ISO 639-3 or 639-1 code, BCP-47 tag, macrolanguage, or its name in WikiANN or MasakhaNER 2.0.
    :returns: The language.
    :raises UsageError: naming the nearest languages.

    >>> find_language("sw").code, find_language("swa").name, find_language("arb").direction
    ('swh', 'Swahili', 'rtl')
    """
    found = _by_code().get(code)
    if found is None:
        raise UsageError(
            f"{code!r} is not a language of the table{_hint(code)}; all: silverner languages; or declare it in the "
            f"recipe: declare: {{{code}: {{name: NAME, script: Latn}}}}"
        )
    return found


def language_of(language: LanguageLike) -> Language:
    """Take a language as it is, and look a code up.

    :param language: A language or a code.
    :returns: The language.
    :raises UsageError: as :func:`find_language`.
    """
    return language if isinstance(language, Language) else find_language(language)


def _hint(code: str) -> str:
    """Name what may be meant: languages with similar codes or names, or relatives of a real one."""
    import langcodes

    names = {language.name.casefold(): language for language in all_languages()}
    near = [_by_code()[part] for part in (code.casefold().replace("_", "-").partition("-")[0],) if part in _by_code()]
    near += [names[name] for name in get_close_matches(code.casefold(), names, n=3, cutoff=0.75)]
    near += [_by_code()[other] for other in get_close_matches(code.casefold(), _by_code(), n=3, cutoff=0.6)]
    shown = [f"{language.code} ({language.name})" for language in dict.fromkeys(near)][:4]
    real = f" ({langcodes.Language.get(code).display_name()})" if _registered(code) else ""
    real = "" if real.startswith(" (Unknown") else real  # codes for private use are valid, and mean nothing
    return real + (f"; nearest: {', '.join(shown)}" if shown else "")


def _registered(code: str) -> bool:
    """Tell whether a code is one of ISO 639, in the table or not."""
    import langcodes

    return code.isascii() and code.isalpha() and len(code) in {2, 3} and langcodes.tag_is_valid(code.lower())
