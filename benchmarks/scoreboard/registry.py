"""The table of sets: those of the package, and those that a folder of the user describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.projection.errors import MissingFileError, UsageError, nearest
from silverner.projection.languages import Language, find_language
from silverner.scoreboard.corpus import Pair, ParallelCorpus, read_corpus_file

_SHIPPED = Path(__file__).parent / "sets"
_EMBEDDED = Path(__file__).parents[1] / "builders" / "quickstart"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEntry:
    """A set: one pair of languages of a corpus, and where its files are.

    :param corpus: The corpus.
    :param pair: Its two languages.
    :param folder: The folder of its files; ``None`` if the user named none.
    """

    corpus: ParallelCorpus
    pair: Pair
    folder: Path | None

    @property
    def name(self) -> str:
        """Return the name: that of the corpus, and both languages."""
        return f"{self.corpus.name}.{self.pair.name}"

    @property
    def languages(self) -> tuple[Language, Language]:
        """Return source and target; a language that the table does not have is called by its code."""
        return _language(self.pair.source), _language(self.pair.target)

    @property
    def sides(self) -> tuple[Path, Path]:
        """Return the files of source and target."""
        return self._path(self.corpus.files[self.pair.source]), self._path(self.corpus.files[self.pair.target])

    @property
    def links(self) -> list[Path]:
        """Return the files of links that come with the set: none, one, or one for each direction."""
        return [self._path(name) for name in (self.pair.forward, self.pair.reverse) if name is not None]

    @property
    def files(self) -> dict[str, Path]:
        """Return all files by the names that the corpus gives them."""
        names = [self.corpus.files[self.pair.source], self.corpus.files[self.pair.target]]
        return {name: self._path(name) for name in (*names, self.pair.forward, self.pair.reverse) if name is not None}

    def missing(self) -> str | None:
        """Say which file the set lacks.

        :returns: The reason why the set cannot be measured; ``None`` if every file is there.
        """
        if self.folder is None:
            return "its files are in a folder of yours: silverner benchmark DIR"
        absent = [name for name, path in self.files.items() if not path.is_file()]
        return f"the folder of the sets has no file {absent[0]}" if absent else None

    def _path(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / name


def _language(code: str) -> Language:
    try:
        return find_language(code)
    except UsageError:
        return Language(code=code, name=code, declared=True)


def registered_sets(folder: Path | None) -> dict[str, SetEntry]:
    """List all sets: those that the package describes, then those of files ``*.set.yaml`` in a folder.

    :param folder: The folder of the user, with the files of the sets; ``None`` if there is none.
    :returns: The sets by name.
    :raises MissingFileError: when the folder does not exist.
    :raises DataError: when a file describes no corpus.
    :raises UsageError: when two files describe corpora of one name.

    >>> [name for name in registered_sets(None) if name.startswith("quickstart.")][:2]
    ['quickstart.en-es', 'quickstart.en-de']
    """
    if folder is not None and not folder.is_dir():
        raise MissingFileError(f"{folder} is no folder; name the folder that has the files of the sets")
    files = [*sorted(_SHIPPED.glob("*.yaml")), *(sorted(folder.glob("*.set.yaml")) if folder is not None else ())]
    file_of_corpus: dict[str, Path] = {}
    entries: dict[str, SetEntry] = {}
    for path in files:
        corpus = read_corpus_file(path)
        if corpus.name in file_of_corpus:
            raise UsageError(f"{path}: name: {corpus.name!r} is the corpus of {file_of_corpus[corpus.name]}; rename it")
        file_of_corpus[corpus.name] = path
        entries |= {entry.name: entry for entry in _entries(corpus, folder)}
    return entries


def _entries(corpus: ParallelCorpus, folder: Path | None) -> Iterator[SetEntry]:
    for pair in corpus.pairs:
        yield SetEntry(corpus=corpus, pair=pair, folder=_EMBEDDED if corpus.embedded else folder)


def choose_sets(entries: Mapping[str, SetEntry], names: Sequence[str]) -> list[SetEntry]:
    """Choose sets by name; the name of a corpus stands for all its sets.

    :param entries: All sets.
    :param names: The names; all sets if there is none.
    :returns: The sets, each once, in the order of the table.
    :raises UsageError: for an unknown name.
    """
    corpora = {entry.corpus.name for entry in entries.values()}
    for name in names:
        if name not in entries and name not in corpora:
            raise UsageError(f"unknown set {name!r}; {nearest(name, [*entries, *corpora])}")
    return [e for e in entries.values() if not names or e.name in names or e.corpus.name in names]
