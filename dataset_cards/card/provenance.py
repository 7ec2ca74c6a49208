"""The sections of a card on where a corpus comes from: its chain, its faults, its licence, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from silverner.dataset_cards.card.citations import works
from silverner.dataset_cards.card.escape import code, inline
from silverner.dataset_cards.card.methods import TRANSLATED, ways
from silverner.dataset_cards.card.sections import table
from silverner.dataset_cards.facts.corpus import ENGINES, CorpusFacts, LanguageFacts
from silverner.dataset_cards.licence import Licence, allows, derive, parts_of

RECIPE = "recipe.yaml"


def made(corpus: CorpusFacts) -> str:
    """Say how the labels came to be: the chain of every language with its signature, and the models with revisions."""
    how = " ".join(ways(corpus.languages.values()))
    chains = "\n".join(f"- {code(name)}: {_chain(facts)}" for name, facts in corpus.languages.items())
    parts = [
        how[:1].upper() + how[1:],
        f"The last word of a line is the signature: it names the exact chain.\n\n{chains}",
    ]
    models = dict.fromkeys(model for facts in corpus.languages.values() for model in facts.models)
    if models:
        rows = [
            [
                inline(m.role.replace("_", " ")),
                code(m.name),
                code(m.revision) if m.revision else "a folder",
                code(m.commit) if m.commit else "not known",
                inline(m.licence or "unknown"),
            ]
            for m in models
        ]
        parts.append(table(["role", "model", "revision", "commit, or hash of the folder", "licence"], rows))
    else:
        parts.append("No model took part.")
    plugins = {name: package for facts in corpus.languages.values() for name, package in facts.plugins.items()}
    if plugins:
        names = ", ".join(f"{inline(name)} ({inline(package)})" for name, package in plugins.items())
        parts.append(f"Other packages than silverner took part: {names}.")
    return "\n\n".join(parts)


def _chain(facts: LanguageFacts) -> str:
    """Say in one line how a language was made."""
    recipe = facts.recipe
    named = {part: recipe[part] for part in ENGINES if recipe.get(part)}
    engines = [
        ("glosses by " if part == "glosses" else "") + inline(given["engine"]) + _model(given.get("model"))
        for part, given in named.items()
    ]
    matching = [f"{recipe['score']} score", f"{recipe['matcher']} matching"] if recipe.get("aligner") else []
    voters = [
        f"{inline(name)} by {inline(str(own.get('method')))}" for name, own in (recipe.get("voters") or {}).items()
    ]
    trial = f"; a trial with the first {facts.limit} sentences" if facts.limit else ""
    return f"{', '.join([facts.method, *engines, *voters, *matching])}, `{facts.signature}`{trial}"


def _model(name: Any) -> str:
    """Name a model behind its engine; eflomal has a model too, and means a number."""
    return f" ({code(name)})" if isinstance(name, str) else ""


def problems(corpus: CorpusFacts) -> str:
    """List what is known to be wrong, from what was counted."""
    items = [f"- {code(name)}: {'; '.join(_faults(facts))}." for name, facts in corpus.languages.items()]
    loose = dict.fromkeys(m.name for facts in corpus.languages.values() for m in facts.models if not m.pinned)
    if loose:
        names = ", ".join(map(code, loose))
        items.append(f"- The revision asked for of {names} is a branch, which may move: give the commit above instead.")
    if any("eflomal" in facts.engines for facts in corpus.languages.values()):
        items.append("- eflomal gives other links every time it runs; those used here are in `artefacts/`.")
    return "Nobody has read the labels; what follows was counted.\n\n" + "\n".join(items)


def _faults(facts: LanguageFacts) -> Iterator[str]:
    """Say what was counted of one language."""
    counts = facts.counts
    if facts.limit:
        yield f"only the first {facts.limit:,} sentences were read: this is a trial"
    if gone := counts.input - counts.kept:
        yield f"{gone:,} of {counts.input:,} sentences are missing, and not at random (reasons above)"
    if counts.lost_entities:
        whole = counts.source_entities
        yield f"{counts.lost_entities:,} of {whole:,} source entities in the sentences kept have no label on this side"
    if facts.measured:
        wrong, missed = 100 - facts.measured.precision, 100 - facts.measured.recall
        yield f"of 100 labels {wrong:.0f} are wrong, and of 100 gold entities {missed:.0f} missing (strictly)"
    else:
        yield "how many labels are right was not measured"
    if counts.copies:
        yield f"{counts.copies:,} entities the labeller found in words the translator had only copied were not believed"
    if broken := sum((counts.marker_faults or {}).values()):
        yield f"{broken:,} markers of entities did not survive translation"
    empty = counts.kept - facts.rows.labelled
    if counts.kept and empty:
        yield f"{empty:,} of {counts.kept:,} sentences have no entity"
    if facts.method in TRANSLATED:
        yield "its text is a machine's translation"


def licence(corpus: CorpusFacts) -> str:
    """Derive the licence of every language from those of its parts."""
    groups: dict[str, list[str]] = {}
    for name, facts in corpus.languages.items():
        found = derive(parts_of(facts.recipe, [model.model_dump() for model in facts.models]))
        groups.setdefault(_licence(found), []).append(name)
    if len(groups) == 1:
        return next(iter(groups))
    return "\n\n".join(f"For {', '.join(map(code, names))}:\n\n{text}" for text, names in groups.items())


def _licence(found: Licence) -> str:
    """Say what a licence is and why."""
    if found.name == "unknown":
        first = "**Unknown**: the recipe names no licence of the text (`license:`), so nobody is told what they may do."
    else:
        says = allows(found.name)
        words = f": {says}" if says else ", with terms of its own: read them" if found.name != "other" else ""
        first = (
            f"**{inline(found.name)}**{words}. It is that of {inline(str(found.because))}; the strictest part decides."
        )
        if found.name == "other":
            first = (
                f"**Other**: {inline(str(found.because))} has terms of its own, which come beside those of the rest."
            )
    rows = [
        [
            "text, with the labels it came with" if part.name is None else f"{inline(part.role)} {code(part.name)}",
            inline(part.licence or "unknown"),
            _allowed(part.licence),
        ]
        for part in dict.fromkeys(found.parts)
    ]
    unknown = [part for part in dict.fromkeys(found.unknown) if part.name is not None]
    parts = [first, table(["part", "licence", "allows"], rows)]
    if unknown:
        names = ", ".join(code(part.name or "") for part in unknown)
        parts.append(f"Nobody says under which licence {names} may be used: ask its authors before you rely on this.")
    parts.append(
        "A model's licence is taken to reach what the model wrote; those of programs (aligners, Apertium) are not. "
        "This is derived by rule, and no legal advice."
    )
    return "\n\n".join(parts)


def _allowed(name: str | None) -> str:
    if name in {None, "unknown"}:
        return "not known"
    return allows(name or "") or "terms of its own"


def again(corpus: CorpusFacts) -> str:
    """Say how to make the corpus again."""
    versions = ", ".join(dict.fromkeys(facts.silverner for facts in corpus.languages.values()))
    needs = dict.fromkeys(file for facts in corpus.languages.values() for file in _files(facts.recipe))
    folders = dict.fromkeys(m.name for f in corpus.languages.values() for m in f.models if m.revision is None)
    parts = [
        f"Made by silverner {versions} from [{RECIPE}]({RECIPE}). In a copy of this folder, whose `artefacts/` are "
        f"used again:\n\n```bash\nsilverner build {RECIPE} --out .\n```"
    ]
    if needs:
        names = ", ".join(map(code, needs))
        parts.append(f"It reads files that are no part of the corpus; put them beside the recipe: {names}.")
    if folders:
        names = ", ".join(map(code, folders))
        parts.append(f"It runs models that were folders, to be found by the hashes above: {names}.")
    return "\n\n".join(parts)


def _files(value: Any) -> Iterable[str]:
    """Find the files a recipe reads; of a data set on the Hub ``files`` are the names of splits."""
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        if key in {"files", "forward", "reverse"} and not value.get("dataset"):
            yield from item.values() if isinstance(item, Mapping) else [item] if isinstance(item, str) else []
        elif key == "path" and isinstance(item, str):
            yield item
        elif key == "priors" and isinstance(item, Mapping):
            yield from item.values()
        elif isinstance(item, list | tuple):
            for one in item:
                yield from _files(one)
        else:
            yield from _files(item)


def cite(corpus: CorpusFacts) -> str:
    """Name the corpus exactly, and what it builds on."""
    signatures = ", ".join(f"{code(name)} `{facts.signature}`" for name, facts in corpus.languages.items())
    own = f"This corpus is {code(corpus.name)} {corpus.version}, with the signatures {signatures}. It builds on:"
    found = dict.fromkeys(work for facts in corpus.languages.values() for work in works(facts))
    sources = dict.fromkeys(name for facts in corpus.languages.values() for name in facts.sources)
    text = [f"- the text of {', '.join(map(code, sources))}"] if sources else []
    return "\n\n".join([own, "\n".join([*(f"- {inline(work)}" for work in found), *text])])


def changes(corpus: CorpusFacts, *, recorded: bool) -> str:
    """Say where changes are told.

    :param corpus: The corpus.
    :param recorded: Whether the folder has a file of them.
    :returns: Markdown.
    """
    if recorded:
        return "What changed from release to release: [CHANGELOG.md](CHANGELOG.md)."
    return f"This is version {corpus.version}; no earlier release is recorded in this folder."
