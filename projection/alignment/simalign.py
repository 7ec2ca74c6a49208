"""Aligns by the methods of SimAlign (Jalili Sabet et al. 2020) on the vectors of an encoder."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.projection.alignment.aligned_pair import Aligner
from silverner.projection.alignment.embedding import EmbeddingSettings
from silverner.projection.alignment.reference import SimAlignReference
from silverner.projection.alignment.similarity import LinkRule
from silverner.projection.chain.engine import EngineContext


class SimAlignSettings(EmbeddingSettings):
    """The methods of SimAlign on the vectors of any encoder."""

    licence = "MIT"
    citation = (
        "Jalili Sabet, Dufter, Yvon and Schütze 2020: SimAlign: High Quality Word Alignments without Parallel Training "
        "Data using Static and Contextualized Embeddings. Findings of EMNLP"
    )

    method: LinkRule = Field(default="itermax", description="which pairs are linked: inter, itermax or mwmf")
    level: Literal["subword", "word"] = Field(
        default="subword", description="compare the vectors of subwords, or their means over words"
    )
    reference: bool = Field(default=False, description="run the simalign package itself: slow, one pair at a time")

    @model_validator(mode="after")
    def _refuse_what_the_package_ignores(self) -> Self:
        """Refuse settings that the package does not take: it takes only model, method, level and layer."""
        accepted = {"engine", "model", "license", "method", "level", "layer", "reference"}
        ignored = sorted(name for name in self.model_fields_set - accepted)
        if self.reference and ignored:
            why = "with reference: true the simalign package runs, and it does not take {keys}; leave it out"
            raise PydanticCustomError("reference", why, {"keys": ", ".join(ignored)})
        return self

    def build(self, context: EngineContext) -> Aligner:
        """Make the batched aligner, or the aligner of the package."""
        if self.reference:
            name = self.checkpoint(context.base).name
            return SimAlignReference(name, method=self.method, layer=self.layer, level=self.level)
        return self.embedding_aligner(context, rule=self.method, level=self.level)
