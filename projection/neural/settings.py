"""The settings of a model in a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import Section, short_for
from silverner.projection.errors import UsageError
from silverner.projection.neural.adapter import Adapter
from silverner.projection.neural.checkpoint import Checkpoint, Device, PrecisionChoice
from silverner.projection.neural.tokenizer_choice import TokenizerChoice


class TokenizerSection(Section):
    """The tokenizer that a model was trained with, where the one beside the model is another."""

    model: str | None = Field(
        default=None, description="id on the Hub, or a folder beside the recipe; by default that of the model itself"
    )
    revision: str | None = Field(default=None, description="branch, tag or commit of an id on the Hub")
    legacy_behaviour: bool | None = Field(
        default=None, description="NLLB only: true puts the code of the language behind the text, as before April 2023"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        """Refuse a section that changes nothing, and a revision of nothing."""
        if self.model is None and (self.revision is not None or self.legacy_behaviour is None):
            why = "the key 'model' is missing; name the model whose tokenizer is meant"
            raise PydanticCustomError("tokenizer", "{why}", {"why": why})
        return self


class AdapterSection(Section):
    """Small matrices that were trained beside the layers of a model."""

    model: str = Field(description="id on the Hub, or a folder beside the recipe, of an adapter that peft wrote")
    revision: str | None = Field(default=None, description="branch, tag or commit of an id on the Hub")
    license: str | None = Field(default=None, description="licence of the adapter, written as on the Hub")

    def adapter(self, base: Path) -> Adapter:
        """Find the adapter; it is not loaded.

        :param base: The folder the recipe's paths are relative to.
        :returns: The adapter.
        :raises UsageError: when it is a folder and the settings name a revision.
        """
        return Adapter(name=_place(base, self.model, self.revision), revision=self.revision)


class ModelSettings(Section):
    """A model, how it runs, and its licence if that is not known."""

    model: str = Field(description="id on the Hub, or a folder beside the recipe")
    revision: str | None = Field(default=None, description="branch, tag or commit of an id on the Hub")
    tokenizer: Annotated[
        TokenizerSection | None,
        short_for("model"),
    ] = Field(default=None, description="tokenizer of another model, for a model that was not tuned with its own")
    precision: PrecisionChoice = Field(
        default="float32",
        description="type of weights and activations; float16 needs a GPU; auto is bfloat16 on a GPU, else float32",
    )
    device: Device = Field(default="auto", description="cuda needs a GPU, cpu uses none, auto uses one if there is one")
    batch_size: int = Field(
        default=32, ge=1, description="sentences, or pieces of sentences, that the model reads at once"
    )
    batch_tokens: int | None = Field(
        default=None,
        ge=1,
        description="subwords, padding included, that the model reads at once, instead of batch_size",
    )
    license: str | None = Field(default=None, description="licence of the model, written as on the Hub")

    @model_validator(mode="after")
    def _refuse_two_limits(self) -> Self:
        """Refuse two limits of a batch, of which one would not count."""
        # Not by the keys that were written: a recipe may come back with its defaults.
        if self.batch_tokens is not None and self.batch_size != type(self).model_fields["batch_size"].default:
            raise PydanticCustomError(
                "two_limits", "batch_size and batch_tokens both say how large a batch is; leave one of them out"
            )
        return self

    def checkpoint(self, base: Path) -> Checkpoint:
        """Find the model; it is not loaded.

        :param base: The folder the recipe's paths are relative to.
        :returns: The model.
        :raises UsageError: when the model is a folder and the settings name a revision.
        """
        name = _place(base, self.model, self.revision)
        return Checkpoint(
            name=name,
            revision=self.revision,
            precision=self.precision,
            device=self.device,
            tokenizer_choice=self._tokenizer_choice(base, name),
        )

    def _tokenizer_choice(self, base: Path, name: str) -> TokenizerChoice | None:
        """Find the tokenizer of another model, or the model's own with another behaviour."""
        section = self.tokenizer
        if section is None:
            return None
        if section.model is None:
            return TokenizerChoice(name=name, revision=self.revision, legacy_behaviour=section.legacy_behaviour)
        return TokenizerChoice(
            name=_place(base, section.model, section.revision),
            revision=section.revision,
            legacy_behaviour=section.legacy_behaviour,
        )


def _place(base: Path, model: str, revision: str | None) -> str:
    """Return the folder of a model, or its id on the Hub."""
    if not (base / model).is_dir():
        return model
    if revision is not None:
        raise UsageError(f"revision: {revision}: the model {model!r} is a folder and has no revisions; leave it out")
    return str(base / model)
