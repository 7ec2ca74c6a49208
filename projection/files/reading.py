"""How the commands read labelled files: format, scheme, label map and repair, as a recipe says it of its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from silverner.projection.errors import UsageError, nearest
from silverner.projection.languages import LanguageLike
from silverner.projection.readers import CorpusFiles, Sentence, format_of, read_corpus
from silverner.projection.readers.cycles import cycles_ignored
from silverner.projection.readers.formats import FORMATS
from silverner.projection.spans import Scheme
from silverner.projection.tags.label_map import map_labels

FILE_FORMATS = tuple(name for name in FORMATS if name != "hub")
"""Formats of files; a dataset of the Hub needs a recipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How labelled files are read.

    :param format: A name of :data:`~silverner.projection.readers.formats.FORMATS`; ``auto`` finds it from each file.
    :param scheme: The tag scheme; ``auto`` finds it from all tags of a file.
    :param label_map: Other names for labels; ``None`` or ``O`` drops one.
    :param repair: Repair invalid tag sequences instead of refusing them.
    :param language: The language of the text, where it is known; it splits text whose entities are marked by character
        positions.
    """

    format: str = "auto"
    scheme: Scheme = "auto"
    label_map: Mapping[str, str | None] = field(default_factory=dict)
    repair: bool = False
    language: LanguageLike | None = None

    def __post_init__(self) -> None:
        """Refuse what is no format of files.

        :raises UsageError: naming the formats.
        """
        check_format(self.format, "--format")

    def labelled(self, path: Path) -> list[Sentence]:
        """Read a file with its labels, which are mapped; ids may be repeated.

        :param path: The file.
        :returns: Its sentences.
        :raises SilvernerError: naming the line that breaks a rule.
        """
        return list(self.each_labelled(path))

    def each_labelled(self, path: Path) -> Iterator[Sentence]:
        """Read a file as :meth:`labelled` does, for a caller that does not keep the sentences.

        :param path: The file.
        :returns: Its sentences.
        :raises SilvernerError: naming the line that breaks a rule.
        """
        for sentence in self._read(path, tagged=True):
            labels = sentence.spans or ()
            yield replace(sentence, spans=map_labels(labels, self.label_map)) if self.label_map else sentence

    def unlabelled(self, path: Path) -> list[Sentence]:
        """Read a file without its labels; ids may be repeated.

        :param path: The file.
        :returns: Its sentences.
        :raises SilvernerError: naming the line that breaks a rule.
        """
        return list(self._read(path, tagged=False))

    def _read(self, path: Path, *, tagged: bool) -> Iterator[Sentence]:
        corpus = CorpusFiles(
            format=self.format,
            files={path.stem: str(path)},
            scheme=self.scheme,
            repair=self.repair,
            language=self.language,
        )
        with cycles_ignored():
            yield from read_corpus(corpus, tagged=tagged, unique_ids=False)


def check_format(name: str, option: str) -> None:
    """Refuse what is no format of files.

    :param name: The format.
    :param option: What gives it, for the message.
    :raises UsageError: naming the formats.
    """
    if name not in FILE_FORMATS:
        raise UsageError(f"{option} {name!r} is unknown; {nearest(name, FILE_FORMATS)}")


def found_format(path: Path, name: str) -> str:
    """Return the format of a file that needs no labels; running text is taken for tokens, as ``--help`` says.

    :param path: The file.
    :param name: The format, or ``auto``.
    :returns: The name of the format, never ``auto``.
    """
    return format_of(CorpusFiles(format=name, files={path.stem: str(path)}), split=path.stem, tagged=False).format
