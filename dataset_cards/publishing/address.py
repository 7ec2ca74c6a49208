"""The manifest and the card of a release, as they shall stand in the repository it goes to."""

from __future__ import annotations

import json
from pathlib import Path

from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.release.release import MANIFEST, manifest_text


def addressed(folder: Path, repo: str, *, there: bytes | None) -> dict[str, bytes]:
    """Write manifest and card anew, so that the card says how to load this release from this repository.

    :param folder: A corpus folder that has been checked.
    :param repo: Its id, ``org/name``.
    :param there: The card in the repository; sections and keys that people wrote there are taken over.
    :returns: The two files by name.
    """
    manifest = {**json.loads((folder / MANIFEST).read_text(encoding="utf-8")), "repo_id": repo}
    card = render_card(
        manifest,
        existing=(folder / CARD).read_text(encoding="utf-8"),
        elsewhere=(there or b"").decode("utf-8", errors="replace"),
        recorded=True,  # publishing writes the changelog
    )
    return {MANIFEST: manifest_text(manifest).encode(), CARD: card.encode()}
