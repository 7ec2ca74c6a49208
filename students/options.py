"""The options that training commands share. Imports nothing heavy: ``--help`` must stay instant."""

from __future__ import annotations

import argparse
from pathlib import Path

from students.settings import DISTANCES, SIMILARITIES, WEIGHTS, Training

_USUAL = Training()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``train`` and ``compare`` have in common.

    :param parser: The command.
    """
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
