"""Checks that the card shows the facts of the manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.check.finding import Finding
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.facts import MANIFEST
from silverner.dataset_cards.facts.students import read_students
from silverner.dataset_cards.release.history import CHANGELOG
from silverner.projection.errors import SilvernerError

_ADDRESS = re.compile(r'load_dataset\("([\w.-]+/[\w.-]+)", ')


def check_card(folder: CheckedFolder) -> Iterator[Finding]:
    """Render the card again, and compare it with the card in the folder.

    :param folder: The folder.
    :returns: The first line that differs.
    """
    if folder.damage or folder.facts is None:
        return
    # A push that was killed leaves a card without the address or the changelog that it will have, or with an address
    # that the manifest does not have yet. The next push writes them again.
    addresses = dict.fromkeys((folder.facts.repo_id, *_ADDRESS.findall(folder.card)[:1], None))
    try:
        students = read_students(folder.path)
        cards = [
            render_card(
                folder.facts.model_copy(update={"repo_id": repo}),
                existing=folder.card,
                has_changelog=has_changelog,
                students=students,
            ).splitlines()
            for repo in addresses
            for has_changelog in dict.fromkeys((folder.holds(CHANGELOG), False))
        ]
    except SilvernerError as error:
        yield Finding(kind="facts", file=MANIFEST, says=str(error), remedy=folder.rebuild_any)
        return
    lines = folder.card.splitlines()
    if lines in cards:
        return
    pairs = zip_longest(lines, cards[0], fillvalue="")
    for number, (line, expected) in enumerate(pairs, start=1):
        if line != expected:
            says = f"line {number} is {line!r:.80}; by the facts it must be {expected!r:.80}"
            yield Finding(kind="card", file=CARD, says=says, remedy=folder.rebuild_any)
            return
