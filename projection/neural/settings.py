"""The settings of a model in a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.chain.engine import Section
from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint, Device, PrecisionChoice


class ModelSettings(Section):
    """A model, how it runs, and its licence if that is not known."""

    model: str = Field(description="id on the Hub, or a folder beside the recipe")
    revision: str | None = Field(default=None, description="branch, tag or commit of an id on the Hub")
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
        is_folder = (base / self.model).is_dir()
        if is_folder and self.revision is not None:
            raise UsageError(
                f"revision: {self.revision}: the model {self.model!r} is a folder and has no revisions; leave it out"
            )
        return Checkpoint(
            name=str(base / self.model) if is_folder else self.model,
            revision=self.revision,
            precision=self.precision,
            device=self.device,
        )
