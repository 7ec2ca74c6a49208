"""Labelled sentences as CoNLL columns, as the commands write them."""

from __future__ import annotations

from collections.abc import Sequence


def columns_text(sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> str:
    r"""Write sentences as columns: token, tab, tag; a blank line after each sentence.

    A sentence without tokens becomes the comment ``# text =``. Without it, the sentences behind would move up, and no
    longer stand beside their source.

    :param sentences: The tokens of every sentence.
    :param tags: As many tags.
    :returns: The text of the file, which the format ``conll`` reads back.

    >>> columns_text([["Ana"], []], [["B-PER"], []])
    'Ana\tB-PER\n\n# text =\n\n'
    """
    lines = []
    for tokens, sentence_tags in zip(sentences, tags, strict=True):
        lines += [f"{token}\t{tag}\n" for token, tag in zip(tokens, sentence_tags, strict=True)] or ["# text =\n"]
        lines.append("\n")
    return "".join(lines)
