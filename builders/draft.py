"""The draft of a recipe: what can be looked up is filled in, and a comment stands beside what a user may change."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from silverner.builders.methods.table import METHODS, Method
from silverner.projection.alignment import ALIGNERS
from silverner.projection.chain.engine import EngineSettings
from silverner.projection.errors import OutputError, UsageError, nearest
from silverner.projection.labelling import LABELLERS
from silverner.projection.languages import Language, config_code, find_language
from silverner.projection.registry import Registry
from silverner.projection.translation import TRANSLATORS
from silverner.projection.translation.glossary import GLOSSARIES


def draft(
    code: str,
    method: str,
    *,
    source: str = "eng",
    source_text: str | None = None,
    target_text: str | None = None,
    name: str | None = None,
) -> str:
    """Draft a recipe for a language and a method.

    :param code: Code or English name of the target language; one that is not in the table is declared.
    :param method: Name of the method.
    :param source: Code of the language labels come from.
    :param source_text: Labelled source text, where the method needs it.
    :param target_text: Target text, where the method needs it.
    :param name: English name of a language no registry knows.
    :returns: YAML with comments.
    :raises UsageError: when there is no such method, the method reads no such text, or a language needs a name.
    """
    if method not in METHODS:
        raise UsageError(f"no method {method!r}; {nearest(method, METHODS)}")
    row = METHODS[method]
    target, declaration = _language(code, name)
    code = code if declaration else config_code(code)
    origin = find_language(source)
    needs = row.needs
    for file, key in ((source_text, "source.files"), (target_text, "target")):
        if file is not None and key not in needs:
            raise UsageError(f"the method {method} has no use for {file}: it needs {', '.join(needs)}")
    lines = [
        f"# {target.name}: {row.summary_for(source=origin.name, target=target.name)}.",
        f"name: {code}-{method}".lower(),
        "version: 1.0.0",
        "# license: cc-by-4.0              # of your text; the card derives that of the corpus from it and the models",
        f"method: {method}",
        "labels: [PER, ORG, LOC]",
        "label_map: {MISC: O}              # what other labels become; O is none",
        *declaration,
        *_texts(needs, origin, source_text, target_text),
        f"languages: [{code}]",
        *_engines(row, origin, target),
    ]
    return "\n".join(lines) + "\n"


def write_draft(path: Path, text: str) -> None:
    """Write a recipe to a file that is not there yet.

    :param path: The file.
    :param text: The recipe.
    :raises OutputError: when it is there, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise OutputError(f"{path} is there already; remove it, or choose another: --out FILE") from error
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def _language(code: str, name: str | None) -> tuple[Language, list[str]]:
    """Find a language, and write the lines that declare it where it is not in the table."""
    import langcodes

    try:
        return find_language(code), []
    except UsageError:
        if not (code.isascii() and code.isalpha() and code.islower() and 2 <= len(code) <= 8):
            raise
        registered = langcodes.Language.get(code) if langcodes.tag_is_valid(code) else None
        name = name or (registered.display_name() if registered else None)
        if name is None or name.startswith("Unknown language"):
            raise UsageError(f"no registry knows the language {code!r}; say its English name: --name NAME") from None
        script = (registered.maximize().script if registered else None) or "Latn"
    language = Language(code=code, name=name, script=script, declared=True)
    return language, [
        "declare:                          # a language the table does not have; and what models call it, if any do",
        f'  {code}: {{name: "{name}", script: {script}, spaced: true}}   # nllb: xxx_Latn, m2m100: xx, apertium: xxx',
    ]


def _texts(needs: tuple[str, ...], origin: Language, source_text: str | None, target_text: str | None) -> list[str]:
    """Write the sections that say what to read."""
    lines = []
    if "source.files" in needs:
        labelled = source_text or f"train.{origin.code}.conll"
        lines.append(
            f"source: {{language: {origin.code}, files: {_quoted(labelled)}}}   # labelled: CoNLL, JSON lines, ..."
        )
    elif "source" in needs or "voters" in needs:
        lines.append(f"source: {{language: {origin.code}}}          # the language of the translation that is labelled")
    if "target" in needs:
        text = target_text or "train.{lang}.txt"
        lines.append(
            f"target: {{files: {_quoted(text)}}}   # a sentence a line, or tokens; gold: true if it has labels"
        )
    return lines


def _quoted(path: str) -> str:
    """Write a path so that YAML reads it as it is."""
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _engines(method: Method, origin: Language, target: Language) -> list[str]:
    """Write the sections that name engines, chosen by what knows the languages and is installed."""
    needs = method.needs
    if "voters" in needs:
        return _voters(origin, target)
    lines = []
    if "translator" in needs:
        direction = (target, origin) if "target" in needs else (origin, target)
        lines += [f"translator: {_suggested(TRANSLATORS, *direction)}"]
    if "inserter" in method.takes:
        lines += [
            "inserter:                         # a model that was trained to keep markers",
            "  {engine: seq2seq, model: ychenNLP/nllb-200-3.3B-easyproject, tokenizer: facebook/nllb-200-3.3B}",
        ]
    if "back_translator" in method.takes:
        lines += [f"back_translator: {_suggested(TRANSLATORS, origin, target)}"]
        lines += ["markers: brackets                 # or tags"]
    labelled = origin if "source" in needs else target
    if "labeller" in needs:
        lines.append(f"labeller: {_suggested(LABELLERS, labelled, target)}")
    elif "source.files" in needs:
        section = _suggested(LABELLERS, labelled, target).partition("   #")[0]
        lines.append(f"# labeller: {section}   # for source text without labels")
    if "aligner" in needs:
        lines.append(f"aligner: {_suggested(ALIGNERS, origin, target)}")
    if "glosses" in method.takes:
        lines.append(f"# glosses: {_suggested(GLOSSARIES, origin, target)}")
    flags = {"aligner": "lost-entity: 0, weak-entity: 0.5, length-ratio: 3, unlinked: 0.3", "source": "lost-entity: 0"}
    filters = next((flags[key] for key in ("aligner", "source") if key in needs), "")
    if filters:
        lines += [
            f"filters: {{{filters}}}   # each is a flag on the sentence",
            "keep: {without: [lost-entity]}    # flags that drop one",
        ]
    return lines


def _voters(origin: Language, target: Language) -> list[str]:
    """Write two voters that make different mistakes: one projects labels, and one tags the text directly."""
    lines = ["voters:                           # each a recipe of its own over this text; add more"]
    for name, method in {"projected": METHODS["translate-test"], "transfer": METHODS["model-transfer"]}.items():
        engines = [line for line in _engines(method, origin, target) if line.split(":")[0] in method.needs]
        lines += [f"  {name}:", f"    method: {method.name}", *(f"    {line}" for line in engines)]
    return [*lines, "vote: soft                        # or agreement, or {rule: weighted, least: 0.5, weights: {...}}"]


S = TypeVar("S", bound=EngineSettings)


def _suggested(registry: Registry[type[S]], source: Language, target: Language) -> str:
    """Return the suggestion of the first engine that is installed and knows both languages."""
    suggestions = (settings.suggestion(source=source, target=target) for _, settings in registry.items())
    return next(suggestion for suggestion in suggestions if suggestion is not None)
