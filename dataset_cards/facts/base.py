"""What all facts share: they cannot change, and they become JSON and come from JSON in one way."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    Strict,
    ValidationError,
    model_serializer,
)

from silverner.projection.parsing.plain_words import place_of, reason_of

Version = Annotated[str, Field(pattern=r"^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}$")]
"""The version of a corpus: three numbers."""
Count = Annotated[int, Strict(), Field(ge=0, le=10**15)]
"""How many there are of something."""
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
"""Any number."""
Share = Annotated[Number, Field(ge=0, le=1.001)]
"""A probability; sums of floating-point numbers can end a little above 1."""
Percent = Annotated[Number, Field(ge=0, le=100.001)]
"""A score in percent."""


class Facts(BaseModel):
    """Facts of one kind. Unknown keys of a manifest are ignored, so that a manifest may hold more than a reader needs.

    :cvar absent: Fields that a manifest leaves out where they are ``None``.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    absent: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _leave_out(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = serialize(self)
        return {name: value for name, value in values.items() if value is not None or name not in self.absent}

    def to_json(self) -> dict[str, Any]:
        """Return the facts as plain values for JSON, in the order of a manifest."""
        return self.model_dump(mode="json")


def first_error(error: ValidationError) -> str:
    """Describe the first fact that is missing, or that is of the wrong kind.

    :param error: What the validation of a manifest or of front matter raised.
    :returns: The place of the fact with dots, and what is wrong with it.
    """
    first = error.errors(include_url=False)[0]
    return f"{place_of(first) or 'all of it'}: {reason_of(first)}"


def language_of(error: ValidationError) -> str:
    """Name the language that the first error is about.

    :param error: What the validation of a manifest raised.
    :returns: Its code; ``CODE`` where the error is about no single language.
    """
    place = error.errors()[0]["loc"]
    return str(place[1]) if place[:1] == ("languages",) and len(place) > 1 else "CODE"
