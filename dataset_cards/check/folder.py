"""A published folder under check: its facts and its card, and what of them cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from silverner.dataset_cards.card.front_matter import split_card
from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.check.front_matter_schema import schema_fault
from silverner.dataset_cards.facts import (
    MANIFEST,
    CorpusFacts,
    LanguageFacts,
    first_error,
    manifest_values,
    refuse_layout,
)
from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.parsing import parse_yaml, read_text
from silverner.projection.paths import public_files, regular_file
from silverner.projection.readers.dataset_folder import LARGEST_CARD


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFolder:
    """A folder under check.

    :param path: The folder.
    :param facts: The facts of its manifest; ``None`` where the manifest is damaged.
    :param card: The text of the card; empty where there is none.
    :param front: The front matter of the card; empty where it is damaged.
    :param damage: For every file that cannot be read, the reason.
    :param entries: The name of every entry that is not hidden, and the reason why it is no plain file.
    """

    path: Path
    facts: CorpusFacts | None
    card: str
    front: Mapping[str, Any]
    damage: Mapping[str, str]
    entries: Mapping[str, str | None]

    def holds(self, name: str) -> bool:
        """Tell whether the folder holds a plain file of this name."""
        return self.entries.get(name, "missing") is None

    @property
    def languages(self) -> Mapping[str, LanguageFacts]:
        """The facts of every language; none where the manifest is damaged."""
        return self.facts.languages if self.facts else {}

    def rebuild(self, code: str) -> str:
        """Name the command that builds a language again."""
        return f"build it again: silverner build {self.path}/recipe.yaml --lang {code} --out {self.path}"

    @property
    def rebuild_any(self) -> str:
        """Name the command that writes the card again; the build of any language does."""
        return self.rebuild(next(iter(self.languages), "CODE"))

    @property
    def rebuild_elsewhere(self) -> str:
        """Name the command for a folder whose manifest cannot be read; a build does not write into such a folder."""
        return f"build it again into another folder: silverner build {self.path}/recipe.yaml --out {self.path}-new"


def read_folder(path: Path) -> CheckedFolder:
    """Read the manifest and the card of a folder.

    :param path: The folder.
    :returns: Both; a damaged one is empty, and its damage is named.
    :raises MissingFileError: when the folder is no corpus.
    """
    entries = dict(public_files(path)) if path.is_dir() else {}
    if MANIFEST not in entries:
        raise MissingFileError(
            f"{path} holds no {MANIFEST}, so it is no corpus that silverner built; make one: silverner quickstart"
        )
    damage: dict[str, str] = {}
    facts = _read_facts(path, damage)
    card, front = _read_card(path, damage)
    return CheckedFolder(path=path, facts=facts, card=card, front=front, damage=damage, entries=entries)


def _read_facts(path: Path, damage: dict[str, str]) -> CorpusFacts | None:
    try:
        manifest = manifest_values(path)
        refuse_layout(manifest)
        return CorpusFacts.model_validate(manifest)
    except ValidationError as error:
        damage[MANIFEST] = first_error(error)
    except DataError as error:
        damage[MANIFEST] = str(error)
    return None


def _read_card(path: Path, damage: dict[str, str]) -> tuple[str, dict[str, Any]]:
    card = ""
    try:
        card = read_text(regular_file(path, CARD), largest=LARGEST_CARD)
        front = parse_yaml(split_card(card)[0] or "", where="front matter")
    except MissingFileError:
        damage[CARD] = "it is missing"
    except DataError as error:
        damage[CARD] = str(error)
    else:
        if not isinstance(front, dict):
            damage[CARD] = "it does not begin with YAML keys between two lines ---"
        elif fault := schema_fault(front):
            damage[CARD] = fault
        else:
            return card, front
    return card, {}
