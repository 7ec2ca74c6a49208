"""The page on the parts of the score."""

from __future__ import annotations

from reference.markdown import code, page, prose, table
from silverner.projection.scoring.parts.table import PARTS
from silverner.projection.scoring.scores import THRESHOLDS


def score_page() -> str:
    """Describe the scores, and every part of the fused score."""
    thresholds = [(code(name), f"{threshold:g}") for name, threshold in THRESHOLDS.items()]
    parts = [
        (
            code(name),
            f"{part.weight:g}",
            part.kind,
            part.step,
            "yes" if part.needs_cooccurrences else "no",
            prose(part.description),
        )
        for name, part in PARTS.items()
    ]
    return page(
        "The score and its parts",
        "A score says how well a target span fits an entity of the source. "
        "[The score](../explanation/score.md) explains the three scores. An entity is not projected if its best "
        "span scores the threshold or less:",
        table(["`score`", "default `threshold`"], thresholds),
        "## Parts of the fused score",
        "The keys under `weights:` of a recipe. The fitted score reads the fused score, so it depends on them, too. A "
        "reward adds, a penalty takes a share away, a cap limits. 0 switches a reward or a penalty off. The parts act "
        "in the order of the table.",
        table(["part", "weight", "kind", "step", "reads counts of the whole corpus", "what it is"], parts),
    )
