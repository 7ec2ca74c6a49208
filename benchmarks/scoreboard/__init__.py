"""The scoreboard: every method of projection on every set and on links of every kind, measured in one way."""

from silverner.scoreboard.measure import BenchmarkRequest, measure
from silverner.scoreboard.scores import Row, Scoreboard

__all__ = ["BenchmarkRequest", "Row", "Scoreboard", "measure"]
