"""``focus``: gives a model a tokenizer of the language (Dobler and de Melo 2023, arXiv 2305.14481)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from silverner.students.adapt.method import AdaptationMethod, Change
from silverner.students.strategies.option import option, positive_count

if TYPE_CHECKING:
    from silverner.students.adapt.adaptation_text import AdaptationText
    from silverner.students.adapt.focus_rows import FocusRows
    from silverner.students.adapt.masked_model import MaskedModel

_WORDS_A_PIECE, _FEWEST, _MOST = 10, 1_000, 50_000


@dataclass(frozen=True, kw_only=True)
class Focus(AdaptationMethod):
    """Replaces the vocabulary by one of the text; rows of new pieces start as means of rows of pieces like them."""

    name = "focus"
    summary = "a new tokenizer of the language, its rows made from old ones, then as lapt; for many subwords a word"
    pieces: int | None = option(
        "--pieces",
        default=None,
        convert=positive_count,
        metavar="N",
        help="of the new vocabulary, besides single characters (default: a tenth of the words, 1000 to 50000)",
    )

    def change(self, masked: MaskedModel, text: AdaptationText) -> Change:
        """Learn a tokenizer, and give the model rows for its pieces.

        :param masked: The model.
        :param text: The text of the language.
        :returns: The new tokenizer; rows are new where the old tokenizer lacks the piece.
        :raises MissingEngineError: when deepfocus is not installed.
        :raises UsageError: when the tokenizer is of a kind that cannot be learnt.
        """
        from silverner.students.adapt.focus_rows import FocusRows, require_deepfocus
        from silverner.students.adapt.language_tokenizer import train_tokenizer
        from silverner.students.adapt.writing import writing_of

        require_deepfocus()
        sentences, words = text.sentences, text.word_counts
        pieces = self.pieces or min(max(words.total() // _WORDS_A_PIECE, _FEWEST), _MOST)
        logging.getLogger("silverner").info("learning a tokenizer of up to %d pieces, and rows for them", pieces)
        tokenizer = train_tokenizer(masked.tokenizer, sentences, pieces=pieces)
        rows = FocusRows(masked.tokenizer, tokenizer, sentences)
        _replace_rows(masked.model, rows)
        configs = [masked.model.config, *([masked.tagging_head.config] if masked.tagging_head else [])]
        for config in configs:
            _replace_special_ids(config, masked.tokenizer, tokenizer)
        facts = {
            "vocabulary_before": len(masked.tokenizer),
            "vocabulary_after": len(tokenizer),
            "pieces_of_both": len(rows.kept),
            "subwords_a_word_before": round(writing_of(masked.tokenizer, words).subwords, 3),
            "subwords_a_word_after": round(writing_of(tokenizer, words).subwords, 3),
        }
        return Change(tokenizer=tokenizer, new_rows=tuple(rows.new_ids), facts=facts)


def _replace_rows(model: Any, rows: FocusRows) -> None:
    """Give embedding and head the rows of the new vocabulary."""
    import torch

    embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
    is_tied = head.weight is embedding.weight
    embedded = rows.of(embedding.weight)
    scoring = None if is_tied else rows.of(head.weight)
    bias = None if head.bias is None else rows.of_bias(head.bias)
    model.resize_token_embeddings(len(embedded), mean_resizing=False)
    with torch.no_grad():
        model.get_input_embeddings().weight.copy_(embedded)
        if scoring is not None:
            model.get_output_embeddings().weight.copy_(scoring)
        if bias is not None:
            model.get_output_embeddings().bias.copy_(bias)


def _replace_special_ids(config: Any, old: Any, new: Any) -> None:
    """Give a configuration the ids that special tokens have in the new vocabulary."""
    tokens = old.convert_ids_to_tokens(old.all_special_ids)
    ids = dict(zip(old.all_special_ids, new.convert_tokens_to_ids(tokens), strict=True))
    for name in ("bos", "eos", "pad", "sep", "cls", "mask"):
        number = getattr(config, f"{name}_token_id", None)
        if number in ids:
            setattr(config, f"{name}_token_id", ids[number])
