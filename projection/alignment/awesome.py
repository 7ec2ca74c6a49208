"""Aligns by the rule of awesome-align (Dou and Neubig 2021): softmax both ways on the vectors of an encoder."""

from __future__ import annotations

from pydantic import Field

from silverner.projection.alignment.aligned_pair import Aligner
from silverner.projection.alignment.embedding import EmbeddingSettings
from silverner.projection.chain.engine import EngineContext
from silverner.projection.languages import Language

ENCODER = "google-bert/bert-base-multilingual-cased"


class AwesomeSettings(EmbeddingSettings):
    """The rule of awesome-align (softmax both ways) on the vectors of any encoder."""

    licence = "Apache-2.0"
    citation = (
        "Dou and Neubig 2021: Word Alignment by Fine-tuning Embeddings on Parallel Corpora. EACL. arXiv 2101.08231"
    )

    threshold: float = Field(default=1e-3, ge=0, lt=1, description="both probabilities of a link must be greater")

    def build(self, context: EngineContext) -> Aligner:
        """Make the aligner."""
        return self.embedding_aligner(context, rule="softmax", threshold=self.threshold)

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest a multilingual encoder, for any two languages."""
        return f"{{engine: awesome, model: {ENCODER}}}   # or eflomal, for some thousand sentences or more"
