from __future__ import annotations

import io
import itertools

import pytest
from PIL import Image

from silverner.dataset_cards.card import plot
from silverner.dataset_cards.facts import CorpusFacts
from tests.dataset_cards.manifests import language, manifest

LABELS = [f"LABEL-{number}" for number in range(18)]


def _corpus(labels: list[str], number: int = 1) -> CorpusFacts:
    facts = language()
    counts = {**facts["counts"], "entities": {label: 100 + k for k, label in enumerate(labels)}}
    return CorpusFacts.of(manifest(**{f"la{chr(97 + k)}": {**facts, "counts": counts} for k in range(number)}))


def test_the_same_facts_give_the_same_picture() -> None:
    first = plot.draw(_corpus(LABELS))
    plot._picture.cache_clear()
    assert plot.draw(_corpus(LABELS)) == first


def test_other_facts_give_another_picture() -> None:
    assert (
        plot.draw(_corpus(LABELS)) != plot.draw(_corpus(LABELS, number=2)) != plot.draw(_corpus(LABELS[:5], number=2))
    )


def test_no_two_labels_look_alike() -> None:
    parts = plot._entities(list(_corpus(LABELS).languages.values()), LABELS)
    assert len({(colour, hatch) for _, _, colour, hatch in parts}) == 18
    assert all(one[3] != other[3] for one, other in itertools.pairwise(parts)), (
        "who sees grey tells them apart by their patterns"
    )


@pytest.mark.parametrize(
    ("labels", "columns"),
    [(["PER", "LOC"], 4), (["ORGANISATION"], 2), (["x" * 90, "$a$"], 1), ([], 5)],
)
def test_a_legend_has_as_many_columns_as_fit(labels: list[str], columns: int) -> None:
    parts = plot._entities([], labels)
    assert plot._columns(parts) == columns


@pytest.mark.parametrize("sentences", [1, 999_999, 9_600_000])
@pytest.mark.parametrize("code", ["la", "zh-Hant-TW", "kmr-Latn-x-kurmanji"])
def test_nothing_is_cut_off(code: str, sentences: int) -> None:
    facts = language()
    facts["counts"] = {**facts["counts"], "kept": sentences, "input": sentences, "dropped": {}}
    facts["counts"]["entities"] = dict.fromkeys([*LABELS, "x" * 90], sentences)
    languages = {f"{code}{k}": facts for k in range(3)}
    image = Image.open(io.BytesIO(plot.draw(CorpusFacts.of(manifest(**languages))))).convert("L")
    width, height = image.size
    for box in ((0, 0, width, 2), (0, height - 2, width, height), (0, 0, 2, height), (width - 2, 0, width, height)):
        assert image.crop(box).getextrema() == (255, 255), box
