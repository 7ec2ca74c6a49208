"""``transliterate``: the tokenizer writes other scripts in Latin letters before it splits a word (arXiv 2106.09063)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from silverner.students.adapt.method import AdaptationMethod, Change
from silverner.students.strategies.option import option

if TYPE_CHECKING:
    from silverner.students.adapt.adaptation_text import AdaptationText
    from silverner.students.adapt.masked_model import MaskedModel


@dataclass(frozen=True, kw_only=True)
class Transliterate(AdaptationMethod):
    """Changes the tokenizer alone, unless the user asks for epochs."""

    name = "transliterate"
    summary = "the tokenizer writes other scripts in Latin letters; with --epochs the model is then trained on the text"
    epochs = 0.0
    scripts: str = option(
        "--scripts",
        default="auto",
        metavar="SCRIPT[,...]",
        help="scripts to write in Latin letters, such as cyrillic,greek (default: those of the text)",
    )

    def settings(self, content: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
        """Return the options, and the version of the package that knows the spellings."""
        return super().settings(content) | {"anyascii": version("anyascii")}

    def change(self, masked: MaskedModel, text: AdaptationText) -> Change:
        """Put the spelling of the scripts before the normaliser of the tokenizer."""
        from silverner.students.adapt.scripts import chosen_scripts, letter_shares
        from silverner.students.adapt.transliteration import transliterating_tokenizer

        scripts = chosen_scripts(self.scripts, letter_shares(token for row in text.rows for token in row.tokens))
        tokenizer = transliterating_tokenizer(masked.tokenizer, scripts)
        return Change(tokenizer=tokenizer, facts={"scripts": ", ".join(scripts)})
