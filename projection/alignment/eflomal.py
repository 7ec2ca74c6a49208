"""Aligns with eflomal (Östling and Tiedemann 2016), a Bayesian aligner that learns from the corpus alone."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import StringIO
from itertools import tee
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic import Field

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.aligner import AlignerSettings
from silverner.projection.chain.engine import EngineContext, Section
from silverner.projection.errors import DataError, EngineError, MissingEngineError, MissingFileError
from silverner.projection.languages import Language
from silverner.projection.links import Symmetrisation, check_links, parse_pharaoh
from silverner.projection.readers.lines import numbered_lines

LOG = logging.getLogger("silverner")
LONGEST = 1023
"""Most tokens of a side that eflomal 2.0 aligns; with more tokens it gives no links and no error."""


class Eflomal:
    """Align with the ``eflomal`` package. It takes no random seed, so its links are stored and not computed again.

    A larger text of the same two languages can help. It is aligned first, and the package's counts of its links
    (words, jumps, fertilities) are the priors of the corpus. A pair with more than :data:`LONGEST` tokens on a side
    gets no links; a warning says how many such pairs there are. They are not cut, because only links could show where
    to cut both sides.
    """

    learns = True

    def __init__(self, *, model: int = 3, prefix_length: int = 0, priors: tuple[Path, Path] | None = None) -> None:
        """Choose the model.

        :param model: 1 is IBM1, 2 adds an HMM, 3 adds fertility.
        :param prefix_length: Compare only this many letters of each word (a crude stemmer for small corpora); 0 is all.
        :param priors: Two parallel files, source and target, one sentence a line, its tokens split by spaces.
        """
        self._model, self._prefix_length, self._priors = model, prefix_length, priors

    def settings(self) -> Mapping[str, object]:
        """Return the model, the hashes of the priors' files and the version of the package."""
        self.check()
        version = importlib.metadata.version("eflomal")
        settings = {"engine": "eflomal", "model": self._model, "prefix": self._prefix_length, "version": version}
        if self._priors is None:
            return settings
        return {**settings, "priors": [digest for digest, _ in map(_facts, self._priors)]}

    def check(self) -> None:
        """Check the package and the files of the priors.

        :raises MissingEngineError: when the package is not installed.
        :raises MissingFileError: when a file is missing.
        :raises DataError: when a file is empty or is not text, or the files have different numbers of lines.
        """
        if importlib.util.find_spec("eflomal") is None:
            raise MissingEngineError(
                "the package 'eflomal' is not installed (it needs a C compiler): pip install 'silverner[eflomal]'"
            )
        if self._priors is None:
            return
        source, target = (_facts(path)[1] for path in self._priors)
        if source != target:
            raise DataError(
                f"the text for priors is not parallel: {self._priors[0]} has {source} lines, {self._priors[1]} {target}"
            )

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align a corpus in both directions.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence.
        :returns: The links of every pair; all have weight 1, because eflomal gives no probabilities.
        :raises DataError: when there is nothing to align.
        :raises EngineError: when eflomal fails or returns links for another number of sentences.
        """
        return list(self.each_pair(sources, targets))

    def each_pair(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Iterator[AlignedPair]:
        """Align a corpus in both directions, and return the links one by one; see :meth:`align`."""
        self.check()
        priors = self._learn() if self._priors is not None else None
        if not any(source and target for source, target in zip(sources, targets, strict=True)):
            raise DataError("eflomal has nothing to align: no sentence pair has tokens on both sides")
        _warn(sources, targets, "pair")
        lines = self._run(sources, targets, priors)
        for k, (source, target) in enumerate(zip(sources, targets, strict=True)):
            forward, reverse = map(parse_pharaoh, next(lines)) if source and target else ([], [])
            for links in (forward, reverse):
                check_links(links, len(source), len(target), where=f"eflomal, pair {k}")
            yield AlignedPair(forward, reverse)

    def _learn(self) -> str:
        """Align the text for priors, and return the counts of its links in the format of the package."""
        import eflomal

        assert self._priors is not None
        sources, targets = map(_TextFile, self._priors)
        if not any(source and target for source, target in zip(sources, targets, strict=True)):
            names = " and ".join(map(str, self._priors))
            raise DataError(
                f"no line has tokens in both files for priors: {names} ({_facts(self._priors[0])[1]} lines)"
            )
        _warn(sources, targets, f"{self._priors[0]}, line", 1)
        forward, reverse = (map(itemgetter(k), links) for k, links in enumerate(tee(self._run(sources, targets, None))))
        written = StringIO()
        eflomal.write_priors(written, *eflomal.calculate_priors(*_lines(sources, targets), forward, reverse))
        return written.getvalue()

    def _run(
        self, sources: Iterable[Sequence[str]], targets: Iterable[Sequence[str]], priors: str | None
    ) -> Iterator[tuple[str, str]]:
        """Call the package, and return what it writes for every pair with tokens on both sides."""
        import eflomal

        count = sum(1 for source, target in zip(sources, targets, strict=True) if source and target)
        options: dict[str, Any] = {"source_prefix_len": self._prefix_length, "target_prefix_len": self._prefix_length}
        with tempfile.TemporaryDirectory(prefix="silverner-") as folder:
            forward, reverse = Path(folder) / "forward", Path(folder) / "reverse"
            try:
                eflomal.Aligner(model=self._model, **options).align(
                    *_lines(sources, targets),
                    links_filename_fwd=str(forward),
                    links_filename_rev=str(reverse),
                    priors_input=None if priors is None else StringIO(priors),
                )
                answers = [sum(1 for _ in path.open(encoding="utf-8")) for path in (forward, reverse)]
            except (OSError, ValueError, RuntimeError) as error:
                raise EngineError(f"eflomal failed on {count} sentence pairs: {error}") from error
            if set(answers) != {count}:
                raise EngineError(f"eflomal returned links for {answers[0]} of {count} sentence pairs")
            with forward.open(encoding="utf-8") as one, reverse.open(encoding="utf-8") as other:
                yield from zip(one, other, strict=True)


class _TextFile:
    """The sentences of a file; every iteration reads them again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[list[str]]:
        """Read the tokens of every line."""
        return (line.split() for _, line in numbered_lines(self._path))


def _lines(sources: Iterable[Sequence[str]], targets: Iterable[Sequence[str]]) -> tuple[Iterator[str], Iterator[str]]:
    """Write the sides of the pairs with tokens on both sides, as the package reads them."""
    return (
        (_line(source) for source, target in zip(sources, targets, strict=True) if source and target),
        (_line(target) for source, target in zip(sources, targets, strict=True) if source and target),
    )


def _warn(sources: Iterable[Sequence[str]], targets: Iterable[Sequence[str]], unit: str, origin: int = 0) -> None:
    """Log how many pairs are too long for the package; it gives no warning itself."""
    count, long_pairs, first = 0, 0, (0, 0, 0)
    for source, target in zip(sources, targets, strict=True):
        if source and target and max(len(source), len(target)) > LONGEST:
            first = first if long_pairs else (count + origin, len(source), len(target))
            long_pairs += 1
        count += 1
    if long_pairs:
        LOG.warning(
            "eflomal reads sentences of at most %d tokens: %d of %d pairs are longer and get no links (first: %s %d, "
            "with %d source and %d target tokens); split them into sentences first",
            *(LONGEST, long_pairs, count, unit, *first),
        )


def _facts(path: Path) -> tuple[str, int]:
    """Return the hash of a text file and its number of lines."""
    try:
        status = path.stat()
    except OSError as error:
        raise MissingFileError(f"cannot read the text for priors {path}: {error.strerror or error}") from error
    return _read_facts(path, status.st_size, status.st_mtime_ns)


@cache
def _read_facts(path: Path, size: int, modified: int) -> tuple[str, int]:
    """Read a file; it is read again only when its size or its time of change differs."""
    lines = sum(1 for _ in numbered_lines(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), lines


def _line(tokens: Sequence[str]) -> str:
    """Join tokens by spaces; white space inside a token is replaced, so that eflomal counts the same tokens."""
    return " ".join("_".join(token.split()) or "_" for token in tokens) + "\n"


class Priors(Section):
    """A larger text of the same two languages, from which eflomal learns first."""

    source: str = Field(description="file in the source language: a sentence a line, its tokens split by spaces")
    target: str = Field(
        description="file in the target language: line n is the translation of line n of the source file"
    )


class EflomalSettings(AlignerSettings):
    """The statistical aligner eflomal, which learns from the corpus itself."""

    extra = "eflomal"
    licence = "GPL-3.0-only"
    citation = (
        "Östling and Tiedemann 2016: Efficient Word Alignment with Markov Chain Monte Carlo. The Prague Bulletin of "
        "Mathematical Linguistics 106"
    )

    symmetrise: Symmetrisation = Field(default="gdfa", description="how the links of both directions are joined")
    model: int = Field(default=3, ge=1, le=3, description="1 is IBM1, 2 adds an HMM, 3 adds fertility")
    prefix_length: int = Field(
        default=0, ge=0, description="how many letters of each word are compared; 0 compares all"
    )
    priors: Priors | None = Field(default=None, description="a larger text of the same languages to learn from first")

    def build(self, context: EngineContext) -> Eflomal:
        """Make the aligner."""
        files = self.priors
        priors = None if files is None else (context.base / files.source, context.base / files.target)
        return Eflomal(model=self.model, prefix_length=self.prefix_length, priors=priors)

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest eflomal if it is installed: it needs no model."""
        if importlib.util.find_spec("eflomal") is None:
            return None
        return "eflomal                  # learns from the text itself: good from some thousand sentences on"
