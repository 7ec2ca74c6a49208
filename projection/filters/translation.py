"""Filters on how well the two sides of a sentence translate each other."""

from __future__ import annotations

from silverner.projection.filters.filter import Filter, Row
from silverner.projection.links import parse_pharaoh
from silverner.projection.scoring.capitalisation import letter_case

FEWEST_WORDS = 4
"""Words outside names that a sentence needs before copies among them are counted: fewer prove nothing."""


class LengthRatio(Filter):
    """Sides of very different length."""

    default = 3
    says = "one side has more than {} times as many tokens as the other"
    evidence = "source"
    columns = ("source.tokens", "target.tokens")

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the ratio of the two lengths with the allowed maximum; two empty sides are equally long."""
        shorter, longer = sorted((len(row["source.tokens"]), len(row["target.tokens"])))
        return longer > threshold * shorter


class Unlinked(Filter):
    """Target tokens without a link."""

    default = 0.3
    says = "less than {} of the target tokens have a link"
    evidence = "links"
    columns = ("target.tokens", "projected.links")

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the share of linked target tokens with the required minimum."""
        linked_tokens = {target for _, target, _ in parse_pharaoh(row["projected.links"])}
        return len(linked_tokens) < threshold * len(row["target.tokens"])


class Untranslated(Filter):
    """Words that were copied instead of translated. Names are not counted: many are the same in both languages."""

    default = 0.5
    says = "more than {} of the words outside names are copies of source words"
    evidence = "source"
    columns = ("target.tokens", "projected.entities", "foreign.tokens")

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the share of copied words with the allowed maximum."""
        inside_names = {j for entity in row["projected.entities"] for j in range(entity["start"], entity["end"])}
        words = [
            token
            for j, token in enumerate(row["target.tokens"])
            if j not in inside_names and letter_case(token) != "capital" and any(map(str.isalpha, token))
        ]
        foreign_words = set(row["foreign.tokens"])
        copies = sum(word in foreign_words for word in words)
        return len(words) >= FEWEST_WORDS and copies > threshold * len(words)


class UnknownWord(Filter):
    """Words the translator did not know."""

    default = 0.3
    says = "more than {} of the words were unknown to the translator"
    evidence = "translator"
    columns = ("translation.tokens", "translation.unknown")

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the share of unknown words with the allowed maximum."""
        return len(row["translation.unknown"]) > threshold * len(row["translation.tokens"])


class Resplit(Filter):
    """Running text that does not split into the corpus's tokens again: the translator may have read other words."""

    default = 0
    says = "the running text that was translated does not split into the corpus's tokens again"
    evidence = "detokenized"
    columns = ("detokenized.resplits",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Read the answer from the column; the threshold is 0."""
        return (not row["detokenized.resplits"]) > threshold


class MarkerFault(Filter):
    """Markers of entities that the translator lost or broke."""

    default = 0
    says = "more than {} markers were lost or broken"
    evidence = "markers"
    columns = ("markers.faults",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the number of faults with the allowed maximum."""
        return len(row["markers.faults"]) > threshold
