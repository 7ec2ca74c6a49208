"""The libraries that split text without spaces into words, one for each language.

They were chosen because they need no download, write no files, keep every character, give the same words every time,
and may be used for any purpose: PyThaiNLP (Thai), LaoNLP (Lao), khmercut (Khmer), fugashi with UniDic (Japanese),
rjieba (Chinese), and ICU (Burmese; Cantonese, because its dictionary has traditional characters).

For Tibetan, Dzongkha and Shan every library needs a download. Here every syllable of these languages is a token: a name
is a sequence of syllables, so labels can be projected, but tokens are not words.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from silverner.projection.errors import MissingEngineError
from silverner.projection.languages import Language, LanguageLike, language_of
from silverner.projection.registry import installed_version
from silverner.projection.text.tokenization import syllables

RULES = 5
"""Version of our own rules; it rises when joining or splitting changes without a new version of a package."""

Segment = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Segmenter:
    """Splits the text of a language into words.

    :param load: Imports the packages and returns the function that splits.
    :param packages: The packages it uses, by the module that each is imported as.
    :param extra: The extra of this project that installs them.
    """

    load: Callable[[], Segment]
    packages: Mapping[str, str]
    extra: str = ""


def _thai() -> Segment:
    # Without this setting, the import creates an empty folder in the home directory.
    if "PYTHAINLP_READ_MODE" not in os.environ:
        os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
    from pythainlp.tokenize import word_tokenize

    return lambda text: word_tokenize(text, engine="newmm")


def _lao() -> Segment:
    _thai()  # LaoNLP uses PyThaiNLP
    from laonlp.tokenize import word_tokenize

    return lambda text: word_tokenize(text)


def _khmer() -> Segment:
    from khmercut import tokenize

    return lambda text: tokenize(text)


def _japanese() -> Segment:
    import unidic_lite
    from fugashi import GenericTagger

    # The dictionary is named, because the tagger would otherwise use the full UniDic if that is installed too.
    folder = unidic_lite.DICDIR
    tagger = GenericTagger(f'-Owakati -r "{folder}/mecabrc" -d "{folder}"')
    return lambda text: [word.surface for word in tagger(text)]


def _chinese() -> Segment:
    from rjieba import cut

    return lambda text: cut(text)


def _icu(locale: str) -> Callable[[], Segment]:
    def load() -> Segment:
        from icu4py.breakers import WordBreaker

        return lambda text: list(WordBreaker(text, locale))

    return load


_BY_LANGUAGE = {"mya": Segmenter(_icu("my"), {"icu4py": "icu4py"}, "burmese")}
_BY_SCRIPT = {
    "Thai": Segmenter(_thai, {"pythainlp": "pythainlp"}, "thai"),
    "Laoo": Segmenter(_lao, {"laonlp": "laonlp", "pythainlp": "pythainlp"}, "lao"),
    "Khmr": Segmenter(_khmer, {"khmercut": "khmercut"}, "khmer"),
    "Jpan": Segmenter(_japanese, {"fugashi": "fugashi", "unidic_lite": "unidic-lite"}, "japanese"),
    "Hans": Segmenter(_chinese, {"rjieba": "rjieba"}, "chinese"),
    "Hant": Segmenter(_icu("zh"), {"icu4py": "icu4py"}, "cantonese"),
    "Tibt": Segmenter(lambda: syllables.tibetan, {}),
    "Mymr": Segmenter(lambda: syllables.myanmar, {}),
}


def segmenter_of(language: Language) -> Segmenter:
    """Find the segmenter of a language without spaces.

    :param language: The language; a language declared in a recipe gets the segmenter of its script.
    :returns: Its segmenter; its packages are installed.
    :raises MissingEngineError: when a package is not installed, or when no package is known for the script.
    """
    segmenter = _BY_LANGUAGE.get(language.code) or _BY_SCRIPT.get(language.script)
    if segmenter is None:
        raise MissingEngineError(
            f"no package is known that splits {language.name} (script {language.script}) into words; allowed: text "
            "that is split already and needs no translation into it (method: parallel, format: tokens)"
        )
    for module, package in segmenter.packages.items():
        if find_spec(module) is None:
            raise MissingEngineError(
                f"splitting {language.name} into words needs the package {package!r}: "
                f"pip install 'silverner[{segmenter.extra}]'"
            )
    return segmenter


@cache
def segment_of(language: Language) -> Segment:
    """Load the segmenter of a language without spaces.

    :param language: The language.
    :returns: A function from a run of its letters to words.
    :raises MissingEngineError: as :func:`segmenter_of`.
    """
    return segmenter_of(language).load()


def check(language: LanguageLike) -> None:
    """Check that text of a language can be split, before any text is read.

    :param language: The language, or a code of it.
    :raises MissingEngineError: naming the package that is not installed, and the command that installs it.
    """
    language = language_of(language)
    if not language.spaced:
        segmenter_of(language)


def settings(language: LanguageLike) -> Mapping[str, object]:
    """Return what decides how text of a language is joined and split, for a signature.

    :param language: The language, or a code of it.
    :returns: The language, and the version of every package that is used.
    :raises MissingEngineError: as :func:`check`.

    >>> sorted(settings("spa"))
    ['language', 'rules', 'sacremoses']
    """
    language = language_of(language)
    packages = {} if language.spaced else segmenter_of(language).packages
    named = {package: installed_version(package) for package in ("sacremoses", *packages.values())}
    return {"language": language.key, "rules": RULES, **named}
