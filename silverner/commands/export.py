"""Write rows of a corpus for people to correct, or for training: ``silverner export FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from silverner.commands.shared import add_out_option, positive_integer, write_out

TOOLS = ("label-studio", "doccano", "conll", "jsonl", "spacy", "gliner")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser.

    :param parser: The parser.
    """
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a corpus folder")
    parser.add_argument("--lang", required=True, metavar="CODE", help="the language")
    parser.add_argument("--to", required=True, choices=TOOLS, help="the format")
    parser.add_argument(
        "--least-sure",
        type=positive_integer,
        metavar="N",
        help="only the N rows with the entities that the program is least sure of, and at which nobody looked",
    )
    parser.add_argument("--split", metavar="NAME", help="only rows of this split")
    add_out_option(parser)


def run(options: argparse.Namespace) -> None:
    """Write the rows in the format of a tool.

    :param options: As :func:`add_options` defines them.
    :raises SilvernerError: when the folder is no corpus, or lacks the language or the split.
    """
    from silverner.dataset_cards.corrections.corpus_rows import open_language
    from silverner.dataset_cards.corrections.selection import least_sure
    from silverner.projection.errors import DataError
    from silverner.projection.writers import WRITERS, LabelledText

    corpus = open_language(options.folder, options.lang)
    rows = corpus.rows(options.split)
    chosen = least_sure(rows, options.least_sure) if options.least_sure else list(rows)
    if not chosen:
        raise DataError(f"{options.folder}, {options.lang}: people looked at every row with an entity already")
    texts = [
        LabelledText(
            id=row.id, tokens=row.tokens, spans=row.published_spans, language=corpus.language, source=row.source
        )
        for row in chosen
    ]
    writer = WRITERS[options.to]
    write_out(writer.write(texts), options.out)
    total = sum(part.rows for part in corpus.facts.splits.values())
    command = f"silverner import FILE --into {options.folder} --lang {options.lang}"
    sys.stderr.write(f"{len(texts)} of {total} rows as {writer.title}; when people have corrected them: {command}\n")
    if options.to == "label-studio":
        sys.stderr.write(f"the labelling interface of the project: {interface(corpus.labels)}\n")


def interface(labels: list[str]) -> str:
    """Write the labelling interface of a project of Label Studio.

    :param labels: The labels of the corpus.
    :returns: XML.
    """
    from xml.sax.saxutils import quoteattr

    buttons = "".join(f"<Label value={quoteattr(label)}/>" for label in labels)
    return (
        f'<View><Header value="$source" size="5"/><Labels name="label" toName="text">{buttons}</Labels>'
        '<Text name="text" value="$text" granularity="word"/></View>'
    )
