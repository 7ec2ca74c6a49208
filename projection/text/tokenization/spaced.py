"""Joins and splits text with spaces between words, by Moses rules (sacremoses)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from silverner.projection.text.tokenization.apostrophes import APOSTROPHES, elides
from silverner.projection.text.tokenization.moses_input import LETTER, MosesInput, needs_rewriting

# Marks that end a clause or a sentence and stand directly after a word; Moses knows only those of ASCII.
_CLOSING = frozenset("…،؛؟۔।॥፣፤፥፦፧።։՝՜՞՛჻។៕៖၊။᙮᠂᠃，、；：！？。\u037e\u0387")
# Quotation marks and the marks that each can close. „ and ‚ always open; the others close an open mark, or else open.
_QUOTES = {"“": "„", "‘": "‚", "”": "“„”", "’": "‘‚’", "»": "«", "«": "»", "›": "‹", "‹": "›"}
_OPENING = frozenset("„‚")
_REPEATED = frozenset('!?*"~=#+_.')
# Characters around which Moses writes wrong spaces or none.
_ODD = re.compile(r"[^\w ,:;()/%.!?-]|_|([.!?]) \1")


@cache
def _tools(language: str) -> tuple[Any, Any]:
    from sacremoses import MosesDetokenizer, MosesTokenizer

    # The Korean letters of sacremoses include Chinese full stops, and its "cjk" is not the code of Chokwe.
    rules = "und" if language in {"ko", "cjk"} else language
    return MosesTokenizer(lang=rules), MosesDetokenizer(lang=language)


def split_spaced(text: str, language: str) -> list[str]:
    """Split a text at its spaces, and separate punctuation from words.

    :param text: A text.
    :param language: Short code of its language.
    :returns: Its tokens.
    """
    tokenizer = _tools(language)[0]
    if not needs_rewriting(text):
        return list(tokenizer.tokenize(text, escape=False))
    moses_input = MosesInput(text, language)
    return moses_input.tokens(tokenizer.tokenize(moses_input.text, escape=False))


def join_spaced(tokens: Sequence[str], language: str) -> str:
    """Write tokens with spaces between words, and punctuation where it belongs.

    :param tokens: The tokens of a sentence.
    :param language: Short code of its language.
    :returns: The text. Two tokens of the same mark keep a space between them, because several equal marks without a
        space would be one token.
    """
    apart = " ".join(tokens)
    tokens = apart.split()
    moses = _tools(language)[1]
    if not _ODD.search(apart):
        return str(moses.detokenize(tokens, unescape=False))
    return _spaced_like(moses.detokenize(_for_moses(tokens, language), unescape=False), tokens)


def _spaced_like(spaced: str, tokens: Sequence[str]) -> str:
    """Write tokens with the spaces of another text that has the same number of characters without spaces."""
    apart = {
        sum(map(len, tokens[: k + 1]))
        for k, (before, behind) in enumerate(pairwise(tokens))
        if before[-1] == behind[0] and behind[0] in _REPEATED
    }
    bare = "".join(tokens)
    if not apart and spaced.replace(" ", "") == bare:
        return spaced
    chars: list[str] = []
    place = 0
    for char in spaced:
        if char == " ":
            chars.append(" ")
            continue
        if place in apart and chars[-1] != " ":
            chars.append(" ")
        chars.append(bare[place])
        place += 1
    return "".join(chars)


def _for_moses(tokens: Sequence[str], language: str) -> list[str]:
    """Rewrite tokens so that Moses puts the right spaces between them; the tokens of one word become one."""
    rewritten: list[str] = []
    open_marks: list[str] = []
    for k, token in enumerate(tokens):
        before, behind = tokens[k - 1] if k else "", tokens[k + 1] if k + 1 < len(tokens) else ""
        role = _role(token, before, behind, open_marks, language)
        if before and elides(before, token, language):
            rewritten[-1] += role
        else:
            rewritten.append(role)
    return rewritten


def _role(token: str, before: str, behind: str, open_marks: list[str], language: str) -> str:
    """Rewrite one token: as a bracket if it opens or closes, as a comma if it ends a clause, else as letters."""
    if len(token) > 1:
        # An apostrophe is no quotation mark here, and Moses takes only a token that is exactly @-@ for a hyphen.
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
    if kind == "Sc":  # a currency sign before its number, or else a word
        return token if behind[:1].isdigit() and not before[-1:].isdigit() else LETTER
    return token


def _quote(token: str, open_marks: list[str], language: str) -> str:
    """Rewrite a quotation mark as an opening or closing bracket; French guillemets keep their spaces."""
    if language == "fr" and token in {"«", "»", "‹", "›"}:
        return LETTER
    if token in _QUOTES and open_marks and open_marks[-1] in _QUOTES[token]:
        open_marks.pop()
        return ")"
    if token in {"’"}:  # an apostrophe after its word
        return ")"
    open_marks.append(token)
    return "("


_LETTERS = dict.fromkeys(map(ord, APOSTROPHES), LETTER)
