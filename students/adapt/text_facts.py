"""How well a model's vocabulary writes a text: what a choice among the methods of adaptation is made by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from silverner.projection.neural.subwords import Subwords
from silverner.students.adapt.adaptation_text import AdaptationText
from silverner.students.adapt.scripts import AUTO, RARE, SCRIPTS, chosen_scripts, letter_shares
from silverner.students.adapt.writing import Writing, writing_of
from silverner.students.unlabelled_text import read_unlabelled


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """A text as a model reads it.

    :param sentences: Number of its sentences.
    :param words: Number of its words.
    :param scripts: The share of every script in its letters, the largest first.
    :param characters: Share of its characters that the vocabulary has.
    :param missing: Number of different characters that it has not.
    :param writing: How the tokenizer writes its words.
    :param english: How it writes those of an English text.
    :param in_latin: How it would write them in Latin letters; ``None`` for a text without another script.
    :param tokenizer: Its kind: ``WordPiece``, ``Unigram``, ``BPE``, or the class of one that is written in Python.
    :param pieces: Number of pieces of the vocabulary.
    :param has_head: Whether the model has a head for masked words of its own.
    """

    sentences: int
    words: int
    scripts: dict[str, float]
    characters: float
    missing: int
    writing: Writing
    english: Writing
    in_latin: Writing | None
    tokenizer: str
    pieces: int
    has_head: bool

    @property
    def latin(self) -> float:
        """Return the share of Latin letters."""
        return self.scripts.get("latin", 0.0)


def text_facts(tokenizer: Any, text: AdaptationText, *, has_head: bool) -> TextFacts:
    """Read a text with a tokenizer.

    :param tokenizer: A tokenizer of ``transformers``.
    :param text: The text.
    :param has_head: Whether the model has a head for masked words of its own.
    :returns: What its words need.
    """
    words = text.word_counts
    characters = Counter(character for word in words.elements() for character in word)
    unknown = tokenizer.unk_token_id
    pieces = Subwords(tokenizer).of_words(list(characters))
    missing = [character for character, ids in zip(characters, pieces, strict=True) if unknown in ids]
    scripts = letter_shares(words.elements())
    return TextFacts(
        sentences=len(text.rows),
        words=words.total(),
        scripts=scripts,
        characters=1 - sum(characters[character] for character in missing) / max(characters.total(), 1),
        missing=len(missing),
        writing=writing_of(tokenizer, words),
        english=writing_of(tokenizer, Counter(_english_words())),
        in_latin=_in_latin(tokenizer, words, scripts),
        tokenizer=type(tokenizer.backend_tokenizer.model).__name__ if tokenizer.is_fast else type(tokenizer).__name__,
        pieces=len(tokenizer),
        has_head=has_head,
    )


def _in_latin(tokenizer: Any, words: Counter[str], scripts: dict[str, float]) -> Writing | None:
    if not tokenizer.is_fast or not any(scripts.get(script, 0.0) >= RARE for script in SCRIPTS):
        return None
    from silverner.students.adapt.transliteration import transliterating_tokenizer

    return writing_of(transliterating_tokenizer(tokenizer, chosen_scripts(AUTO, scripts)), words)


def _english_words() -> Iterable[str]:
    """Read the English text of the quickstart."""
    english = Path(str(files("silverner.builders"))) / "quickstart" / "eng.conll"
    rows, _ = read_unlabelled(english, "eng")
    return (word for row in rows for word in row.tokens)
