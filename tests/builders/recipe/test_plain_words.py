"""No word of the validator reaches a user, whatever stands in whichever key of a recipe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from silverner.builders.recipe.load import load_recipe
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.dataset_cards.facts import CorpusFacts, first_error
from silverner.projection.alignment import ALIGNERS
from silverner.projection.errors import SilvernerError
from silverner.projection.labelling import LABELLERS
from silverner.projection.parsing.plain_words import reason_of
from silverner.projection.registry import Registry
from silverner.projection.translation import TRANSLATORS
from tests.corpora import write_corpus
from tests.dataset_cards.manifests import manifest

VALIDATOR_WORDS = re.compile(
    r"Input|should be|valid (dict|list|string|integer|number|boolean|tuple)|nstance of|required|Extra inputs|"
    r"validation error|pydantic|Section\b|\w_(type|parsing|error)\b|literal\[|function-|dict\[|tuple\[|"
    r"Value error|<class"
)
WRONG: tuple[Any, ...] = ("word", ["list"], {"key": "value"}, "-1", "", [], {}, [[]], {"key": {"key": "value"}}, None)
REGISTRIES: dict[str, Registry[Any]] = {
    "aligner": ALIGNERS, "translator": TRANSLATORS, "back_translator": TRANSLATORS, "labeller": LABELLERS
}  # fmt: skip


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def keys_of(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Walk a schema: every key, and the keys of the sections below it."""
    for name, field in model.model_fields.items():
        yield (*above, name)
        for section in _models(field.annotation):
            below = (*above, name, "spa") if name == "declare" else (*above, name)
            yield from keys_of(section, below)


def engine_keys() -> Iterator[tuple[str, str, str]]:
    for section, registry in REGISTRIES.items():
        for engine, settings in registry.items():
            yield from ((section, engine, key) for key in settings.model_fields if key != "engine")


PLACES = sorted(set(keys_of(LanguageRecipe)) | {("languages",), ("extends",)})


def test_the_walk_finds_the_keys() -> None:
    assert {("source", "fields", "tokens"), ("candidates", "repeat"), ("declare", "spa", "script")} <= set(PLACES)
    assert ("aligner", "eflomal", "model") in set(engine_keys())


def message(path: Path) -> str:
    try:
        load_recipe(str(path))
    except SilvernerError as error:
        return str(error).replace(str(path), "")
    return ""


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_wrong_values_of_every_key_are_refused_in_plain_words(tmp_path: Path, place: tuple[str, ...]) -> None:
    for value in WRONG:
        nested: Any = value
        for key in reversed(place[1:]):
            nested = {key: nested}
        said = message(write_corpus(tmp_path, **{place[0]: nested}))
        assert not VALIDATOR_WORDS.search(said), said


@pytest.mark.parametrize(("section", "engine", "key"), engine_keys())
def test_wrong_values_of_every_engine_are_refused_in_plain_words(
    tmp_path: Path, section: str, engine: str, key: str
) -> None:
    for value in WRONG:
        said = message(write_corpus(tmp_path, **{section: {"engine": engine, key: value}}))
        assert not VALIDATOR_WORDS.search(said), said


def _facts(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if above:
        yield above
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield from _facts(part, (*above, key))


def test_wrong_facts_of_a_manifest_are_refused_in_plain_words() -> None:
    text = json.dumps(manifest())
    whole = json.loads(text)
    refused = 0
    for place in _facts(whole):
        for wrong in ("word", 3, [1], {"key": "value"}, None, -1.5):
            spoilt = json.loads(text)
            section: Any = spoilt
            for key in place[:-1]:
                section = section[key]
            section[place[-1]] = wrong
            try:
                CorpusFacts.model_validate(spoilt)
            except ValidationError as error:
                refused += 1
                assert not VALIDATOR_WORDS.search(first_error(error)), first_error(error)
    assert refused > 100


def test_every_error_of_the_validator_has_plain_words() -> None:
    bounds = dict.fromkeys(("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"), 1)
    for kind in get_args(ErrorType):
        said = reason_of({"type": kind, "loc": ("k",), "msg": "Value error, why", "input": "x", "ctx": bounds})
        assert not VALIDATOR_WORDS.search(said), said


def test_words_of_our_own_stay() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(LanguageRecipe).validate_python({"nme": "x"})
    assert reason_of(caught.value.errors()[0]).startswith("unknown key 'nme'; allowed: ")
