"""The usual names of fields and columns, and the key of a recipe that says which of them to read."""

from __future__ import annotations

from collections.abc import Collection

from silverner.projection.readers.corpus_files import Fields

TOKENS = ("tokens", "token", "word", "words", "form")
TAGS = ("ner_tags", "ner_tag", "tags", "tag", "ner", "label", "labels")
_TEXT = ("text", "sentence", "sent", "content")


def fields_advice(names: Collection[str], fields: Fields, *, tagged: bool) -> str:
    """Say which key names the fields to read, with the names that the rows have.

    :param names: The names in the rows.
    :param fields: The names that were looked for.
    :param tagged: Whether tags are needed.
    :returns: The advice, for the end of a message.

    >>> fields_advice(["words", "labels"], Fields(), tagged=True)
    'name them: fields: {tokens: words, tags: labels}'
    >>> fields_advice(["a"], Fields(), tagged=False)
    'name them: fields: {tokens: NAME}, or fields: {text: NAME}'
    """
    tokens = _found(names, fields.tokens, TOKENS)
    tags = _found(names, fields.tags, TAGS)
    text = _found(names, fields.text, _TEXT)
    if tagged:
        return f"name them: fields: {{tokens: {tokens or 'NAME'}, tags: {tags or 'NAME'}}}"
    if tokens or text:
        return f"name them: fields: {{{f'tokens: {tokens}' if tokens else f'text: {text}'}}}"
    return "name them: fields: {tokens: NAME}, or fields: {text: NAME}"


def _found(names: Collection[str], named: str, usual: tuple[str, ...]) -> str | None:
    """Return the name that was looked for, where the rows have it, or else the first usual name that they have."""
    by_folded = {name.casefold(): name for name in names}
    return named if named in names else next((by_folded[name] for name in usual if name in by_folded), None)
