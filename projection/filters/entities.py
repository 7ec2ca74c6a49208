"""Filters on the entities of a sentence: how many were projected, and how certain they are."""

from __future__ import annotations

from silverner.projection.filters.filter import Filter, Row


class LostEntity(Filter):
    """Source entities without a place in the target."""

    default = 0
    says = "more than {} source entities found no place in the target"
    evidence = "source"
    columns = ("projected.lost",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the number of lost entities with the allowed maximum."""
        return len(row["projected.lost"]) > threshold


class NoEntity(Filter):
    """Sentences with few entities."""

    default = 1
    says = "the sentence has fewer than {} projected entities"
    columns = ("projected.entities",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the number of projected entities with the required minimum."""
        return len(row["projected.entities"]) < threshold


class EntityCount(Filter):
    """Sides with different numbers of entities."""

    default = 0
    says = (
        "the numbers of target entities and source entities differ by more than {} (target entities are those of "
        "candidates.tagger; without a tagger, the projected ones)"
    )
    evidence = "source"
    columns = ("projected.entities", "projected.lost")
    optional_columns = ("target.tagger_entities",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the difference of the two numbers with the allowed maximum."""
        target_entities = row.get("target.tagger_entities", row["projected.entities"])
        return abs(len(target_entities) - _source_entities(row)) > threshold


class ProjectionRatio(Filter):
    """Sides whose numbers of entities differ by a large factor."""

    default = 0.5
    says = (
        "of the two numbers of entities, projected ones and source ones, the smaller is less than {} times the larger"
    )
    evidence = "source"
    columns = ("projected.entities", "projected.lost")

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare the ratio of the two numbers with the required minimum; two zeros count as equal."""
        smaller, larger = sorted((len(row["projected.entities"]), _source_entities(row)))
        return smaller < threshold * larger


class WeakEntity(Filter):
    """Projected entities with a low score."""

    default = 0.5
    says = "the lowest score of a projected entity is below {}"
    columns = ("projected.entities",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare every score with the required minimum."""
        return any(entity["score"] < threshold for entity in row["projected.entities"])


class LowConfidence(Filter):
    """Projected entities that are uncertain."""

    default = 0.8
    says = "a projected entity is right with a probability below {}"
    evidence = "links"
    columns = ("projected.entities",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare every confidence with the required minimum; an entity may have none."""
        confidences = (entity["confidence"] for entity in row["projected.entities"])
        return any(confidence < threshold for confidence in confidences if confidence is not None)


class WeakLabel(Filter):
    """Source entities of which the labeller is not certain."""

    default = 0.5
    says = "the labeller's lowest confidence in an entity is below {}"
    evidence = "labeller"
    columns = ("source.confidence",)

    def fails(self, row: Row, threshold: float) -> bool:
        """Compare every confidence with the required minimum."""
        return any(confidence < threshold for confidence in row["source.confidence"])


def _source_entities(row: Row) -> int:
    """Count the source entities, lost ones included; two projected entities can come from one."""
    return len({entity.get("source_start") for entity in row["projected.entities"]}) + len(row["projected.lost"])
