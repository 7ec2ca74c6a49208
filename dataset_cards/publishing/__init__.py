"""Publishes a corpus folder on the Hub as one release: all of it or nothing, and safe to run again."""

from silverner.dataset_cards.hub.client import Hub
from silverner.dataset_cards.publishing.publish import Outcome, PreparedRelease, prepare, publish

__all__ = ["Hub", "Outcome", "PreparedRelease", "prepare", "publish"]
