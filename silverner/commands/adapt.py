"""Specialise a model for a language it hardly knows: ``silverner adapt METHOD``."""

from silverner.students.adapt.cli import add_adapt as add_options
from silverner.students.adapt.cli import run_adapt as run

__all__ = ["add_options", "run"]
