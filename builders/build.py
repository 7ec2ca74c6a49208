"""Building a corpus: every language's chain, its dataset, its files, and an account of every sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import datasets
import datasets.exceptions

from silverner.builders import METHODS, SilverBuilder
from silverner.builders.build_request import Order
from silverner.builders.folder import CorpusFolder
from silverner.builders.manifest import facts_of
from silverner.builders.models import models_of
from silverner.builders.recipe.load import Recipe
from silverner.builders.runlog import LOG
from silverner.dataset_cards.licence import derive, parts_of
from silverner.projection.chain import Chain, ShardStore, StageState
from silverner.projection.chain.runner import Progress
from silverner.projection.errors import LanguagesError, OutputError, SilvernerError

PAUSE = 60.0
"""Seconds in which finished languages may wait for the others: a card of many takes longer than a small language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How to build, as opposed to what: nothing here changes a number.

    :param out: Folder of the corpus.
    :param store: Where finished work lies.
    :param limit: Build from the first sentences of every language only (this does change numbers: it is a trial).
    :param workers: Processes.
    :param progress: Makes the progress callback of a language.
    """

    out: Path
    store: ShardStore
    limit: int | None = None
    workers: int = 1
    progress: Callable[[str], Progress] | None = None


def plan(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, list[StageState]]:
    """Say what a build would do, without doing it.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param work: How to build.
    :returns: For every language the state of every stage.
    :raises SilvernerError: when an input breaks a rule; a missing engine or file is a state, not an error.
    """
    CorpusFolder(work.out, name=recipe.name)
    orders = _orders(recipe, languages, work)
    return {code: _chain(order, work).plan() for code, order in orders.items()}


def build(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, Mapping[str, Any]]:
    """Build languages of a corpus into its folder, leaving its other languages as they are.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param work: How to build.
    :returns: The facts of every language that was built.
    :raises SilvernerError: what no language can be built with, found before any work, and what a single one breaks.
    :raises LanguagesError: when languages of several failed; the others are published all the same.
    """
    folder = CorpusFolder(work.out, name=recipe.name)
    orders = _orders(recipe, languages, work)
    chains = {code: _chain(order, work, artefacts=folder.artefacts) for code, order in orders.items()}
    for chain in chains.values():
        chain.check()  # an engine missing in the last language must not show after the first has taken a night
    try:
        failed = _build_languages(orders, chains, folder, work)
    finally:
        folder.publish()
    built = {code: folder.languages[code] for code in orders if code not in failed}
    if failed:
        raise LanguagesError(
            f"{len(failed)} of {len(orders)} languages failed, {', '.join(built) or 'none'} published in {work.out}; "
            "mend what is wrong and run the same command again, which repeats nothing that is done:\n"
            + "\n".join(f"- {code}: {error}" for code, error in failed.items())
        ) from next(iter(failed.values()))
    return built


def _build_languages(
    orders: Mapping[str, Order], chains: Mapping[str, Chain], folder: CorpusFolder, work: Work
) -> dict[str, SilvernerError]:
    """Build one language after the other, and return what was wrong with those that failed."""
    failed: dict[str, SilvernerError] = {}
    published = time.monotonic()
    for code, order in orders.items():
        try:
            _build_language(order, chains[code], folder, work)
        except OutputError:
            raise  # a disk that is full, or not ours, fails every language
        except SilvernerError as error:
            if len(orders) == 1:
                raise
            # The languages behind it may be a night's work, and have nothing to do with what is wrong in this one.
            LOG.error("%s: failed: %s", code, error)
            failed[code] = error
        if time.monotonic() - published > PAUSE:
            folder.publish()
            published = time.monotonic()
    return failed


def _build_language(order: Order, chain: Chain, folder: CorpusFolder, work: Work) -> None:
    """Run the chain of one language, and write its files."""
    code = order.config
    LOG.info("%s: building %s %s", code, order.recipe.name, order.recipe.version)
    chain.run()
    builder = METHODS[order.recipe.method].of_chain(chain, order, cache=work.store.root / "datasets")
    _prepare(builder)
    data = builder.as_dataset()
    facts = facts_of(order, chain, data)
    folder.write_language(code, data, facts, chain.artefact_files())
    counts = facts["counts"]
    LOG.info("%s: kept %d of %d, dropped %s", code, counts["kept"], counts["input"], counts["dropped"])


def _prepare(builder: SilverBuilder) -> None:
    """Let the library write its Arrow files, and unwrap what went wrong in our own generator."""
    try:
        builder.download_and_prepare()
    except datasets.exceptions.DatasetGenerationError as error:
        cause = error.__cause__
        if isinstance(cause, SilvernerError | OSError):
            raise cause from error
        raise


def _orders(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, Order]:
    chosen = recipe.choose(languages)
    for plan in chosen.values():
        models = [asdict(model) for model in models_of(plan, recipe.base)]
        derive(parts_of({"license": plan.license}, models))  # a corpus nobody may pass on is not worth a night
    return {
        code: Order(
            recipe=plan, config=code, base=recipe.base, models=work.store.root.parent / "models", limit=work.limit
        )
        for code, plan in chosen.items()
    }


def _chain(order: Order, work: Work, *, artefacts: Path | None = None) -> Chain:
    progress = work.progress(order.language.name) if work.progress else None
    builder = METHODS[order.recipe.method]
    return builder.chain(order, work.store, artefacts=artefacts, workers=work.workers, progress=progress)
