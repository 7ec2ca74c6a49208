"""Score predicted entities against gold: ``silverner evaluate``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from silverner.commands.shared import (
    add_reading_options,
    positive_integer,
    reading_from,
    request_settings,
    write_json,
    write_line,
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("--gold", type=Path, help="gold entities: CoNLL or UNER columns")
    parser.add_argument("--predicted", type=Path, help="predicted entities of the same sentences")
    parser.add_argument("--against", type=Path, metavar="FILE", help="another prediction to compare this one with")
    parser.add_argument("--errors", type=positive_integer, default=0, metavar="N", help="show the N worst sentences")
    parser.add_argument(
        "--source", type=Path, metavar="FILE", help="source of the same sentences; with gold labels, shows the ceiling"
    )
    parser.add_argument(
        "--source-format", metavar="FORMAT", default="auto", help="of the source (default: found from the file)"
    )
    parser.add_argument("--alignment", type=Path, metavar="F.pharaoh", help="links to show with the worst sentences")
    parser.add_argument(
        "--resamples",
        type=positive_integer,
        default=1000,
        metavar="N",
        help="resamples of sentences for the intervals (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the resamples (default: %(default)s)")
    parser.add_argument(
        "--judged", type=Path, metavar="FILE", help="without gold: a sample of a corpus that people judged"
    )
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="with --judged: the corpus folder")
    parser.add_argument("--lang", metavar="CODE", help="with --judged: the language")
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")


def run(options: argparse.Namespace) -> None:
    """Compare two labelled files, two predictions with one gold file, or a corpus with a sample that people judged.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when options contradict each other, or a file breaks a rule.
    """
    from silverner.projection.errors import UsageError

    sample = {name: vars(options).pop(name) for name in ("judged", "corpus", "lang")}
    if any(sample.values()):
        if options.gold or options.predicted or not all(sample.values()):
            raise UsageError("a judged sample needs --judged FILE, --corpus FOLDER and --lang CODE, and no --gold")
        _estimate(options, **sample)
        return
    if not (options.gold and options.predicted):
        raise UsageError(
            "give --gold and --predicted; without gold, a sample that people judged: --judged, --corpus and --lang"
        )
    _score(options)


def _estimate(options: argparse.Namespace, *, judged: Path, corpus: Path, lang: str) -> None:
    """Estimate how good a corpus is from a sample that people judged."""
    from silverner.dataset_cards.corrections.corpus_rows import open_language
    from silverner.dataset_cards.corrections.estimate import estimate_from_entities, estimate_from_sentences
    from silverner.dataset_cards.corrections.judgements import is_judgement_table, read_judgements

    language = open_language(corpus, lang)
    if is_judgement_table(judged):
        estimate = estimate_from_entities(read_judgements(judged), language)
    else:
        reading = replace(reading_from(options), language=language.language)
        estimate = estimate_from_sentences(reading.labelled(judged), language)
    if options.json:
        write_json(estimate.facts())
    else:
        write_line(estimate.text())


def _score(options: argparse.Namespace) -> None:
    """Score a prediction against gold."""
    from silverner.projection.errors import UsageError
    from silverner.projection.files.evaluate import EvaluationRequest, evaluate_files

    if options.alignment and not (options.source and options.errors):
        raise UsageError("--alignment is shown with the worst sentences: give --errors N and --source FILE too")
    report, worst = evaluate_files(EvaluationRequest(**request_settings(options)))
    if options.json:
        errors = {"errors": [sentence.facts() for sentence in worst]} if options.errors else {}
        write_json(report.facts() | errors)
    else:
        write_line("\n\n".join([report.table(), *(sentence.text() for sentence in worst)]))
