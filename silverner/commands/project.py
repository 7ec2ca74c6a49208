"""Project labels onto text that is aligned already: ``silverner project``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from silverner.commands.shared import add_reading_options, reading_from
from silverner.projection.links import SYMMETRISATIONS
from silverner.projection.matching.choices import MATCHERS
from silverner.projection.scoring.choices import SCORES

if TYPE_CHECKING:
    from silverner.projection.alignment import Aligner
    from silverner.projection.translation.glossary import Glossary


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("--source", type=Path, required=True, help="labelled source")
    parser.add_argument(
        "--target", type=Path, required=True, help="target: columns (tags ignored), or tokens split on spaces"
    )
    links = parser.add_mutually_exclusive_group(required=True)
    links.add_argument("--alignment", type=Path, metavar="F.pharaoh", help="links, source-target")
    links.add_argument("--aligner", choices=["eflomal"], help="align the texts now")
    parser.add_argument("--reverse", type=Path, metavar="R.pharaoh", help="links of the reverse run, source-target too")
    parser.add_argument("--symmetrise", choices=SYMMETRISATIONS, help="how to join two directions (default: gdfa)")
    parser.add_argument(
        "--matcher", choices=MATCHERS, default="exact", help="how spans are chosen (default: %(default)s)"
    )
    parser.add_argument("--score", choices=SCORES, default="fitted", help="how well a span fits (default: %(default)s)")
    parser.add_argument(
        "--threshold",
        type=float,
        help="project no entity that scores this or less (default: 0.25 for fitted and fused, 0 for dice)",
    )
    parser.add_argument(
        "--capitals",
        nargs="*",
        metavar="LABEL",
        help="labels whose entities are names, which must hold a capital; without a label after it the rule is off "
        "(default: those of people, organisations and places)",
    )
    parser.add_argument("--glosses", type=Path, metavar="FILE", help="names in the target language: phrase, tab, name")
    add_reading_options(parser)
    parser.add_argument(
        "--target-format", metavar="FORMAT", default="auto", help="of the target (default: found from the file)"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="OUT.conll", help="token, tab, tag; - is stdout")


def run(options: argparse.Namespace) -> None:
    """Read both sides and the links, project the labels, and write the target with its labels.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when options contradict each other, or a file breaks a rule.
    """
    from silverner.projection import Projector
    from silverner.projection.files.project import project_files

    _check(options)
    directed = bool(options.reverse or options.aligner)
    projector = Projector(
        matcher=options.matcher,
        score=options.score,
        symmetrise=options.symmetrise or "gdfa",
        threshold=options.threshold,
        capitals=None if options.capitals is None else tuple(options.capitals),
    )
    projected = project_files(
        options.source,
        options.target,
        _aligner(options),
        projector,
        directed=directed,
        glossary=_glossary(options.glosses) if options.glosses else None,
        reading=reading_from(options),
        target_format=options.target_format,
    )
    if str(options.output) == "-":
        sys.stdout.write(projected.text())
    else:
        projected.write(options.output)
    settings = [projector.matcher, projector.score, *([projector.symmetrise] if directed else [])]
    sys.stderr.write(f"{projected.summary()} ({', '.join(settings)})\n")


def _aligner(options: argparse.Namespace) -> Aligner:
    """Make the aligner; one that is not used is not loaded."""
    if options.aligner:
        from silverner.projection.alignment.eflomal import Eflomal

        return Eflomal()
    from silverner.projection.alignment.link_files import PharaohFiles

    return PharaohFiles([options.alignment], [options.reverse] if options.reverse else [])


def _glossary(path: Path) -> Glossary:
    """Make the glossary of a file of names."""
    from silverner.projection.translation.dictionary import Dictionary

    return Dictionary(path)


def _check(options: argparse.Namespace) -> None:
    """Refuse options that contradict each other."""
    from silverner.projection.errors import UsageError

    if options.glosses and (options.score == "dice" or options.matcher == "heuristic"):
        raise UsageError(
            f"--score {options.score} --matcher {options.matcher} cannot use --glosses: only --score fitted and "
            "fused use them, with any matcher but heuristic; leave out --glosses, or change the score or matcher"
        )
    if options.reverse and not options.alignment:
        raise UsageError("--reverse needs --alignment: give the links of both directions")
    if options.symmetrise and not (options.reverse or options.aligner):
        raise UsageError(f"--symmetrise {options.symmetrise} needs both directions: give --reverse too")
