from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import langcodes
import pytest
from huggingface_hub import ModelCard

from silverner.dataset_cards.vocabulary import LICENCES
from silverner.students.provenance import provenance
from silverner.students.strategies.soft import Soft
from silverner.students.student import train_student
from silverner.students.training_config import TrainingConfig
from tests.dataset_cards.manifests import language, manifest, model, recipe
from tests.students.corpora import quick, write_corpus, write_gold
from tests.taggers import write_tagger


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that NLLB translated, gold, and a tagger with a card."""
    folder = tmp_path_factory.mktemp("cards")
    write_corpus(folder / "corpus")
    nllb = model("translator", "facebook/nllb-200-3.3B", "cc-by-nc-4.0")
    facts = manifest(swh=language(models=[nllb], recipe=recipe(license="cc-by-4.0")))
    (folder / "corpus" / "manifest.json").write_text(json.dumps({**facts, "repo_id": "ana/silver-swahili"}))
    write_gold(folder / "gold.conll")
    write_tagger("bert", folder / "tagger", learn=True)
    (folder / "tagger" / "README.md").write_text("---\nlicense: mit\nbase_model: some/encoder\n---\n# Tagger\n")
    return folder


def test_a_card_is_one_that_the_hub_reads(home: Path, tmp_path: Path) -> None:
    config = quick("hard", home / "tagger", home / "corpus", test=home / "gold.conll")
    results = train_student(config, tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text()
    data = ModelCard(text, ignore_metadata_errors=False).data
    assert (data.license, data.base_model, data.datasets) == ("cc-by-nc-4.0", "some/encoder", ["ana/silver-swahili"])
    assert data.language == "sw"
    assert langcodes.tag_is_valid(data.language)
    assert data.license in LICENCES
    measured = {one.metric_type: one.metric_value for one in data.eval_results}
    scores = results["scores"]["test"]
    assert measured == {name: round(scores[name] / 100, 4) for name in ("f1", "precision", "recall")}
    assert {one.dataset_name for one in data.eval_results} == {"gold.conll"}
    assert {one.task_type for one in data.eval_results} == {"token-classification"}
    assert "Licence: **cc-by-nc-4.0** (no commercial use)" in text
    assert "corpus corpus (cc-by-nc-4.0); model tagger (mit)" in text
    assert str(home) not in text


def _made_from(config: TrainingConfig, **changes: Any) -> dict[str, Any]:
    return provenance(replace(config, **changes))


def test_the_strictest_part_decides(home: Path, tmp_path: Path) -> None:
    teacher = Path(shutil.copytree(home / "tagger", tmp_path / "teacher"))
    (teacher / "README.md").write_text("---\nlicense: cc-by-nc-sa-4.0\n---\n")
    free = write_corpus(tmp_path / "free")
    card = (free / "README.md").read_text()
    (free / "README.md").write_text(card.replace("---\n", "---\nlicense: cc0-1.0\n", 1))
    config = quick("hard", home / "tagger", free)
    made_from = provenance(config)
    assert (made_from["license"], made_from["datasets"]) == ("mit", [])
    assert _made_from(config, strategy=Soft(teachers=(str(teacher),)))["license"] == "cc-by-nc-sa-4.0"
    assert _made_from(config, model="dslim/bert-base-NER")["base_model"] == "dslim/bert-base-NER"
    (free / "README.md").write_text(card)
    assert provenance(config)["license"] == "unknown"


def test_a_model_that_is_not_trained_has_its_own_licence_and_no_dataset(home: Path) -> None:
    made_from = provenance(quick("transfer", home / "tagger", home / "corpus"))
    assert (made_from["license"], made_from["datasets"]) == ("mit", [])


def test_a_card_of_a_stranger_stops_no_training(home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tagger = Path(shutil.copytree(home / "tagger", tmp_path / "tagger"))
    (tagger / "README.md").write_text("---\nlicense: !!python/name:os.system x\n---\n")
    config = quick("transfer", tagger, home / "corpus")
    assert provenance(config)["license"] == "unknown"
    assert "tagger: its licence is not known: " in caplog.text


def test_licences_that_exclude_each_other_are_not_made_up(home: Path, tmp_path: Path) -> None:
    tagger = Path(shutil.copytree(home / "tagger", tmp_path / "tagger"))
    (tagger / "README.md").write_text("---\nlicense: gpl-3.0\n---\n")
    config = quick("hard", tagger, home / "corpus")
    assert provenance(config)["license"] == "other"


def test_a_configuration_that_is_no_language_is_not_named_as_one(home: Path) -> None:
    config = quick("transfer", home / "tagger", home / "corpus")
    assert _made_from(config, language="default")["language"] is None
