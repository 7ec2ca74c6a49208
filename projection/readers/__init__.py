"""Reads labelled and unlabelled text from files of many formats, and from datasets.

To add a format, write one file here that declares a :class:`Reader`, and add its line to the table in ``formats.py``.
"""

from silverner.projection.readers.corpus import content_hash, read_corpus
from silverner.projection.readers.corpus_files import CorpusFiles, Fields
from silverner.projection.readers.formats import FORMATS, READERS, CorpusFormat, detect_text_format, format_of
from silverner.projection.readers.guess import FormatGuess
from silverner.projection.readers.reader import Reader
from silverner.projection.readers.sentence import Sentence

__all__ = [
    "FORMATS",
    "READERS",
    "CorpusFiles",
    "CorpusFormat",
    "Fields",
    "FormatGuess",
    "Reader",
    "Sentence",
    "content_hash",
    "detect_text_format",
    "format_of",
    "read_corpus",
]
