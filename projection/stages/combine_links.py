"""Combines the links of several aligners, each of which is a stage of its own.

So the links of every aligner are stored apart, and a change of one aligner aligns nothing again with the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.combination import combine
from silverner.projection.chain.renamed_columns import RenamedFittingStage, RenamedStage
from silverner.projection.chain.stage import Batch, FittingStage, Stage
from silverner.projection.links import Link, onto_tokens, parse_pharaoh
from silverner.projection.stages.align import LINK_COLUMNS, SOFT_LINK_COLUMNS, write_links


def member_stage(stage: Stage, member: str) -> Stage:
    """Give the stage of one aligner among several a name and columns of its own.

    :param stage: The stage, :class:`~silverner.projection.stages.align.Align` or another one that adds links.
    :param member: The name of the aligner.
    :returns: The stage ``align.MEMBER``.
    """
    columns = {name: name for name in stage.inputs} | {name: _column_of(name, member) for name in stage.outputs}
    kind = RenamedFittingStage if isinstance(stage, FittingStage) else RenamedStage
    return kind(stage, name=f"align.{member}", columns=columns)


class CombineLinks:
    """Adds the links that several aligners agree on (:func:`~silverner.projection.alignment.combination.combine`)."""

    name = "combine-links"
    version = 1
    outputs: Mapping[str, pa.DataType] = LINK_COLUMNS

    def __init__(
        self, members: Sequence[str], *, of_words: Collection[str] = (), with_soft_links: Collection[str] = ()
    ) -> None:
        """Name the aligners.

        :param members: Their names, see :func:`member_stage`.
        :param of_words: Those that linked the target's words, where others linked its tokens: a link to a word becomes
            a link to each of its tokens.
        :param with_soft_links: Those that have soft links.
        """
        self._members, self._of_words = tuple(members), frozenset(of_words)
        self._columns = {
            member: (*LINK_COLUMNS, *(SOFT_LINK_COLUMNS if member in with_soft_links else ())) for member in members
        }
        columns = (_column_of(name, member) for member, names in self._columns.items() for name in names)
        self.inputs: tuple[str, ...] = (*columns, *(("target.ends",) if of_words else ()))
        if with_soft_links:
            self.outputs = {**LINK_COLUMNS, **SOFT_LINK_COLUMNS}

    def settings(self) -> Mapping[str, object]:
        """Return which aligners linked words; the aligners are among the inputs."""
        return {"of_words": sorted(self._of_words)}

    def apply(self, batch: Batch) -> Batch:
        """Combine the links of every sentence pair."""
        aligned = [self._links_of(member, batch) for member in self._members]
        combined = [combine(pairs) for pairs in zip(*aligned, strict=True)]
        return {
            name: [write_links(pair[column] or ()) for pair in combined] for column, name in enumerate(self.outputs)
        }

    def _links_of(self, member: str, batch: Batch) -> list[AlignedPair]:
        """Read the links of one aligner, between tokens where all are."""
        columns = (self._read(batch[_column_of(name, member)], member, batch) for name in self._columns[member])
        return [AlignedPair(*links) for links in zip(*columns, strict=True)]

    def _read(self, lines: Sequence[str], member: str, batch: Batch) -> list[list[Link]]:
        links = [parse_pharaoh(line) for line in lines]
        if member not in self._of_words:
            return links
        return [onto_tokens(one, ends) for one, ends in zip(links, batch["target.ends"], strict=True)]


def _column_of(name: str, member: str) -> str:
    """Name a column with the links of one aligner."""
    return f"{name}.{member}"
