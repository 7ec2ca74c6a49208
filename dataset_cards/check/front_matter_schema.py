"""The schema of front matter: which values must be a list, a text or a number. The values are checked later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from silverner.dataset_cards.facts import first_error
from silverner.dataset_cards.vocabulary import VOCABULARY


class _Schema(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _File(_Schema):
    split: str
    path: str | list[str]


class _Config(_Schema):
    config_name: str
    data_files: list[_File]


class _SplitInfo(_Schema):
    name: str
    num_examples: int
    num_bytes: int


class _Info(_Schema):
    config_name: str
    splits: list[_SplitInfo]


class _Front(_Schema):
    configs: list[_Config] = Field(default_factory=list)
    dataset_info: list[_Info] = Field(default_factory=list)
    language: str | list[str | bool] = ""  # YAML reads the code no as false where it is not quoted
    source_datasets: str | list[str] = ""


_CLOSED_KEYS: Any = dict.fromkeys(VOCABULARY, (str | list[str], ""))
_CARD = create_model("_CARD", __base__=_Front, **_CLOSED_KEYS)


def schema_fault(front: Mapping[str, Any]) -> str | None:
    """Find the first key whose value is of the wrong kind.

    :param front: Front matter.
    :returns: The key and what is wrong; ``None`` where nothing is.

    >>> schema_fault({"configs": 3})
    'configs: 3 is not a list, as in [a, b]'
    """
    try:
        _CARD.model_validate(front)
    except ValidationError as error:
        return first_error(error)
    return None
