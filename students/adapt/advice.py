"""Which method of adaptation a text calls for: one table of rules, of which the first that holds decides.

The thresholds follow what others measured (arXiv 2106.09063 for vocabulary and transliteration; FOCUS; Erzya, Hebrew,
Telugu): go on with masked words first; new pieces or another script where words are unknown, not both; a new vocabulary
where words fall into many subwords; and never random rows. One rule follows our own measurements: a multilingual
encoder without a head for masked words loses by short training (``benchmarks/RESULTS.md``, Adaptation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from silverner.students.adapt.methods import METHODS
from silverner.students.adapt.text_facts import TextFacts

MUCH_UNKNOWN = 0.01
"""From this share of words with ``[UNK]`` on, the vocabulary is mended first."""
NEW_PIECES = 99
"""More missing characters than that cannot be mended by pieces (the paper adds 99)."""
MANY_SUBWORDS = 3.0
"""With more subwords a word, the vocabulary hardly covers the script."""
AS_ENGLISH = 1.1
"""Up to so many times the subwords a word of English, a text is in a language of the vocabulary."""
FEW_SENTENCES = 300
"""With fewer sentences, there is nothing to learn from."""
LARGE_VOCABULARY = 100_000
"""From so many pieces on, a new head for masked words takes more text to learn than a small language has."""
ENOUGH_FOR_A_HEAD = 10_000
"""Sentences that a new head over a large vocabulary needs; with 2,000 students lost 2 to 12 F1."""
NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do.

    :param method: A method of adaptation, or :data:`NOTHING`.
    :param why: The reason: one sentence.
    """

    method: str
    why: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of the table.

    :param method: What is recommended.
    :param holds: When.
    :param why: The reason, with the facts of the text in braces.
    """

    method: str
    holds: Callable[[TextFacts], bool]
    why: str


def _is_unknown(facts: TextFacts) -> bool:
    return facts.writing.unknown >= MUCH_UNKNOWN


def _is_hardly_covered(facts: TextFacts) -> bool:
    return _is_unknown(facts) or facts.writing.subwords > MANY_SUBWORDS


def _is_in_another_script(facts: TextFacts) -> bool:
    return facts.in_latin is not None and facts.latin < 0.5


def _is_short(facts: TextFacts) -> bool:
    return facts.sentences < FEW_SENTENCES


def _lacks_text_for_a_head(facts: TextFacts) -> bool:
    return not facts.has_head and facts.pieces >= LARGE_VOCABULARY and facts.sentences < ENOUGH_FOR_A_HEAD


RULES = (
    _Rule(
        "transliterate",
        lambda facts: _is_in_another_script(facts) and _is_unknown(facts) and facts.missing > NEW_PIECES,
        "the vocabulary lacks {missing:,} characters of the text, more than new pieces can mend ({NEW_PIECES}); in "
        "Latin letters {in_latin.unknown:.1%} of the words are unknown instead of {writing.unknown:.1%}",
    ),
    _Rule(
        "transliterate",
        lambda facts: _is_in_another_script(facts) and _is_hardly_covered(facts) and _is_short(facts),
        "the vocabulary hardly covers the script ({writing.unknown:.1%} unknown words, {writing.subwords:.1f} subwords "
        "a word), and {sentences:,} sentences are too few to learn it (at least {FEW_SENTENCES}); Latin letters need "
        "no training",
    ),
    _Rule(
        NOTHING,
        _is_short,
        "{sentences:,} sentences are too few to learn from; gather at least {FEW_SENTENCES}, better some thousands",
    ),
    _Rule(
        "vocabulary",
        lambda facts: _is_unknown(facts) and facts.tokenizer == "WordPiece",
        "{writing.unknown:.1%} of the words are unknown to the vocabulary, and {missing:,} missing characters are few "
        "enough for new pieces",
    ),
    _Rule("focus", _is_unknown, "{writing.unknown:.1%} of the words are unknown to the vocabulary"),
    _Rule(
        NOTHING,
        _lacks_text_for_a_head,
        "the model has no head for masked words, and {sentences:,} sentences are too few to teach a new one its "
        "{pieces:,} pieces (at least {ENOUGH_FOR_A_HEAD:,}); where this was tried, students lost 2 to 12 F1",
    ),
    _Rule(
        "focus",
        _is_hardly_covered,
        "a word falls into {writing.subwords:.1f} subwords (above {MANY_SUBWORDS:g}), so the vocabulary hardly covers "
        "the language",
    ),
    _Rule(
        NOTHING,
        lambda facts: facts.writing.subwords <= AS_ENGLISH * facts.english.subwords,
        "the vocabulary writes the text as well as English ({writing.subwords:.2f} subwords a word, English "
        "{english.subwords:.2f}), so the model has most likely learnt the language; lapt can still add a little",
    ),
    _Rule(
        "lapt",
        lambda facts: True,
        "the vocabulary can write the language ({writing.unknown:.1%} unknown words, {writing.subwords:.2f} subwords a "
        "word, English {english.subwords:.2f}); what the model lacks is having read it",
    ),
)
"""The rules, in the order in which they are asked."""


def methods_for(facts: TextFacts) -> list[str]:
    """Return the methods that the model can be adapted by: ``vocabulary`` knows WordPiece alone.

    :param facts: A text as a model reads it.
    """
    return [name for name in METHODS if name != "vocabulary" or facts.tokenizer == "WordPiece"]


def advice_for(facts: TextFacts) -> Advice:
    """Recommend one method.

    :param facts: A text as a model reads it.
    :returns: The method of the first rule that holds, and its reason.
    """
    rule = next(rule for rule in RULES if rule.holds(facts))
    values = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
    limits = {
        "NEW_PIECES": NEW_PIECES,
        "MANY_SUBWORDS": MANY_SUBWORDS,
        "FEW_SENTENCES": FEW_SENTENCES,
        "ENOUGH_FOR_A_HEAD": ENOUGH_FOR_A_HEAD,
    }
    return Advice(method=rule.method, why=rule.why.format(**values, **limits))
