"""Bring corrections back into a corpus: ``silverner import FILE --into FOLDER``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from silverner.commands.shared import add_reading_options, reading_from


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("file", type=Path, metavar="FILE", help="what people corrected; all its sentences count")
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="the corpus folder")
    parser.add_argument("--lang", required=True, metavar="CODE", help="the language")
    add_reading_options(parser)


def run(options: argparse.Namespace) -> None:
    """Read a corrected file, and add it to the corrections of the corpus.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the file breaks a rule, or a correction does not fit its row; nothing is written then.
    """
    from silverner.dataset_cards.corrections import corrections_name, corrections_text, read_corrections
    from silverner.dataset_cards.corrections.corpus_rows import open_language
    from silverner.dataset_cards.corrections.imported import import_sentences
    from silverner.projection.chain.files import write_text

    corpus = open_language(options.into, options.lang)
    earlier = read_corrections(options.into, options.lang, corpus.labels)
    reading = replace(reading_from(options), language=corpus.language)
    imported = import_sentences(
        reading.each_labelled(options.file),
        corpus.rows(),
        labels=corpus.labels,
        earlier={} if earlier is None else earlier.by_tokens,
    )
    name = corrections_name(options.lang)
    write_text(options.into / name, corrections_text(imported.corrections))
    for place in imported.repeated:
        sys.stderr.write(f"{place}, with the same entities; it is taken once\n")
    for place in imported.absent:
        sys.stderr.write(f"{place} is not in the corpus now; its correction waits for a build that has it\n")
    sys.stderr.write(
        f"{options.into / name}: new corrections: {imported.new}, replaced: {imported.replaced}, in all: "
        f"{len(imported.corrections)}; sentences of this file whose entities people changed: {imported.changed}. Build "
        f"the corpus again, and its rows show them: silverner build RECIPE --lang {options.lang} --out {options.into}\n"
    )
