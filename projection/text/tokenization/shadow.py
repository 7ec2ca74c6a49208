"""A text as the Moses rules must see it to tear no word, and the way back.

The rules only decide where tokens begin: what they decide for the shadow holds for the text, character by character.
That is why a shadow may show a letter where an apostrophe stands, and leave out what clings to the letter before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from silverner.projection.text.tokenization.apostrophes import inside
from silverner.projection.text.tokenization.characters import ZERO_WIDTH_SPACE, Classes, classes

LETTER = "\u02bc"
"""A letter to Moses, neither small nor capital, and in none of its lists of abbreviations."""

_CONTROL = r"\x00-\x1f\x7f-\x9f"
_RUN = r'([!?*"~=#+_])\2+'
_PLACES = "'’‘＇·‧׳״՚՛՜՞"
_ASCII = re.compile(rf"[{_CONTROL}']|:[a-z]|([!?*\"~=#+_])\1|DOTMULTI")


def needs_shadow(text: str) -> bool:
    """Tell whether a text may hold something that the rules do not see rightly.

    :param text: A text.
    :returns: ``False`` for what the rules can be trusted with as it is.
    """
    return (_ASCII if text.isascii() else _any()).search(text) is not None


@cache
def _any() -> re.Pattern[str]:
    found = classes()
    odd = f"{found.clinging}{found.unknown}{ZERO_WIDTH_SPACE}{_CONTROL}{_PLACES}"
    return re.compile(rf"[{odd}]|:[a-zåäö]|([!?*\"~=#+_])\1|DOTMULTI|(?<=[\u0590-\u05ff])\"")


@cache
def _special(language: str, plain: bool) -> re.Pattern[str]:
    """Find what the rules do not see rightly; in plain (ASCII) text there is less of it, and that is found faster."""
    found = Classes("", "", "a-zA-Z0-9") if plain else classes()
    # The run comes behind two groups, so that its back reference is to the third.
    marks = f"{inside(language, found.word)}|{_RUN.replace('2', '3')}|(?P<moses>DOTMULTI)"
    # What may begin one is looked at first, because looking back at every character takes its time.
    begins = r"'!?*\"~=#+_:DnN"
    if plain:
        return re.compile(f"(?=[{begins}])(?:{marks}|(?P<ahead>(?!))|(?P<base>(?!)))")
    return re.compile(
        f"(?=[{begins}{_PLACES}{ZERO_WIDTH_SPACE}{found.clinging}{found.unknown}])(?:{marks}"
        f"|(?P<ahead>(?<!\\S)[{found.clinging}]+(?P<base>[^\\s{ZERO_WIDTH_SPACE}]?))"
        rf"|(?P<clinging>\u200d[\U0001f000-\U0001faff\u2190-\u2bff]|[{found.clinging}]+)"
        f"|(?P<break>{ZERO_WIDTH_SPACE}+)|(?P<unknown>[{found.unknown}]+))"
    )


class Shadow:
    """The shadow of one text.

    :ivar text: What to show to the rules.
    """

    def __init__(self, text: str, language: str) -> None:
        """Draw it.

        :param text: A text.
        :param language: Short code of its language.
        """
        # Other control characters are dropped, as the rules drop those of ASCII.
        self._original = re.sub(f"[{_CONTROL}]+", "", " ".join(text.split()))
        self._left_out: set[int] = set()
        self.text = _special(language, text.isascii()).sub(self._show, self._original)

    def tokens(self, shown: Sequence[str]) -> list[str]:
        """Cut the text where its shadow was cut.

        :param shown: The tokens of the shadow.
        :returns: The tokens of the text.
        """
        found = []
        place = 0
        for token in shown:
            chars = []
            left = len(token)
            while left or place in self._left_out:
                char = self._original[place]
                if char != " ":
                    chars.append(char)
                    left -= place not in self._left_out
                place += 1
            found.append("".join(chars))
        return found

    def _show(self, match: re.Match[str]) -> str:
        """Give what is shown for one special place."""
        what = match.lastgroup
        if match["before"] is not None:
            return " " + re.sub("['’]", LETTER, match["before"])
        if match["behind"] is not None:
            return LETTER + " "
        if match["ahead"] is not None:  # it clings to what follows, there being nothing before it
            self._leave_out(match.start() + 1, match.end())
            return match["base"] if match["base"] and not match["base"].isalnum() else LETTER
        if what == "clinging":
            self._leave_out(match.start(), match.end())
            return ""
        if what == "break":
            ahead = match.start() == 0 or self._original[match.start() - 1] == " "
            self._leave_out(match.start() + ahead, match.end())
            return LETTER if ahead else " "
        if what in {"unknown", "moses"}:  # the latter is the word Moses itself puts in the place of dots
            return LETTER * len(match[0])
        if match[3] is not None:  # a run of one mark is one token
            self._leave_out(match.start() + 1, match.end())
            return match[3]
        return LETTER

    def _leave_out(self, start: int, end: int) -> None:
        self._left_out.update(range(start, end))
