"""Puts markers around entities before translation, and reads the entities from the translated text."""

from silverner.projection.markers.mark import mark
from silverner.projection.markers.style import STYLES, Style
from silverner.projection.markers.unmark import to_tokens, unmark
from silverner.projection.markers.unmarked_text import FAULTS, Fault, MarkedEntity, Unmarked

__all__ = ["FAULTS", "STYLES", "Fault", "MarkedEntity", "Style", "Unmarked", "mark", "to_tokens", "unmark"]
