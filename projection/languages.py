"""Language codes and names, from the registries inside ``langcodes``."""

from __future__ import annotations

from functools import cache

from projection.errors import UsageError


@cache
def language_name(code: str) -> str:
    """Name a language in English.

    :param code: An ISO 639 code of two or three letters.
    :returns: Its name.
    :raises UsageError: when the code is not registered.

    >>> language_name("swh"), language_name("deu")
    ('Swahili', 'German')
    """
    import langcodes

    if not (
        code.isascii() and code.isalpha() and code.islower() and 2 <= len(code) <= 3 and langcodes.tag_is_valid(code)
    ):
        try:
            hint = f" (did you mean {langcodes.find(code).to_alpha3()}?)"
        except LookupError:
            hint = ""
        raise UsageError(f"{code!r} is not an ISO 639 language code such as spa, deu or swh{hint}")
    return str(langcodes.Language.get(code).display_name()).removesuffix(" (individual language)")


@cache
def short_code(code: str) -> str:
    """Give the code most tools key their rules by: two letters where ISO 639-1 has them.

    :param code: An ISO 639 code of two or three letters.
    :returns: The standardised code, such as ``sw`` for ``swh``.

    >>> short_code("swh"), short_code("spa"), short_code("hau"), short_code("pcm")
    ('sw', 'es', 'ha', 'pcm')
    """
    import langcodes

    return langcodes.standardize_tag(code, macro=True)
