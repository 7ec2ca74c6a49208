"""What the manifest says of a language, besides its numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from silverner.builders.manifest import method_facts
from silverner.builders.methods.table import METHODS
from silverner.builders.recipe.load import load_recipe
from tests.corpora import write_corpus


def test_the_method_says_who_labelled_the_source_text(tmp_path: Path) -> None:
    recipe = load_recipe(str(write_corpus(tmp_path))).languages["spa"]
    assert method_facts(recipe).sentence.startswith("A program carried the labels of {source} text over")
    path = write_corpus(tmp_path / "model", labeller={"engine": "tagger", "model": "m"})
    labelled = method_facts(load_recipe(str(path)).languages["spa"])
    assert labelled.sentence.startswith("A model labelled the {source} text. A program carried")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_sentence_and_says_what_it_does(tmp_path: Path, method: str) -> None:
    recipe = load_recipe(str(write_corpus(tmp_path))).languages["spa"].model_copy(update={"method": method})
    facts = method_facts(recipe)
    assert (facts.name, facts.sentence.endswith(".")) == (method, True)
    assert facts.translates_text == (method in {"translate-train", "marked", "inserted"})
    assert facts.projects == (method not in {"model-transfer", "vote"})
