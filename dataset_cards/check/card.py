"""Checks that the card shows the facts of the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.facts import MANIFEST
from silverner.dataset_cards.release.history import CHANGELOG
from silverner.projection.errors import SilvernerError


def check_card(folder: CheckedFolder) -> Iterator[Finding]:
    """Render the card again, and compare it with the card in the folder.

    :param folder: The folder.
    :returns: The first line that differs.
    """
    if folder.damage or folder.facts is None:
        return
    has_changelog = folder.holds(CHANGELOG)
    try:
        rendered = render_card(folder.facts, existing=folder.card, has_changelog=has_changelog)
    except SilvernerError as error:
        yield Finding(kind="facts", file=MANIFEST, says=str(error), remedy=folder.rebuild_any)
        return
    pairs = zip_longest(folder.card.splitlines(), rendered.splitlines(), fillvalue="")
    for number, (line, expected) in enumerate(pairs, start=1):
        if line != expected:
            says = f"line {number} is {line!r:.80}; by the facts it must be {expected!r:.80}"
            yield Finding(kind="card", file=CARD, says=says, remedy=folder.rebuild_any)
            return
