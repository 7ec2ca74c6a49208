"""Entities that travel through a translator inside markers: putting the markers in, and reading what came out."""

from projection.markers.mark import STYLES, Style, mark
from projection.markers.unmark import FAULTS, Fault, Found, Unmarked, to_tokens, unmark

__all__ = ["FAULTS", "STYLES", "Fault", "Found", "Style", "Unmarked", "mark", "to_tokens", "unmark"]
