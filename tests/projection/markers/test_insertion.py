"""The search for the most probable places of markers equals the scores of all places."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.markers import insertion
from silverner.projection.markers.insertion import PlacedSpan, Row, SpanSearch, Template, probabilities

OPENING, CLOSING, END = (90, 91), (92,), 99


Chance = Callable[[tuple[int, ...], int], float]
"""The logarithm of the probability of a subword after others."""


def model(seed: int, *, flat: bool) -> Chance:
    """A model whose probabilities depend on all that stands before."""
    vocabulary = (*range(8), *OPENING, *CLOSING, END)

    @cache
    def distribution(before: tuple[int, ...]) -> dict[int, float]:
        chance = random.Random(f"{seed} {before}")  # nothing secret
        weights = {subword: 1.0 if flat else chance.random() ** 4 + 1e-6 for subword in vocabulary}
        return {subword: math.log(weight / sum(weights.values())) for subword, weight in weights.items()}

    return lambda before, subword: distribution(before)[subword]


def score(chance: Chance, row: Row) -> tuple[list[float], list[float]]:
    prefixes = [row.subwords[:k] for k in range(len(row.subwords))]
    own = [chance(before, subword) for before, subword in zip(prefixes, row.subwords, strict=True)]
    return own, [chance(before, row.marker) for before in prefixes]


def search(chance: Chance, template: Template) -> tuple[list[PlacedSpan], int]:
    one, rows = SpanSearch(template), 0
    while (row := one.needs()) is not None:
        one.take(*score(chance, row))
        rows += 1
    return one.spans, rows


def brute_force(chance: Chance, template: Template) -> list[PlacedSpan]:
    spans = [
        PlacedSpan(i, j + 1, sum(score(chance, Row(template.with_markers(start, end), 92))[0]))
        for i, start in enumerate(template.starts)
        for j, end in enumerate(template.ends)
        if start is not None and end is not None and start < end and i <= j
    ]
    return sorted(spans, key=lambda span: (-round(span.log_probability, 9), span.start, span.end))


def template_of(subwords: Sequence[int], sizes: Sequence[int]) -> Template:
    """A translation whose tokens have these numbers of subwords; one of size 0 shares its subword with the last."""
    starts: list[int | None] = []
    ends: list[int | None] = []
    place = 0
    for size in sizes:
        if size == 0 and starts:
            starts.append(None)
            ends.append(ends[-1])
            ends[-2] = None
        else:
            starts.append(place)
            place += max(size, 1)
            ends.append(place)
    return Template(subwords=(*subwords[:place], END), starts=starts, ends=ends, opening=OPENING, closing=CLOSING)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 7), min_size=18, max_size=18),
    st.lists(st.integers(0, 3), min_size=1, max_size=6),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_the_search_equals_brute_force(subwords: list[int], sizes: list[int], seed: int, flat: bool) -> None:
    template, chance = template_of(subwords, sizes), model(seed, flat=flat)
    found, _ = search(chance, template)
    every = brute_force(chance, template)
    least = every[0].log_probability + math.log(insertion.LEAST_RATIO) if every else 0.0
    expected = [span for span in every if span.log_probability >= least][: insertion.MOST_SPANS]
    assert [span.log_probability for span in found] == pytest.approx([span.log_probability for span in expected])
    if not flat:  # spans of equal probability may come in any order
        assert [span[:2] for span in found] == [span[:2] for span in expected]


def test_what_cannot_win_is_not_scored() -> None:
    template = template_of([1] * 30, [1] * 30)
    opens, closes = (1,) * 4, (1,) * 4 + OPENING + (1,) * 3

    def chance(before: tuple[int, ...], subword: int) -> float:
        """Expect a marker before the fifth token and behind the seventh, and nowhere else."""
        if subword in (OPENING[0], *CLOSING):
            return -0.5 if before == (opens if subword == OPENING[0] else closes) else -20.0
        return -1.0 if before in (opens, closes) else -0.1

    found, rows = search(chance, template)
    assert [span[:2] for span in found] == [(4, 7)]
    assert rows == 3  # of 466


def test_a_translation_without_a_place_has_no_span() -> None:
    template = Template(subwords=(1, END), starts=[None], ends=[1], opening=OPENING, closing=CLOSING)
    assert search(model(1, flat=True), template) == ([], 1)


def test_probabilities_of_spans_add_up_to_one() -> None:
    assert probabilities([]) == []
    shares = probabilities([PlacedSpan(0, 1, -2000.0), PlacedSpan(1, 2, -2000.0 + math.log(0.25))])
    assert shares == pytest.approx([0.8, 0.2])
