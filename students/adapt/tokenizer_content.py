"""The content of a tokenizer: pieces written over ids that it never uses, and tokenizers made with other content."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_UNUSED = re.compile(r"[\[<]unused_?(\d+)[\]>]")


def unused_names(tokenizer: Any) -> list[str]:
    """Name the places that a vocabulary keeps free, such as ``[unused1]``, in the order of their numbers.

    :param tokenizer: A tokenizer of ``transformers``.
    :returns: The names; one that is a special token is left out.
    """
    added = tokenizer.get_added_vocab()
    numbers = {name: int(free[1]) for name in tokenizer.get_vocab() if (free := _UNUSED.fullmatch(name))}
    return sorted(numbers.keys() - added.keys(), key=lambda name: (numbers[name], name))


def add_pieces(tokenizer: Any, pieces: Sequence[str]) -> tuple[Any, list[int]]:
    """Write pieces over the unused ids of a WordPiece vocabulary; where they do not suffice, behind its last id.

    :param tokenizer: A fast tokenizer, which is left as it is.
    :param pieces: Pieces that its vocabulary lacks, as it writes them.
    :returns: The new tokenizer, and the id of every piece.

    A tokenizer is made anew from files, because that is what a user of the saved model gets.
    """
    end = max(tokenizer.get_vocab().values()) + 1
    free = unused_names(tokenizer)[: len(pieces)]
    ids = [*tokenizer.convert_tokens_to_ids(free), *range(end, end + len(pieces) - len(free))]
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    vocabulary = {piece: k for piece, k in state["model"]["vocab"].items() if piece not in free}
    vocabulary |= dict(zip(pieces, ids, strict=True))
    state["model"]["vocab"] = dict(sorted(vocabulary.items(), key=lambda entry: entry[1]))
    return remade(tokenizer, state), ids


def remade(tokenizer: Any, state: Mapping[str, Any]) -> Any:
    """Make a tokenizer of the same class and settings with another content.

    :param tokenizer: A fast tokenizer of ``transformers``.
    :param state: What its ``tokenizer.json`` is to hold.
    :returns: The new tokenizer.
    """
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        Path(folder, "tokenizer.json").write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        changed = type(tokenizer).from_pretrained(folder)
    changed.name_or_path = tokenizer.name_or_path
    return changed


def bare_tokenizer(state: Mapping[str, Any], **content: Any) -> Any:
    """Make a tokenizer that prepares text as another one does, with other content and without special tokens.

    So ``[MASK]`` in a text is a word.

    :param state: What the ``tokenizer.json`` of the other one holds.
    :param content: The keys of its model that differ, such as ``vocab``.
    :returns: A tokenizer of ``tokenizers``.
    """
    from tokenizers import Tokenizer

    without: dict[str, Any] = {"added_tokens": [], "post_processor": None, "truncation": None, "padding": None}
    return Tokenizer.from_str(json.dumps({**state, **without, "model": {**state["model"], **content}}))


def normalised(tokenizer: Any, text: str) -> str:
    """Return a text as a tokenizer of ``tokenizers`` normalises it.

    :param tokenizer: The tokenizer.
    :param text: The text.
    """
    return str(tokenizer.normalizer.normalize_str(text)) if tokenizer.normalizer else text
