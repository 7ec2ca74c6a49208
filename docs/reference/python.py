"""The page on Python: the public functions and classes, from their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from reference.markdown import code, first_sentence, page, prose, table

PACKAGES = ("silverner.projection", "silverner.projection.readers")
"""The packages whose public names are described."""
_FIELD = re.compile(r"^:(param|returns|raises) ?(\w*):\s*", re.MULTILINE)


def python_page() -> str:
    """Describe every public function and class of the packages."""
    parts = []
    for package in PACKAGES:
        parts += [f"## {package}", first_sentence(import_module(package))]
        for name, described in public_names(package).items():
            parts += _described(name, described)
    return page(
        "Python",
        "The public functions and classes; the change log says when one changes. Their errors are kinds of "
        "`SilvernerError`, and their messages are for people: see [Exit codes](commands.md#exit-codes).",
        *parts,
    )


def public_names(package: str) -> Mapping[str, Callable[..., Any]]:
    """Return the public functions and classes of a package, without its errors.

    :param package: Its name.
    """
    module = import_module(package)
    objects = {name: getattr(module, name) for name in module.__all__}
    functions = {name: one for name, one in objects.items() if inspect.isfunction(one)}
    classes = {name: one for name, one in objects.items() if inspect.isclass(one) and not issubclass(one, Exception)}
    return {**functions, **classes}


def _described(name: str, described: Callable[..., Any]) -> Iterator[str]:
    """Describe a function, or a class with its properties and the way in which its objects are called."""
    yield f"### {name}"
    yield from _call(name, described)
    if not inspect.isclass(described):
        return
    properties = {name: one for name, one in vars(described).items() if isinstance(one, property)}
    yield "\n".join(f"- `{name}`: {first_sentence(one)}" for name, one in properties.items())
    if "__call__" in vars(described):
        yield f"#### Calling a {name}"
        yield from _call("", described.__call__)


def _call(name: str, described: Callable[..., Any]) -> Iterator[str]:
    """Show how something is called, what it does, and what it takes."""
    parameters = [one for one in inspect.signature(described).parameters.values() if one.name != "self"]
    bare = [one.replace(annotation=inspect.Parameter.empty, default=_shown(one.default)) for one in parameters]
    call = str(inspect.Signature(bare)).replace("=<default>", "=...")
    yield f"```text\n{name}{call}\n```"
    text, fields = _split(inspect.getdoc(described) or "")
    yield _text(text)
    meanings = {parameter: meaning for kind, parameter, meaning in _all_fields(described) if kind == "param"}
    columns = ["parameter", "type", "meaning"] if meanings else ["parameter", "type"]
    rows = [
        (code(one.name), code(str(one.annotation).replace(" | ", " or ")), prose(meanings.get(one.name, "")))
        for one in parameters
    ]
    if rows:
        yield table(columns, [row[: len(columns)] for row in rows])
    results = [f"- returns: {prose(meaning)}" for kind, _, meaning in fields if kind == "returns"]
    yield "\n".join(
        [*results, *(f"- raises {code(error)} {prose(why)}" for kind, error, why in fields if kind == "raises")]
    )


class _Default:
    """Stands for a default that is no plain value."""

    def __repr__(self) -> str:
        return "<default>"


def _shown(default: object) -> object:
    is_plain = default is None or isinstance(default, str | int | float | tuple)
    return default if is_plain or default is inspect.Parameter.empty else _Default()


def _all_fields(described: Callable[..., Any]) -> Iterator[tuple[str, str, str]]:
    """List the fields of a docstring; those of a class include the ones of the classes it extends."""
    for one in reversed(described.__mro__) if inspect.isclass(described) else [described]:
        yield from _split(inspect.cleandoc(one.__doc__ or ""))[1]


def _split(docstring: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Split a docstring into its text with its examples, and its fields: kind, name and meaning."""
    before, *rest = _FIELD.split(docstring)
    fields, examples = [], ""
    for kind, name, meaning in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        stated, _, after = meaning.partition("\n\n")
        fields.append((kind, name, " ".join(stated.split())))
        examples += f"\n\n{after}" if after.strip() else ""
    return f"{before.strip()}{examples}", fields


def _text(text: str) -> str:
    """Write the paragraphs of a docstring; its examples become blocks of code."""
    parts = []
    for paragraph in text.split("\n\n"):
        if paragraph.strip().startswith(">>>"):
            parts.append(f"```pycon\n{inspect.cleandoc(paragraph)}\n```")
        else:
            parts.append(prose(paragraph))
    return "\n\n".join(parts)
