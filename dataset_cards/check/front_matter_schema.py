"""The shape of front matter: what must be a list, a text or a number, before anybody looks at what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from silverner.dataset_cards.vocabulary import VOCABULARY


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _File(_Shape):
    split: str
    path: str


class _Config(_Shape):
    config_name: str
    data_files: list[_File]


class _Split(_Shape):
    name: str
    num_examples: int
    num_bytes: int


class _Info(_Shape):
    config_name: str
    splits: list[_Split]


class _Front(_Shape):
    configs: list[_Config] = Field(default_factory=list)
    dataset_info: list[_Info] = Field(default_factory=list)
    language: str | list[str | bool] = ""  # the code no is the value false where nobody quotes it
    source_datasets: str | list[str] = ""


_WORDS: Any = dict.fromkeys(VOCABULARY, (str | list[str], ""))
_CARD = create_model("_CARD", __base__=_Front, **_WORDS)


def misshapen(front: Mapping[str, Any]) -> str | None:
    """Find the first key that is not of its kind.

    :param front: Front matter.
    :returns: What is wrong with it; ``None`` where nothing is.

    >>> misshapen({"configs": 3})
    'configs: Input should be a valid list'
    """
    try:
        _CARD.model_validate(front)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return None
