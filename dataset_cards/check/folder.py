"""A published folder, opened for checking: its manifest and card as they are, its rows when they are wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from silverner.dataset_cards.card.front_matter import split_card
from silverner.dataset_cards.card.render import CARD
from silverner.dataset_cards.check.front_matter_schema import misshapen
from silverner.dataset_cards.facts.corpus import missing_fact
from silverner.dataset_cards.release.release import MANIFEST
from silverner.projection.errors import MissingFileError


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A folder under check.

    :param path: The folder.
    :param manifest: What the manifest says; empty where it is damaged.
    :param card: The text of the card; empty where there is none.
    :param front: Its front matter; empty where it is damaged.
    :param damage: What could not be read, by file.
    """

    path: Path
    manifest: Mapping[str, Any]
    card: str
    front: Mapping[str, Any]
    damage: Mapping[str, str]

    @property
    def languages(self) -> Mapping[str, Any]:
        """What the manifest says of every language."""
        languages: Mapping[str, Any] = self.manifest.get("languages", {})
        return languages

    def rebuild(self, code: str) -> str:
        """Name the command that makes a language again."""
        return f"build it again: silverner build {self.path}/recipe.yaml --lang {code} --out {self.path}"

    @property
    def render(self) -> str:
        """Name the command that writes the card again, which any build does."""
        return self.rebuild(next(iter(self.languages), "CODE"))


def open_folder(path: Path) -> Opened:
    """Read manifest and card.

    :param path: The folder.
    :returns: Both; what is damaged is empty, and named.
    :raises MissingFileError: when the folder is no corpus at all.
    """
    if not (path / MANIFEST).is_file():
        raise MissingFileError(
            f"{path} holds no {MANIFEST}, so it is no corpus that silverner built; make one: silverner quickstart"
        )
    damage: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if fault := missing_fact(manifest):
            damage[MANIFEST], manifest = fault, {}
    except ValueError as error:
        damage[MANIFEST] = str(error)
    card, front = "", {}
    try:
        card = (path / CARD).read_text(encoding="utf-8")
        front = yaml.safe_load(split_card(card)[0] or "")
        if not isinstance(front, dict):
            damage[CARD], front = "it does not begin with YAML keys between two lines ---", {}
        elif fault := misshapen(front):
            damage[CARD], front = fault, {}
    except FileNotFoundError:
        damage[CARD] = "it is missing"
    except (ValueError, yaml.YAMLError) as error:
        damage[CARD] = str(error)
    return Opened(path=path, manifest=manifest, card=card, front=front, damage=damage)
