"""Other ways to write a language: tags with region or script, old and bibliographic codes, and English names.

The registry inside ``langcodes`` (the IANA registry of subtags, ISO 639-2 and CLDR) says what a tag or name stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from silverner.projection.errors import UsageError
from silverner.projection.languages.language import Language

_SCRIPTS = {"simplified": "Hans", "traditional": "Hant", "latin": "Latn", "cyrillic": "Cyrl"}
"""Words for scripts in names of languages."""


def is_tag(text: str) -> bool:
    """Tell whether a text is a code or tag of a registered language, such as ``per``, ``zh-CN`` or ``zho_Hans``."""
    import langcodes

    return re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*", text) is not None and langcodes.tag_is_valid(
        text.replace("_", "-")
    )


def language_spelled(text: str, codes: Mapping[str, Language]) -> Language | None:
    """Find the language that a tag or an English name stands for.

    :param text: The tag, or the name in large or small letters.
    :param codes: The languages of the table by code.
    :returns: The language; ``None`` where the table has no such language.
    :raises UsageError: when the name fits several languages, or the table has the language in another script only.
    """
    if is_tag(text):
        return _by_tag(text, text.replace("_", "-"), codes)
    languages = list(dict.fromkeys(codes.values()))
    name = " ".join(text.casefold().split())
    exact = [language for language in languages if language.name.casefold() == name]
    if exact:
        return exact[0]
    _refuse_several(text, [one for one in languages if name in one.name.casefold().split()])
    tag = _tag_of_name(name)
    return None if tag is None else _by_tag(text, tag, codes)


def _refuse_several(text: str, languages: Sequence[Language]) -> None:
    """Refuse a name that is a word in the names of several languages."""
    if len(languages) > 1:
        listed = ", ".join(f"{one.code} ({one.name})" for one in languages)
        raise UsageError(f"{text!r:.80} can be several languages; write one of {listed}")


def _tag_of_name(name: str) -> str | None:
    """Find the tag of an English name; a script is the first word or stands in brackets."""
    import langcodes

    script = next((word for word in re.split(r"[\s()]+", name) if word in _SCRIPTS), None)
    without_script = " ".join(re.sub(rf"\(?\b{script}\b\)?", " ", name).split()) if script else name
    if "(" in without_script:
        return None
    try:
        tag = str(langcodes.find(without_script, language="en"))
    except LookupError:
        return None
    return f"{tag.partition('-')[0]}-{_SCRIPTS[script]}" if script else tag


def _by_tag(text: str, tag: str, codes: Mapping[str, Language]) -> Language | None:
    """Find the language of a tag, and refuse a script that the table does not have it in."""
    import langcodes

    language = codes.get(langcodes.Language.get(tag).language or "")
    as_written = langcodes.Language.get(tag, normalize=False)
    if language is None or not (as_written.script or as_written.territory):
        return language
    script = as_written.script or langcodes.Language.get(tag).maximize().script
    usual = langcodes.Language.get(language.code).maximize().script
    if script in {language.script, usual}:
        return language
    code = f"{language.code}_{script}"
    raise UsageError(
        f"{text!r:.80} is {language.name} in the script {script}, and the table has it in {language.script}; declare "
        f"it in the recipe: declare: {{{code}: {{name: {language.name} ({script}), script: {script}}}}}, and "
        "say there what your models call it"
    )
