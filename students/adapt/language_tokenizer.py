"""A new tokenizer for a language, of the kind and with the special tokens of the model's own.

``train_new_from_iterator`` of ``transformers`` would do, but its Unigram and WordPiece differ from run to run. Here the
same text gives the same tokenizer: Unigram is learnt by SentencePiece, and the others from characters in a fixed order.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from silverner.projection.errors import UsageError
from silverner.students.adapt.pieces import learn_vocabulary
from silverner.students.adapt.scripts import RARE, letter_shares, script_of
from silverner.students.adapt.tokenizer_content import bare_tokenizer, normalised, remade


def train_tokenizer(tokenizer: Any, sentences: Sequence[Sequence[str]], *, pieces: int) -> Any:
    """Learn a tokenizer from a text.

    :param tokenizer: The model's own, which says how text is prepared, and which tokens are special.
    :param sentences: The tokens of each.
    :param pieces: Most pieces, besides single characters: the text's, and of the old vocabulary all that are no letters
        or of a script of the text, so that they are not unknown in another text.
    :returns: The tokenizer. Special tokens have the first ids, in their old order.
    :raises UsageError: when it is of a kind that cannot be learnt.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    state = {} if backend is None else json.loads(backend.to_str())
    kind = state["model"]["type"] if state else "slow"
    if kind not in _LEARN or state["model"].get("end_of_word_suffix") or state["model"].get("byte_fallback"):
        raise UsageError(
            f"a new tokenizer of this kind ({kind}) cannot be learnt; {', '.join(_LEARN)} can, without marks of the "
            "end of words and pieces of bytes; train the model as it is: silverner adapt lapt"
        )
    special = _special_tokens(state, tokenizer.pad_token)
    ids = {token["content"]: k for k, token in enumerate(special)}
    state["model"] |= _LEARN[kind](state, sentences, pieces, list(ids))
    state["added_tokens"] = [{**token, "id": k} for k, token in enumerate(special)]
    state["post_processor"] = _renumbered(state["post_processor"], ids)
    if state["padding"]:
        state["padding"]["pad_id"] = ids[state["padding"]["pad_token"]]
    return remade(tokenizer, state)


def _special_tokens(state: Mapping[str, Any], pad: str | None) -> list[dict[str, Any]]:
    """Return the special tokens in their old order; padding keeps its id, since some models count from it."""
    tokens = sorted(state["added_tokens"], key=lambda token: int(token["id"]))
    rest = [token for token in tokens if token["content"] != pad]
    for padding in (token for token in tokens if token["content"] == pad):
        rest.insert(padding["id"], padding)
    return rest


def _renumbered(processor: Any, ids: Mapping[str, int]) -> Any:
    """Give the special tokens in the settings of a post-processor their new ids, whatever its kind."""
    if isinstance(processor, list):
        if len(processor) == 2 and isinstance(processor[1], int) and processor[0] in ids:
            return [processor[0], ids[processor[0]]]
        return [_renumbered(part, ids) for part in processor]
    if not isinstance(processor, dict):
        return processor
    if "ids" in processor and "tokens" in processor:
        return {**processor, "ids": [ids[token] for token in processor["tokens"]]}
    return {key: _renumbered(part, ids) for key, part in processor.items()}


def _characters(state: Mapping[str, Any], sentences: Sequence[Sequence[str]]) -> list[str]:
    """Return the single characters of the old vocabulary that a text of the same scripts may have."""
    shares = letter_shares(word for sentence in sentences for word in sentence)
    scripts = {"latin", *(script for script, share in shares.items() if share >= RARE)}
    vocabulary = state["model"]["vocab"]
    pieces = vocabulary if isinstance(vocabulary, dict) else (piece for piece, _ in vocabulary)
    characters = (piece for piece in pieces if len(piece) == 1 and piece.isprintable() and not piece.isspace())
    return sorted(piece for piece in characters if not piece.isalpha() or script_of(piece) in scripts)


def _word_pieces(
    state: Mapping[str, Any], sentences: Sequence[Sequence[str]], pieces: int, special: Sequence[str]
) -> dict[str, Any]:
    words = Counter(word for sentence in sentences for word in " ".join(sentence).split())
    prefix, old = state["model"]["continuing_subword_prefix"], state["model"]["vocab"]
    single = _characters(state, sentences)
    besides = [*single, *(prefix + character for character in single if prefix + character in old)]
    learnt = learn_vocabulary(state, words, besides=besides, pieces=pieces)
    return {"vocab": _numbered([*special, *learnt])}


def _byte_pairs(
    state: Mapping[str, Any], sentences: Sequence[Sequence[str]], pieces: int, special: Sequence[str]
) -> dict[str, Any]:
    from tokenizers import pre_tokenizers, trainers

    learner = bare_tokenizer(state, vocab={}, merges=[])
    if '"ByteLevel"' in json.dumps(state["pre_tokenizer"]):
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    else:
        lines = (normalised(learner, " ".join(sentence)) for sentence in sentences)
        parts = (part for line in lines for part, _ in learner.pre_tokenizer.pre_tokenize_str(line))
        alphabet = sorted({*"".join(parts), *_characters(state, sentences)})
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + pieces,
        min_frequency=2,
        special_tokens=alphabet,  # numbered in this order, not as the trainer meets them
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    learner.train_from_iterator(map(" ".join, sentences), trainer)
    learnt = json.loads(learner.to_str())["model"]
    return {"vocab": _numbered([*special, *learnt["vocab"]]), "merges": learnt["merges"]}


def _unigram(
    state: Mapping[str, Any], sentences: Sequence[Sequence[str]], pieces: int, special: Sequence[str]
) -> dict[str, Any]:
    import sentencepiece

    learner = bare_tokenizer(state, vocab=[("", 0.0)], unk_id=0)
    lines = [normalised(learner, " ".join(sentence)).replace("▁", " ") for sentence in sentences]
    single = _characters(state, sentences)
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=written,
        vocab_size=len({*single, *"".join(lines)}) + pieces,
        hard_vocab_limit=False,
        character_coverage=1.0,
        required_chars="".join(single),
        normalization_rule_name="identity",
        max_sentence_length=1 << 20,
        num_threads=1,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    unknown = model.id_to_piece(model.unk_id())
    learnt = [(model.id_to_piece(k), model.get_score(k)) for k in range(model.get_piece_size())]
    vocabulary = [*((token, 0.0) for token in special), *(piece for piece in learnt if piece[0] != unknown)]
    old_unknown = state["model"]["vocab"][state["model"]["unk_id"]][0]
    return {"vocab": vocabulary, "unk_id": list(special).index(old_unknown)}


_LEARN = {"WordPiece": _word_pieces, "Unigram": _unigram, "BPE": _byte_pairs}


def _numbered(pieces: Sequence[str]) -> dict[str, int]:
    return {piece: k for k, piece in enumerate(dict.fromkeys(pieces))}
