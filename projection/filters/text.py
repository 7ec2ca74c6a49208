"""Filters on the target text alone: its language, its script and its repetition. Every method can use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silverner.projection.filters.filter import Filter, FilterContext, Row

if TYPE_CHECKING:
    from silverner.projection.chain import Stage


class _IdentificationFilter(Filter):
    """A filter on the columns of :class:`~silverner.projection.stages.text_checks.Identify`."""

    def stage(self, context: FilterContext) -> Stage:
        """Identify the script, and the language only if its filter is chosen: not every language can be identified."""
        from silverner.projection.stages import Identify  # reading a recipe must not load the libraries of a chain

        return Identify(context.language, script_only="language" not in context.thresholds)


class WrongLanguage(_IdentificationFilter):
    """Text in another language."""

    default = 0.01
    says = "the text is in the target language with a probability below {}"
    columns = ("target.language",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the probability with the required minimum."""
        probability: float = row["target.language"]
        return probability < threshold


class WrongScript(_IdentificationFilter):
    """Text in another script."""

    default = 0.5
    says = "less than {} of the letters belong to the script of the target language"
    columns = ("target.script",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the share of letters in the script with the required minimum."""
        share: float = row["target.script"]
        return share < threshold


class _OverlapFilter(Filter):
    """A filter on the columns of :class:`~silverner.projection.stages.text_checks.FindOverlap`."""

    def stage(self, context: FilterContext) -> Stage:
        """Compare the corpus with itself and with the evaluation texts, including the source side if there is one."""
        from silverner.projection.stages import FindOverlap  # reading a recipe must not load the libraries of a chain

        return FindOverlap(
            context.evaluation,
            near=context.thresholds.get("near-duplicate"),
            parallel="source" in context.evidence,
        )


class Duplicate(_OverlapFilter):
    """Sentences that repeat an earlier one."""

    default = 0
    says = "an earlier sentence has the same words; capital letters and punctuation do not count"
    columns = ("target.duplicate",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Read the answer from the column; the threshold is 0."""
        duplicate: bool = row["target.duplicate"]
        return duplicate > threshold


class NearDuplicate(_OverlapFilter):
    """Sentences that are similar to an earlier one."""

    default = 0.8
    says = "this sentence and an earlier one share {} or more of all their word 3-grams"
    columns = ("target.near",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the similarity with the lowest one of a near-duplicate."""
        similarity: float = row["target.near"]
        return similarity >= threshold


class Leak(_OverlapFilter):
    """Sentences of evaluation sets, or parts of them."""

    default = 0.8
    says = (
        "this sentence (or its source) and a sentence of `evaluation` share {} or more of the word 3-grams of the "
        "shorter one (letter 6-grams in scripts without spaces)"
    )
    columns = ("target.leak",)
    uses_evaluation = True

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the overlap with the lowest one of a leak."""
        overlap: float = row["target.leak"]
        return overlap >= threshold
