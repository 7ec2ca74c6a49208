"""A tiny corpus as ``silverner build`` publishes them, and what trains on it in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
from safetensors.torch import load_file

from silverner.projection.spans import spans_from_tags, tag_names
from silverner.students.strategies import STRATEGIES
from silverner.students.training_config import TrainerSettings, TrainingConfig
from tests.taggers import NAMES, TAGS
from tests.tiny import TEXT

LABELS = ("PER", "LOC")
CONFIDENCE = 0.75
ENTITY = {
    "start": datasets.Value("int32"),
    "end": datasets.Value("int32"),
    "label": datasets.Value("string"),
    "score": datasets.Value("float64"),
    "confidence": datasets.Value("float64"),
}
MAP: dict[str, str | None] = {"MISC": None}


def sentences(number: int = 24) -> list[list[str]]:
    """Pieces of the text the tiny tokenizers know, no two alike."""
    words = " ".join(TEXT[:3]).split()
    return [words[k % 30 : k % 30 + 3 + k % 7] for k in range(number)]


def tags_of(tokens: Sequence[str]) -> list[str]:
    names = [TAGS[NAMES.get(token, 0)] for token in tokens]
    tags = ["O" if name.endswith("MISC") else name for name in names]
    return [
        "B-LOC" if tag == "I-LOC" and (k == 0 or not tags[k - 1].endswith("LOC")) else tag for k, tag in enumerate(tags)
    ]


def write_corpus(
    folder: Path, *, soft: bool = False, parallel: bool = False, twice: bool = False, number: int = 24
) -> Path:
    """Write a corpus folder with the config ``swh``; return it.

    :param soft: With a teacher's distributions.
    :param parallel: With a source, which is the text itself, and every fifth sentence has lost its entities; those
        left have a confidence.
    :param twice: With one id for the first two rows.
    """
    names = tag_names(LABELS)
    rows = sentences(number)
    tags = [[names.index(tag) for tag in tags_of(row)] for row in rows]
    features = {
        "id": datasets.Value("string"),
        "tokens": datasets.List(datasets.Value("string")),
        "ner_tags": datasets.List(datasets.ClassLabel(names=names)),
        "score": datasets.Value("float64"),
        "flags": datasets.List(datasets.Value("string")),
    }
    columns: dict[str, list[Any]] = {
        "id": [f"s{k}" for k in range(number)],
        "tokens": rows,
        "ner_tags": tags,
        "score": [1 - k / 100 for k in range(number)],
        "flags": [["weak-entity"] if k % 6 == 0 else [] for k in range(number)],
    }
    if twice:
        columns["id"][1] = columns["id"][0]
    if soft:
        features["distribution"] = datasets.List(datasets.List(datasets.Value("float16")))
        columns["distribution"] = [
            np.where(np.eye(len(names))[row] > 0, 0.9, 0.1 / (len(names) - 1)).astype(np.float16).tolist()
            for row in tags
        ]
    if parallel:
        features |= {"source_tokens": features["tokens"], "source_ner_tags": features["ner_tags"]}
        features["alignment"] = datasets.Value("string")
        columns |= {"source_tokens": rows, "source_ner_tags": tags}
        columns["alignment"] = [" ".join(f"{i}-{i}" for i in range(len(row))) for row in rows]
        columns["ner_tags"] = [[0] * len(row) if k % 5 == 0 else row for k, row in enumerate(tags)]
        features["entities"] = datasets.List(ENTITY)
        columns["entities"] = [
            [asdict(span) | {"score": 1.0, "confidence": CONFIDENCE} for span in spans_from_tags(row)]
            for row in ([names[number] for number in row] for row in columns["ner_tags"])
        ]
    table = datasets.Dataset.from_dict(columns, features=datasets.Features(features))
    # The name says what is in it, as that of a published file does: the library's cache knows files by their names.
    name = f"train-{number}{'-soft' * soft}{'-parallel' * parallel}{'-twice' * twice}.parquet"
    (folder / "swh").mkdir(parents=True)
    table.to_parquet(str(folder / "swh" / name))
    (folder / "README.md").write_text(
        f"---\nconfigs:\n- config_name: swh\n  data_files:\n  - split: train\n    path: swh/{name}\n---\n"
    )
    return folder


def write_gold(path: Path, number: int = 12) -> Path:
    rows = sentences(number)
    path.write_text("".join("".join(f"{w}\t{t}\n" for w, t in zip(r, tags_of(r), strict=True)) + "\n" for r in rows))
    return path


def quick(strategy: str, model: Path, data: Path, **more: Any) -> TrainingConfig:
    """Describe a student that is trained in a second or two; ``more`` are options of its strategy and of the config."""
    kind = STRATEGIES.get(strategy)
    options = {name: more.pop(name) for name in kind.options() if name in more}
    training = TrainerSettings(**{"epochs": 2, "rate": 5e-3, "batch": 4, "seed": 1, **more.pop("training", {})})
    return TrainingConfig(
        strategy=kind(**options),
        model=str(model),
        data=str(data),
        language="swh",
        label_map=MAP,
        training=training,
        device="cpu",
        **{"overlap": "keep", **more},  # the gold of these tests is text of their corpus
    )


class Killed(Exception):  # noqa: N818 no error of the project
    """Stands for a kill: nothing that runs afterwards may know of it."""


def same_weights(first: Path, second: Path) -> bool:
    """Tell whether the students in two folders have the same weights, to the last bit."""
    one, other = (load_file(folder / "model.safetensors") for folder in (first, second))
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
