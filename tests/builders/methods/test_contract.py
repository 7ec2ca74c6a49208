"""What every shipped recipe promises: it is valid, can be planned, and builds its languages.

The models are tiny ones of the same families, and the text is ten sentences a language; all else is as the recipe
says. Which changes that takes is what a user would give to ``--set``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import datasets
import pytest
import torch
import yaml

from silverner.builders.build import BuildOptions, build
from silverner.builders.dry_run import dry_run
from silverner.builders.models import models_of
from silverner.builders.recipe.load import Recipe, load_recipe, shipped_recipes
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.dataset_cards.check import check_folder
from silverner.projection.chain import ShardStore
from silverner.projection.languages import find_language
from silverner.projection.spans import spans_from_tags
from silverner.projection.text import tokenization
from silverner.projection.translation.apertium import installed_pairs
from tests.projection.languages.test_languages import STUDIED
from tests.sentences import SENTENCES, ten
from tests.taggers import write_tagger
from tests.tiny import write_model, write_parrot, write_seq2seq

torch.set_num_threads(1)
ENGLISH = "\n".join(
    "".join(f"{token} {tag}\n" for token, tag in zip(row.split()[::2], row.split()[1::2], strict=True))
    for row in (
        "Ana B-PER visits O New B-LOC York I-LOC",
        "with O the B-ORG Red I-ORG Cross I-ORG of O Kenya B-LOC",
        "Kenya B-LOC begins O",
        "begins O",
        "where O unbelievable O internationalisation O begins O .  O",
        "1998 O and O 2026 O were O years O",
        "with O",
        "Ana B-PER , O",
        "visits O where O",
        "of O the O years O",
    )
)
TINY = {
    "translator": {"seq2seq": "nllb", "ctranslate2": "nllb"},
    "back_translator": {"seq2seq": "parrot"},
    "inserter": {"seq2seq": "nllb"},
    "labeller": {"tagger": "tagger"},
    "aligner": {"awesome": "encoder", "simalign": "encoder"},
}
"""The tiny model that stands in for that of a section, by the section's engine."""
VARIANTS = [
    name
    for name in sorted(shipped_recipes())
    if len(load_recipe(name).languages) > 3 and any(name.startswith(f"{other}-") for other in shipped_recipes())
]
"""Recipes with the languages of another one, which is built in all of them, and with other engines. That these run is
tested with two languages, see ``test_recipes_as_printed.py``."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny models, and ten sentences in every language: a sentence a line, and in tokens."""
    folder = tmp_path_factory.mktemp("contract")
    write_seq2seq("nllb", folder / "nllb", steps=120, every_language=True)
    write_parrot(folder / "parrot")  # comes to an end in every language, which the other does not
    write_tagger("xlm-roberta", folder / "tagger", learn=True)
    write_model("xlm-roberta", folder / "encoder")
    (folder / "eng.conll").write_text(ENGLISH)
    for code in SENTENCES:
        (folder / f"{code}.txt").write_text("\n".join(ten(code)), encoding="utf-8")
        blocks = ["".join(f"{token} O\n" for token in _tokens(code, sentence)) for sentence in ten(code)]
        (folder / f"{code}.conll").write_text("\n".join(blocks), encoding="utf-8")
    return folder


def _tokens(code: str, sentence: str) -> list[str]:
    """Split as WikiANN does: where no spaces stand between words, into characters."""
    if find_language(code).spaced:
        return tokenization.split(sentence, code)
    return [char for char in sentence if not char.isspace()]


def _changes(recipe: LanguageRecipe, root: Path) -> list[str]:
    """Say what ``--set`` must be given to build a recipe from tiny models and local text."""
    changes = []
    for section, models in TINY.items():
        engine = getattr(getattr(recipe, section), "engine", None)
        if engine not in models:
            continue
        changes += [
            f"{section}.model={root / models[engine]}",
            f"{section}.revision=null",
            f"{section}.tokenizer=null",
            f"{section}.precision=float32",
        ]
        if getattr(getattr(recipe, section), "tokenizer", None) is not None:
            changes.append(f"{section}.tokenizer={root / models[engine]}")
        changes += [f"{section}.layer=1"] if section == "aligner" else []
        changes += [f"{section}.beams=1", f"{section}.max_length=24"] if "translator" in section else []
    if engine_of(recipe, "translator") == "ctranslate2":
        changes.remove("translator.precision=float32")
    for side in ("source", "target"):
        text = getattr(recipe, side)
        if text is not None and text.dataset is not None:
            file = root / ("eng.conll" if side == "source" else "{lang}.conll")
            changes += [f"{side}.{key}=null" for key in ("dataset", "config", "revision")]
            changes += [f"{side}.format=conll", f"{side}.files={file}"]
    if recipe.target is not None and recipe.target.format == "text":
        changes.append(f"target.files={root / '{lang}.txt'}")
    return changes


def engine_of(recipe: LanguageRecipe, section: str) -> str | None:
    return getattr(getattr(recipe, section), "engine", None)


def _tiny(name: str, root: Path) -> Recipe:
    first = next(iter(load_recipe(name).languages.values()))
    return load_recipe(name, changes=_changes(first, root))


def _skip_what_cannot_run(recipe: Recipe) -> None:
    for plan in recipe.languages.values():
        if engine_of(plan, "translator") == "apertium" and (
            shutil.which("apertium") is None or not {"eng-spa", "eng-cat", "en-gl", "hbs-eng"} <= set(installed_pairs())
        ):
            pytest.skip("needs Apertium: apt-get install apertium apertium-eng-spa apertium-eng-cat ...")
        if engine_of(plan, "aligner") == "eflomal":
            pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_it_is_planned_and_says_what_is_missing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = load_recipe(name)
    facts = dry_run(recipe, None, BuildOptions(out=tmp_path / "out", store=ShardStore(tmp_path / "store")))
    assert list(facts["languages"]) == list(recipe.languages)
    for model in facts["models"]:
        assert model["line"].startswith(f"{model['role']}: {model['name']}")
    stages = [stage for one in facts["languages"].values() for stage in one["stages"].values()]
    missing = [stage[key] for stage in stages for key in ("missing", "download") if key in stage]
    for model in facts["models"]:
        fetch = f"hf download {model['name']}"
        # A stage names one thing that it lacks, and a tokenizer is looked for after its model.
        named = any(fetch in line or "english-tagger" in line for line in missing)
        assert named or model["role"].startswith("tokenizer of")
    assert not any("\n" in line for line in missing)


@pytest.mark.parametrize("name", VARIANTS)
def test_its_engines_know_every_one_of_its_languages(name: str, root: Path, tmp_path: Path) -> None:
    recipe = _tiny(name, root)
    facts = dry_run(recipe, None, BuildOptions(out=tmp_path / "out", store=ShardStore(tmp_path / "store")))["languages"]
    assert list(facts) == list(recipe.languages)
    assert not any("missing" in stage for one in facts.values() for stage in one["stages"].values())


@pytest.mark.parametrize("name", sorted({*shipped_recipes()} - {*VARIANTS}))
def test_it_builds_every_one_of_its_languages(name: str, root: Path, tmp_path: Path, quickstart_store: Path) -> None:
    recipe = _tiny(name, root)
    _skip_what_cannot_run(recipe)
    store = quickstart_store if name == "quickstart" else tmp_path / "store"
    work = BuildOptions(out=tmp_path / "out", store=ShardStore(store))
    built = build(recipe, None, work)
    assert list(built) == list(recipe.languages)
    card = (work.out / "README.md").read_text(encoding="utf-8")
    for code, facts in built.items():
        counts = facts.counts
        assert counts.input == counts.kept + sum(counts.dropped.values())
        assert f"| `{code}` | \u2068{find_language(code).name}\u2069 |" in card
    assert check_folder(work.out) == []
    # One that WikiANN gives in characters where the recipe has it, else the first: loading takes longer than building.
    code = "tha" if "tha" in built else next(iter(built))
    for split, rows in datasets.load_dataset(str(work.out), code).items():
        assert rows.num_rows == built[code].splits[split].rows
        names = rows.features["ner_tags"].feature.names
        for row in rows:
            assert len(row["tokens"]) == len(row["ner_tags"])
            spans_from_tags([names[tag] for tag in row["ner_tags"]])  # refuses what is not IOB2
            assert code != "tha" or all(len(token) == 1 for token in row["tokens"])


def test_every_language_of_the_studies_is_built_by_some_recipe() -> None:
    built = {plan.find(code).code for name in shipped_recipes() for code, plan in load_recipe(name).languages.items()}
    assert {find_language(code).code for code in STUDIED} <= built
    assert built <= {*SENTENCES, "eng"}


@cache
def _catalogue() -> Mapping[str, Mapping[str, object]]:
    known: Mapping[str, Mapping[str, object]] = yaml.safe_load(
        (Path(load_recipe("quickstart").path).parent.parent / "models.yaml").read_text(encoding="utf-8")
    )
    return known


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_its_models_are_known_with_their_licence_and_no_commit_is_invented(name: str) -> None:
    for plan in load_recipe(name).languages.values():
        for model in models_of(plan, Path()):
            if model.name == "english-tagger":
                continue  # the user's own
            assert {"parameters", "licence", "says"} == set(_catalogue()[model.name])
            assert model.revision == "main"
            assert not model.pinned
            nllb = "nllb" in model.name.lower()
            assert not nllb or "nc" in str(model.licence) or "forbids commercial use" in str(model.says)
        for text in (plan.source, plan.target):
            assert text is None or text.revision in {None, "main", "refs/convert/parquet"}


def test_a_variant_differs_only_in_what_it_says() -> None:
    for path in shipped_recipes().values():
        own = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "extends" not in own:
            continue
        mine, theirs = (load_recipe(n).languages for n in (path.stem, own["extends"]))
        assert list(mine) == list(theirs)
        for code in mine:
            one, other = (json.loads(side[code].model_dump_json()) for side in (mine, theirs))
            changed = {key for key in one if one[key] != other[key]}
            assert changed <= set(own)
