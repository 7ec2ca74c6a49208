"""Build a corpus from a recipe: ``silverner build RECIPE``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.commands.executor import add_executor_options, choose_executor
from silverner.commands.shared import add_store_option, positive_integer, write_json, write_line

if TYPE_CHECKING:
    from silverner.builders.build import BuildOptions
    from silverner.builders.recipe.load import Recipe
    from silverner.dataset_cards.facts import LanguageFacts


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("recipe", metavar="RECIPE", help="a YAML file, or the name of a shipped recipe")
    parser.add_argument("--lang", metavar="CODE", action="append", help="build only this language (repeatable)")
    parser.add_argument(
        "--out", type=Path, help="folder of the corpus (default: silver-NAME; with --limit N silver-NAME-first-N)"
    )
    parser.add_argument("--limit", type=positive_integer, metavar="N", help="try with the first N sentences")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change a key of the recipe (repeatable)"
    )
    add_executor_options(parser)
    parser.add_argument(
        "--store-only",
        action="store_true",
        help="run the stages and write no corpus: several machines can run this command on one store",
    )
    parser.add_argument(
        "--allow-commands", action="store_true", help="run the programs that the recipe names (engine: command)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would run, what is cached and what is missing")
    parser.add_argument("--yes", action="store_true", help="give a published version other content")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    add_store_option(parser)


def run(options: argparse.Namespace) -> None:
    """Build a corpus, or say what would be built.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the recipe is wrong, or a build fails.
    """
    if options.dry_run:
        # Libraries read this once, when they are imported. A dry run asks no server and waits for none.
        os.environ["HF_HUB_OFFLINE"] = "1"
    from silverner.builders.build import BuildOptions
    from silverner.builders.quickstart import summary
    from silverner.builders.recipe.load import load_recipe
    from silverner.dataset_cards.view import REPORT
    from silverner.projection.chain import ShardStore

    recipe = load_recipe(options.recipe, changes=options.set)
    # A trial gets its own folder, so that it never replaces the real corpus by accident.
    trial = f"-first-{options.limit}" if options.limit else ""
    out = options.out or Path(f"silver-{recipe.name}{trial}")
    build_options = BuildOptions(
        out=out,
        store=ShardStore(options.store),
        limit=options.limit,
        executor=choose_executor(options),
        allow_commands=options.allow_commands,
    )
    if options.dry_run:
        _describe_build(recipe, options.lang, build_options, as_json=options.json)
        return
    if options.store_only:
        _fill_store(recipe, options.lang, build_options)
        return
    built = build_with_progress(recipe, options.lang, build_options, may_replace_release=options.yes)
    if options.json:
        write_json(corpus_facts(out, built))
        return
    for code, facts in built.items():
        write_line(summary(code, facts))
    write_line(f'\nWritten to {out}. Load it: load_dataset("{out}", "{next(iter(built))}")')
    if (page := out / REPORT).is_file():
        write_line(f"Look at it in a browser: {page}")


def build_with_progress(
    recipe: Recipe,
    languages: Sequence[str] | None,
    build_options: BuildOptions,
    *,
    may_replace_release: bool = False,
) -> dict[str, LanguageFacts]:
    """Build languages of a corpus, with progress on standard error and a log in the folder.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param build_options: How to build.
    :param may_replace_release: Whether a published version may get other content.
    :returns: For every language its facts.
    :raises SilvernerError: when the build fails.
    """
    import datasets

    from silverner.builders.build import build
    from silverner.builders.folder import CorpusFolder
    from silverner.builders.progress import Bars
    from silverner.builders.runlog import run_log
    from silverner.projection.errors import LanguagesError

    recipe.choose(languages)
    open_folder = partial(CorpusFolder, build_options.out, name=recipe.name, may_replace_release=may_replace_release)
    folder = open_folder()  # before a log is written into another corpus's folder
    datasets.disable_progress_bars()
    try:
        with run_log(build_options.out / "build.log"), Bars() as bars:
            # The log keeps other builds out, so what the folder holds is read now: one may just have ended.
            folder = open_folder()
            folder.remove_temporaries(recipe.languages)
            try:
                built = build(recipe, languages, replace(build_options, progress=bars.of), folder=folder)
            except LanguagesError:
                _write_report(build_options.out)  # of the languages that were built
                raise
            _write_report(build_options.out)
            return built
    finally:
        for replacement in folder.replacements:
            sys.stderr.write(f"note: {replacement}\n")


def _write_report(out: Path) -> None:
    """Write the page that shows a corpus. A fault of the page is no fault of the build: the corpus is finished."""
    from silverner.dataset_cards.view.report import write_report
    from silverner.projection.errors import SilvernerError

    try:
        write_report(out)
    except SilvernerError as error:
        sys.stderr.write(f"note: no page shows this corpus: {error}\n")


def _fill_store(recipe: Recipe, languages: Sequence[str] | None, build_options: BuildOptions) -> None:
    """Run the stages of a corpus, with progress on standard error, and write no corpus."""
    from silverner.builders.build import run_stages
    from silverner.builders.progress import Bars
    from silverner.builders.runlog import warnings_shown

    recipe.choose(languages)
    with warnings_shown(), Bars() as bars:
        run_stages(recipe, languages, replace(build_options, progress=bars.of))
    store = build_options.store.root.parent
    sys.stderr.write(f"All stages have run, see {store}; the same command without --store-only writes the corpus.\n")


def corpus_facts(out: Path, built: Mapping[str, LanguageFacts]) -> dict[str, Any]:
    """Pick the facts of a build that ``--json`` prints.

    :param out: Folder of the corpus.
    :param built: For every language its facts.
    :returns: The folder, and for every language its counts and scores.
    """
    return {"out": str(out), "languages": {code: _language_facts(facts) for code, facts in built.items()}}


def _language_facts(facts: LanguageFacts) -> dict[str, Any]:
    """Pick the facts of one language."""
    counts, measured = facts.counts, facts.measured
    return {
        "version": facts.version,
        "signature": facts.signature,
        "input": counts.input,
        "kept": counts.kept,
        "dropped": counts.dropped,
        "entities": sum(counts.entities.values()),
        "entities_by_label": counts.entities,
        "f1": measured.f1 if measured else None,
        "f1_all": measured.f1_all if measured else None,
        "splits": {split: part.rows for split, part in facts.splits.items()},
    }


def _describe_build(
    recipe: Recipe, languages: Sequence[str] | None, build_options: BuildOptions, *, as_json: bool
) -> None:
    """Print what a build would do, and what is missing for it."""
    from silverner.builders.dry_run import describe, dry_run, faults
    from silverner.projection.errors import DataError

    facts = dry_run(recipe, languages, build_options)
    if as_json:
        write_json(facts)
    else:
        write_line(describe(facts))
    if number := faults(facts):
        faults_are = "1 thing is" if number == 1 else f"{number} things are"
        raise DataError(f"{faults_are} missing or wrong, see above; mend this before you build")
