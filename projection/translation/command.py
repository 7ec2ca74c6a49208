"""Translates with any program that reads lines and writes lines: Marian, translateLocally, a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from silverner.projection.chain.engine import EngineContext
from silverner.projection.errors import UsageError
from silverner.projection.programs.program import Program
from silverner.projection.programs.settings import ProgramSettings
from silverner.projection.translation.translator import Translation, TranslatorSettings


class CommandTranslator:
    """Translate with a program; it is started once a call, which is 1,000 sentences at most."""

    def __init__(self, program: Program) -> None:
        """Use a program.

        :param program: It reads a sentence a line, and writes its translation on one line.
        """
        self._program = program
        self._signed: Mapping[str, object] | None = None

    def settings(self) -> Mapping[str, object]:
        """Return what identifies the program.

        :raises SilvernerError: as :meth:`check`.
        """
        self._signed = self._program.settings()
        return {"engine": "command", **self._signed}

    def check(self) -> None:
        """Check that the program can run.

        :raises SilvernerError: when it is missing, or not allowed.
        """
        self._program.check()

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch; a text without words gets an empty translation, and the program does not see it.

        :param ids: Not used: a translation depends on its text alone.
        :param texts: The texts; line breaks count as spaces.
        :returns: One translation a text.
        :raises EngineError: when the program fails, or does not write one line for each.
        """
        lines = [" ".join(text.split()) for text in texts]
        written = iter(self._program.lines([line for line in lines if line], signed=self._signed))
        return [Translation(" ".join(next(written).split()) if line else "") for line in lines]


class CommandSettings(ProgramSettings, TranslatorSettings):
    """Any program that reads a sentence a line and writes its translation on one line, such as Marian."""

    program = "the program that `run` names"
    licence = "Apache-2.0"

    def build(self, context: EngineContext) -> CommandTranslator:
        """Make the translator.

        :raises UsageError: when it was written for the other direction.
        """
        if context.implied_way_back:
            raise UsageError(
                f"the program {self.program_of(context).name!r} translates in one direction; name the one that "
                f"translates into {context.target.name} under the key back_translator"
            )
        return CommandTranslator(self.program_of(context))
