from __future__ import annotations

from typing import Any

import yaml

from dataset_cards import render_card


def _language(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "language": {"code": "spa", "name": "Spanish", "bcp47": "es", "script": "Latn"},
        "source_language": {"code": "eng", "name": "English", "bcp47": "en", "script": "Latn"},
        "version": "1.2.0",
        "signature": "0123456789abcdef",
        "counts": {"kept": 1200, "dropped": {"lost-entity": 34}, "entities": {"PER": 1000, "LOC": 5}},
        "measured": {"f1": 81.234, "f1_all": 79.0},
        "limit": None,
        "features": [{"name": "id", "dtype": "string"}],
        "splits": {"train": {"file": "spa/train-0.parquet", "rows": 1200, "bytes": 10, "size": 7}},
        "recipe": {
            "license": "cc0-1.0",
            "source": {"language": "eng"},
            "method": "parallel",
            "aligner": {"engine": "eflomal"},
            "translator": None,
            "score": "fused",
            "matcher": "exact",
        },
    }
    return {**facts, **changes}


def test_front_matter_names_files_sizes_versions_and_licence() -> None:
    card = render_card({"name": "little", "languages": {"spa": _language()}})
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["configs"] == [
        {
            "config_name": "spa",
            "version": "1.2.0",
            "data_files": [{"split": "train", "path": "spa/train-0.parquet"}],
        }
    ]
    assert front["dataset_info"][0]["splits"] == [{"name": "train", "num_bytes": 10, "num_examples": 1200}]
    assert (front["license"], front["language"], front["annotations_creators"]) == (
        "cc0-1.0",
        ["es"],
        ["machine-generated"],
    )


def test_the_table_states_measured_facts() -> None:
    card = render_card({"name": "little", "languages": {"spa": _language()}})
    row = "| `spa` | Spanish | 1.2.0 | train 1,200 | 34 lost-entity | PER 1,000, LOC 5 | 81.2 (79.0) |"
    assert row in card.splitlines()
    assert "- `spa`: parallel, eflomal, fused score, exact matching, `0123456789abcdef`" in card.splitlines()


def test_what_was_not_measured_is_said_so() -> None:
    counts = {"kept": 1, "dropped": {}, "entities": {}}
    card = render_card({"name": "little", "languages": {"spa": _language(measured=None, counts=counts)}})
    assert "| none | none | not measured |" in card


def test_two_licences_are_not_merged_into_one() -> None:
    other = _language(recipe={**_language()["recipe"], "license": "mit"})
    card = render_card({"name": "little", "languages": {"deu": other, "spa": _language()}})
    assert "license" not in yaml.safe_load(card.split("---\n")[1])


def test_the_card_says_once_how_the_labels_came_to_be() -> None:
    spanish, german = (
        _language(),
        _language(language={"code": "deu", "name": "German", "bcp47": "de", "script": "Latn"}),
    )
    card = render_card({"name": "little", "languages": {"spa": spanish, "deu": german}})
    assert card.count("A program carried the labels of English text over to its translations by people.") == 1
    found = {**_language()["recipe"], "labeller": {"engine": "tagger", "model": "m"}}
    card = render_card({"name": "little", "languages": {"spa": _language(recipe=found)}})
    assert "the labels of the English text were found by a model. A program carried" in card
