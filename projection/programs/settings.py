"""The keys of a recipe that name a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import EngineContext, Section
from silverner.projection.programs.program import Program


def _words(value: Any) -> Any:
    """Allow whole numbers as arguments, and refuse a command line, which only a shell could read."""
    if isinstance(value, str):
        raise PydanticCustomError(
            "command", "a command is a list of words, such as [fast_align, -d]; no shell reads it", {}
        )
    if not isinstance(value, list | tuple):
        return value
    words = [str(word) if isinstance(word, int) and not isinstance(word, bool) else word for word in value]
    if any(isinstance(word, str) and "\0" in word for word in words):
        raise PydanticCustomError("command", "an argument cannot hold a zero character", {})
    return words


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""A program and its arguments, or arguments alone."""


class ProgramSettings(Section):
    """A program of this machine; it runs only with ``--allow-commands``."""

    run: Annotated[Words, Field(min_length=1)] = Field(
        description="the program and its arguments, as a list; {input} in an argument is a file with the lines, "
        "otherwise they come on standard input"
    )
    version: Words = Field(default=(), description="arguments with which the program prints its version")
    files: tuple[str, ...] = Field(
        default=(), description="further files that decide what it writes; arguments that are files need not be named"
    )
    environment: tuple[str, ...] = Field(
        default=(), description="names of variables that it gets, besides PATH, HOME and LANG"
    )
    time_limit: int = Field(default=3600, ge=1, description="seconds that one run may take")
    license: str | None = Field(
        default=None, description="licence of what the program writes, such as that of its model, written as on the Hub"
    )

    def program_at(self, base: Path, *, allowed: bool, run: tuple[str, ...] | None = None) -> Program:
        """Describe the program; nothing is started.

        :param base: The folder the recipe's paths are relative to.
        :param allowed: Whether the person at this machine allowed programs.
        :param run: Another command than ``run``.
        """
        return Program(
            run=run or self.run,
            base=base,
            version=self.version,
            files=self.files,
            environment=self.environment,
            time_limit=self.time_limit,
            allowed=allowed,
        )

    def program_of(self, context: EngineContext, run: tuple[str, ...] | None = None) -> Program:
        """Describe the program for an engine.

        :param context: The corpus.
        :param run: Another command than ``run``.
        """
        return self.program_at(context.base, allowed=context.allow_commands, run=run)
