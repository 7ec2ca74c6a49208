"""Small corpora and recipes the tests build from, with links so that no aligner is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from silverner.builders.build import BuildOptions, build
from silverner.builders.recipe.load import load_recipe
from silverner.projection.chain import ShardStore
from silverner.projection.parsing import dump_yaml

SOURCE = """\
# newdoc id = a
# sent_id = a-1
Ana\tB-PER
visits\tO
New\tB-LOC
York\tI-LOC

# sent_id = a-2
It\tO
rains\tO

# newdoc id = b
# sent_id = b-1
Bern\tB-LOC
honours\tO
the\tO
Red\tB-ORG
Cross\tI-ORG
"""
SPANISH = "Ana visita Nueva York\nLlueve\nLa Cruz Roja es honrada por Berna\n"
GERMAN = "Ana besucht New York\nEs regnet\nBern ehrt das Rote Kreuz\n"
SPANISH_LINKS = "0-0 1-1 2-2 3-3\n0-0 1-0\n0-6 1-4 2-0 3-2 4-1\n"
GERMAN_LINKS = "0-0 1-1 2-2 3-3\n0-0 1-1\n0-0 1-1 2-2 3-3 4-4\n"


def recipe(**changes: Any) -> dict[str, Any]:
    """A recipe for the two languages, with keys replaced; a key set to ``...`` is left out."""
    plain: dict[str, Any] = {
        "name": "little",
        "version": "1.0.0",
        "license": "cc0-1.0",
        "method": "parallel",
        "labels": ["PER", "ORG", "LOC"],
        "source": {"language": "eng", "format": "conll", "files": "eng.conll"},
        "target": {"format": "tokens", "files": "{lang}.txt"},
        "languages": ["spa", "deu"],
        "aligner": {"engine": "pharaoh", "forward": "{lang}.links"},
        "filters": {"lost-entity": 0},
        "keep": {"without": ["lost-entity"]},
    }
    return {key: value for key, value in {**plain, **changes}.items() if value is not ...}


def write_corpus(folder: Path, **changes: Any) -> Path:
    """Write sources, targets, links and a recipe into a folder, and return the recipe's path."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "eng.conll": SOURCE,
        "spa.txt": SPANISH,
        "deu.txt": GERMAN,
        "spa.links": SPANISH_LINKS,
        "deu.links": GERMAN_LINKS,
        "recipe.yaml": dump_yaml(recipe(**changes)),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "recipe.yaml"


def built(folder: Path, **changes: Any) -> Path:
    """Write a corpus and build it; return the folder that could be published."""
    recipe = write_corpus(folder, **changes)
    build(load_recipe(str(recipe)), None, BuildOptions(out=folder / "out", store=ShardStore(folder / "store")))
    return folder / "out"
