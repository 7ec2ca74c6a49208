"""Train students by several strategies, and compare them: ``silverner compare STRATEGY ...``."""

from silverner.students.cli import add_compare as add_options
from silverner.students.cli import run_compare as run

__all__ = ["add_options", "run"]
