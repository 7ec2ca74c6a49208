"""How a translation model is told which language is meant: the language tokens of its own vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.languages import Language, LanguageLike, language_of, short_code

# A model that has ``src_lang`` puts the token of the source language around its input and is forced to begin its output
# with that of the target language (NLLB, M2M100, mBART); the others read the token of the target language as a prefix.
_FORCED = (r"([a-z]{3})_([A-Z][a-z]{3})", r"__([a-z]{2,3})__", r"([a-z]{2,3})_[A-Z]{2}")
_PREFIX = (r"<2([a-z]{2,3})(?:_([A-Z][a-z]{3}))?>", r">>([a-z]{2,3})(?:_([A-Za-z]{2,4}))?<<")


@dataclass(frozen=True, slots=True)
class LanguageToken:
    """A language as a model knows it.

    :param code: The model's code, as its tokenizer's ``src_lang`` takes it.
    :param token: The token in its vocabulary.
    :param forced: Whether output is forced to begin with it; otherwise it is put before the input.
    """

    code: str
    token: str
    forced: bool


def language_token(
    tokenizer: Any, language: LanguageLike | None, *, model: str, code: str | None = None
) -> LanguageToken | None:
    """Find the token a model has for a language.

    Of several (scripts, or near languages under one code) the exact code wins over its relatives, and the usual script
    over others.

    :param tokenizer: The model's tokenizer.
    :param language: The language; may be ``None`` where ``code`` says it all.
    :param model: The model's name, for messages.
    :param code: The model's own code, where the one that is found is not the one that is meant.
    :returns: The token; ``None`` for a model without such tokens, which knows one pair of languages, or one language.
    :raises UsageError: when the model has tokens, but none for this language.
    """
    known = language_tokens(tokenizer)
    if not known:
        if code is None:
            return None
        raise UsageError(f"the model {model!r} has no language codes, so it cannot be given {code!r}")
    wanted = None if language is None else language_of(language)
    own = [] if wanted is None else _fitting(known, wanted)
    fits = own if code is None else [t for t in known if code in {t.code, t.token}]
    if not fits:
        asked, called = (code or "", "") if code is not None or wanted is None else (wanted.code, f" ({wanted.name})")
        raise UsageError(
            f"the model {model!r} has no language code for {asked!r}{called}; it knows "
            f"{_some(known, asked, own)}; choose another model, or name a related language's code with "
            "source_code: or target_code:"
        )
    return fits[0]


def language_tokens(tokenizer: Any) -> list[LanguageToken]:
    """List the language tokens of a vocabulary: those of the style it has most of.

    :param tokenizer: A tokenizer of ``transformers``.
    :returns: The tokens, sorted; none for a model without them.
    """
    forced = hasattr(tokenizer, "src_lang")
    # M2M100 keeps its language tokens outside the vocabulary it shows.
    vocabulary = {*tokenizer.get_vocab(), *getattr(tokenizer, "lang_token_to_id", ())}
    styles = [re.compile(style) for style in (_FORCED if forced else _PREFIX)]
    tokens = max(([t for t in vocabulary if style.fullmatch(t)] for style in styles), key=len)
    return [LanguageToken(t.strip("_<>2") if t[0] in "_<>" else t, t, forced) for t in sorted(tokens)]


def _some(known: list[LanguageToken], asked: str, own: list[LanguageToken]) -> str:
    """Show the beginning of a long list of codes, and those that may be meant."""
    codes = [t.code for t in known]
    near = [t.code for t in own] or [c for c in codes if c[:1] == asked[:1]][:8]
    if len(codes) <= 12:
        return ", ".join(codes)
    return f"{', '.join(codes[:12])} and {len(codes) - 12} more" + (f"; nearby: {', '.join(near)}" if near else "")


def _fitting(known: list[LanguageToken], language: Language) -> list[LanguageToken]:
    """Pick the tokens of a language, the best first."""

    def parts(token: LanguageToken) -> tuple[str, str | None]:
        name, _, rest = token.code.partition("_")
        return name, rest or None

    own = {language.nllb, language.m2m100}
    fits = [
        t for t in known if t.code in own or parts(t)[0] in language.codes or short_code(parts(t)[0]) == language.short
    ]

    def rank(token: LanguageToken) -> tuple[bool, bool, bool, str]:
        name, rest = parts(token)
        return token.code not in own, name not in language.codes, rest not in {language.script, None}, token.code

    return sorted(fits, key=rank)
