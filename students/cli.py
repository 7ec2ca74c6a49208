"""The commands ``train`` and ``compare``: their options, and what they run. Imports nothing heavy before they run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from silverner.students.settings import DISTANCES, SIMILARITIES, STRATEGIES, WEIGHTS, Training

_USUAL = Training()


def add_train(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``train``.

    :param parser: The command.
    """
    parser.add_argument("strategy", metavar="STRATEGY", help=f"one of {', '.join(STRATEGIES)}")
    parser.add_argument("--lang", metavar="CODE", required=True, help="configuration of the corpus")
    parser.add_argument("--seed", type=int, default=0, help="of head, order and dropout (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="folder of the student (default: student-CODE-STRATEGY-SEED)")
    _add_shared(parser)


def run_train(options: argparse.Namespace) -> None:
    """Train one student."""
    from silverner.students.dependencies import need_students, quiet

    need_students()
    from silverner.students.jobs import check_used, config_of
    from silverner.students.student import train_student
    from silverner.students.training.progress import Steps

    quiet()
    config = check_used(config_of(options, options.strategy, options.lang, options.seed))
    out = options.out or Path(f"student-{config.language}-{config.strategy}-{config.training.seed}")
    with Steps() as steps:
        results = train_student(config, out, progress=steps.of(f"{config.language} {config.strategy}"))
    if options.json:
        sys.stdout.write(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        return
    for kind, s in results["scores"].items():
        shares = f"precision {s['precision']:.2f}, recall {s['recall']:.2f}"
        sys.stdout.write(f"{kind}: strict F1 {s['f1']:.2f}, {shares}\n")
    sys.stdout.write(
        f'Written to {out}. Use it: pipeline("token-classification", "{out}", aggregation_strategy="first")\n'
    )


def add_compare(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``compare``.

    :param parser: The command.
    """
    parser.add_argument("strategies", metavar="STRATEGY", nargs="+", help=f"of {', '.join(STRATEGIES)}")
    parser.add_argument("--lang", metavar="CODE", action="append", required=True, help="repeatable")
    parser.add_argument("--seed", type=int, action="append", help="repeatable (default: 0)")
    parser.add_argument("--baseline", metavar="STRATEGY", help="what others are tested against (default: the first)")
    parser.add_argument("--out", type=Path, default=Path("students"), help="folder (default: %(default)s)")
    _add_shared(parser)


def run_compare(options: argparse.Namespace) -> None:
    """Train the students that are not done yet, and print the table."""
    from silverner.students.dependencies import need_students, quiet

    need_students()
    from silverner.students.comparison import compare_students
    from silverner.students.jobs import plan_of
    from silverner.students.training.progress import Steps

    quiet()
    plan = plan_of(options)
    with Steps() as steps:
        found = compare_students(plan, options.out, progress=steps.of)
    sys.stdout.write(found.json() if options.json else found.text())
    sys.stderr.write(f"Written to {options.out}: comparison.md, comparison.json, comparison.svg\n")


def _add_shared(parser: argparse.ArgumentParser) -> None:
    """Add what both have in common."""
    add = parser.add_argument
    add("--model", required=True, help="what the student begins as: a tagger or encoder, a folder or an id on the Hub")
    add("--data", required=True, help="corpus to learn from: a folder, an id on the Hub, or a labelled file")
    add("--test", metavar="FILE", help="gold to measure with; {lang} stands for the language")
    add("--dev", metavar="FILE", help="gold to measure with during development; it chooses nothing")
    add("--dev-is-gold", action="store_true", help="let --dev choose when to stop, and say so in the results")
    add(
        "--map", metavar="LABEL=NEW", action="append", default=[], help="rename a label of gold or teacher; =O drops it"
    )
    add("--teacher", metavar="MODEL", action="append", default=[], help="for soft, multi, agree (repeatable)")
    add(
        "--teacher-text", metavar="FILE", action="append", default=[], help="text of each teacher's language, for multi"
    )
    add("--similarity", choices=SIMILARITIES, default="avg", help="how multi weighs teachers (default: %(default)s)")
    add("--source", type=Path, metavar="FILE", help="for transfer: labelled source text to learn from")
    add("--split", default="train", help="split to learn from (default: %(default)s)")
    add("--without", metavar="FLAG", action="append", default=[], help="leave rows with this flag out (repeatable)")
    add("--limit", type=_count, metavar="N", help="learn from a fair sample of N rows")
    add("--weights", choices=WEIGHTS, default="none", help="weigh words by how sure their labels are (default: none)")
    add("--held-out", type=float, default=0.1, metavar="SHARE", help="rows to stop by (default: %(default)s)")
    add("--rounds", type=_count, default=3, metavar="N", help="most rounds of loop (default: %(default)s)")
    add("--loss", choices=DISTANCES, default=_USUAL.distance, help="between student and teacher (default: %(default)s)")
    add("--temperature", type=float, default=_USUAL.temperature, help="for --loss kl (default: %(default)s)")
    add("--epochs", type=float, default=_USUAL.epochs, help="default: %(default)s")
    add("--rate", type=float, default=_USUAL.rate, help="learning rate (default: %(default)s)")
    add("--batch", type=_count, default=_USUAL.batch, help="sentences a step (default: %(default)s)")
    add(
        "--freeze",
        type=int,
        default=_USUAL.freeze,
        metavar="N",
        help="keep embeddings and N lowest layers (default: 0)",
    )
    add(
        "--patience",
        type=_count,
        default=_USUAL.patience,
        metavar="N",
        help="stop after N measurements, two an epoch, without a better one (default: %(default)s)",
    )
    add("--device", choices=["auto", "cpu", "cuda"], default="auto", help="default: %(default)s")
    add("--json", action="store_true", help="print the results as JSON")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
