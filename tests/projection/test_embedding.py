from __future__ import annotations

import pickle
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import softmax

from projection.alignment import EmbeddingAligner, SimAlignReference
from projection.alignment.similarity import METHODS, both_ways, cosine
from projection.encoder import Encoder
from projection.errors import DataError, MissingEngineError, MissingFileError, UsageError
from projection.models import Checkpoint, model_signature
from tests.tiny import FAMILIES, TEXT, write_model

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split()})


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {family: write_model(family, root / family) for family in FAMILIES}


def _model(folder: Path) -> Checkpoint:
    return Checkpoint(name=str(folder))


def _pairs(count: int, longest: int = 14) -> tuple[list[list[str]], list[list[str]]]:
    rng = random.Random(count)
    sides = [[rng.choices(WORDS, k=rng.randint(1, longest)) for _ in range(count)] for _ in "st"]
    return sides[0], sides[1]


@pytest.mark.parametrize("method", ["inter", "itermax", "mwmf"])
@pytest.mark.parametrize("level", ["subword", "word"])
@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_batched_links_are_those_of_the_simalign_package(
    folders: dict[str, Path], family: str, level: str, method: str
) -> None:
    sources, targets = _pairs(25)
    model = str(folders[family])
    ours = EmbeddingAligner(Checkpoint(name=model), rule=method, level=level, layer=2).align(sources, targets)  # type: ignore[arg-type]
    package = SimAlignReference(model, method=method, level=level, layer=2).align(sources, targets)  # type: ignore[arg-type]
    for k, (a, b) in enumerate(zip(ours, package, strict=True)):
        assert [link[:2] for link in a.forward] == [link[:2] for link in b.forward], (sources[k], targets[k])


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_vectors_do_not_depend_on_the_batch(folders: dict[str, Path], family: str) -> None:
    sentences, _ = _pairs(9)
    together = Encoder(_model(folders[family]), layer=2, batch_size=64).encode(sentences)
    for k, sentence in enumerate(sentences):
        alone = Encoder(_model(folders[family]), layer=2, batch_size=1).encode([sentence])[0] if k < 3 else None
        if alone is not None:
            np.testing.assert_allclose(together[k].vectors, alone.vectors, atol=1e-5)
            assert list(together[k].words) == list(alone.words)
        assert set(together[k].words) == set(range(len(sentence)))


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_short_sentence_has_the_vectors_of_the_plain_model(folders: dict[str, Path], family: str) -> None:
    words = ["Ana", "visits", "Kenya"]
    model, tokenizer = Checkpoint(name=str(folders[family])).load("encoder")
    inputs = tokenizer(words, is_split_into_words=True, return_tensors="pt")
    inner = [k for k, word in enumerate(inputs.word_ids()) if word is not None]
    with torch.inference_mode():
        arguments = {"input_ids": inputs["input_ids"], "attention_mask": inputs["attention_mask"]}
        expected = model(**arguments, output_hidden_states=True).hidden_states[2][0, inner].numpy()
    got = Encoder(_model(folders[family]), layer=2).encode([words])[0]
    np.testing.assert_allclose(got.vectors, expected, atol=1e-5)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_sentence_longer_than_the_model_is_read_to_its_end(folders: dict[str, Path], family: str) -> None:
    long = random.Random(1).choices(WORDS, k=700)
    encoded = Encoder(_model(folders[family]), layer=2).encode([long, ["Ana"]])
    assert set(encoded[0].words) == set(range(700))
    assert np.abs(encoded[0].vectors).sum(axis=1).min() > 0
    links = EmbeddingAligner(_model(folders[family]), rule="mwmf", layer=2).align([long], [long])[0].forward
    assert max(i for i, _, _ in links) > 600


def test_empty_sides_and_words_without_subwords_do_not_break_a_batch(folders: dict[str, Path]) -> None:
    model = str(folders["bert"])
    sources = [["Ana", "\u200b", "Kenya"], [], ["🎉", "Ana"], ["Ana"]]
    targets = [["Ana", "Kenia"], ["Ana"], ["Ana"], []]
    for rule in ("inter", "itermax", "mwmf", "softmax"):
        pairs = EmbeddingAligner(Checkpoint(name=model), rule=rule, layer=2).align(sources, targets)  # type: ignore[arg-type]
        assert [bool(pair.forward) for pair in pairs] == [True, False, True, False]
        assert all(0.0 <= w <= 1.0 for pair in pairs for _, _, w in pair.forward)
        assert 1 not in {i for i, _, _ in pairs[0].forward}


def test_softmax_links_are_likely_both_ways() -> None:
    rng = np.random.default_rng(5)
    source, target = rng.normal(size=(4, 8)), rng.normal(size=(6, 8))
    mask, weights = both_ways(source, target, 0.1)
    for i in range(4):
        for j in range(6):
            forward = softmax([source[i] @ t for t in target])[j]
            backward = softmax([s @ target[j] for s in source])[i]
            assert mask[i, j] == (forward > 0.1 and backward > 0.1)
            assert weights[i, j] == pytest.approx(min(forward, backward))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_rules_hold_on_matrices_of_one_row_or_column(method: str) -> None:
    for shape in ((1, 1), (1, 5), (5, 1), (2, 7), (3, 3)):
        mask = METHODS[method](np.random.default_rng(3).random(shape))  # type: ignore[index]
        assert mask.shape == shape
        assert mask.any()
        if method != "itermax":
            assert mask.sum(axis=0).max() == mask.sum(axis=1).max() == 1


def test_the_cosine_of_nothing_is_no_error() -> None:
    assert cosine(np.zeros((1, 3)), np.ones((2, 3))).tolist() == [[0.5, 0.5]]


def test_an_aligner_travels_without_its_model(folders: dict[str, Path]) -> None:
    aligner = EmbeddingAligner(_model(folders["bert"]), layer=2)
    before = aligner.align([["Ana"]], [["Ana"]])
    assert len(pickle.dumps(aligner)) < 2000
    assert pickle.loads(pickle.dumps(aligner)).align([["Ana"]], [["Ana"]]) == before


def test_the_signature_follows_the_weights(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folders["bert"], tmp_path / "copy"))
    assert model_signature(str(copy)) == model_signature(str(folders["bert"]))
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert model_signature(str(copy)) != model_signature(str(folders["bert"]))


def test_what_is_missing_is_one_clear_line(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingFileError, match=r"no cached model 'nobody/nothing'.*hf download nobody/nothing"):
        EmbeddingAligner(Checkpoint(name="nobody/nothing")).check()
    with pytest.raises(UsageError, match=r"layer 8: .* has layers 0 to 3"):
        EmbeddingAligner(_model(folders["bert"])).align([["Ana"]], [["Ana"]])
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(MissingFileError, match="cannot load the model"):
        EmbeddingAligner(_model(tmp_path)).align([["Ana"]], [["Ana"]])
    with pytest.raises(DataError, match="pair 1: the simalign package reads 510 subwords"):
        SimAlignReference(str(folders["bert"]), layer=2).align([["Ana"], ["Ana"] * 600], [["Ana"], ["Ana"]])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"'torch' is not installed: pip install 'silverner\[neural\]'"):
        EmbeddingAligner(_model(folders["bert"])).check()
