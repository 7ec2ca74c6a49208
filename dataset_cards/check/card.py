"""Whether the card says what the manifest says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import Opened
from silverner.dataset_cards.release.history import CHANGELOG
from silverner.dataset_cards.release.release import MANIFEST
from silverner.projection.errors import SilvernerError


def check_card(opened: Opened) -> Iterator[Finding]:
    """Render the card again, and compare.

    :param opened: The folder.
    :returns: The first line that differs.
    """
    if opened.damage:
        return
    try:
        fresh = render_card(opened.manifest, existing=opened.card, recorded=(opened.path / CHANGELOG).is_file())
    except SilvernerError as error:
        yield Finding(kind="facts", file=MANIFEST, says=str(error), remedy=opened.render)
        return
    pairs = zip_longest(opened.card.splitlines(), fresh.splitlines(), fillvalue="")
    for number, (said, wanted) in enumerate(pairs, start=1):
        if said != wanted:
            says = f"line {number} reads {said!r:.80}; the facts say {wanted!r:.80}"
            yield Finding(kind="card", file=CARD, says=says, remedy=opened.render)
            return
