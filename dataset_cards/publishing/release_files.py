"""The files of a release as they are published: texts with the address of the repository, and copies of the others."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from silverner.dataset_cards.card.render import CARD, render_card
from silverner.dataset_cards.facts import MANIFEST, manifest_text, read_manifest
from silverner.dataset_cards.facts.students import read_students
from silverner.dataset_cards.publishing.plan import LocalFile, local_file
from silverner.projection.errors import DataError
from silverner.projection.parsing.text_file import open_regular
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
        students=read_students(folder),
        has_changelog=True,  # publishing writes it
    )
    return {MANIFEST: manifest_text(corpus).encode(), CARD: card.encode()}


def copied_files(
    local: Mapping[str, LocalFile], names: Iterable[str], texts: Mapping[str, bytes], scratch: Path
) -> dict[str, LocalFile]:
    """Copy what will be written into a folder of its own, so that exactly what was planned is published.

    Somebody may replace a file of the corpus folder while a user reads the plan.

    :param local: The files of the release, as they were planned.
    :param names: Those that will be written.
    :param texts: The content of files that are written anew, by name.
    :param scratch: The folder of the copies.
    :returns: The files of the release, with the paths of the copies.
    :raises DataError: when a file is no longer what was planned.
    """
    files = dict(local)
    for name in names:
        copy = scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if name in texts:
            copy.write_bytes(texts[name])
        else:
            with open_regular(local[name].path) as file, copy.open("wb") as target:
                shutil.copyfileobj(file, target)
        files[name] = local_file(copy)
        if files[name].sha256 != local[name].sha256:
            raise DataError(
                f"{local[name].path} changed after it was read for the plan, so nothing was published; check the "
                "folder, and run the same command again"
            )
    return files
