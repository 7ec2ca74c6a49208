"""Train a student on a corpus: ``silverner train STRATEGY``."""

from silverner.students.cli import add_train as add_options
from silverner.students.cli import run_train as run

__all__ = ["add_options", "run"]
