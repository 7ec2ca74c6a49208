"""Rewrites a text so that the Moses rules cut no word, and maps their tokens back to the text.

The rules only decide where tokens begin, and their decisions for the rewritten text hold for the text, character by
character. So the rewritten text may have a letter instead of an apostrophe, and may leave out characters that cling to
the letter before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from silverner.projection.text.tokenization.apostrophes import inside, word_ends
from silverner.projection.text.tokenization.characters import ZERO_WIDTH_SPACE, Classes, classes

LETTER = "\u02bc"
"""Moses takes it for a letter without case, and it is in none of the lists of abbreviations."""

_CONTROL = r"\x00-\x1f\x7f-\x9f"
_RUN = r'([!?*"~=#+_])\2+'
_PLACES = "'’‘＇·‧׳״՚՛՜՞"
_ADDRESS_SIGNS = re.compile(r"://|\w@\w|(?i:www)\.")
_PLAIN = rf'([!?*"~=#+_])\1|DOTMULTI|[:/](?<=\d.)(?=\d)|\+\d|{_ADDRESS_SIGNS.pattern}'
_ASCII = re.compile(rf"[{_CONTROL}']|:[a-z]|{_PLAIN}")

# The address of a page has only characters of RFC 3986. A mark at its end belongs to the sentence, unless it closes a
# bracket of its own.
_SIGN = r"[\w.~:/?#\[\]@!$&'*+,;=%-]"
_BRACKETS = rf"\({_SIGN}*\)"
_PAGE = rf"(?<![\w@])(?ai:(?:(?:https?|ftp)://|www\.)(?:{_SIGN}|{_BRACKETS})*(?:[\w/&=#%~+$@*-]|{_BRACKETS}))"
_MAILBOX = r"(?<![\w@.+-])[\w.+-]*[\w+-]@[\w-]+(?:\.[\w-]+)+"


def needs_rewriting(text: str) -> bool:
    """Tell whether the rules could split a text wrongly as it is.

    :param text: A text.
    :returns: ``False`` if the text needs no rewriting.
    """
    return (_ASCII if text.isascii() else _non_ascii()).search(text) is not None


@cache
def _non_ascii() -> re.Pattern[str]:
    ranges = classes()
    odd = f"{ranges.clinging}{ranges.unknown}{ZERO_WIDTH_SPACE}{_CONTROL}{_PLACES}"
    return re.compile(rf"[{odd}]|:[a-zåäö]|{_PLAIN}|(?<=[\u0590-\u05ff])\"")


@cache
def _special(language: str, ascii_only: bool, addresses: bool) -> re.Pattern[str]:
    """Return the pattern of what the rules would split wrongly; it is shorter and faster for most texts.

    :param language: Short code of the language.
    :param ascii_only: Whether the text is in ASCII.
    :param addresses: Whether it may hold addresses of pages and mailboxes.
    """
    ranges = Classes("", "", "a-zA-Z0-9") if ascii_only else classes()
    # The run comes after two groups, so its back reference is to the third.
    marks = f"{inside(language, ranges.word)}|{_RUN.replace('2', '3')}|(?P<moses>DOTMULTI)"
    # The first characters are tested first, because a look-behind at every character would be slow.
    begins = r"'!?*\"~=#+_:/DnN"
    # An address that is a part of a word, such as one with an ending, is split like other text, or it would be cut.
    addresses_of = f"(?>{_PAGE}|{_MAILBOX}){word_ends(language, ranges.word)}"
    address = f"|(?P<address>{addresses_of if addresses else '(?!)'})"
    if ascii_only:
        return re.compile(f"(?=[{begins}])(?:{marks}|(?P<ahead>(?!))|(?P<base>(?!))){address}")
    return re.compile(
        f"(?=[{begins}{_PLACES}{ZERO_WIDTH_SPACE}{ranges.clinging}{ranges.unknown}])(?:{marks}"
        f"|(?P<ahead>(?<!\\S)[{ranges.clinging}]+(?P<base>[^\\s{ZERO_WIDTH_SPACE}]?))"
        rf"|(?P<clinging>\u200d[\U0001f000-\U0001faff\u2190-\u2bff]|[{ranges.clinging}]+)"
        f"|(?P<break>{ZERO_WIDTH_SPACE}+)|(?P<unknown>[{ranges.unknown}]+))"
        f"{address}"
    )


class MosesInput:
    """One text, rewritten for the Moses rules.

    :ivar text: The rewritten text.
    """

    def __init__(self, text: str, language: str) -> None:
        """Rewrite a text.

        :param text: A text.
        :param language: Short code of its language.
        """
        # All control characters are dropped; the rules drop only those of ASCII.
        self._original = re.sub(f"[{_CONTROL}]+", "", " ".join(text.split()))
        self._left_out: set[int] = set()
        addresses = _ADDRESS_SIGNS.search(text) is not None
        self.text = _special(language, text.isascii(), addresses).sub(self._rewrite, self._original)

    def tokens(self, rewritten: Sequence[str]) -> list[str]:
        """Cut the text where the rewritten text was cut.

        :param rewritten: The tokens of the rewritten text.
        :returns: The tokens of the text.
        """
        tokens = []
        place = 0
        for token in rewritten:
            chars = []
            left = len(token)
            while left or place in self._left_out:
                char = self._original[place]
                if char != " ":
                    chars.append(char)
                    left -= place not in self._left_out
                place += 1
            tokens.append("".join(chars))
        return tokens

    def _rewrite(self, match: re.Match[str]) -> str:
        """Rewrite one match of the special pattern."""
        group = match.lastgroup
        if match["before"] is not None:
            return " " + re.sub("['’]", LETTER, match["before"])
        if match["behind"] is not None:
            return LETTER + " "
        if match["ahead"] is not None:  # with no character before, it clings to the next one
            self._leave_out(match.start() + 1, match.end())
            return match["base"] if match["base"] and not match["base"].isalnum() else LETTER
        if group == "clinging":
            self._leave_out(match.start(), match.end())
            return ""
        if group == "break":
            ahead = match.start() == 0 or self._original[match.start() - 1] == " "
            self._leave_out(match.start() + ahead, match.end())
            return LETTER if ahead else " "
        if group == "address":
            return LETTER * len(match[0]) + " "
        if group in {"unknown", "moses"}:  # "moses" is the word that Moses itself writes instead of dots
            return LETTER * len(match[0])
        if match[3] is not None:  # a run of one mark is one token
            self._leave_out(match.start() + 1, match.end())
            return match[3]
        return LETTER

    def _leave_out(self, start: int, end: int) -> None:
        self._left_out.update(range(start, end))
