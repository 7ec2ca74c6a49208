"""The manifest and the card of a release, with the address of the repository it goes to."""

from __future__ import annotations

from pathlib import Path

from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.facts import MANIFEST, manifest_text, read_manifest
from silverner.projection.paths import regular_file


def addressed_files(folder: Path, repo: str, *, published_card: bytes | None) -> dict[str, bytes]:
    """Write manifest and card again, so that the card says how to load this release from its repository.

    :param folder: A corpus folder that has been checked.
    :param repo: The repository, ``org/name``.
    :param published_card: The card in the repository. Sections and keys that people wrote there are kept.
    :returns: The two files by name.
    """
    corpus = read_manifest(folder).model_copy(update={"repo_id": repo})
    card = render_card(
        corpus,
        existing=regular_file(folder, CARD).read_text(encoding="utf-8"),
        published_card=(published_card or b"").decode("utf-8", errors="replace"),
        has_changelog=True,  # publishing writes it
    )
    return {MANIFEST: manifest_text(corpus).encode(), CARD: card.encode()}
