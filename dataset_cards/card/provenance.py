"""The sections of a card on where a corpus comes from: its chain, its problems, how to make it again, what to cite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from silverner.dataset_cards.card.bibtex import bibtex
from silverner.dataset_cards.card.citations import references
from silverner.dataset_cards.card.corrections import has_corrections
from silverner.dataset_cards.card.escape import code, inline
from silverner.dataset_cards.card.markdown import names
from silverner.dataset_cards.facts import ENGINES, CorpusFacts, LanguageFacts, ModelFacts, engines_of

RECIPE = "recipe.yaml"


def method(corpus: CorpusFacts) -> str:
    """Say how the labels came to be: the method, the chain of every language, and the models with their revisions."""
    languages = corpus.languages.values()
    sentences = [facts.method.sentence.replace("{source}", inline(facts.source_language.name)) for facts in languages]
    chains = "\n".join(f"- {code(name)}: {_chain(facts)}" for name, facts in corpus.languages.items())
    models = dict.fromkeys(model for facts in languages for model in facts.models)
    listed = "\n".join(map(_described, models))
    packages = {name: package for facts in languages for name, package in facts.plugins.items()}
    plugins = ", ".join(f"{inline(name)} ({inline(package)})" for name, package in packages.items())
    return "\n\n".join(
        [
            " ".join(dict.fromkeys(sentences)),
            f"Each line ends with the signature, which names the exact chain.\n\n{chains}",
            listed if models else "No model was used.",
            *([f"Other packages than silverner took part: {plugins}."] if plugins else []),
        ]
    )


def _described(model: ModelFacts) -> str:
    """Name a model in its role, and what identifies its weights; a hash is too long for a column of a table."""
    role, licence = inline(model.role.replace("_", " ")), inline(model.licence or "unknown")
    if model.host is not None:
        revision = f", {code(model.revision)}" if model.revision else ""
        return f"- {role}: {code(model.name)}{revision}, asked at {code(model.host)}; licence {licence}"
    origin = inline(model.says or ("a program" if model.program else "a local folder"))
    place = f"revision {code(model.revision)}, commit" if model.revision else f"{origin}, hash"
    commit = code(model.commit) if model.commit else "not known"
    return f"- {role}: {code(model.name)}, {place} {commit}; licence {licence}"


_MATCHING = (("score", "score"), ("matcher", "matching"))


def _chain(facts: LanguageFacts) -> str:
    """Say in one line how a language was made."""
    recipe = facts.recipe
    engines = [
        ("glossary by " if name == "glosses" else "") + inline(section["engine"]) + _model(section)
        for name in ENGINES
        for section in engines_of(recipe.get(name))
    ]
    matching = [f"{recipe[key]} {word}" for key, word in _MATCHING if recipe.get("aligner") and recipe.get(key)]
    voters = [
        f"{inline(name)} by {inline(str(voter.get('method')))}" for name, voter in (recipe.get("voters") or {}).items()
    ]
    trial = f"; a trial with the first {facts.limit:,} sentences" if facts.limit else ""
    return f"{', '.join([facts.method.name, *engines, *voters, *matching])}, `{facts.signature}`{trial}"


def _model(section: Mapping[str, Any]) -> str:
    """Name the model of an engine, and its layer; the ``model`` of eflomal is a number and is not shown."""
    name, layer = section.get("model"), section.get("layer")
    if not isinstance(name, str):
        return ""
    return f" ({code(name)}, layer {layer})" if isinstance(layer, int) else f" ({code(name)})"


def problems(corpus: CorpusFacts) -> str:
    """List the problems that were counted."""
    items = [f"- {code(name)}: {'; '.join(_problems(facts))}." for name, facts in corpus.languages.items()]
    models = [model for facts in corpus.languages.values() for model in facts.models]
    unpinned = dict.fromkeys(m.name for m in models if not m.pinned and m.host is None)
    if unpinned:
        items.append(
            f"- The recipe names a branch of {names(unpinned)}, and a branch can move. Write the commit above as the "
            "revision to get the same weights."
        )
    if servers := dict.fromkeys(model.name for model in models if model.host is not None):
        items.append(
            f"- A server ran {names(servers)}. It may give other answers now, and nobody can tell its weights."
        )
    if any(("aligner", "eflomal") in facts.engines for facts in corpus.languages.values()):
        items.append("- eflomal gives other links in every run. The links of this corpus are in `artefacts/`.")
    checked = "People checked few of the labels" if has_corrections(corpus) else "Nobody checked the labels"
    return f"{checked}. A program counted these problems:\n\n" + "\n".join(items)


def _problems(facts: LanguageFacts) -> Iterator[str]:
    """Say what was counted of one language."""
    counts = facts.counts
    if facts.limit:
        yield f"only the first {facts.limit:,} sentences were read, because this is a trial"
    if dropped := counts.input - counts.kept:
        yield f"{dropped:,} of {counts.input:,} sentences were dropped, and not at random (reasons above)"
    if counts.lost_entities:
        whole = counts.source_entities
        yield f"{counts.lost_entities:,} of {whole:,} source entities in the sentences kept have no label in the target"
    if facts.measured:
        wrong, missed = 100 - facts.measured.precision, 100 - facts.measured.recall
        yield f"{wrong:.0f} of 100 labels are wrong, and {missed:.0f} of 100 gold entities are missing (strict scoring)"
    elif not facts.corrections:
        yield "nobody measured how many labels are right"
    if counts.copies:
        yield (
            f"{counts.copies:,} entities of the labeller were not used, because the translator had only copied their "
            "words"
        )
    if broken := sum((counts.marker_faults or {}).values()):
        yield f"{broken:,} entity markers did not survive translation"
    if halved := facts.halved_batches:
        stages = ", ".join(f"{number:,} of {code(stage)}" for stage, number in halved.items())
        yield (
            f"some batches of models did not fit into memory and were halved ({stages}), so that a larger machine may "
            "compute slightly other numbers"
        )
    for stage, kinds in (facts.rejected_answers or {}).items():
        rejected = ", ".join(f"{number:,} {inline(kind)}" for kind, number in kinds.items())
        yield f"answers of the language model, or parts of them, were rejected in {code(stage)} ({rejected})"
    empty = counts.kept - facts.rows.labelled
    if counts.kept and empty:
        yield f"{empty:,} of {counts.kept:,} sentences have no entity"
    if facts.method.translates_text:
        yield "a machine translated the text"


def reproduction(corpus: CorpusFacts) -> str:
    """Say how to make the corpus again."""
    versions = ", ".join(dict.fromkeys(facts.silverner for facts in corpus.languages.values()))
    files = dict.fromkeys(file for facts in corpus.languages.values() for file in _files(facts.recipe))
    models = [model for facts in corpus.languages.values() for model in facts.models]
    local = [model for model in models if model.revision is None and model.host is None]
    folders, programs = (dict.fromkeys(m.name for m in local if bool(m.program) is kind) for kind in (False, True))
    corrected = ", and the `corrections/`" if any(facts.corrections for facts in corpus.languages.values()) else ""
    parts = [
        f"silverner {versions} built this corpus from [{RECIPE}]({RECIPE}). Run this in a copy of this folder; it uses "
        f"the `artefacts/` again{corrected}:\n\n```bash\nsilverner build {RECIPE} --out .\n```"
    ]
    if files:
        parts.append(f"The recipe reads files that are not in this folder. Put them beside the recipe: {names(files)}.")
    if folders:
        parts.append(f"The recipe uses models from local folders. The hashes above identify them: {names(folders)}.")
    if programs:
        parts.append(
            f"The recipe runs programs. The hashes above identify them: {names(programs)}. Read what they do, then add "
            "`--allow-commands` to the command."
        )
    return "\n\n".join(parts)


def _files(section: Any) -> Iterable[str]:
    """Find the files that a recipe reads.

    The ``files`` of a data set on the Hub are names of splits, and the ``reverse`` of a program is a command.
    """
    if not isinstance(section, Mapping):
        return
    keys = {"files"} if "run" in section else {"files", "forward", "reverse"}
    for key, value in section.items():
        if key in keys and not section.get("dataset"):
            files = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
            yield from (file for file in files if isinstance(file, str))
        elif key in {"path", "prompt"} and isinstance(value, str):
            yield value
        elif key == "priors" and isinstance(value, Mapping):
            yield from (file for file in value.values() if isinstance(file, str))
        elif isinstance(value, list | tuple):
            for item in value:
                yield from _files(item)
        else:
            yield from _files(value)


def citation(corpus: CorpusFacts) -> str:
    """Name the corpus exactly, and the works it builds on."""
    signatures = ", ".join(f"{code(name)} `{facts.signature}`" for name, facts in corpus.languages.items())
    intro = f"This corpus is {code(corpus.name)} {corpus.version} (signatures: {signatures}). It builds on:"
    works = dict.fromkeys(work for facts in corpus.languages.values() for work in references(facts))
    datasets = dict.fromkeys(name for facts in corpus.languages.values() for name in facts.text_datasets)
    text = [f"- the text of {names(datasets)}"] if datasets else []
    return "\n\n".join([intro, "\n".join([*(f"- {inline(work)}" for work in works), *text]), bibtex(corpus)])


def changes(corpus: CorpusFacts, *, has_changelog: bool) -> str:
    """Say where the changes from release to release are listed.

    :param corpus: The corpus.
    :param has_changelog: Whether the folder has a CHANGELOG.md.
    :returns: Markdown.
    """
    if has_changelog:
        return "[CHANGELOG.md](CHANGELOG.md) lists what changed in every release."
    return f"This is version {corpus.version}. This folder records no earlier release."
