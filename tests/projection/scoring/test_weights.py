from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from silverner.projection.projector import Projector
from silverner.projection.scoring.part import ScorePart, Step
from silverner.projection.scoring.parts import table
from silverner.projection.scoring.parts.table import PARTS
from silverner.projection.scoring.weights import DEFAULT_WEIGHTS, PartWeights

PART_FILES = {path.stem for path in Path(table.__file__).parent.glob("*.py")} - {"__init__", "table"}


def test_every_file_of_a_part_is_in_the_table_once() -> None:
    assert len(PARTS) == len(PART_FILES)
    assert {part.apply.__module__.rpartition(".")[2] for part in PARTS.values()} == PART_FILES


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_the_name_of_a_part_says_what_kind_it_is(part: ScorePart) -> None:
    prefix = part.name.partition("_")[0]
    assert (prefix if prefix in {"penalty", "cap"} else "reward") == part.kind
    assert part.step in get_args(Step)
    assert part.description.endswith(".")


def test_parts_of_one_step_stand_together_in_the_order_of_the_steps() -> None:
    steps = [part.step for part in PARTS.values()]
    assert steps == sorted(steps, key=get_args(Step).index)


def test_the_defaults_are_those_the_constants_were_fitted_with() -> None:
    assert dict(DEFAULT_WEIGHTS.by_part) == {
        "agreed": 1.0, "single": 0.3, "compound": 1.0, "likeness": 1.5, "gloss": 1.0, "cap_per_token": 1.25,
        "penalty_small_word": 0.9, "penalty_article": 1.0, "penalty_lookalike_elsewhere": 0.75, "lexicon": 0.75,
        "cohesion": 0.6, "split_word": 0.75, "acronym": 0.75, "dot": 0.75, "bridge": 0.2, "bracket": 0.75,
    }  # fmt: skip


def test_the_corpus_is_counted_only_for_a_part_that_reads_the_counts() -> None:
    assert Projector().needs_cooccurrences
    assert not Projector(score="dice").needs_cooccurrences
    readers = {name: 0.0 for name, part in PARTS.items() if part.needs_cooccurrences}
    assert set(readers) == {"penalty_article", "lexicon", "cohesion"}
    assert not Projector(score="fused", weights=PartWeights.of(readers)).needs_cooccurrences
    assert Projector(weights=PartWeights.of(readers)).needs_cooccurrences  # the fitted score reads them itself
