"""Chooses the word pieces that a model lacks for a language (arXiv 2106.09063: vocabulary augmentation).

A word is what stands between spaces, and counts as often as the text has it:

1. Learn a WordPiece vocabulary from the text, as the model's own normaliser and pre-tokeniser prepare it.
2. Of every word with fewer ``[UNK]`` in that vocabulary, count the new pieces that its old segmentation lacks.
3. Take the most frequent of them that the old vocabulary lacks.
4. Fill up with the pieces that are most frequent when the new vocabulary splits all words.
5. Leave out what would make ``[UNK]`` of a word that the old vocabulary can split: with ``ab``, and without ``##c``,
   ``abc`` can no longer be split into ``a`` and ``##bc``, because the longest piece is taken first. The paper does not.

Of two equally frequent pieces the first by code point is taken, so that the choice depends on nothing but the text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import DataError
from silverner.students.adapt.tokenizer_content import bare_tokenizer, normalised

PAPER_PIECES = 99
"""How many pieces the paper adds: so many unused ids has multilingual BERT."""
_PIECES, _FREQUENCY = 5000, 5
"""Of the learnt vocabulary: most pieces of several characters, and how often the parts of each stand together."""
_CHARACTERS = 1000
"""Of the learnt vocabulary: most characters. Where more pieces are asked for, ten times as many as pieces."""


@dataclass(frozen=True, slots=True)
class PieceChoice:
    """The pieces to add, the most useful first.

    :param pieces: As a vocabulary writes them: ``##a`` continues a word.
    :param against_unknown: How many of them, from the first, are for words with ``[UNK]``; the others fill up.
    """

    pieces: tuple[str, ...]
    against_unknown: int


def choose_pieces(tokenizer: Any, sentences: Iterable[Sequence[str]], *, limit: int = PAPER_PIECES) -> PieceChoice:
    """Choose the pieces that a WordPiece vocabulary lacks most for a text.

    :param tokenizer: A fast tokenizer of ``transformers`` with a WordPiece vocabulary.
    :param sentences: The tokens of each.
    :param limit: Most pieces.
    :returns: The pieces.
    :raises DataError: when the text has no word.
    """
    words = Counter(word for sentence in sentences for word in " ".join(sentence).split())
    if not words:
        raise DataError("the text has no word; no pieces can be chosen from it")
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    old_pieces, unknown = state["model"]["vocab"], state["model"]["unk_token"]
    before = _split(bare_tokenizer(state, vocab=old_pieces), words)
    learnt = learn_vocabulary(state, words, characters=max(_CHARACTERS, 10 * limit), pieces=max(_PIECES, 2 * limit))
    after = _split(bare_tokenizer(state, vocab=learnt), words)
    against_unknown: Counter[str] = Counter()
    frequent: Counter[str] = Counter()
    for count, old, new in zip(words.values(), before, after, strict=True):
        for piece in new:
            frequent[piece] += count
            if new.count(unknown) < old.count(unknown) and piece not in old:
                against_unknown[piece] += count
    first = _most_frequent(against_unknown, old_pieces, limit)
    rest = _most_frequent(frequent, {*old_pieces, *first}, limit - len(first))
    pieces = _harmless(state, [*first, *rest], dict(zip(words, before, strict=True)))
    return PieceChoice(tuple(pieces), against_unknown=len({*first} & {*pieces}))


def _most_frequent(counts: Mapping[str, int], without: Iterable[str], limit: int) -> list[str]:
    pieces = counts.keys() - set(without)
    return sorted(pieces, key=lambda piece: (-counts[piece], piece))[:limit]


def _harmless(state: Mapping[str, Any], pieces: list[str], before: Mapping[str, list[str]]) -> list[str]:
    """Leave out pieces until no word has more ``[UNK]`` than before."""
    model = state["model"]
    vocabulary = {**model["vocab"], **{piece: len(model["vocab"]) + k for k, piece in enumerate(pieces)}}
    segmenter = bare_tokenizer(state, vocab=vocabulary)
    after = zip(before.items(), _split(segmenter, before), strict=True)
    harmed = [word for (word, old), new in after if new.count(model["unk_token"]) > old.count(model["unk_token"])]
    if not harmed:
        return pieces
    parts = {part for word in harmed for part in _prepared(segmenter, word)}
    prefix = model["continuing_subword_prefix"]
    inside = {piece for piece in pieces if any(piece.removeprefix(prefix) in part for part in parts)}
    return _harmless(state, [piece for piece in pieces if piece not in inside], before)


def _split(segmenter: Any, words: Iterable[str]) -> list[list[str]]:
    return [encoding.tokens for encoding in segmenter.encode_batch(list(words))]


def learn_vocabulary(
    state: Mapping[str, Any],
    words: Mapping[str, int],
    *,
    characters: int | None = None,
    pieces: int,
    besides: Iterable[str] = (),
) -> dict[str, int]:
    """Learn a WordPiece vocabulary.

    :param state: What the ``tokenizer.json`` of the model holds.
    :param words: How often the text has each word.
    :param characters: Most characters; ``None`` takes all.
    :param pieces: Most pieces of several characters.
    :param besides: Pieces of one character that the vocabulary has anyhow.
    :returns: The pieces and their ids.

    The trainer numbers characters as it meets them, which differs from run to run, and lets the number decide between
    equally frequent parts. So all of them are handed to it, in order.
    """
    from tokenizers.trainers import WordPieceTrainer

    unknown, prefix = state["model"]["unk_token"], state["model"]["continuing_subword_prefix"]
    segmenter = bare_tokenizer(state, vocab={unknown: 0})
    counts: Counter[str] = Counter()
    inside: set[str] = set()
    for word, count in words.items():
        for part in _prepared(segmenter, word):
            counts.update({character: count * number for character, number in Counter(part).items()})
            inside.update(part[1:])
    alphabet = sorted(_most_frequent(counts, (), characters or len(counts)))
    going_on = (prefix + character for character in alphabet if character in inside)
    numbered = list(dict.fromkeys([unknown, *alphabet, *going_on, *besides]))
    trainer = WordPieceTrainer(
        vocab_size=len(numbered) + pieces,
        min_frequency=_FREQUENCY,
        limit_alphabet=len(alphabet),
        initial_alphabet=alphabet,
        special_tokens=numbered,
        continuing_subword_prefix=prefix,
        show_progress=False,
    )
    segmenter.train_from_iterator((" ".join([word] * count) for word, count in words.items()), trainer)
    vocabulary: dict[str, int] = json.loads(segmenter.to_str())["model"]["vocab"]
    return vocabulary


def _prepared(segmenter: Any, word: str) -> Iterator[str]:
    """Yield the parts of a word that are split into pieces on their own."""
    text = normalised(segmenter, word)
    if segmenter.pre_tokenizer is None:
        yield text
    else:
        yield from (part for part, _ in segmenter.pre_tokenizer.pre_tokenize_str(text))
