"""What other packages add: a tiny package is installed beside the project, and corpora are built with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from silverner.builders.recipe.load import load_recipe
from silverner.projection.alignment import ALIGNERS
from silverner.projection.errors import RecipeError
from silverner.projection.filters import FILTERS
from silverner.projection.translation import TRANSLATORS
from tests.corpora import SOURCE
from tests.students.corpora import write_corpus as write_silver_corpus
from tests.taggers import write_tagger

ROOT = Path(__file__).parents[1]
CODE = '''
from dataclasses import dataclass, replace

from pydantic import Field

from silverner.projection.alignment import AlignedPair, AlignerSettings
from silverner.projection.filters import Filter
from silverner.projection.translation import Translation, TranslatorSettings
from silverner.students.strategies import Strategy, option


class Suffixes:
    def __init__(self, suffix, target):
        self.suffix, self.target = suffix, target

    def settings(self):
        return {"engine": "suffixes", "suffix": self.suffix, "target": self.target.code}

    def check(self):
        pass

    def translate(self, ids, texts):
        return [Translation(" ".join(word + self.suffix for word in text.split())) for text in texts]


class SuffixSettings(TranslatorSettings):
    """Puts a suffix behind every word."""

    licence = "MIT"
    citation = "Nobody 2026, On suffixes."

    suffix: str = Field(default="o", max_length=3, description="letters behind every word")

    def build(self, context):
        return Suffixes(self.suffix, context.target)

    @classmethod
    def names_for(cls, language):
        return ("suffixes",) if language.code == "spa" else ()


class Diagonal:
    learns = False

    def settings(self):
        return {"engine": "diagonal"}

    def check(self):
        pass

    def align(self, sources, targets):
        pairs = [[(k, k, 1.0) for k in range(min(len(s), len(t)))] for s, t in zip(sources, targets)]
        return [AlignedPair(links, links) for links in pairs]


class DiagonalSettings(AlignerSettings):
    """Links the first word to the first, the second to the second, and so on."""

    def build(self, context):
        return Diagonal()


class ManyEntities(Filter):
    default = 3
    says = "more than {} entities were projected"
    columns = ("projected.entities",)

    def fails(self, row, threshold):
        return len(row["projected.entities"]) > threshold


@dataclass(frozen=True, kw_only=True)
class ShortSentences(Strategy):
    name = "short-sentences"
    summary = "the projected labels of sentences with at most `--longest N` words"
    card_sentence = "It learnt the projected labels of short sentences."
    longest: int = option("--longest", default=5, convert=int, metavar="N", help="most words")

    def training_corpus(self, config, corpus):
        return replace(corpus, rows=[row for row in corpus.rows if len(row.tokens) <= self.longest])
'''
POINTS = """\
[silverner.translators]
suffixes = toy_engines:SuffixSettings

[silverner.aligners]
diagonal = toy_engines:DiagonalSettings

[silverner.filters]
many-entities = toy_engines:ManyEntities

[silverner.strategies]
short-sentences = toy_engines:ShortSentences
"""
RECIPE = {
    "name": "toys",
    "version": "1.0.0",
    "license": "cc0-1.0",
    "method": "translate-train",
    "labels": ["PER", "ORG", "LOC"],
    "source": {"language": "eng", "format": "conll", "files": "eng.conll"},
    "translator": {"engine": "suffixes", "suffix": "a"},
    "aligner": "diagonal",
    "filters": {"many-entities": 1},
    "languages": ["spa"],
}


def install(site: Path, name: str, points: str, code: str, *, version: str = "0.3.1") -> None:
    """Put a package where pip would put it: its module, and the metadata with its entry points."""
    (site / f"{name}.py").write_text(code)
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(points)


def silverner(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, with the packages in its ``site``."""
    path = os.pathsep.join([str(folder / "site"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "SILVERNER_CACHE": str(folder / "store")}
    command = [sys.executable, "-m", "silverner", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    install(tmp_path / "site", "toy_engines", POINTS, CODE)
    (tmp_path / "eng.conll").write_text(SOURCE)
    write_recipe(tmp_path)
    return tmp_path


def write_recipe(folder: Path, **changes: Any) -> None:
    (folder / "recipe.yaml").write_text(yaml.safe_dump({**RECIPE, **changes}, sort_keys=False))


def states(folder: Path) -> dict[str, Any]:
    """Ask the dry run for the state of every stage."""
    planned = silverner(folder, "build", "recipe.yaml", "--dry-run", "--json")
    assert planned.returncode == 0, planned.stderr
    stages: dict[str, Any] = json.loads(planned.stdout)["languages"]["spa"]["stages"]
    return stages


def test_a_corpus_is_built_with_engines_of_another_package(folder: Path) -> None:
    built = silverner(folder, "build", "recipe.yaml", "--out", "out", "--workers", "2")
    assert built.returncode == 0, built.stderr
    (file,) = (folder / "out").rglob("*.parquet")
    rows = pq.read_table(file).to_pylist()
    assert [" ".join(row["tokens"]) for row in rows] == [
        "Anaa visitsa Newa Yorka",
        "Ita rainsa",
        "Berna honoursa thea Reda Crossa",
    ]
    assert [[(e["start"], e["end"], e["label"]) for e in row["entities"]] for row in rows] == [
        [(0, 1, "PER"), (2, 4, "LOC")],
        [],
        [(0, 1, "LOC"), (3, 5, "ORG")],
    ]
    assert [row["flags"] for row in rows] == [["many-entities"], [], ["many-entities"]]
    facts = json.loads((folder / "out" / "manifest.json").read_text())["languages"]["spa"]
    additions = ("translator suffixes", "aligner diagonal", "filter many-entities")
    assert facts["plugins"] == dict.fromkeys(additions, "toy-engines 0.3.1")
    assert facts["recipe"]["translator"] == {"engine": "suffixes", "suffix": "a"}
    card = (folder / "out" / "README.md").read_text()
    assert "Nobody 2026, On suffixes." in card and "toy-engines 0.3.1" in card
    assert "more than 1 entities were projected" in card


def test_name_and_version_of_the_package_are_part_of_the_signature(folder: Path) -> None:
    before = states(folder)
    (folder / "site" / "toy_engines-0.3.1.dist-info").rename(folder / "site" / "toy_engines-0.4.0.dist-info")
    install(folder / "site", "toy_engines", POINTS, CODE, version="0.4.0")
    after = states(folder)
    assert after["translate"]["state"] == "to do"
    assert after["translate"]["signature"] != before["translate"]["signature"]
    first = next(iter(before))
    assert after[first]["signature"] == before[first]["signature"], "what runs before the translator is not made again"


def test_a_student_learns_by_a_strategy_of_another_package(folder: Path) -> None:
    write_silver_corpus(folder / "corpus")
    write_tagger("bert", folder / "tagger", ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
    words = ["train", "short-sentences", "--data", "corpus", "--lang", "swh", "--model", "tagger", "--out", "student"]
    trained = silverner(folder, *words, "--epochs", "1", "--longest", "6", "--device", "cpu")
    assert trained.returncode == 0, trained.stderr
    results = json.loads((folder / "student" / "results.json").read_text())
    assert (results["strategy"], results["plugin"]) == ("short-sentences", "toy-engines 0.3.1")
    assert "It learnt the projected labels of short sentences." in (folder / "student" / "README.md").read_text()


def test_the_package_validates_its_own_section(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sections = {
        "sufixes": "line 13: translator: unknown engine 'sufixes'; allowed: apertium, command, ctranslate2, llm, "
        "pretranslated, seq2seq, suffixes (did you mean suffixes?)",
        "{engine: suffixes, sufix: a}": "line 15: translator: unknown key 'sufix'; allowed: engine, suffix (did you "
        "mean suffix?)",
        "{engine: suffixes, suffix: long}": "translator.suffix: 'long' is not short enough: it may have at most 3 "
        "characters; suffix: letters behind every word",
    }
    monkeypatch.syspath_prepend(str(folder / "site"))
    monkeypatch.delitem(TRANSLATORS.__dict__, "_plugins", raising=False)
    try:
        for section, message in sections.items():
            write_recipe(folder, translator=yaml.safe_load(section))
            with pytest.raises(RecipeError) as caught:
                load_recipe(str(folder / "recipe.yaml"))
            assert message in str(caught.value)
    finally:
        sys.modules.pop("toy_engines", None)
        for registry in (TRANSLATORS, ALIGNERS, FILTERS):
            registry.__dict__.pop("_plugins", None)
            for name in ("suffixes", "diagonal", "many-entities"):
                registry._loaded.pop(name, None)


def test_a_broken_package_is_one_clear_line_and_harms_only_what_asks_for_it(folder: Path) -> None:
    points = (
        "[silverner.translators]\nbroken = broken_engines:Settings\n[silverner.aligners]\neflomal = broken_engines:X\n"
    )
    install(folder / "site", "broken_engines", points, "import package_that_is_not_there\n")
    write_recipe(folder, translator="broken")
    refused = silverner(folder, "build", "recipe.yaml", "--out", "out")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        "silverner: error: the package broken-engines 0.3.1 cannot add the translator 'broken' (entry point "
        "silverner.translators: broken = broken_engines:Settings): ModuleNotFoundError: No module named "
        "'package_that_is_not_there'; repair or update that package, or remove it: pip uninstall broken-engines "
        "(see CONTRIBUTING.md)"
    )
    assert "Traceback" not in refused.stderr
    write_recipe(folder)
    assert states(folder)["translate"]["state"] == "to do"
    listed = silverner(folder, "languages", "spa", "deu", "--json")
    assert listed.returncode == 0
    engines = {row["code"]: row["engines"] for row in json.loads(listed.stdout)}
    assert "suffixes" in engines["spa"] and "suffixes" not in engines["deu"]
    assert listed.stderr.count("cannot add the translator 'broken'") == 1
