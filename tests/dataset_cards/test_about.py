from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from silverner.builders.recipe.sections import AboutSection
from silverner.dataset_cards import render_card
from silverner.dataset_cards.card.front_matter import split_card
from silverner.dataset_cards.facts import CorpusFacts
from silverner.projection.errors import DataError
from tests.dataset_cards.manifests import language, manifest, recipe

ENTRY = "@article{ana-2026, author = {Ana, A.}, title = {A {B} c}}"
TEXT = {
    "name": "Four tales",
    "homepage": "https://a.example/x_y?z=1",
    "description": "Tales\nof *birds*",
    "collection": "told, written down and translated",
    "authors": ["Ana, A.", "The Tellers"],
    "doi": "https://doi.org/10.5281/zenodo.12",
    "citation": ENTRY,
}


def _card(**about: dict[str, Any]) -> str:
    made = recipe()
    for side in ("source", "target"):
        made[side] = {**made[side], "about": about.get(side)}
    return render_card(CorpusFacts.of(manifest(spa=language(recipe={**made, "about": about.get("corpus")}))))


def test_the_card_says_where_the_text_comes_from() -> None:
    card = _card(source=TEXT)
    assert (
        "- The English text, from files that the recipe names\n"
        "  - Name: Four tales\n"
        "  - What it is: Tales of &#42;birds&#42;\n"
        "  - How it was collected: told, written down and translated\n"
        "  - Authors: Ana, A.; The Tellers\n"
        "  - Page: [https&#58;//a.example/x&#95;y?z=1](https://a.example/x_y?z=1)\n"
        "  - DOI: [10.5281/zenodo.12](https://doi.org/10.5281/zenodo.12)\n"
        "  - Citation: below, under *Cite*\n"
        "- The text of the target language, from files that the recipe names\n"
        "  - The recipe says nothing more about it (`about:` below `target:`).\n"
    ) in card
    assert f"}}\n\n{ENTRY}\n```\n" in card


def test_languages_with_the_same_text_share_a_paragraph() -> None:
    about = {**recipe()["source"], "about": TEXT}
    same = language(recipe=recipe(source=about))
    card = render_card(CorpusFacts.of(manifest(deu=same, spa=same, swh=language())))
    assert card.count("Name: Four tales") == 1
    assert "For `deu`, `spa`:\n\n- The English text" in card
    assert card.count(ENTRY) == 1


def test_the_corpus_itself_can_be_cited() -> None:
    card = _card(corpus={"name": "Tales & 100 % silver", "authors": ["Ana, A.", "Bo and Co"], "doi": "10.1234/ab"})
    entry = card.partition("```bibtex\n")[2].partition("```")[0]
    assert entry == (
        "@misc{little-1.2.0,\n"
        "  author = {Ana, A. and {Bo and Co}},\n"
        "  title = {{Tales \\& 100 \\% silver}},\n"
        "  version = {1.2.0},\n"
        "  doi = {10.1234/ab},\n"
        "  note = {Built with silverner 0.1.0, signature 0123456789abcdef},\n"
        "}\n"
    )
    assert "\ndoi: 10.1234/ab\n" in (split_card(card)[0] or "")


def test_the_doi_of_the_recipe_wins_over_one_that_somebody_wrote_into_the_card() -> None:
    mine = _card().replace("pretty_name: little", "pretty_name: little\ndoi: 10/abc")
    assert "\ndoi: 10/abc\n" in render_card(CorpusFacts.of(manifest()), existing=mine)
    made = language(recipe=recipe(about={"doi": "10.1234/ab"}))
    assert "\ndoi: 10/abc\n" not in render_card(CorpusFacts.of(manifest(spa=made)), existing=mine)


def test_a_citation_cannot_end_its_block() -> None:
    hostile = "@misc{a, note = {\n```\n## Samples\n<script>\n}}"
    card = _card(source={"citation": hostile})
    assert f"{hostile}\n````\n" in card
    assert len(re.findall(r"^````", card, flags=re.MULTILINE)) == 2
    assert render_card(CorpusFacts.of(manifest()), existing=card) == render_card(CorpusFacts.of(manifest()))


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"nam": "x"}, "unknown key 'nam'; allowed: .*did you mean name"),
        ({"name": ""}, "at least 1 character"),
        ({"name": "a\u202eb"}, r"the character U\+202E is not text"),
        ({"description": "x" * 4001}, "at most 4000 characters"),
        ({"homepage": "javascript:alert(1)"}, "match pattern"),
        ({"homepage": "https://a.example/)<b>"}, "match pattern"),
        ({"doi": "zenodo.12"}, "match pattern"),
        ({"authors": ["x"] * 201}, "at most 200 items"),
        ({"citation": "Ana 2026"}, "'Ana 2026' does not begin as BibTeX does"),
        ({"citation": "@misc{a, note = {b}"}, "a brace of the BibTeX entry is not closed"),
        ({"citation": f"{ENTRY}\n\nand more"}, "'and more' does not begin as BibTeX does"),
    ],
)
def test_what_cannot_stand_on_a_card_is_refused_in_recipes_and_manifests(about: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        AboutSection.model_validate(about)
    if "nam" not in about:
        with pytest.raises(DataError, match=r"languages.spa.recipe: source.about"):
            _card(source=about)
