"""What labels mean, as a language model is told."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from silverner.projection.errors import UsageError, nearest
from silverner.projection.llm.settings import LlmSettings

USUAL_MEANINGS = {
    "PER": "names of people",
    "ORG": "names of organisations: companies, institutions, parties, teams",
    "LOC": "names of places: countries, towns, regions, rivers, mountains, buildings",
    "GPE": "names of countries, towns and other places with a government",
    "MISC": "other names: of events, works, products, languages, peoples",
    "DATE": "dates and periods",
}
"""What labels mean, where a recipe does not say it."""


class LabelledLlmSettings(LlmSettings):
    """A language model that must know what the labels of the corpus mean."""

    meanings: dict[str, str] = Field(
        default_factory=dict, description="what labels mean, in words for the model, as in {DRUG: names of medicines}"
    )

    def explained(self, labels: Sequence[str]) -> str:
        """List the labels of the corpus for a prompt, with what they mean where that is known.

        :param labels: The labels.
        :returns: A line for each.
        :raises UsageError: when ``meanings`` names a label that the corpus does not have.
        """
        for label in self.meanings:
            if label not in labels:
                raise UsageError(f"meanings: {label!r} is no label of this corpus; {nearest(label, labels)}")
        meanings = {**USUAL_MEANINGS, **self.meanings}
        return "\n".join(f"- {label}: {meanings[label]}" if label in meanings else f"- {label}" for label in labels)
