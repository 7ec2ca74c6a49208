"""Names in what a stranger has written, as types of a schema: each refuses a name that cannot be one, and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from silverner.projection.paths import code_fault, corpus_name_fault, file_name_fault, split_fault


def _refusing(fault: Callable[[str], str | None]) -> AfterValidator:
    """Make a validator that refuses a text for which a function gives a reason."""

    def validate(text: str) -> str:
        if (why := fault(text)) is not None:
            raise PydanticCustomError("name", "{why}", {"why": why})
        return text

    return AfterValidator(validate)


FileName = Annotated[str, _refusing(file_name_fault)]
"""The name of a file in a folder: relative, with ``/`` between its parts; it cannot lead out of the folder."""
LanguageCode = Annotated[str, _refusing(code_fault)]
"""The code of a language: the name of its folder and its configuration."""
CorpusName = Annotated[str, _refusing(corpus_name_fault)]
"""The name of a corpus."""
SplitName = Annotated[str, _refusing(split_fault)]
"""The name of a split."""
