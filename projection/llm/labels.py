"""What labels mean, as a language model is told."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from silverner.projection.llm.settings import LlmSettings
from silverner.projection.tags.descriptions import check_descriptions

USUAL_DESCRIPTIONS = {
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

    descriptions: dict[str, str] = Field(
        default_factory=dict, description="what labels mean, in words for the model, as in {DRUG: names of medicines}"
    )

    def explained(self, labels: Sequence[str]) -> str:
        """List the labels of the corpus for a prompt, with what they mean where that is known.

        :param labels: The labels.
        :returns: A line for each.
        :raises UsageError: when one of a label is not of this corpus, or empty.
        """
        check_descriptions(self.descriptions, labels)
        described = {**USUAL_DESCRIPTIONS, **self.descriptions}
        return "\n".join(f"- {label}: {described[label]}" if label in described else f"- {label}" for label in labels)
