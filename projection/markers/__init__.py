"""Entities that travel through a translator inside markers: putting the markers in, and reading what came out."""

from silverner.projection.markers.found import FAULTS, Fault, Found, Unmarked
from silverner.projection.markers.mark import mark
from silverner.projection.markers.style import STYLES, Style
from silverner.projection.markers.unmark import to_tokens, unmark

__all__ = ["FAULTS", "STYLES", "Fault", "Found", "Style", "Unmarked", "mark", "to_tokens", "unmark"]
