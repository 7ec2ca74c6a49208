"""The command line. Thin: each command imports what it needs when it runs, so that ``--help`` is instant."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silverner.commands import push
from silverner.projection.links import SYMMETRISATIONS
from silverner.projection.matching.choices import MATCHERS
from silverner.projection.scoring.choices import SCORES
from silverner.students import cli as students_cli

if TYPE_CHECKING:
    from silverner.builders.build import Work

METHODS = ("parallel", "translate-train", "translate-test", "back-translation", "marked", "model-transfer", "vote")
CRITERIA = ("agreement", "round-trip", "confidence", "entropy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    :param arguments: The words behind ``silverner``; those of the process if left out.
    :returns: Exit code: 0 fine, 1 failed, 2 wrong usage.
    """
    _open_streams()
    options = _parser().parse_args(arguments)
    try:
        from silverner.projection.errors import SilvernerError
    except KeyboardInterrupt:
        return _fail("interrupted before anything was done", 1)
    try:
        options.run(options)
        sys.stdout.flush()
    except SilvernerError as error:
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away; keep the interpreter from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'input/output'}: {error.strerror or error}; what was finished is kept", 1)
    except KeyboardInterrupt:
        return _fail("interrupted; what was finished is kept, run the same command again to go on", 1)
    return 0


def _open_streams() -> None:
    """Make both streams usable: closed ones swallow what is written, and data is UTF-8 whatever the locale."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"silverner: error: {message}\n")
    return code


def _say(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="silverner", description="Make projected silver NER data for languages without any."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _quickstart_options(commands.add_parser("quickstart", help="build the embedded corpus and show it"))
    _build_options(commands.add_parser("build", help="build a corpus from a recipe"))
    _check_options(commands.add_parser("check", help="look for faults in a corpus folder before others do"))
    _new_options(commands.add_parser("new", help="write a recipe for a language"))
    _languages_options(commands.add_parser("languages", help="list languages, and what serves them"))
    _project_options(commands.add_parser("project", help="project labels onto text that is aligned already"))
    _evaluate_options(commands.add_parser("evaluate", help="score predicted entities against gold"))
    _choose_options(commands.add_parser("choose", help="choose the best of several labellings without gold"))
    _diff_options(commands.add_parser("diff", help="say what changed between two releases, and what version that is"))
    push.add_options(commands.add_parser("push", help="publish a corpus folder on the Hugging Face Hub"))
    students_cli.add_train(commands.add_parser("train", help="train a student on a corpus"))
    students_cli.add_compare(
        commands.add_parser("compare", help="train students by several strategies, and compare them")
    )
    return parser


def _store_option(parser: argparse.ArgumentParser) -> None:
    home = os.environ.get("SILVERNER_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "silverner")
    parser.add_argument(
        "--store", type=Path, default=Path(home).expanduser(), help="folder of finished work (default: %(default)s)"
    )


# -- quickstart ----------------------------------------------------------------------------------------------------


def _quickstart_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path("silver-quickstart"), help="folder to write (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    _store_option(parser)
    parser.set_defaults(run=_quickstart)


def _quickstart(options: argparse.Namespace) -> None:
    """Build the embedded corpus, load it back, and say what came out."""
    from silverner.builders.quickstart import examples, painted, summary

    built = _run_build("quickstart", (), None, _work(options))
    # Loading back what was written is part of the tour: it proves that the folder opens.
    shown = {code: examples(options.out, code) for code in built}
    if options.json:
        _say(json.dumps({"out": str(options.out), "languages": {c: _brief(f) for c, f in built.items()}}, indent=1))
        return
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for code, facts in built.items():
        _say(summary(code, facts))
        for row in shown[code]:
            _say(f"    {'English':>8}  {painted(row['source_tokens'], row['source_spans'], colour=colour)}")
            _say(f"    {facts['language']['name']:>8}  {painted(row['tokens'], row['spans'], colour=colour)}")
        _say()
    first = next(iter(built))
    _say(f"Written to {options.out}. Next:")
    _say(f"  python -c \"from datasets import load_dataset; print(load_dataset('{options.out}', '{first}'))\"")
    _say(f"  silverner build quickstart --out {options.out} --lang {first} --set matcher=greedy   # another matcher")
    _say("  silverner build --help                                             # your own recipe")
    _say("  silverner project --help                                           # you have text and links already")


def _brief(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the facts that ``--json`` prints of a language."""
    counts, measured = facts["counts"], facts.get("measured")
    return {
        "version": facts["version"],
        "signature": facts["signature"],
        "input": counts["input"],
        "kept": counts["kept"],
        "dropped": counts["dropped"],
        "entities": sum(counts["entities"].values()),
        "entities_by_label": counts["entities"],
        "f1": measured["f1"] if measured else None,
        "f1_all": measured["f1_all"] if measured else None,
        "splits": {split: part["rows"] for split, part in facts["splits"].items()},
    }


# -- build ---------------------------------------------------------------------------------------------------------


def _build_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE", help="a YAML file, or the name of a shipped recipe")
    parser.add_argument("--lang", metavar="CODE", action="append", help="build only this language (repeatable)")
    parser.add_argument(
        "--out", type=Path, help="folder of the corpus (default: silver-NAME, a trial's silver-NAME-first-N)"
    )
    parser.add_argument("--limit", type=_positive, metavar="N", help="a trial with the first N sentences")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change the recipe (repeatable)"
    )
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument("--dry-run", action="store_true", help="say what would run, what is cached and what is missing")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    _store_option(parser)
    parser.set_defaults(run=_build)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _work(options: argparse.Namespace) -> Work:
    from silverner.builders.build import Work
    from silverner.projection.chain import ShardStore

    given = vars(options)
    return Work(
        out=options.out, store=ShardStore(options.store), limit=given.get("limit"), workers=given.get("workers", 1)
    )


def _build(options: argparse.Namespace) -> None:
    """Build a recipe, or say what would be built."""
    if options.dry_run:
        os.environ["HF_HUB_OFFLINE"] = "1"  # before anything reads it: a dry run asks nobody, and waits for nobody
    from silverner.builders.quickstart import summary
    from silverner.builders.recipe.load import load_recipe

    name = load_recipe(options.recipe, changes=options.set).name
    # A trial gets a folder of its own, so that it never replaces the real corpus by accident.
    options.out = options.out or Path(f"silver-{name}-first-{options.limit}" if options.limit else f"silver-{name}")
    work = _work(options)
    if options.dry_run:
        _dry_run(options, work)
        return
    built = _run_build(options.recipe, options.set, options.lang, work)
    if options.json:
        _say(json.dumps({"out": str(options.out), "languages": {c: _brief(f) for c, f in built.items()}}, indent=1))
        return
    for code, facts in built.items():
        _say(summary(code, facts))
    _say(f'\nWritten to {options.out}. Load it: load_dataset("{options.out}", "{next(iter(built))}")')


def _run_build(
    name: str, changes: Sequence[str], languages: Sequence[str] | None, work: Work
) -> dict[str, Mapping[str, Any]]:
    """Build with progress on stderr and a log in the folder."""
    from dataclasses import replace

    import datasets

    from silverner.builders.build import build
    from silverner.builders.folder import CorpusFolder
    from silverner.builders.progress import Bars
    from silverner.builders.recipe.load import load_recipe
    from silverner.builders.runlog import run_log

    recipe = load_recipe(name, changes=changes)
    recipe.choose(languages)
    CorpusFolder(work.out, name=recipe.name)  # refuse another corpus's folder before writing a log into it
    datasets.disable_progress_bars()
    with run_log(work.out / "build.log"), Bars() as bars:
        return build(recipe, languages, replace(work, progress=bars.of))


def _dry_run(options: argparse.Namespace, work: Work) -> None:
    """Print what a build would do, and what is missing for it."""
    from silverner.builders.dry_run import describe, forecast
    from silverner.builders.recipe.load import load_recipe

    facts = forecast(load_recipe(options.recipe, changes=options.set), options.lang, work)
    _say(json.dumps(facts, indent=1) if options.json else describe(facts))


# -- check ---------------------------------------------------------------------------------------------------------


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a corpus, as build wrote it")
    parser.add_argument(
        "--gold", type=Path, metavar="FILE", action="append", default=[], help="a set to be tested on (repeatable)"
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> None:
    """Print what is wrong with a folder; fail where something is."""
    from silverner.dataset_cards.check import check_folder
    from silverner.projection.errors import DataError

    found = check_folder(options.folder, gold=options.gold)
    if options.json:
        _say(json.dumps([finding.facts() for finding in found], indent=1, ensure_ascii=False))
    else:
        for finding in found:
            _say(str(finding))
    if found:
        raise DataError(f"{len(found)} {'fault' if len(found) == 1 else 'faults'} in {options.folder}; see above")
    sys.stderr.write(f"{options.folder}: no fault found\n")


# -- new and languages ---------------------------------------------------------------------------------------------


def _new_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("language", metavar="CODE", help="the target language; all codes: silverner languages")
    parser.add_argument("method", metavar="METHOD", help=f"one of {', '.join(METHODS)}")
    parser.add_argument("--source", metavar="CODE", default="eng", help="language labels come from (default: eng)")
    parser.add_argument("--source-text", metavar="FILE", help="labelled text of the source language")
    parser.add_argument("--target-text", metavar="FILE", help="text of the target language")
    parser.add_argument("--name", help="English name of a language that no registry knows")
    parser.add_argument("--out", metavar="FILE", help="recipe to write; - is stdout (default: CODE-METHOD.yaml)")
    parser.set_defaults(run=_new)


def _new(options: argparse.Namespace) -> None:
    """Write a commented recipe."""
    from silverner.builders.draft import draft, write_draft

    path = options.out or f"{options.language}-{options.method}.yaml"
    text = draft(
        options.language,
        options.method,
        source=options.source,
        source_text=options.source_text,
        target_text=options.target_text,
        name=options.name,
    )
    if path == "-":
        sys.stdout.write(text)
        return
    write_draft(Path(path), text)
    _say(f"Written to {path}. Read it, then see what it would do: silverner build {path} --dry-run")


def _languages_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("codes", metavar="CODE", nargs="*", help="only these languages, by any of their codes")
    parser.add_argument("--json", action="store_true", help="print everything that is known, as JSON")
    parser.set_defaults(run=_languages)


def _languages(options: argparse.Namespace) -> None:
    """List the languages of the table, and the recipes and engines that serve them."""
    from silverner.builders.language_support import offers, table
    from silverner.projection.languages import all_languages, find_language

    rows = offers([find_language(code) for code in options.codes] or all_languages())
    _say(json.dumps(rows, indent=1, ensure_ascii=False) if options.json else table(rows))


# -- project -------------------------------------------------------------------------------------------------------


def _project_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source", type=Path, required=True, help="labelled source: CoNLL or UNER columns")
    parser.add_argument(
        "--target", type=Path, required=True, help="target: columns (tags ignored), or tokens split on spaces"
    )
    links = parser.add_mutually_exclusive_group(required=True)
    links.add_argument("--alignment", type=Path, metavar="F.pharaoh", help="links, source-target")
    links.add_argument("--aligner", choices=["eflomal"], help="align now")
    parser.add_argument("--reverse", type=Path, metavar="R.pharaoh", help="links of the reverse run, source-target too")
    parser.add_argument("--symmetrise", choices=SYMMETRISATIONS, help="how to join two directions (default: gdfa)")
    parser.add_argument("--matcher", choices=MATCHERS, default="exact", help="default: %(default)s")
    parser.add_argument("--score", choices=SCORES, default="fused", help="default: %(default)s")
    parser.add_argument(
        "--threshold", type=float, help="project nothing that scores this or less (default: 0.25 of fused, 0 of dice)"
    )
    parser.add_argument("--glosses", type=Path, metavar="FILE", help="names in the target language: phrase, tab, name")
    parser.add_argument("--repair", action="store_true", help="repair invalid tag sequences instead of refusing them")
    parser.add_argument("--output", type=Path, required=True, metavar="OUT.conll", help="token, tab, tag; - is stdout")
    parser.set_defaults(run=_project)


def _project(options: argparse.Namespace) -> None:
    """Read both sides and the links, project, write."""
    from silverner.projection import Projector, UsageError
    from silverner.projection.alignment import Aligner, Eflomal, PharaohFiles
    from silverner.projection.files.project import project_files
    from silverner.projection.translation.glossary import Dictionary

    if options.glosses and (options.score != "fused" or options.matcher == "heuristic"):
        raise UsageError(
            f"--glosses are evidence of --score fused, and of no other; --matcher heuristic hears none: this is "
            f"--score {options.score} --matcher {options.matcher}"
        )
    if options.reverse and not options.alignment:
        raise UsageError("--reverse goes with --alignment")
    directed = bool(options.reverse or options.aligner)
    if options.symmetrise and not directed:
        raise UsageError(f"--symmetrise {options.symmetrise} needs both directions: give --reverse too")
    projector = Projector(
        matcher=options.matcher,
        score=options.score,
        symmetrise=options.symmetrise or "gdfa",
        threshold=options.threshold,
    )
    reverse = [options.reverse] if options.reverse else []
    aligner: Aligner = Eflomal() if options.aligner else PharaohFiles([options.alignment], reverse)
    done = project_files(
        options.source,
        options.target,
        aligner,
        projector,
        directed=directed,
        glossary=Dictionary(options.glosses) if options.glosses else None,
        repair=options.repair,
    )
    if str(options.output) == "-":
        sys.stdout.write(done.text())
    else:
        done.write(options.output)
    used = [projector.matcher, projector.score, *([projector.symmetrise] if directed else [])]
    sys.stderr.write(f"{done.summary()} ({', '.join(used)})\n")


# -- evaluate ------------------------------------------------------------------------------------------------------


def _evaluate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gold", type=Path, required=True, help="gold entities: CoNLL or UNER columns")
    parser.add_argument("--predicted", type=Path, required=True, help="predicted entities of the same sentences")
    parser.add_argument("--against", type=Path, metavar="FILE", help="another prediction: is this one better?")
    parser.add_argument("--errors", type=_positive, default=0, metavar="N", help="show the N worst sentences")
    parser.add_argument(
        "--source", type=Path, metavar="FILE", help="source of the same sentences; with gold labels, shows the ceiling"
    )
    parser.add_argument("--alignment", type=Path, metavar="F.pharaoh", help="links to show with the worst sentences")
    parser.add_argument(
        "--resamples", type=_positive, default=1000, metavar="N", help="resamples of sentences (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the resamples (default: %(default)s)")
    parser.add_argument("--repair", action="store_true", help="repair invalid tag sequences instead of refusing them")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    parser.set_defaults(run=_evaluate)


def _evaluate(options: argparse.Namespace) -> None:
    """Compare two labelled files, or two predictions with one."""
    from silverner.projection import UsageError
    from silverner.projection.files.project import Judgement, evaluate_files

    if options.alignment and not (options.source and options.errors):
        raise UsageError("--alignment is shown with the worst sentences: give --errors N and --source FILE too")
    given = {name: value for name, value in vars(options).items() if name not in {"run", "json"}}
    report, worst = evaluate_files(Judgement(**given))
    if options.json:
        facts = report.facts() | ({"errors": [bad.facts() for bad in worst]} if options.errors else {})
        _say(json.dumps(facts, indent=1, ensure_ascii=False))
        return
    _say("\n\n".join([report.table(), *(bad.text() for bad in worst)]))


# -- choose --------------------------------------------------------------------------------------------------------


def _choose_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="labels of the same sentences: CoNLL or UNER columns, or Parquet files of corpora",
    )
    parser.add_argument("--by", choices=CRITERIA, default="agreement", help="criterion (default: %(default)s)")
    parser.add_argument("--source", type=Path, metavar="FILE", help="labelled source sentences, for the round trip")
    parser.add_argument(
        "--returned",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="for every FILE, its labels projected back onto the source",
    )
    parser.add_argument("--gold", type=Path, metavar="FILE", help="gold entities: reported, and never chosen by")
    parser.add_argument("--repair", action="store_true", help="repair invalid tag sequences instead of refusing them")
    parser.add_argument("--json", action="store_true", help="print the marks as JSON")
    parser.set_defaults(run=_choose)


def _choose(options: argparse.Namespace) -> None:
    """Rank labellings of the same sentences, and name the best."""
    from silverner.projection.files.variants import Choosing, choose_files

    given = {name: value for name, value in vars(options).items() if name not in {"run", "json"}}
    choice = choose_files(Choosing(**given))
    _say(json.dumps(choice.facts(), indent=1, ensure_ascii=False) if options.json else choice.table())


# -- diff ----------------------------------------------------------------------------------------------------------


def _diff_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", help="a folder, or org/name or org/name@revision on the Hub")
    parser.add_argument("after", help="likewise")
    parser.add_argument(
        "--endpoint", metavar="URL", help="address of the Hub (default: HF_ENDPOINT, or the public one)"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> None:
    """Compare two releases."""
    from silverner.dataset_cards.release.difference import compare
    from silverner.dataset_cards.release.release import opened

    with (
        opened(options.before, endpoint=options.endpoint) as before,
        opened(options.after, endpoint=options.endpoint) as after,
    ):
        difference = compare(before, after)
    if options.json:
        _say(json.dumps(difference.facts(), indent=1, ensure_ascii=False))
        return
    for line in difference.lines():
        _say(line)
    if difference.bump == "none":
        _say("no change")
    else:
        _say(f"calls for a {difference.bump} version: {difference.before} -> {difference.next_version()} or later "
             f"(the newer says {difference.after})")  # fmt: skip
