from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import datasets
import pytest
import yaml

from silverner.builders.rows import Layout, features_for
from silverner.dataset_cards.companions import companions
from silverner.dataset_cards.facts import CorpusFacts
from tests.dataset_cards.manifests import arabic, language, manifest, recipe, voted

ABOUT = {"name": "Tales", "authors": ["Ana, A.", "The Tellers"], "doi": "10.1234/ab", "description": "Four tales."}


def _files(facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    files = companions(CorpusFacts.of(facts))
    return json.loads(files["croissant.json"]), yaml.safe_load(files["CITATION.cff"])


def test_the_citation_file_names_makers_licence_and_texts() -> None:
    source = {**recipe()["source"], "about": {"name": "Birds", "authors": ["Bo, B."]}}
    made = recipe(about=ABOUT, source=source)
    assert _files(manifest(spa=language(recipe=made)))[1] == {
        "cff-version": "1.2.0",
        "message": "If you use this corpus, please cite it, and the works that its card names.",
        "type": "dataset",
        "title": "Tales",
        "version": "1.2.0",
        "authors": [{"family-names": "Ana", "given-names": "A."}, {"name": "The Tellers"}],
        "abstract": "Four tales.",
        "doi": "10.1234/ab",
        "license": "CC0-1.0",
        "keywords": ["named entity recognition", "projected silver", "Spanish"],
        "references": [
            {"type": "data", "title": "Birds", "authors": [{"family-names": "Bo", "given-names": "B."}]},
        ],
    }


def test_what_nobody_knows_is_not_made_up() -> None:
    croissant, citation = _files(manifest(arb=arabic(), jpn=voted()))
    assert citation["authors"] == [{"name": "The makers of little"}]
    assert citation.keys().isdisjoint({"license", "doi", "url", "abstract", "references"})
    assert croissant["license"] == ["unknown", "CC-BY-SA-4.0"]
    assert croissant.keys().isdisjoint({"creator", "url", "identifier"})


def test_where_a_corpus_is_published_changes_no_companion() -> None:
    facts = manifest(spa=language())
    assert _files(facts) == _files({**facts, "repo_id": "org/little"})


def test_every_split_is_a_record_set_of_its_file() -> None:
    croissant, _ = _files(manifest(spa=language()))
    files = {one["@id"]: one["sha256"] for one in croissant["distribution"]}
    assert files == {"spa/train-0.parquet": "0", "spa/test-0.parquet": "0"}
    assert [one["@id"] for one in croissant["recordSet"]] == ["spa/train", "spa/test"]
    assert croissant["recordSet"][0]["field"][2] == {
        "@type": "cr:Field",
        "@id": "spa/train/ner_tags",
        "name": "ner_tags",
        "repeated": True,
        "dataType": "sc:Integer",
        "source": {"fileObject": {"@id": "spa/train-0.parquet"}, "extract": {"column": "ner_tags"}},
    }


def test_a_split_of_several_files_is_a_record_set_for_each() -> None:
    file = {"bytes": 5, "size": 3, "sha256": "0"}
    parts = [{"file": f"spa/train-{k}.parquet", "rows": 2, **file} for k in range(2)]
    split = {"file": "spa/train-0.parquet", "rows": 4, "bytes": 10, "size": 6, "sha256": "1", "parts": parts}
    croissant, _ = _files(manifest(spa=language(splits={"train": split})))
    assert [one["@id"] for one in croissant["distribution"]] == ["spa/train-0.parquet", "spa/train-1.parquet"]
    assert [one["@id"] for one in croissant["recordSet"]] == ["spa/train-1", "spa/train-2"]
    sources = [one["field"][0]["source"]["fileObject"]["@id"] for one in croissant["recordSet"]]
    assert sources == ["spa/train-0.parquet", "spa/train-1.parquet"]


def test_mlcroissant_reads_the_rows(tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    features = features_for(["PER", "LOC"], Layout(links=True, distribution="target"))
    entity = {"start": 0, "end": 1, "label": "PER", "score": 0.5}
    entity |= {"source_start": 0, "source_end": 1, "confidence": 0.25}
    row = {name: [] if name != "score" else 1.0 for name in features}
    row |= {"id": "a", "tokens": ["Ana", "ve"], "ner_tags": [1, 0], "alignment": "0-0", "entities": [entity]}
    row |= {"distribution": [[0.5] * 5, [0.25] * 5]}
    data = datasets.Dataset.from_list([row, {**row, "id": "b", "entities": []}], features=features)
    (tmp_path / "spa").mkdir()
    file = tmp_path / "spa" / "train-0.parquet"
    data.to_parquet(str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    split = {"file": "spa/train-0.parquet", "rows": 2, "bytes": 1, "size": file.stat().st_size, "sha256": digest}
    columns = datasets.DatasetInfo(features=features)._to_yaml_dict()["features"]
    facts = manifest(spa=language(features=columns, splits={"train": split}, recipe=recipe(about=ABOUT)))
    for name, text in companions(CorpusFacts.of(facts)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    corpus = mlcroissant.Dataset(jsonld=str(tmp_path / "croissant.json"))
    first, second = corpus.records("spa/train")
    assert not corpus.metadata.ctx.issues.errors
    assert first["spa/train/tokens"] == [b"Ana", b"ve"]
    assert first["spa/train/ner_tags"] == [1, 0]
    assert first["spa/train/distribution"] == [[0.5] * 5, [0.25] * 5]
    assert [{key.rpartition("/")[2]: value for key, value in one.items()} for one in first["spa/train/entities"]] == [
        {**entity, "label": b"PER"}
    ]
    assert second["spa/train/entities"] == []
