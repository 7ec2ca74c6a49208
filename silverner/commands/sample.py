"""Draw a sample of a corpus for people to judge: ``silverner sample FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from silverner.commands.export import TOOLS
from silverner.commands.shared import add_out_option, positive_integer, write_out


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a corpus folder")
    parser.add_argument("--lang", required=True, metavar="CODE", help="the language")
    parser.add_argument(
        "--by",
        choices=("entity", "sentence"),
        default="entity",
        help="draw entities, to say of each whether it is right, or sentences, to label every entity (default: "
        "%(default)s)",
    )
    parser.add_argument(
        "--size", type=positive_integer, default=100, metavar="N", help="how many (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed draws others (default: %(default)s)")
    parser.add_argument("--split", metavar="NAME", help="only rows of this split")
    parser.add_argument(
        "--to", choices=TOOLS, help="the format of sentences (default: conll); entities are a table, CSV"
    )
    add_out_option(parser)


def run(options: argparse.Namespace) -> None:
    """Draw the sample, and write it.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the folder is no corpus, or options contradict each other.
    """
    from silverner.dataset_cards.corrections.corpus_rows import open_language
    from silverner.dataset_cards.corrections.judgements import judgement_table
    from silverner.dataset_cards.corrections.selection import sample_entities, sample_sentences
    from silverner.projection.errors import UsageError
    from silverner.projection.writers import WRITERS, LabelledText

    if options.to and options.by == "entity":
        raise UsageError("--to is the format of sentences, and entities are a table (CSV); add --by sentence")
    corpus = open_language(options.folder, options.lang)
    rows = corpus.rows(options.split)
    if options.by == "entity":
        entities = sample_entities(rows, size=options.size, seed=options.seed)
        text, count = judgement_table(entities), f"{len(entities)} entities; write yes or no into the last column, then"
    else:
        sentences = [
            LabelledText(id=row.id, tokens=row.tokens, spans=row.spans, language=corpus.language, source=row.source)
            for row in sample_sentences(rows, size=options.size, seed=options.seed)
        ]
        text = WRITERS[options.to or "conll"].write(sentences)
        count = f"{len(sentences)} sentences; correct every entity, add those that are missing, then"
    write_out(text, options.out)
    command = f"silverner evaluate --judged FILE --corpus {options.folder} --lang {options.lang}"
    sys.stderr.write(f"{count}: {command}\n")
