"""GLiNER as labeller: what the plain model says, in windows, and nothing beyond the model is read or fetched."""

from __future__ import annotations

import json
import pickle
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
import torch

gliner = pytest.importorskip("gliner", reason="needs the extra: pip install 'silverner[gliner]'")

from silverner.builders.build import BuildOptions, build  # noqa: E402
from silverner.builders.recipe.load import load_recipe  # noqa: E402
from silverner.projection.chain import ShardStore  # noqa: E402
from silverner.projection.errors import MissingFileError, RecipeError, SilvernerError, UsageError  # noqa: E402
from silverner.projection.labelling.gliner import Gliner  # noqa: E402
from silverner.projection.neural.checkpoint import Checkpoint  # noqa: E402
from tests.corpora import write_corpus  # noqa: E402
from tests.gliners import write_gliner  # noqa: E402
from tests.tiny import TEXT  # noqa: E402

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split()})
KINDS = {"bert": "markerV0", "xlm-roberta": "token_level"}
LEAST = 0.3
"""A threshold that some spans of random weights pass, and some do not."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("gliners")
    folders = {family: write_gliner(family, root / family, span_mode=mode) for family, mode in KINDS.items()}
    for folder in folders.values():
        shutil.rmtree(folder.parent / "backbone")  # the model has all it needs
    return folders


def _labeller(folder: Path, **options: Any) -> Gliner:
    given: dict[str, Any] = {"labels": ["PER", "LOC"], "threshold": LEAST, **options}
    return Gliner(Checkpoint(name=str(folder)), **given)


def _sentences(count: int, *, longest: int = 10) -> list[list[str]]:
    rng = random.Random(count)
    return [rng.choices([word for word in WORDS if word.isalpha()], k=rng.randint(1, longest)) for _ in range(count)]


@pytest.mark.parametrize("family", KINDS)
def test_the_labeller_says_what_the_plain_model_says(folders: dict[str, Path], family: str) -> None:
    sentences = _sentences(9)
    model = gliner.GLiNER.from_pretrained(str(folders[family]), local_files_only=True).eval()
    prompts = {"names of people": "PER", "location": "LOC"}
    total = 0
    labeller = _labeller(folders[family], descriptions={"PER": "names of people"})
    for words, labelling in zip(sentences, labeller.label(sentences), strict=True):
        (plain,) = model.inference([" ".join(words)], list(prompts), threshold=LEAST)
        expected = [(" ".join(one["text"].split()), prompts[one["label"]]) for one in plain]
        assert [(" ".join(words[s.start : s.end]), s.label) for s in labelling.spans] == expected
        for span, one in zip(labelling.spans, plain, strict=True):
            assert span.confidence == pytest.approx(one["score"], abs=1e-4)
        total += len(expected)
    assert total > 9


@pytest.mark.parametrize("family", KINDS)
def test_a_labelling_does_not_depend_on_the_batch(folders: dict[str, Path], family: str) -> None:
    sentences = _sentences(8)
    together = _labeller(folders[family]).label(sentences)
    for options in ({"batch_size": 1}, {"batch_tokens": 64}):
        for one, other in zip(
            together, _labeller(folders[family], **options).label(sentences[::-1])[::-1], strict=True
        ):
            assert [(s.start, s.end, s.label) for s in one.spans] == [(s.start, s.end, s.label) for s in other.spans]
            assert [s.confidence for s in one.spans] == pytest.approx([s.confidence for s in other.spans], abs=1e-4)


@pytest.mark.filterwarnings("error:.*truncated")
@pytest.mark.parametrize("family", KINDS)
def test_a_long_sentence_is_read_in_windows_to_its_end(folders: dict[str, Path], family: str) -> None:
    words = random.Random(3).choices(WORDS, k=300)
    (labelling,) = _labeller(folders[family]).label([words])
    assert max(span.end for span in labelling.spans) > 280
    for left, right in zip(labelling.spans, labelling.spans[1:], strict=False):
        assert left.end <= right.start


def test_odd_words_break_nothing(folders: dict[str, Path]) -> None:
    sentences = [[], ["\u200b"], ["Ana", "\u200b", "🎉"], ["", "Kenya"], ["x" * 3000, "Ana"]]
    labelled = _labeller(folders["bert"], distribution=True).label(sentences)
    assert [one.distribution.shape for one in labelled if one.distribution is not None] == [
        (len(sentence), 5) for sentence in sentences
    ]
    assert labelled[0].spans == ()


def test_the_distribution_holds_the_confidences(folders: dict[str, Path]) -> None:
    (one,) = _labeller(folders["bert"], distribution=True).label([["Ana", "visits", "New", "York"]])
    assert one.distribution is not None and one.distribution.dtype == np.float16
    assert one.distribution.sum(axis=1).tolist() == pytest.approx([1] * 4, abs=5e-3)
    names = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    for span in one.spans:
        assert one.distribution[span.start, names.index(f"B-{span.label}")] == pytest.approx(span.confidence, abs=1e-3)


def test_a_model_travels_without_its_weights_and_settings_follow_what_decides(folders: dict[str, Path]) -> None:
    labeller = _labeller(folders["bert"])
    before = labeller.label([["Ana", "visits", "Kenya"]])
    assert len(pickle.dumps(labeller)) < 3000
    assert pickle.loads(pickle.dumps(labeller)).label([["Ana", "visits", "Kenya"]]) == before
    plain = labeller.settings()
    assert plain["descriptions"] == {"PER": "person", "LOC": "location"}
    for change in (
        {"descriptions": {"PER": "names of people"}},
        {"threshold": 0.5},
        {"distribution": True},
        {"labels": ["PER", "LOC", "DRUG"]},
        {"batch_size": 5},
    ):
        assert _labeller(folders["bert"], **change).settings() != plain
    assert _labeller(folders["xlm-roberta"]).settings()["model"] != plain["model"]


def _with(file: str, **keys: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        settings = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps({**settings, **keys}))

    return spoil


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


def _adapter(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere/adapter_config.json").write_text("{}")
    _with("gliner_config.json", model_name=str(folder.parent / "elsewhere"))(folder)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_pickled, "has no weights as safetensors .*, and pickled weights are not read, because they can run"),
        (_with("gliner_config.json", encoder_config=None), r"says nothing of its encoder .* would be fetched, too; on"),
        (_with("gliner_config.json", labels_encoder="x/y"), r"a GLiNER of another kind \(labels_encoder\)"),
        (_with("gliner_config.json", model_type="gliner_streaming_span"), r"of another kind \(streaming\)"),
        (
            _with("gliner_config.json", encoder_config={"model_type": "bert", "auto_map": {"AutoModel": "evil.M"}}),
            "it brings Python code of its own .auto_map.",
        ),
        (_with("gliner_config.json", encoder_config={"model_type": "evil"}), "is of the family 'evil', which the"),
        (_with("gliner_config.json", _attn_implementation="evil/kernel"), "'evil/kernel' in gliner_config.json"),
        (_with("tokenizer_config.json", auto_map={"AutoTokenizer": ["evil.T", None]}), "it brings Python code of its"),
        (_adapter, "model_name in gliner_config.json points at the adapter"),
        (lambda folder: (folder / "tokenizer_config.json").unlink(), "has no tokenizer beside it .*; on a machine"),
        (lambda folder: (folder / "gliner_config.json").unlink(), "is no GLiNER model: it has no gliner_config.json"),
        (_with("gliner_config.json", hidden_size=64), r"cannot load the model .*: "),
    ],
)  # fmt: skip
def test_what_reaches_beyond_the_model_is_refused_in_one_line(
    folders: dict[str, Path], tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    folder = shutil.copytree(folders["bert"], tmp_path / "model")
    spoil(folder)
    with pytest.raises(SilvernerError, match=message) as caught:
        _labeller(folder).label([["Ana"]])
    assert "\n" not in str(caught.value)


def test_missing_weights_are_no_random_numbers(folders: dict[str, Path], tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(folders["bert"], tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights.pop(next(name for name in weights if "rnn" in name))
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(UsageError, match="lacks weights that its gliner_config"):
        _labeller(folder).label([["Ana"]])


def test_what_does_not_fit_is_said_before_any_work(folders: dict[str, Path]) -> None:
    with pytest.raises(MissingFileError, match=r"no cached model 'nobody/nothing'.*hf download nobody/nothing"):
        Gliner(Checkpoint(name="nobody/nothing"), labels=["PER"]).check()
    with pytest.raises(UsageError, match="the labels PER and NAME would both be described as 'person'"):
        _labeller(folders["bert"], labels=["PER", "NAME"], descriptions={"NAME": "person"}).check()
    with pytest.raises(
        UsageError, match=r"labels and their descriptions take \d+ subwords, .*shorten the descriptions"
    ):
        _labeller(folders["bert"], descriptions={"PER": "word " * 600}).label([["Ana"]])


def _rows(path: Path) -> list[dict[str, Any]]:
    work = BuildOptions(out=path.parent / "out", store=ShardStore(path.parent / "store"))
    build(load_recipe(str(path)), ["spa"], work)
    return list(datasets.load_dataset(str(work.out), "spa", split="train"))


def test_a_recipe_labels_and_proposes_with_it(folders: dict[str, Path], tmp_path: Path) -> None:
    engine = {"engine": "gliner", "model": "model", "license": "mit", "threshold": LEAST}
    alone = {"source": ..., "aligner": ..., "filters": {}, "keep": {}, "method": "model-transfer"}
    recipes: dict[str, dict[str, Any]] = {
        "labels": {**alone, "labeller": {**engine, "descriptions": {"PER": "names of people"}}},
        "proposes": {"candidates": {"engine": "union", "tagger": engine}},
    }
    for name, keys in recipes.items():
        path = write_corpus(tmp_path / name, **keys)
        shutil.copytree(folders["bert"], path.parent / "model")
        rows = _rows(path)
        assert len(rows) == 3, name
        assert sum(len(row["entities"]) for row in rows) > 2, name


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"descriptions": {"PRE": "people"}}, "descriptions: 'PRE' is not among the labels; .*did you mean PER"),
        ({"descriptions": {"PER": " "}}, "descriptions: that of 'PER' is empty"),
        ({"tokenizer": "other"}, "a GLiNER model has its own tokenizer; leave tokenizer out"),
        ({"threshold": 1}, "threshold"),
    ],
)
def test_wrong_keys_are_refused(tmp_path: Path, keys: dict[str, Any], message: str) -> None:
    labeller = {"engine": "gliner", "model": "model", **keys}
    alone = {"source": ..., "aligner": ..., "filters": {}, "keep": {}, "method": "model-transfer"}
    path = write_corpus(tmp_path, **alone, labeller=labeller)
    with pytest.raises((RecipeError, UsageError), match=message):
        _rows(path)
