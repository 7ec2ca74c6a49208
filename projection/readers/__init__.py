"""Readers: how labelled and unlabelled text enters, whatever file it lies in."""

from silverner.projection.readers.corpus import FORMATS, CorpusFiles, CorpusFormat, content_hash, read_corpus
from silverner.projection.readers.sentence import Sentence
from silverner.projection.readers.tables import Fields

__all__ = ["FORMATS", "CorpusFiles", "CorpusFormat", "Fields", "Sentence", "content_hash", "read_corpus"]
