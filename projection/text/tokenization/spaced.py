"""Joining and splitting where spaces stand between words, by Moses rules (sacremoses)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from silverner.projection.text.tokenization.apostrophes import APOSTROPHES, elides
from silverner.projection.text.tokenization.shadow import LETTER, Shadow, needs_shadow

# Marks that end a clause or a sentence and stand directly behind a word, which Moses knows of ASCII only.
_CLOSING = frozenset("…،؛؟۔।॥፣፤፥፦፧።։՝՜՞՛჻។៕៖၊။᙮᠂᠃，、；：！？。\u037e\u0387")
# Quotation marks and the mark each closes; „ and ‚ only ever open, the others close what is open and else open.
_QUOTES = {"“": "„", "‘": "‚", "”": "“„”", "’": "‘‚’", "»": "«", "«": "»", "›": "‹", "‹": "›"}
_OPENING = frozenset("„‚")
_REPEATED = frozenset('!?*"~=#+_.')
# What Moses puts no spaces around, or the wrong ones.
_ODD = re.compile(r"[^\w ,:;()/%.!?-]|_|([.!?]) \1")


@cache
def _tools(language: str) -> tuple[Any, Any]:
    from sacremoses import MosesDetokenizer, MosesTokenizer

    # Its lists of Korean letters hold the full stops of Chinese, and its "cjk" is not the code of Chokwe.
    rules = "und" if language in {"ko", "cjk"} else language
    return MosesTokenizer(lang=rules), MosesDetokenizer(lang=language)


def split_spaced(text: str, language: str) -> list[str]:
    """Split a text at its spaces, and punctuation from words.

    :param text: A text.
    :param language: Short code of its language.
    :returns: Its tokens.
    """
    tokenizer = _tools(language)[0]
    if not needs_shadow(text):
        return list(tokenizer.tokenize(text, escape=False))
    shadow = Shadow(text, language)
    return shadow.tokens(tokenizer.tokenize(shadow.text, escape=False))


def join_spaced(tokens: Sequence[str], language: str) -> str:
    """Write tokens with spaces between words, and punctuation where it belongs.

    :param tokens: The tokens of a sentence.
    :param language: Short code of its language.
    :returns: The text. Two tokens of one and the same mark keep a space between them, because a run of a mark is one
        token.
    """
    apart = " ".join(tokens)
    tokens = apart.split()
    moses = _tools(language)[1]
    if not _ODD.search(apart):
        return str(moses.detokenize(tokens, unescape=False))
    return _spaced_like(moses.detokenize(_shown(tokens, language), unescape=False), tokens)


def _spaced_like(spaced: str, tokens: Sequence[str]) -> str:
    """Write tokens with the spaces of another text, which has as many characters between its spaces."""
    apart = {
        sum(map(len, tokens[: k + 1]))
        for k, (before, behind) in enumerate(pairwise(tokens))
        if before[-1] == behind[0] and behind[0] in _REPEATED
    }
    bare = "".join(tokens)
    if not apart and spaced.replace(" ", "") == bare:
        return spaced
    found: list[str] = []
    place = 0
    for char in spaced:
        if char == " ":
            found.append(" ")
            continue
        if place in apart and found[-1] != " ":
            found.append(" ")
        found.append(bare[place])
        place += 1
    return "".join(found)


def _shown(tokens: Sequence[str], language: str) -> list[str]:
    """Give tokens as Moses must see them to put spaces rightly; what is one word becomes one token."""
    found: list[str] = []
    open_marks: list[str] = []
    for k, token in enumerate(tokens):
        before, behind = tokens[k - 1] if k else "", tokens[k + 1] if k + 1 < len(tokens) else ""
        shown = _role(token, before, behind, open_marks, language)
        if before and elides(before, token, language):
            found[-1] += shown
        else:
            found.append(shown)
    return found


def _role(token: str, before: str, behind: str, open_marks: list[str], language: str) -> str:
    """Show one token: brackets for what opens and closes, commas for what closes a clause, letters for the rest."""
    if len(token) > 1:
        # An apostrophe is no quotation mark here, and only a token that is exactly @-@ is a hyphen to Moses.
        return LETTER * 3 if token in {"@-@"} else token.translate(_LETTERS)
    kind = unicodedata.category(token)
    if token in _CLOSING:
        return ","
    if token in _QUOTES or token in _OPENING:
        return _quote(token, open_marks, language)
    if kind == "Ps":
        return "("
    if kind == "Pe":
        return ")"
    if kind == "Sc":  # before its number, or a word like any other
        return token if behind[:1].isdigit() and not before[-1:].isdigit() else LETTER
    return token


def _quote(token: str, open_marks: list[str], language: str) -> str:
    """Show a quotation mark as the bracket it is here; French guillemets keep their spaces."""
    if language == "fr" and token in {"«", "»", "‹", "›"}:
        return LETTER
    if token in _QUOTES and open_marks and open_marks[-1] in _QUOTES[token]:
        open_marks.pop()
        return ")"
    if token in {"’"}:  # an apostrophe behind its word
        return ")"
    open_marks.append(token)
    return "("


_LETTERS = dict.fromkeys(map(ord, APOSTROPHES), LETTER)
