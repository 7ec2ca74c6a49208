"""Reads links that another aligner made, from Pharaoh files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.links import Link, check_links, parse_pharaoh
from silverner.projection.readers.lines import numbered_lines


class PharaohFiles:
    """Read one file of links, or one for each direction; the source token is first in both."""

    learns = True
    repeatable = True

    def __init__(
        self,
        forward: Sequence[Path],
        reverse: Sequence[Path] = (),
        *,
        prefix: bool = False,
        sizes: Iterable[int] = (),
    ) -> None:
        """Remember the files.

        :param forward: Links of the source-to-target run, or the only links there are; one file a split, in order.
        :param reverse: Links of the target-to-source run, written source-target too.
        :param prefix: Whether the corpus is only the first sentences of the files.
        :param sizes: The number of lines every file must have, if there are several; read when first needed.
        """
        self._forward, self._reverse, self._prefix = list(forward), list(reverse), prefix
        self._sizes = sizes

    def settings(self) -> Mapping[str, object]:
        """Return the hashes of the files."""
        self.check()
        sides = [[file_hash(path) for path in side] for side in (self._forward, self._reverse)]
        return {"engine": "pharaoh", "forward": sides[0], "reverse": sides[1]}

    def check(self) -> None:
        """Check that the files exist.

        :raises MissingFileError: when one is missing.
        """
        for path in (*self._forward, *self._reverse):
            if not path.is_file():
                raise MissingFileError(f"cannot read links {path}: no such file")

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Read the links of every pair.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence.
        :returns: The links of every pair.
        :raises DataError: when a file has another number of lines, or a link is malformed or out of range.
        """
        return list(self.each_pair(sources, targets))

    def each_pair(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> Iterator[AlignedPair]:
        """Read the links of every pair, one by one; see :meth:`align`."""
        sizes, self._sizes = list(self._sizes), ()
        for paths in filter(None, (self._forward, self._reverse)):
            self._check_counts(paths, sizes, len(sources))
        reverse = self._read_links(self._reverse, sources, targets) if self._reverse else repeat(None)
        for links, back in zip(self._read_links(self._forward, sources, targets), reverse, strict=False):
            yield AlignedPair(links, links if back is None else back)

    def _check_counts(self, paths: Sequence[Path], sizes: Sequence[int], pairs: int) -> None:
        """Refuse files of one direction with too few or too many lines."""
        counts = [sum(1 for _ in numbered_lines(path)) for path in paths]
        for path, lines, size in zip(paths, counts, sizes, strict=False):
            if len(sizes) > 1 and lines != size and not self._prefix:
                raise DataError(f"{path}: {lines} lines of links for {size} sentence pairs")
        if sum(counts) < pairs or (sum(counts) > pairs and not self._prefix):
            names = ", ".join(map(str, paths))
            raise DataError(f"{names}: {sum(counts)} lines of links for {pairs} sentence pairs")

    @staticmethod
    def _read_links(
        paths: Sequence[Path], sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> Iterator[list[Link]]:
        """Read the files of one direction and check them against the lengths of the sentences."""
        lines = ((path, *line) for path in paths for line in numbered_lines(path))
        for (path, number, line), source, target in zip(lines, sources, targets, strict=False):
            where = f"{path}, line {number}"
            links = parse_pharaoh(line, where=where)
            if source or target:  # a sentence that an earlier stage dropped has no tokens
                check_links(links, len(source), len(target), where=where)
            yield links
