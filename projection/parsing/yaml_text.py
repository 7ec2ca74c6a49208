"""YAML that a stranger may have written: no aliases, no tags, bounded depth, no key twice, no control characters.

Ten lines of aliases of aliases stand for millions of values, so an alias is refused; an anchor alone is harmless. A
tag such as ``!!timestamp`` chooses how a value is made, and makes the library fail in ways of its own.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from silverner.projection.errors import DataError

DEEPEST = 50
"""The most levels of lists and keys inside each other; a recipe has six."""
_TEXT = "tag:yaml.org,2002:str"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters but tab and end of line, and halves of a character: no path, name or label can have them."""


def compose_yaml(text: str, *, where: str) -> yaml.Node | None:
    """Parse YAML into its nodes, which know their lines.

    :param text: The YAML.
    :param where: File name, for messages.
    :returns: The root node; ``None`` where there is nothing but comments.
    :raises DataError: naming the line that is not YAML, or that has an alias, a tag or a repeated key.
    """
    node: yaml.Node | None = _load(text, where, _BoundedLoader.get_single_node)
    return node


def parse_yaml(text: str, *, where: str) -> Any:
    r"""Parse YAML into plain values.

    :param text: The YAML.
    :param where: File name, for messages.
    :returns: Its value.
    :raises DataError: naming the line that is not YAML, or that has an alias, a tag or a repeated key.

    >>> parse_yaml("license: mit", where="README.md")
    {'license': 'mit'}
    >>> parse_yaml("a: &x [1]\nb: *x", where="README.md")
    Traceback (most recent call last):
    silverner.projection.errors.DataError: README.md, line 2: the alias *x repeats another part; write that part out
    """
    return _load(text, where, _BoundedLoader.get_single_data)


def dump_yaml(value: Any) -> str:
    """Write plain values as YAML that :func:`parse_yaml` reads: a part that occurs twice is written twice.

    :param value: Mappings, lists, text, numbers and ``None``.
    :returns: YAML, with the keys in their order.
    """
    text: str = yaml.dump(value, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=120)
    return text


_FastDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _PlainDumper(_FastDumper):  # type: ignore[misc]
    """The safe dumper of the library, without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every part in full."""
        return True


class _BoundedLoader(yaml.SafeLoader):
    """The safe loader of the library, with bounds."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose a node, unless it is an alias, has a tag, or lies too deep."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _fault(event, f"the alias *{event.anchor} repeats another part; write that part out")
        if event.tag not in (None, "!", _TEXT):
            raise _fault(event, f"the tag {event.tag.replace('tag:yaml.org,2002:', '!!')} is not read; leave it out")
        if isinstance(event, yaml.ScalarEvent) and (found := _UNWRITABLE.search(event.value)):
            kind = "half of a character" if found[0] >= "\ud800" else "a control character"
            raise _fault(event, f"{event.value!r:.120} has {kind}, {found[0]!r}; leave it out")
        if self.depth == DEEPEST:
            raise _fault(event, f"lists and keys lie more than {DEEPEST} levels inside each other")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Compose a mapping, unless a key is no word or is there twice."""
        mapping = super().compose_mapping_node(anchor)
        keys = set()
        for key, _ in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _fault(key, "a key must be a word")
            if key.value in keys:
                raise _fault(key, f"the key {key.value!r} is here twice")
            keys.add(key.value)
        return mapping


class _FaultError(yaml.MarkedYAMLError):
    """Something that is YAML, but that is not read here."""


def _fault(at: Any, why: str) -> _FaultError:
    return _FaultError(problem=why, problem_mark=at.start_mark)


def _load(text: str, where: str, read: Any) -> Any:
    """Read with the bounded loader, and turn every error into one line."""
    try:
        loader = _BoundedLoader(text)
        try:
            return read(loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}, line {mark.line + 1}" if mark else where
        reason = f"{error.problem or error.context}"
        raise DataError(f"{place}: {reason if isinstance(error, _FaultError) else f'not YAML: {reason}'}") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a date such as 2026-02-31 is a ValueError
        reason = " ".join(str(error).split())
        raise DataError(f"{where}: not YAML: {reason}") from error
