"""Datasets of the Hub in the layouts that shipped recipes read: from the Hub, and then offline."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import datasets
import pytest

from tests.hub.double import Double, Repo, running

ROOT = Path(__file__).parents[2]
TAGS = ["O", "B-PER", "I-PER"]
READ = """
import json, sys
from silverner.projection.readers import CorpusFiles, read_corpus
for name, config, revision in json.loads(sys.argv[1]):
    files = {"train": "train", "test": "test"}
    corpus = CorpusFiles(format="hub", dataset=name, config=config, revision=revision, files=files)
    print(json.dumps([[s.split, *s.tokens] for s in read_corpus(corpus, tagged=True)]))
"""
ASKED = [
    ["masakhane/masakhaner2", "swa", "refs/convert/parquet"],
    ["masakhane/masakhaner2", "yor", "refs/convert/parquet"],
    ["eriktks/conll2003", None, "refs/convert/parquet"],
    ["google/xtreme", "PAN-X.sw", "main"],
    ["google/xtreme", "PAN-X.de", "main"],
]
ROWS = [[["train", name], ["test", name]] for name in ("swa", "yor", "conll2003", "PAN-X.sw", "PAN-X.de")]


def _parquet(token: str) -> bytes:
    features = datasets.Features({"tokens": datasets.List(datasets.Value("string")),
                                  "ner_tags": datasets.List(datasets.ClassLabel(names=TAGS))})  # fmt: skip
    written = io.BytesIO()
    datasets.Dataset.from_dict({"tokens": [[token]], "ner_tags": [[1]]}, features=features).to_parquet(written)
    return written.getvalue()


def _card(*configs: str) -> bytes:
    data = [
        {"config_name": config, "data_files": [{"split": s, "path": f"{config}/{s}-*"} for s in ("train", "test")]}
        for config in configs
    ]
    return f"---\nconfigs: {json.dumps(data)}\n---\n".encode()


def _fill(hub: Double) -> None:
    """Put datasets into the Hub as they are there: a script with its converted branch, and one with a card."""
    scripted = {"masakhane/masakhaner2": ("swa", "yor"), "eriktks/conll2003": ("conll2003",)}
    for name, configs in scripted.items():
        repo = hub.repos[name] = Repo()
        repo.add({"README.md": b"a script\n", f"{name.partition('/')[2]}.py": b"raise SystemExit"}, "main")
        converted = {f"{one}/{split}/0000.parquet": _parquet(one) for one in configs for split in ("train", "test")}
        repo.add(converted, "refs/convert/parquet")
    panx = ("PAN-X.de", "PAN-X.sw")
    files = {f"{config}/{s}-00000-of-00001.parquet": _parquet(config) for config in panx for s in ("train", "test")}
    hub.repos["google/xtreme"] = Repo()
    hub.repos["google/xtreme"].add({"README.md": _card(*panx), **files}, "main")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with running() as hub:
        _fill(hub)
        yield {
            **{key: value for key, value in os.environ.items() if key not in {"HF_HUB_OFFLINE", "HF_HUB_CACHE"}},
            "HF_ENDPOINT": hub.url,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HOME": str(tmp_path_factory.mktemp("home")),
            "PYTHONPATH": str(ROOT),
        }


def _read(environment: dict[str, str], asked: list[list[str | None]], **more: str) -> list[list[list[str]]]:
    command = [sys.executable, "-c", READ, json.dumps(asked)]
    done = subprocess.run(command, env={**environment, **more}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_layout_is_read_from_the_hub_and_again_offline(environment: dict[str, str]) -> None:
    assert _read(environment, ASKED) == ROWS
    # Without what the library made of the files, as on a machine to which the files alone were copied.
    assert _read(environment, ASKED, HF_HUB_OFFLINE="1", HF_DATASETS_CACHE=environment["HF_HOME"] + "/empty") == ROWS
