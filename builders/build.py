"""Builds a corpus: runs the chain of every language, and writes its files and facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from silverner.builders.build_request import BuildRequest
from silverner.builders.dropped import dropped_examples
from silverner.builders.folder import CorpusFolder
from silverner.builders.manifest import facts_of, recipe_without_defaults
from silverner.builders.models import models_of
from silverner.builders.prepared_rows import prepare
from silverner.builders.recipe.load import Recipe
from silverner.builders.runlog import LOG
from silverner.dataset_cards.corrections import read_corrections
from silverner.dataset_cards.facts import LanguageFacts
from silverner.dataset_cards.licence import derive, parts_of
from silverner.projection.chain import Chain, ShardStore, StageState
from silverner.projection.chain.artefacts import RecordedArtefact
from silverner.projection.chain.executors import Executor, InProcess
from silverner.projection.chain.files import temporary_folder
from silverner.projection.chain.loaded_models import keeping_models
from silverner.projection.chain.progress import Progress
from silverner.projection.chain.schedule import run_together
from silverner.projection.errors import LanguagesError, OutputError, SilvernerError

PAUSE = 60.0
"""Seconds between two cards of a build: a card of many languages takes longer than a small language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How to build, as opposed to what: nothing here changes a number.

    :param out: Folder of the corpus.
    :param store: Where finished work lies.
    :param limit: Build from the first sentences of every language only (this does change numbers: it is a trial).
    :param executor: Makes what applies the stages: this process, several, or several machines.
    :param progress: Makes the progress callback of a language.
    :param allow_commands: Whether engines may run the programs that the recipe names; it may be a stranger's recipe.
    """

    out: Path
    store: ShardStore
    limit: int | None = None
    executor: Callable[[], Executor] = InProcess
    progress: Callable[[str], Progress] | None = None
    allow_commands: bool = False


def plan(recipe: Recipe, languages: Sequence[str] | None, options: BuildOptions) -> dict[str, list[StageState]]:
    """Say what a build would do, without doing it.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param options: How to build.
    :returns: For every language the state of every stage.
    :raises SilvernerError: when an input breaks a rule; a missing engine or file is a state, not an error.
    """
    options.store.check()
    folder = CorpusFolder(options.out, name=recipe.name)
    requests = _requests(recipe, languages, options)
    with keeping_models():  # each language needs the same tokenizers
        return {code: _chain(request, options, folder).plan() for code, request in requests.items()}


def build(
    recipe: Recipe, languages: Sequence[str] | None, options: BuildOptions, *, folder: CorpusFolder | None = None
) -> dict[str, LanguageFacts]:
    """Build languages of a corpus into its folder, leaving its other languages as they are.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param options: How to build.
    :param folder: The folder of the corpus, where it is open already.
    :returns: The facts of every language that was built.
    :raises SilvernerError: what no language can be built with, found before any work, and what a single one breaks.
    :raises LanguagesError: when languages of several failed; the others are published all the same.
    """
    folder = folder or CorpusFolder(options.out, name=recipe.name)
    options.store.check()
    options.store.remove_temporaries()
    requests = _requests(recipe, languages, options)
    chains = _checked_chains(requests, options, folder)
    for code, request in requests.items():
        folder.check_release(code, recipe_without_defaults(request.recipe))
    try:
        failed = _build_languages(requests, chains, folder, options)
    finally:
        _write_card(folder, options)
    built = {code: folder.languages[code] for code in requests if code not in failed}
    if failed:
        raise _failed_languages(failed, len(requests), f"{', '.join(built) or 'none'} published in {options.out}")
    return built


def run_stages(recipe: Recipe, languages: Sequence[str] | None, options: BuildOptions) -> None:
    """Run the stages of a corpus, and write nothing but the store, which other builds may share meanwhile.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param options: How to build; what the folder of the corpus holds is used, but not changed.
    :raises SilvernerError: as :func:`build` does.
    :raises LanguagesError: when languages of several failed; the stages of the others have run.
    """
    options.store.check()
    requests = _requests(recipe, languages, options)
    chains = _checked_chains(requests, options, CorpusFolder(options.out, name=recipe.name))
    with options.executor() as executor, closing(run_together(chains, executor)) as ends:
        failed = {code: error for code, error in ends if error is not None}
    if len(requests) == 1 and failed:
        raise next(iter(failed.values()))
    if failed:
        raise _failed_languages(failed, len(requests), "the stages of the others have run")


def _checked_chains(
    requests: Mapping[str, BuildRequest], options: BuildOptions, folder: CorpusFolder
) -> dict[str, Chain]:
    """Make the chain of every language, and report what an engine lacks."""
    chains = {code: _chain(request, options, folder) for code, request in requests.items()}
    for chain in chains.values():
        chain.check()  # an engine missing in the last language must not show after the first has taken a night
    return chains


def _failed_languages(failed: Mapping[str, SilvernerError], count: int, others: str) -> LanguagesError:
    """Describe what is wrong with languages of several."""
    error = LanguagesError(
        f"{len(failed)} of {count} languages failed, {others}; mend what is wrong and run the same command again, "
        "which repeats nothing that is done:\n" + "\n".join(f"- {code}: {why}" for code, why in failed.items())
    )
    error.__cause__ = next(iter(failed.values()))
    return error


def _build_languages(
    requests: Mapping[str, BuildRequest], chains: Mapping[str, Chain], folder: CorpusFolder, options: BuildOptions
) -> dict[str, SilvernerError]:
    """Build every language, write each as soon as it is finished, and return what was wrong with those that failed."""
    failed: dict[str, SilvernerError] = {}
    published = time.monotonic()
    for code, request in requests.items():
        LOG.info("%s: building %s %s", code, request.recipe.name, request.recipe.version)
    with options.executor() as executor, closing(run_together(chains, executor)) as ends:
        for code, error in ends:
            try:
                if error is not None:
                    raise error
                _write_language(requests[code], chains[code], folder, options)
            except OutputError:
                raise  # a disk that is full, or not ours, fails every language
            except SilvernerError as problem:
                if len(requests) == 1:
                    raise
                # The other languages may be a night's work, and what is wrong in this one does not touch them.
                LOG.error("%s: failed: %s", code, problem)
                failed[code] = problem
            if time.monotonic() - published > PAUSE:
                _write_card(folder, options)
                published = time.monotonic()
    return failed


def _write_card(folder: CorpusFolder, options: BuildOptions) -> None:
    if options.progress is not None:
        options.progress(folder.name)("write card", 0, 0)
    folder.write_card()


def _write_language(request: BuildRequest, chain: Chain, folder: CorpusFolder, options: BuildOptions) -> None:
    """Write the files of a language whose chain has run."""
    code = request.config
    # The library's Arrow files have no hashes, so those of an earlier build are never used.
    with temporary_folder(options.store.root) as cache:
        builder = request.builder.from_chain(chain, request, cache=cache)
        data = prepare(builder)
        facts = facts_of(request, chain, data)
        chain.progress("write files", 0, 0)
        folder.write_language(code, data, facts, chain.artefact_files())
        folder.write_dropped(code, dropped_examples(chain, request.builder.layout(request), facts.counts.dropped))
    counts = facts.counts
    chain.progress("write files", counts.kept, counts.kept)
    LOG.info("%s: kept %d of %d, dropped %s", code, counts.kept, counts.input, counts.dropped)


def _requests(recipe: Recipe, languages: Sequence[str] | None, options: BuildOptions) -> dict[str, BuildRequest]:
    chosen = recipe.choose(languages)
    for plan in chosen.values():
        derive(parts_of(plan.license, models_of(plan, recipe.base)))  # a corpus nobody may pass on is not worth a night
    return {
        code: BuildRequest(
            recipe=plan,
            config=code,
            base=recipe.base,
            models=options.store.models,
            limit=options.limit,
            corrections=read_corrections(options.out, code, plan.labels),
            allow_commands=options.allow_commands,
        )
        for code, plan in chosen.items()
    }


def _chain(request: BuildRequest, options: BuildOptions, folder: CorpusFolder) -> Chain:
    progress = options.progress(request.language.name) if options.progress else None
    facts = folder.languages.get(request.config)
    recorded = {} if facts is None else facts.artefacts
    return request.builder.chain(
        request,
        options.store,
        artefacts={
            Path(name).name: RecordedArtefact(folder.artefacts / Path(name).name, digest)
            for name, digest in recorded.items()
        },
        progress=progress,
        name=request.config,
    )
