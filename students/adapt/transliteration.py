"""A tokenizer that writes other scripts in Latin letters before it splits a word into subwords.

The spelling is a part of the tokenizer itself, its first normaliser. So ``AutoTokenizer`` loads it from the folder with
nothing else installed, and unlabelled text, corpora and texts to be tagged are all read in the same way. The words of a
corpus and their number stay what they are. The steps of the normaliser:

1. Joiners between letters vanish.
2. What the compiled table could not do comes first: a letter that is written as two characters, and short marks with a
   sound of their own. ``Precompiled`` of ``tokenizers`` reads a letter and its short marks as one, and its first
   character decides.
3. A word of silent letters alone becomes an apostrophe, so that it keeps a subword.
4. The table, compiled by SentencePiece.
5. The rules for spellings that depend on a neighbour (:data:`.latin_spelling.RULES`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from silverner.projection.errors import EngineError, UsageError
from silverner.students.adapt.latin_spelling import RULES, spelling_table

_LAST_OF_TWO_BYTES = "\u07ff"
"""``Precompiled`` takes a letter and its marks together while they have fewer than six bytes."""


def transliterating_tokenizer(tokenizer: Any, scripts: Sequence[str]) -> Any:
    """Return a copy of a tokenizer that writes some scripts in Latin letters; all else stays as it is.

    :param tokenizer: A fast tokenizer of ``transformers``.
    :param scripts: Names of :data:`.scripts.SCRIPTS`.
    :returns: The tokenizer. It is a ``PreTrainedTokenizerFast``, because the classes of single models make their
        normaliser anew when they are loaded, and lose what was added to it.
    :raises UsageError: when the tokenizer is written in Python, and has no normaliser to add to.
    """
    from tokenizers import Tokenizer, normalizers
    from transformers import PreTrainedTokenizerFast

    if not getattr(tokenizer, "is_fast", False):
        raise UsageError(
            f"the tokenizer {type(tokenizer).__name__} is written in Python, and nothing can be built into it; "
            "transliterate needs a model with a fast tokenizer (tokenizer.json)"
        )
    table = {letter: latin for script in scripts for letter, latin in spelling_table(script).items()}
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    steps = list(normaliser_steps(table))
    backend.normalizer = normalizers.Sequence([*steps, *([backend.normalizer] if backend.normalizer else [])])
    settings = {key: value for key, value in tokenizer.init_kwargs.items() if key not in _OF_THE_CLASS}
    of_class = {name: getattr(tokenizer, name) for name in _ATTRIBUTES}
    make: Any = PreTrainedTokenizerFast
    return make(tokenizer_object=backend, **(settings | of_class))


_ATTRIBUTES = (
    "model_max_length",
    "model_input_names",
    "padding_side",
    "truncation_side",
    "clean_up_tokenization_spaces",
)
"""What a class of its own decides, so that it has to be written down for the general class."""
_OF_THE_CLASS = (
    "vocab_file",
    "merges_file",
    "name_or_path",
    "do_lower_case",
    "strip_accents",
    "tokenize_chinese_chars",
)
"""What the class of a model reads when it makes its normaliser; this stands in the normaliser itself."""


def normaliser_steps(table: Mapping[str, str]) -> Iterator[Any]:
    """Return the steps that write characters in Latin letters.

    :param table: Spellings of :func:`.latin_spelling.spelling_table`.
    :returns: Normalisers of ``tokenizers``, in the order in which they act.
    """
    from tokenizers import Regex, normalizers

    letters = _character_class(table)
    yield normalizers.Replace(Regex(f"(?<={letters})[\u200c\u200d]+"), "")
    for characters, spelling in _replaced_first(table).items():
        yield normalizers.Replace(characters, spelling)
    silent = _character_class([letter for letter, latin in table.items() if not latin])
    if silent:
        yield normalizers.Replace(Regex(rf"(?<![\p{{L}}\p{{M}}]){silent}+(?![\p{{L}}\p{{M}}])"), "'")
    yield normalizers.Precompiled(compiled_table(table))
    marks = {character for latin in table.values() for character in latin if not character.isascii()}
    for pattern, becomes in RULES:
        if marks & set(pattern):
            yield normalizers.Replace(Regex(pattern), becomes)


def compiled_table(table: Mapping[str, str]) -> bytes:
    """Compile a table of spellings into the form that ``Precompiled`` of ``tokenizers`` reads.

    :param table: What each character becomes.
    :returns: A double-array trie and the spellings.
    """
    from sentencepiece import SentencePieceNormalizer, set_min_log_level

    set_min_log_level(_WARNINGS)
    normaliser = SentencePieceNormalizer(norm_map=list(table.items()))
    set_min_log_level(0)
    return _charsmap(normaliser.serialized_normalizer_spec())


_WARNINGS = 1
_CHARSMAP = 0x12
"""What stands before ``precompiled_charsmap`` in a ``NormalizerSpec``: the field 2, of bytes (protocol buffers)."""


def _charsmap(specification: bytes) -> bytes:
    """Return the compiled table of a ``NormalizerSpec``; for one field the package protobuf is not needed."""
    if specification[0] != _CHARSMAP:
        raise EngineError("this version of sentencepiece compiles tables into another form; install another version")
    size, shift, position = 0, 0, 1
    while True:
        size |= (specification[position] & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if specification[position - 1] < 0x80:
            return specification[position : position + size]


def _replaced_first(table: Mapping[str, str]) -> dict[str, str]:
    """Return the spellings of letters that are written as two characters, and of short marks with a sound."""

    def apart(pair: str) -> str:
        return "".join(table.get(character, "") for character in pair)

    pairs = ((letter, unicodedata.normalize("NFD", letter)) for letter in table)
    spellings = {
        pair: table[letter]
        for letter, pair in pairs
        if len(pair) == 2 and unicodedata.normalize("NFC", pair) == letter and table[letter] != apart(pair)
    }
    marks = {mark: latin for mark, latin in table.items() if mark <= _LAST_OF_TWO_BYTES and latin and _is_mark(mark)}
    return spellings | marks


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _character_class(characters: Iterable[str]) -> str:
    """Return the regular expression of one of some characters; empty for none."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in ranges)}]" if ranges else ""
