"""Write a page that shows a corpus in a browser: ``silverner view FOLDER``."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from silverner.commands.shared import add_reading_options, positive_integer, reading_from, write_line


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("corpus", help="a corpus folder, or org/name or org/name@revision on the Hub")
    parser.add_argument("other", nargs="?", help="another corpus or release, to see what differs")
    parser.add_argument("--lang", metavar="CODE", action="append", help="show only this language (repeatable)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="page to write (default: report.html, in the folder if there is one)"
    )
    parser.add_argument(
        "--rows",
        type=positive_integer,
        metavar="N",
        help="most sentences of the page; others are left out, and the page says so (default: 100,000)",
    )
    parser.add_argument(
        "--gold",
        type=Path,
        metavar="FILE",
        help="labelled sentences of people, to show beside those of the corpus with the same words",
    )
    add_reading_options(parser)
    parser.add_argument(
        "--endpoint", metavar="URL", help="address of the Hub (default: HF_ENDPOINT, or the public one)"
    )


def run(options: argparse.Namespace) -> None:
    """Write the page.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when a corpus cannot be read, or the page cannot be written.
    """
    from silverner.dataset_cards.release.release import open_release
    from silverner.dataset_cards.view import REPORT
    from silverner.dataset_cards.view.corpus import ViewedCorpus
    from silverner.dataset_cards.view.gold import Gold
    from silverner.dataset_cards.view.page import write_page
    from silverner.dataset_cards.view.selection import MOST_ROWS
    from silverner.projection.paths import refuse_links

    places = [options.corpus, *([options.other] if options.other else [])]
    is_folder = len(places) == 1 and Path(places[0]).is_dir()
    out = options.out or (Path(places[0], REPORT) if is_folder else Path(REPORT))
    if is_folder and options.out is None:
        refuse_links(Path(places[0]), REPORT)
    gold = None
    if options.gold is not None:
        gold = Gold.of_sentences(reading_from(options).each_labelled(options.gold))
    with ExitStack() as releases:
        opened = [releases.enter_context(open_release(place, endpoint=options.endpoint)) for place in places]
        corpora = [ViewedCorpus.of_folder(release.path, codes=options.lang, gold=gold) for release in opened]
        contents = write_page(out, corpora, most_rows=options.rows or MOST_ROWS)
    for place, counts in contents.agreements if gold is not None else ():
        agreement = f", and the entities of {counts.differing:,} differ; strict F1 {counts.scores.f1:.1f}"
        sys.stderr.write(
            f"{place}: {counts.sentences:,} sentences have gold labels{agreement if counts.sentences else ''}\n"
        )
    total = sum(contents.totals.values())
    sentences = f"{total:,} sentences"
    if contents.rows < total:
        sentences = f"{contents.rows:,} of {sentences} (--rows N for more)"
    sys.stderr.write(f"{sentences}, {out.stat().st_size / 1e6:.1f} MB; open it in a browser:\n")
    write_line(str(out))
