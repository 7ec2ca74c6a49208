"""Manifests to render cards from, with every fact a build writes."""

from __future__ import annotations

from typing import Any

TAGS = {str(k): tag for k, tag in enumerate(("O", "B-PER", "I-PER", "B-LOC", "I-LOC"))}
FEATURES: list[dict[str, Any]] = [
    {"name": "id", "dtype": "string"},
    {"name": "tokens", "list": "string"},
    {"name": "ner_tags", "list": {"class_label": {"names": TAGS}}},
    {"name": "source_tokens", "list": "string"},
]


METHODS: dict[str, dict[str, Any]] = {
    "parallel": {
        "name": "parallel",
        "sentence": "A program carried the labels of {source} text over to its translations by people.",
        "translates_text": False,
        "projects": True,
    },
    "translate-test": {
        "name": "translate-test",
        "sentence": "A program translated text of each language below into {source}.",
        "translates_text": False,
        "projects": True,
    },
    "vote": {
        "name": "vote",
        "sentence": "Several methods labelled text of each language below and voted on its entities.",
        "translates_text": False,
        "projects": False,
    },
}


def language_facts(code: str, name: str, bcp47: str, script: str = "Latn", *, spaced: bool = True) -> dict[str, Any]:
    return {"code": code, "name": name, "bcp47": bcp47, "script": script, "spaced": spaced}


ENGLISH = language_facts("eng", "English", "en")
SPANISH = language_facts("spa", "Spanish", "es")


def model(role: str, name: str, licence: str | None, **changes: Any) -> dict[str, Any]:
    pinned = {"revision": "main", "commit": "0f1e2d3c4b5a", "pinned": False}
    return {"role": role, "name": name, "licence": licence, "parameters": None, "says": None, **pinned, **changes}


def recipe(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "license": "cc0-1.0",
        "source": {"language": "eng", "files": {"train": "eng.conll"}, "dataset": None},
        "target": {"files": {"train": "spa.txt"}, "dataset": None},
        "method": "parallel",
        "aligner": {"engine": "eflomal", "model": 3},
        "translator": None,
        "labeller": None,
        "score": "fused",
        "matcher": "exact",
        "filters": {"lost-entity": 0.0, "weak-entity": None},
        "voters": None,
    }
    return {**plain, **changes}


def language(**changes: Any) -> dict[str, Any]:
    counts = {
        "input": 1234,
        "kept": 1200,
        "dropped": {"empty-target": 4, "lost-entity": 30},
        "flags": {"lost-entity": 30, "weak-entity": 7},
        "entities": {"PER": 1000, "LOC": 5},
        "source_entities": 1010,
        "lost_entities": 5,
    }
    sample = {
        "split": "train",
        "id": "a-1",
        "tokens": ["Ana", "visita", "Nueva", "York"],
        "spans": [[0, 1, "PER"], [2, 4, "LOC"]],
        "source_tokens": ["Ana", "visits", "New", "York"],
        "source_spans": [[0, 1, "PER"], [2, 4, "LOC"]],
    }
    facts: dict[str, Any] = {
        "language": SPANISH,
        "source_language": ENGLISH,
        "version": "1.2.0",
        "signature": "0123456789abcdef",
        "silverner": "0.1.0",
        "counts": counts,
        "rows": {
            "tokens": 9000,
            "labelled": 900,
            "confidence": {"name": "confidence", "mean": 0.9132, "bins": [0, 0, 0, 0, 0, 5, 0, 100, 200, 700]},
        },
        "samples": [sample],
        "example": {
            "id": "a-1",
            "tokens": ["Ana", "<visita>"],
            "ner_tags": [1, 0],
            "source_tokens": ["Ana", "\u202evisits"],
        },
        "measured": {
            "f1": 81.234,
            "precision": 80.0,
            "recall": 82.5,
            "interval": {"low": 78.0, "high": 84.04, "level": 95.0},
            "projection_ratio": 1.01,
            "sentences": 1200,
            "f1_all": 79.0,
            "sentences_all": 1234,
        },
        "limit": None,
        "features": FEATURES,
        "models": [],
        "splits": {
            "train": {"file": "spa/train-0.parquet", "rows": 1000, "bytes": 10, "size": 7, "sha256": "0"},
            "test": {"file": "spa/test-0.parquet", "rows": 200, "bytes": 3, "size": 2, "sha256": "0"},
        },
        "recipe": recipe(),
        "stages": {"source": "0", "flag": "1"},
        "method": METHODS["parallel"],
        "recipe_without_defaults": {"name": "little", "version": "1.2.0", "method": "parallel"},
    }
    return {**facts, **changes}


def manifest(**languages: Any) -> dict[str, Any]:
    return {"layout": 3, "name": "little", "languages": languages or {"spa": language()}}


def arabic() -> dict[str, Any]:
    """A language written from right to left, made by models with unlike licences, measured on nothing."""
    sample = {
        "split": "train",
        "id": "n-7",
        "tokens": ["زار", "محمد", "القاهرة", "."],
        "spans": [[1, 2, "PER"], [2, 3, "LOC"]],
        "source_tokens": ["Mohammed", "visited", "Cairo", "."],
        "source_spans": [[0, 1, "PER"], [2, 3, "LOC"]],
    }
    seq2seq = {"engine": "seq2seq", "model": "facebook/nllb-200-3.3B"}
    made = recipe(
        method="translate-test",
        license="cc-by-4.0",
        source={"language": "eng", "files": None, "dataset": None},
        target={"dataset": "google/xtreme", "config": "PAN-X.ar", "files": {"train": "train"}},
        translator=seq2seq,
        labeller={"engine": "tagger", "model": "english-tagger"},
        aligner={"engine": "awesome", "model": "facebook/nllb-200-3.3B"},
    )
    counts = {**language()["counts"], "copies": 12, "flags": {}, "dropped": {}, "input": 1200}
    return language(
        language=language_facts("arb", "Standard Arabic", "ar", "Arab"),
        recipe=made,
        method=METHODS["translate-test"],
        counts=counts,
        samples=[sample],
        measured=None,
        limit=1200,
        splits={"train": {"file": "arb/train-0.parquet", "rows": 1200, "bytes": 10, "size": 7, "sha256": "0"}},
        models=[
            model("translator", "facebook/nllb-200-3.3B", "cc-by-nc-4.0"),
            model("labeller", "english-tagger", None, revision=None, commit="99aa", pinned=True),
            model("aligner", "facebook/nllb-200-3.3B", "cc-by-nc-4.0"),
        ],
    )


def voted() -> dict[str, Any]:
    """A language several voters labelled, without links, sources or confidence."""
    voters = {
        "carried": {"method": "parallel", "aligner": "eflomal"},
        "tagged": {"method": "model-transfer", "labeller": {"engine": "tagger", "model": "many"}},
    }
    made = recipe(method="vote", voters=voters, aligner=None, filters={}, license="cc-by-sa-4.0")
    counts = {**language()["counts"], "flags": {}, "dropped": {}, "input": 1200, "lost_entities": 0}
    sample = {"split": "train", "id": "v-1", "tokens": ["東", "京", "へ"], "spans": [[0, 2, "LOC"]]}
    return language(
        language=language_facts("jpn", "Japanese", "ja", "Jpan", spaced=False),
        recipe=made,
        method=METHODS["vote"],
        counts=counts,
        rows={"tokens": 9000, "labelled": 1200, "confidence": None},
        samples=[sample],
        measured=None,
        features=FEATURES[:3],
        models=[model("labeller", "many", "mit", revision="c0ffee", commit="c0ffee", pinned=True)],
        splits={"train": {"file": "jpn/train-0.parquet", "rows": 1200, "bytes": 10, "size": 7, "sha256": "0"}},
    )
