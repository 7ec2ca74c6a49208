"""Aligns with any program that reads pairs as fast_align does, and writes Pharaoh links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from silverner.projection.alignment.aligned_pair import AlignedPair
from silverner.projection.alignment.aligner import AlignerSettings
from silverner.projection.chain.engine import EngineContext
from silverner.projection.errors import DataError, EngineError
from silverner.projection.links import Link, Symmetrisation, check_links, parse_pharaoh
from silverner.projection.programs.program import Program
from silverner.projection.programs.settings import ProgramSettings, Words

BETWEEN = "|||"
"""Stands between the two sides of a line."""


class CommandAligner:
    """Align with a program, or with one for each direction."""

    def __init__(self, forward: Program, reverse: Program | None = None, *, learns: bool = False) -> None:
        """Use programs.

        :param forward: It reads ``source tokens ||| target tokens``, and writes links, source token first.
        :param reverse: The other direction, with the same lines and with the source token first in its links too.
        :param learns: Whether it learns from all pairs, and must get them at once.
        """
        self._programs = [forward] if reverse is None else [forward, reverse]
        self._signed: Sequence[Mapping[str, object] | None] = [None] * len(self._programs)
        self.learns = learns

    def settings(self) -> Mapping[str, object]:
        """Return what identifies the programs.

        :raises SilvernerError: as :meth:`check`.
        """
        self._signed = [program.settings() for program in self._programs]
        return {"engine": "command", "programs": self._signed}

    def check(self) -> None:
        """Check that the programs can run.

        :raises SilvernerError: when one is missing, or not allowed.
        """
        for program in self._programs:
            program.check()

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align sentence pairs; a pair with an empty side gets no links, and the programs do not see it.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence.
        :returns: The links of every pair.
        :raises EngineError: when a program fails, or writes something that is no link of its pair.
        """
        pairs = [(list(source), list(target)) for source, target in zip(sources, targets, strict=True)]
        full = [pair for pair in pairs if all(pair)]
        directions = [
            _links(program, full, signed) for program, signed in zip(self._programs, self._signed, strict=True)
        ]
        rows = zip(*(directions * 2)[:2], strict=True)
        return [AlignedPair(*next(rows)) if all(pair) else AlignedPair([], []) for pair in pairs]


def _links(
    program: Program, pairs: Sequence[tuple[list[str], list[str]]], signed: Mapping[str, object] | None
) -> list[list[Link]]:
    """Let a program align pairs that have tokens on both sides."""
    lines = program.lines([f"{_side(source)} {BETWEEN} {_side(target)}" for source, target in pairs], signed=signed)
    aligned = []
    for number, (line, (source, target)) in enumerate(zip(lines, pairs, strict=True), start=1):
        where = f"{program.name}, line {number}"
        try:
            links = parse_pharaoh(line, where=where)
            check_links(links, len(source), len(target), where=where)
        except DataError as error:
            raise EngineError(str(error)) from error
        aligned.append(links)
    return aligned


def _side(tokens: Sequence[str]) -> str:
    """Join tokens by spaces; what would change their number for the program is replaced inside a token."""
    words = ("_".join(token.split()) or "_" for token in tokens)
    return " ".join("|" if word == BETWEEN else word for word in words)


class CommandAlignerSettings(ProgramSettings, AlignerSettings):
    """Any program that reads `source ||| target` lines and writes Pharaoh links, such as fast_align."""

    program = "the program that `run` names"
    licence = "Apache-2.0"

    symmetrise: Symmetrisation = Field(default="gdfa", description="how the links of both directions are joined")
    reverse: Words | None = Field(
        default=None,
        description="command for the other direction, with the same input and the source token first in its links",
    )
    learns: bool = Field(
        default=False,
        description="the program learns from all pairs, as fast_align does: it gets them at once, and its links are "
        "stored with the corpus",
    )

    def build(self, context: EngineContext) -> CommandAligner:
        """Make the aligner."""
        reverse = None if self.reverse is None else self.program_of(context, self.reverse)
        return CommandAligner(self.program_of(context), reverse, learns=self.learns)
