"""Examples of dropped sentences lie beside a corpus, and go when nothing is dropped any more."""

from __future__ import annotations

import json
from pathlib import Path

from silverner.builders.build import BuildOptions, build
from silverner.builders.recipe.load import load_recipe
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.dropped import EXAMPLES
from silverner.projection.chain import ShardStore
from tests.corpora import write_corpus


def dropped(folder: Path, *changes: str) -> list[dict[str, object]]:
    """Build Spanish, and return the examples."""
    options = BuildOptions(out=folder / "out", store=ShardStore(folder / "store"))
    build(load_recipe(str(folder / "recipe.yaml"), changes=changes), ["spa"], options)
    file = folder / "out/dropped/spa.jsonl"
    assert check_folder(folder / "out") == []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def test_the_first_sentences_of_every_reason_are_kept_as_examples(tmp_path: Path) -> None:
    write_corpus(tmp_path, filters={"no-entity": 1}, keep={"without": ["no-entity"]})
    rain = {"reason": "no-entity", "id": "a-2", "tokens": ["Llueve"], "source_tokens": ["It", "rains"]}
    assert dropped(tmp_path) == [rain]
    assert dropped(tmp_path) == [rain]
    assert dropped(tmp_path, "keep.without=[]") == []


def test_a_reason_has_few_examples(tmp_path: Path) -> None:
    write_corpus(tmp_path, filters={"no-entity": 1}, keep={"without": ["no-entity"]})
    for name in ("eng.conll", "spa.txt", "spa.links"):
        more = {"eng.conll": "\n".join(f"# sent_id = c-{k}\nIt\tO\nrains\tO\n" for k in range(20))}
        text = (tmp_path / name).read_text() + ("\n" if name == "eng.conll" else "")
        (tmp_path / name).write_text(
            text + more.get(name, {"spa.txt": "Llueve\n", "spa.links": "0-0 1-0\n"}.get(name, "") * 20)
        )
    examples = dropped(tmp_path)
    assert [one["id"] for one in examples] == ["a-2", *(f"c-{k}" for k in range(EXAMPLES - 1))]


def test_a_sentence_without_a_translation_is_an_example_too(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    (tmp_path / "spa.txt").write_text("Ana visita Nueva York\n\nLa Cruz Roja es honrada por Berna\n")
    (tmp_path / "spa.links").write_text("0-0 1-1 2-2 3-3\n\n0-6 1-4 2-0 3-2 4-1\n")
    [example] = dropped(tmp_path)
    assert (example["id"], example["tokens"], example["source_tokens"]) == ("a-2", [], ["It", "rains"])
