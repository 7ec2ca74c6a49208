"""The shipped recipes for machines with a GPU run as they are printed, without a single ``--set``.

Models of the classes, tokenizers, tags and numbers of layers that the recipes name lie in the cache of the Hub under
their names; they are narrow. The datasets lie below the current folder under theirs, in the layout of the Hub.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets
import pytest
import torch
from huggingface_hub.constants import HF_HUB_CACHE
from transformers import AutoConfig, AutoModel

from silverner import cli
from silverner.builders.recipe.load import shipped_recipes
from silverner.projection.labelling import tagger
from tests.taggers import write_tagger
from tests.tiny import write_model, write_parrot

torch.set_num_threads(1)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
XLMR = ("B-LOC", "B-MISC", "B-ORG", "I-LOC", "I-MISC", "I-ORG", "I-PER", "O")
BERT = ("O", "B-MISC", "I-MISC", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
"""The tags of the two taggers, in their order."""
FAMILIES: dict[str, tuple[str, ...]] = {
    "masakhaner2": ("swh", "yor"),
    "xtreme-wikiann": ("deu", "arb"),
    "conll2003": ("deu", "spa"),
    "labelpigeon": ("deu", "spa"),
}
"""The languages that are built of the recipes whose names begin so."""
RECIPES = sorted(name for name in shipped_recipes() if name.startswith(tuple(FAMILIES)))
TEXTS = {
    "swa": ("Ana anatembelea New York .", "Kenya inaanza .", "Mvua inanyesha ."),
    "yor": ("Ana ṣàbẹ̀wò sí New York .", "Kenya bẹ̀rẹ̀ .", "Òjò ń rọ̀ ."),
    "de": ("Ana besucht New York .", "Kenia beginnt .", "Es regnet ."),
    "ar": ("تزور Ana مدينة New York .", "تبدأ Kenya .", "إنها تمطر ."),
    "conll2003": ("Ana visits New York .", "Kenya begins .", "It rains ."),
}
TUNED = {
    "ychenNLP/nllb-200-3.3B-easyproject": "[Ana] visits [New York].",
    "thennal/nllb-200-3.3B-labelpigeon": "<a>Ana</a> visits <b>New York</b>.",
}
"""Models that were tuned from NLLB, and have no tokenizer here but that one; and what each says."""
TAGS = {"Ana": "B-PER", "New": "B-LOC", "York": "I-LOC", "Kenya": "B-LOC", "Kenia": "B-LOC"}


def _cached(name: str) -> Path:
    """Make the place of a model in the cache of the Hub, as a download of its main branch leaves it."""
    root = Path(HF_HUB_CACHE, f"models--{name.replace('/', '--')}")
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text(COMMIT)
    return root / "snapshots" / COMMIT


def _tagger(family: str, name: str, tags: tuple[str, ...], first: str) -> None:
    words = {word: tags.index(first + tag[2:] if tag.startswith("B-") else tag) for word, tag in TAGS.items()}
    write_tagger(family, _cached(name), tags, learn=True, names=words)


@pytest.fixture(scope="module")
def models() -> Iterator[None]:
    nllb, _ = (
        write_parrot(_cached(name), "Ana visits New York.", layers=12, read=[*TUNED.values()])
        for name in ("facebook/nllb-200-3.3B", "facebook/nllb-200-distilled-600M")
    )
    for name, answer in TUNED.items():
        write_parrot(_cached(name), answer, tokenizer_of=nllb)
    _tagger("xlm-roberta", "FacebookAI/xlm-roberta-large-finetuned-conll03-english", XLMR, "I-")
    _tagger("bert", "dslim/bert-base-NER", BERT, "B-")
    encoder = write_model("bert", _cached("google-bert/bert-base-multilingual-cased"))
    config = AutoConfig.from_pretrained(encoder)
    config.num_hidden_layers = 12
    AutoModel.from_config(config).save_pretrained(encoder)
    yield
    for folder in Path(HF_HUB_CACHE).glob("models--*"):  # other tests find no model there
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``silverner build`` is run in, with copies of the datasets."""
    root = tmp_path_factory.mktemp("printed")
    dated = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-DATE", "I-DATE"]
    for config in ("swa", "yor"):
        for split in ("train", "validation", "test"):
            file = root / f"masakhane/masakhaner2/{config}/{split}/0000.parquet"
            _write(file, TEXTS[config], dated, {"id": list("012")})
    configs = []
    for language in ("de", "ar"):
        name = f"PAN-X.{language}"
        files = [{"split": split, "path": f"{name}/{split}-*"} for split in ("train", "validation", "test")]
        configs.append({"config_name": name, "data_files": files})
        for split in ("train", "validation", "test"):
            sentences = TEXTS[language]
            langs = [[language] * len(sentence.split()) for sentence in sentences]
            file = root / f"google/xtreme/{name}/{split}-00000-of-00001.parquet"
            _write(file, sentences, dated[:7], {"langs": langs})
    (root / "google/xtreme/README.md").write_text(f"---\nconfigs: {json.dumps(configs)}\n---\n")
    for split in ("train", "validation", "test"):
        numbers = [[0] * len(sentence.split()) for sentence in TEXTS["conll2003"]]
        more = {"id": list("012"), "pos_tags": numbers, "chunk_tags": numbers}
        file = root / f"eriktks/conll2003/conll2003/{split}/0000.parquet"
        _write(file, TEXTS["conll2003"], [*dated[:7], "B-MISC", "I-MISC"], more)
    return root


def _write(file: Path, sentences: Sequence[str], tags: Sequence[str], more: Mapping[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    tokens = [sentence.split() for sentence in sentences]
    rows = {"tokens": tokens, "ner_tags": [[TAGS.get(token, "O") for token in row] for row in tokens], **more}
    data = datasets.Dataset.from_dict(rows)
    data.cast_column("ner_tags", datasets.List(datasets.ClassLabel(names=list(tags)))).to_parquet(file)


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_runs_as_it_is_printed(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name.endswith("-small") and importlib.util.find_spec("ctranslate2") is None:
        pytest.skip("needs the extra: pip install 'silverner[ctranslate2]'")
    monkeypatch.chdir(folder)
    languages = next(codes for family, codes in FAMILIES.items() if name.startswith(family))
    command = [
        "build",
        name,
        "--out",
        name,
        "--store",
        "store",
        *(word for code in languages for word in ("--lang", code)),
    ]
    assert cli.main(command) == 0, capsys.readouterr().err
    manifest = json.loads(Path(name, "manifest.json").read_text())
    for code in languages:
        counts = manifest["languages"][code]["counts"]
        assert counts["input"] == 9
        assert counts["kept"] == counts["input"] - sum(counts["dropped"].values()) > 0
        # A translator that says one sentence makes all translated texts copies of each other, of which one is kept.
        assert sum(counts["entities"].values()) > 0 or name.startswith(("conll2003", "labelpigeon"))
    assert cli.main(["check", name]) == 0, capsys.readouterr().out


@pytest.mark.usefixtures("models")
def test_batches_that_did_not_fit_are_named_in_manifest_and_card(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tagger._logits

    def small(model: Any, ids: Any, mask: Any) -> Any:
        if len(ids) > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return whole(model, ids, mask)

    monkeypatch.setattr(tagger, "_logits", small)
    monkeypatch.chdir(folder)
    command = ["build", "masakhaner2-model-transfer", "--out", "halved", "--store", "small", "--lang", "swh"]
    assert cli.main(command) == 0, capsys.readouterr().err
    assert "ran out of memory on a batch of 9; halving it" in capsys.readouterr().err
    manifest = json.loads(Path("halved", "manifest.json").read_text())
    assert manifest["languages"]["swh"]["halved_batches"] == {"label": 1}
    assert "did not fit into memory and were halved (1 of `label`)" in Path("halved", "README.md").read_text()
