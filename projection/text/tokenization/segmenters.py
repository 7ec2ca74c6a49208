"""The libraries that find words where no spaces stand between them, one a language.

Chosen because they need no download, write no files, keep every character, give the same words every time, and may be
used for anything: PyThaiNLP (Thai), LaoNLP (Lao), khmercut (Khmer), fugashi with UniDic (Japanese), rjieba (Chinese),
and ICU (Burmese; Cantonese, because its dictionary has traditional characters).

For Tibetan, Dzongkha and Shan there is none that does without a download. There every syllable is a token: names are
runs of syllables as they are runs of words, so labels can be projected, but tokens are not words.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec

from silverner.projection.errors import MissingEngineError
from silverner.projection.languages import Language, LanguageLike, language_of
from silverner.projection.text.tokenization import syllables

RULES = 2
"""Raised when joining or splitting changes without a new version of any package."""

Segment = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Segmenter:
    """What cuts the text of a language into words.

    :param load: Makes the function that cuts; imports the packages.
    :param packages: The packages that decide where, by the module each is imported as.
    :param extra: The extra of this project that installs them.
    """

    load: Callable[[], Segment]
    packages: Mapping[str, str]
    extra: str = ""


def _thai() -> Segment:
    # Without this, importing it makes an empty folder in the home directory.
    if "PYTHAINLP_READ_MODE" not in os.environ:
        os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
    from pythainlp.tokenize import word_tokenize

    return lambda text: word_tokenize(text, engine="newmm")


def _lao() -> Segment:
    _thai()  # which it is built on
    from laonlp.tokenize import word_tokenize

    return lambda text: word_tokenize(text)


def _khmer() -> Segment:
    from khmercut import tokenize

    return lambda text: tokenize(text)


def _japanese() -> Segment:
    import unidic_lite
    from fugashi import GenericTagger

    # The dictionary by name: a tagger left to itself takes the full UniDic where that is installed too.
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
    """Find what cuts the text of a language without spaces.

    :param language: The language; one that a recipe declares has that of its script.
    :returns: Its segmenter, of which the packages are installed.
    :raises MissingEngineError: naming the package that is not, or when none is known for the script.
    """
    found = _BY_LANGUAGE.get(language.code) or _BY_SCRIPT.get(language.script)
    if found is None:
        raise MissingEngineError(
            f"no package is known that splits {language.name} (script {language.script}) into words; allowed: text "
            "that is split already and needs no translation into it (method: parallel, format: tokens)"
        )
    for module, package in found.packages.items():
        if find_spec(module) is None:
            raise MissingEngineError(
                f"splitting {language.name} into words needs the package {package!r}: "
                f"pip install 'silverner[{found.extra}]'"
            )
    return found


@cache
def segment_of(language: Language) -> Segment:
    """Load what cuts the text of a language without spaces.

    :param language: The language.
    :returns: A function from a run of its letters to words.
    :raises MissingEngineError: as :func:`segmenter_of`.
    """
    return segmenter_of(language).load()


def check(language: LanguageLike) -> None:
    """See that a language's text can be split, before any work is done.

    :param language: The language, or a code of it.
    :raises MissingEngineError: naming the package that is not installed, and the command that installs it.
    """
    language = language_of(language)
    if not language.spaced:
        segmenter_of(language)


def settings(language: LanguageLike) -> Mapping[str, object]:
    """Name what decides how a language's text is joined and split, for a signature.

    :param language: The language, or a code of it.
    :returns: The language, and the version of every package that has a say.
    :raises MissingEngineError: as :func:`check`.

    >>> sorted(settings("spa"))
    ['language', 'rules', 'sacremoses']
    """
    language = language_of(language)
    packages = {} if language.spaced else segmenter_of(language).packages
    named = {package: version(package) for package in ("sacremoses", *packages.values())}
    return {"language": language.key, "rules": RULES, **named}
