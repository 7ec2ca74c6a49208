"""Language tokens in the vocabulary of a translation model, and which of them stands for a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.languages import Language, LanguageLike, language_of, short_code

# A model with ``src_lang`` puts the token of the source language around its input, and must begin its output with the
# token of the target language (NLLB, M2M100, mBART). Other models read the token of the target language as a prefix.
_FORCED = (r"([a-z]{3})_([A-Z][a-z]{3})", r"__([a-z]{2,3})__", r"([a-z]{2,3})_[A-Z]{2}")
_NEED_TOKENS = {"m2m_100", "mbart"}
_PREFIX = (r"<2([a-z]{2,3})(?:_([A-Z][a-z]{3}))?>", r">>([a-z]{2,3})(?:_([A-Za-z]{2,4}))?<<")


@dataclass(frozen=True, slots=True)
class LanguageToken:
    """The code and the token that a model has for a language.

    :param code: The model's code, as its tokenizer's ``src_lang`` takes it.
    :param token: The token in its vocabulary.
    :param forced: Whether the output is forced to begin with the token; if not, it is put before the input.
    """

    code: str
    token: str
    forced: bool


def language_token(
    tokenizer: Any, language: LanguageLike | None, *, model: str, code: str | None = None
) -> LanguageToken | None:
    """Find the token that a model has for a language.

    If several fit (scripts, or related languages under one code), the exact code wins over related codes, and the usual
    script over others.

    :param tokenizer: The model's tokenizer.
    :param language: The language; may be ``None`` if there is a ``code``.
    :param model: The model's name, for messages.
    :param code: The model's own code, to use instead of the one found for the language.
    :returns: The token; ``None`` for a model without such tokens, which has one language or one pair of languages.
    :raises UsageError: when the model has such tokens, but none for this language.
    """
    model_tokens = language_tokens(tokenizer)
    if not model_tokens:
        if code is None:
            return None
        raise UsageError(f"the model {model!r} has no language codes, so it cannot be given {code!r}")
    resolved = None if language is None else language_of(language)
    by_language = [] if resolved is None else _tokens_of(resolved, model_tokens)
    fitting = by_language if code is None else [t for t in model_tokens if code in {t.code, t.token}]
    if not fitting:
        missing = code if code is not None or resolved is None else resolved.code
        name = f" ({resolved.name})" if code is None and resolved is not None else ""
        raise UsageError(
            f"the model {model!r} has no language code for {missing or ''!r}{name}; it knows "
            f"{_code_list(model_tokens, missing or '', by_language)}; choose another model, or name a related "
            "language's code with source_code: or target_code:"
        )
    return fitting[0]


def check_language_tokens(tokenizer: Any, family: str, *, what: str) -> None:
    """Refuse a tokenizer without language tokens for a model that cannot translate without them.

    Such a model would read the text without its language, and write in any one.

    :param tokenizer: The tokenizer.
    :param family: The family of the model, as its configuration names it.
    :param what: Names the tokenizer and the model, for the message.
    :raises UsageError: when it has none.
    """
    if family in _NEED_TOKENS and not any(token.forced for token in language_tokens(tokenizer)):
        raise UsageError(
            f"{what} has no language codes, and a model of the family {family} needs them; name the model it was made "
            "from beside it, as in tokenizer: facebook/nllb-200-3.3B"
        )


def language_tokens(tokenizer: Any) -> list[LanguageToken]:
    """List the language tokens of a vocabulary; only those of its most frequent style.

    :param tokenizer: A tokenizer of ``transformers``.
    :returns: The tokens, sorted; none for a model without them.
    """
    forced = hasattr(tokenizer, "src_lang")
    # M2M100 does not show its language tokens in its vocabulary.
    vocabulary = {*tokenizer.get_vocab(), *getattr(tokenizer, "lang_token_to_id", ())}
    styles = [re.compile(style) for style in (_FORCED if forced else _PREFIX)]
    tokens = max(([t for t in vocabulary if style.fullmatch(t)] for style in styles), key=len)
    return [LanguageToken(t.strip("_<>2") if t[0] in "_<>" else t, t, forced) for t in sorted(tokens)]


def _code_list(model_tokens: list[LanguageToken], missing: str, related: list[LanguageToken]) -> str:
    """Write the beginning of a long list of codes, and the codes near the missing one."""
    codes = [t.code for t in model_tokens]
    near = [t.code for t in related] or [c for c in codes if c[:1] == missing[:1]][:8]
    if len(codes) <= 12:
        return ", ".join(codes)
    return f"{', '.join(codes[:12])} and {len(codes) - 12} more" + (f"; nearby: {', '.join(near)}" if near else "")


def _tokens_of(language: Language, model_tokens: list[LanguageToken]) -> list[LanguageToken]:
    """Choose the tokens of a language, the best first."""

    def parts(token: LanguageToken) -> tuple[str, str | None]:
        name, _, rest = token.code.partition("_")
        return name, rest or None

    exact = {language.nllb, language.m2m100}

    def fits(token: LanguageToken) -> bool:
        name = parts(token)[0]
        return token.code in exact or name in language.codes or short_code(name) == language.short

    def rank(token: LanguageToken) -> tuple[bool, bool, bool, str]:
        name, rest = parts(token)
        return token.code not in exact, name not in language.codes, rest not in {language.script, None}, token.code

    return sorted(filter(fits, model_tokens), key=rank)
