"""The page on engines."""

from __future__ import annotations

from collections.abc import Iterator

from reference.markdown import code, first_sentence, page, prose, table
from reference.recipe import HEADER, key_rows
from reference.values import sections_in
from silverner.projection.alignment import ALIGNERS
from silverner.projection.chain.engine import EngineSettings
from silverner.projection.labelling import LABELLERS
from silverner.projection.registry import Registry
from silverner.projection.translation import TRANSLATORS
from silverner.projection.translation.glossary import GLOSSARIES

KINDS: dict[str, tuple[Registry[type[EngineSettings]], str]] = {
    "Translators": (TRANSLATORS, "The keys `translator`, `back_translator` and `inserter`."),
    "Labellers": (LABELLERS, "The key `labeller`, and `tagger` under `candidates`."),
    "Aligners": (ALIGNERS, "The key `aligner`; a list of several aligners votes on links."),
    "Glossaries": (GLOSSARIES, "The key `glosses`, which takes translators of any text, too."),
}


def engines_page() -> str:
    """Describe every engine: what installs it, its licence, its authors, and its keys."""
    parts = []
    for kind, (registry, where) in KINDS.items():
        parts += [f"## {kind}", where, *(part for name, engine in registry.items() for part in _engine(name, engine))]
    return page(
        "Engines",
        "An engine does one step: it translates, labels or aligns. In a recipe it is a word (`aligner: eflomal`) or a "
        "section (`aligner: {engine: eflomal, model: 2}`). The licence is that of the engine's code. A model has its "
        "own licence, which `silverner build --dry-run` shows.",
        *parts,
    )


def _engine(name: str, engine: type[EngineSettings]) -> Iterator[str]:
    """Describe one engine."""
    yield f"### {name}"
    yield first_sentence(engine)
    needs = [f'`pip install "silverner[{engine.extra}]"`'] if engine.extra else []
    needs += [prose(engine.program)] if engine.program else []
    facts = [f"- needs: {' and '.join(needs) or 'nothing beside `silverner`'}"]
    facts.append(f"- licence: {engine.licence or 'unknown'}")
    if engine.citation:
        facts.append(f"- cite: {prose(engine.citation)}")
    yield "\n".join(facts)
    keys = list(key_rows(engine, {}))
    yield table(HEADER, [(key, code(name), "required", meaning) for key, _, _, meaning in keys[:1]] + keys[1:])
    for key, field in engine.model_fields.items():
        for section in sections_in(field.annotation):
            yield f"The section `{key}`:"
            yield table(HEADER, key_rows(section, {}))
