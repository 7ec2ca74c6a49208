"""Under which licence a corpus may be passed on."""

from __future__ import annotations

from itertools import product

import pytest

from silverner.dataset_cards.licence import Part, allows, derive
from silverner.dataset_cards.vocabulary import LICENCES
from silverner.projection.errors import RecipeError


def _parts(text: str | None, models: list[str | None]) -> list[Part]:
    parts = [Part(role="text", name=None, licence=text)]
    return parts + [Part(role="labeller", name=f"m{k}", licence=licence) for k, licence in enumerate(models)]


@pytest.mark.parametrize(
    ("text", "models", "name"),
    [
        ("cc0-1.0", [], "cc0-1.0"),
        ("cc0-1.0", ["mit"], "mit"),
        ("cc-by-4.0", ["mit", "apache-2.0"], "cc-by-4.0"),
        ("cc-by-4.0", ["cc-by-nc-4.0"], "cc-by-nc-4.0"),
        ("cc-by-nc-4.0", ["cc-by-nc-sa-4.0"], "cc-by-nc-sa-4.0"),
        ("cc-by-sa-3.0", ["cc-by-sa-4.0"], "cc-by-sa-4.0"),
        ("cc-by-4.0", [None], "unknown"),
        (None, ["mit"], "unknown"),
        ("cc-by-4.0", ["llama3"], "other"),
    ],
)
def test_the_strictest_licence_wins(text: str | None, models: list[str | None], name: str) -> None:
    parts = _parts(text, models)
    found = derive(parts)
    assert found.name == name
    assert [part.name for part in found.unknown] == [p.name for p in parts if p.licence is None]


@pytest.mark.parametrize(
    ("text", "model", "message"),
    [
        ("cc-by-sa-4.0", "cc-by-nc-4.0", "demands the same licence, which allows commercial use, and the labeller m0"),
        ("cc-by-nc-nd-4.0", "mit", "forbids changed versions"),
        ("gpl-3.0", "odbl", "each demand their own licence"),
        ("cc-by", "mit", "the Hub knows no licence of this name; write in the recipe, as license: cc-by-4.0, or"),
    ],
)
def test_licences_that_exclude_each_other_are_an_error(text: str, model: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        derive(_parts(text, [model]))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cc by 4.0", "cc-by-4.0"),
        ("CC-BY-SA 4", "cc-by-sa-4.0"),
        ("CC_BY_NC_4.0", "cc-by-nc-4.0"),
        ("Creative Commons Attribution 4.0 International", "cc-by-4.0"),
        ("Creative Commons Attribution-ShareAlike 3.0", "cc-by-sa-3.0"),
        ("apache 2", "apache-2.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("MIT License", "mit"),
        ("GPL v3", "gpl-3.0"),
        ("CC0", "cc0-1.0"),
        ("apach-2.0", "apache-2.0, if you mean that one"),
        ("cc-by-nc", "cc-by-nc-4.0, or another version of it: cc-by-nc-2.0, cc-by-nc-3.0, cc-by-nc-4.0"),
        ("made by my uncle", "one that it knows, such as cc0-1.0, cc-by-4.0, "),
    ],
)
def test_a_licence_that_is_nearly_right_gets_its_nearest(written: str, meant: str) -> None:
    with pytest.raises(RecipeError) as caught:
        derive(_parts(written, []))
    message = str(caught.value)
    assert message.partition("as license: ")[2].startswith(meant)
    assert len(message) < 300


def test_a_result_is_never_freer_than_a_part() -> None:
    ranks = {licence: rank for rank, licence in enumerate(map(allows, sorted(LICENCES))) if licence}
    assert len(ranks) == 7, "every kind of terms is that of some licence the Hub knows"
    order = ["cc0-1.0", "mit", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0"]
    for one, other in product(order, order):
        name = derive(_parts(one, [other])).name
        assert order.index(name) >= max(order.index(one), order.index(other))


def test_every_licence_that_is_ranked_is_one_the_hub_knows() -> None:
    from silverner.dataset_cards.licence import _RANK

    assert _RANK.keys() <= LICENCES
    assert {"cc-by-3.0", "cc-by-nc-nd-4.0"} <= LICENCES
    assert all(licence[0].isalnum() and licence[-1] != "-" for licence in LICENCES)
