from __future__ import annotations

import itertools
import pickle
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import softmax
from simalign import SentenceAligner

from silverner.projection.alignment import AlignedPair, EmbeddingAligner, SimAlignReference, embedding
from silverner.projection.alignment.similarity import LINK_RULES, both_ways, cosine, probabilities
from silverner.projection.errors import DataError, MissingEngineError, MissingFileError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import Encoder
from silverner.projection.neural.model_files import model_signature
from tests.tiny import FAMILIES, TEXT, write_model

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split()})
ENCODER_DECODERS = ["nllb", "m2m100", "marian", "t5"]
ODD = ["🎉", "\u200b", "\u00ad", "[CLS]", "</s>", "<pad>", "<unk>", "ทดสอบ", "東京", "x" * 300]


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
    sources, targets = _pairs(25 if method != "mwmf" else 12)
    model = str(folders[family])
    ours = EmbeddingAligner(Checkpoint(name=model), rule=method, level=level, layer=2).align(sources, targets)  # type: ignore[arg-type]  # strings of the parameters
    package = SimAlignReference(model, method=method, level=level, layer=2).align(sources, targets)  # type: ignore[arg-type]  # strings of the parameters
    for k, (a, b) in enumerate(zip(ours, package, strict=True)):
        assert [link[:2] for link in a.forward] == [link[:2] for link in b.forward], (sources[k], targets[k])


@pytest.mark.parametrize("layer", [0, 1, 3])
def test_every_layer_gives_the_links_of_the_package(folders: dict[str, Path], layer: int) -> None:
    sources, targets = _pairs(30, longest=25)
    ours = EmbeddingAligner(_model(folders["bert"]), layer=layer).align(sources, targets)
    package = SimAlignReference(str(folders["bert"]), layer=layer).align(sources, targets)
    assert [[link[:2] for link in pair.forward] for pair in ours] == [
        [link[:2] for link in pair.forward] for pair in package
    ]


@pytest.mark.parametrize("family", ENCODER_DECODERS)
def test_the_package_cannot_run_encoder_decoders(folders: dict[str, Path], family: str) -> None:
    # It calls the whole model, which then asks for the decoder's input too.
    with pytest.raises(
        UsageError, match=r"cannot run the encoder-decoder .*; the batched aligner can \(reference: false"
    ):
        SimAlignReference(str(folders[family]), layer=2).align([["Ana"]], [["Ana"]])


@pytest.mark.parametrize("level", ["subword", "word"])
@pytest.mark.parametrize("family", ENCODER_DECODERS)
def test_links_of_encoder_decoders_are_those_of_the_packages_rules_pair_by_pair(
    folders: dict[str, Path], family: str, level: str
) -> None:
    sources, targets = _pairs(12)
    model, tokenizer = Checkpoint(name=str(folders[family])).load("encoder")
    sides = [[_plain(model, tokenizer, words, level) for words in side] for side in (sources, targets)]
    for method in LINK_RULES:
        aligner = EmbeddingAligner(_model(folders[family]), rule=method, level=level, layer=2)  # type: ignore[arg-type]  # strings of the parameters
        for source, target, pair in zip(*sides, aligner.align(sources, targets), strict=True):
            matrix = SentenceAligner.get_similarity(source[0], target[0])
            links = {(source[1][i], target[1][j]) for i, j in np.argwhere(_package_rule(method, matrix) > 0)}
            assert [link[:2] for link in pair.forward] == sorted(links)


def _plain(model: Any, tokenizer: Any, words: list[str], level: str) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Read one sentence with transformers alone: vectors of subwords or words, and their words."""
    pieces = [tokenizer.tokenize(word) for word in words]
    ids = [k for piece in pieces for k in tokenizer.convert_tokens_to_ids(piece)]
    framed = tokenizer.build_inputs_with_special_tokens(ids) if not tokenizer.is_fast else None
    if framed is None:
        framed = tokenizer(words, is_split_into_words=True)["input_ids"]
    begin = next(k for k in range(3) if framed[k : k + len(ids)] == ids)
    with torch.inference_mode():
        states = model(input_ids=torch.tensor([framed]), output_hidden_states=True).hidden_states[2][0]
    vectors = states[begin : begin + len(ids)].numpy()
    owner = [n for n, piece in enumerate(pieces) for _ in piece]
    if level == "subword":
        return vectors, owner
    places = sorted(set(owner))
    return np.array([vectors[[k for k, o in enumerate(owner) if o == n]].mean(0) for n in places]), places


def _package_rule(method: str, similarity: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Apply a rule as the package does, to any similarities."""
    if method == "mwmf":
        return np.asarray(SentenceAligner.get_max_weight_match(similarity))
    if method == "itermax":
        return np.asarray(SentenceAligner.iter_max(similarity))
    forward, reverse = SentenceAligner.get_alignment_matrix(similarity)
    return np.asarray(forward * reverse)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rules_and_similarity_are_the_packages_even_where_values_tie(kind: type) -> None:
    draw = np.random.default_rng(11)
    for _ in range(400):
        shape = tuple(draw.integers(1, 9, size=2))
        levels = draw.choice([2, 4, 10, 1000])
        similarity = (draw.integers(0, levels, size=shape) / levels).astype(kind)
        for method in ("inter", "itermax"):
            expected = sorted(map(tuple, np.argwhere(_package_rule(method, similarity) > 0)))
            assert sorted(zip(*LINK_RULES[method](similarity), strict=True)) == expected  # type: ignore[index]  # a string of the parameters
        if similarity.min() > 0:  # the package's matching leaves out pairs of similarity 0
            weight = (similarity * _package_rule("mwmf", similarity)).sum()
            assert similarity[LINK_RULES["mwmf"](similarity)].sum() == pytest.approx(weight)
        source, target = (draw.normal(size=(int(size), 7)).astype(kind) for size in shape)
        target[0] = 0
        assert np.array_equal(cosine(source, target), SentenceAligner.get_similarity(source, target))


def test_a_corpus_is_read_in_chunks_of_one_size(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    sources, targets = _pairs(20)
    whole = EmbeddingAligner(_model(folders["bert"]), layer=2).align(sources, targets)
    sizes: list[int] = []
    encode = Encoder.encode

    def watched(self: Encoder, sentences: Any, **more: Any) -> Any:
        sizes.append(len(sentences))
        return encode(self, sentences, **more)

    monkeypatch.setattr(Encoder, "encode", watched)
    monkeypatch.setattr(embedding, "CHUNK", 8)
    chunks = EmbeddingAligner(_model(folders["bert"]), layer=2).align(sources, targets)
    assert sizes == [8, 8, 8, 8, 4, 4]
    for a, b in zip(whole, chunks, strict=True):
        assert [link[:2] for link in a.forward] == [link[:2] for link in b.forward]
        assert [link[2] for link in a.forward] == pytest.approx([link[2] for link in b.forward], abs=1e-5)
    with pytest.raises(ValueError, match="zip"):
        EmbeddingAligner(_model(folders["bert"]), layer=2).align([["Ana"]], [])


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_end_of_a_long_sentence_is_linked(folders: dict[str, Path], family: str) -> None:
    long = random.Random(1).choices(WORDS, k=560)
    pair = EmbeddingAligner(_model(folders[family]), rule="mwmf", layer=2).align([long, ["Ana"]], [long, ["Ana"]])[0]
    assert max(i for i, _, _ in pair.forward) > 540
    assert all(0.0 <= weight <= 1.0 for _, _, weight in pair.forward)


@pytest.mark.parametrize(
    ("family", "source", "target", "codes"),
    [("nllb", "eng", "es", ("eng_Latn", "spa_Latn")), ("m2m100", "eng", "spa", ("en", "es"))],
)
def test_a_translation_model_is_told_both_languages(
    folders: dict[str, Path], family: str, source: str, target: str, codes: tuple[str, str]
) -> None:
    sources, targets = _pairs(6)
    told = EmbeddingAligner(_model(folders[family]), layer=2, source=source, target=target)
    assert told.settings()["codes"] == codes
    named = EmbeddingAligner(_model(folders[family]), layer=2, source_code=codes[0], target_code=codes[1])
    assert named.settings() == told.settings()
    assert named.align(sources, targets) == told.align(sources, targets)
    untold = EmbeddingAligner(_model(folders[family]), layer=2)
    assert untold.settings()["codes"] == (None, None)
    encoder = Encoder(_model(folders[family]), layer=2)
    sides = [encoder.encode(side, code=code) for side, code in zip((sources, targets), codes, strict=True)]
    matrix = cosine(sides[0][0].vectors, sides[1][0].vectors)
    pair = pickle.loads(pickle.dumps(told)).align(sources, targets)[0]
    assert {weight for _, _, weight in pair.forward} <= set(matrix.clip(0, 1).ravel().tolist())
    assert pair != untold.align(sources, targets)[0]


@pytest.mark.parametrize("family", ["bert", "t5", "marian"])
def test_a_model_without_languages_is_not_asked_for_them(folders: dict[str, Path], family: str) -> None:
    told = EmbeddingAligner(_model(folders[family]), layer=2, source="eng", target="pcm")
    plain = EmbeddingAligner(_model(folders[family]), layer=2)
    assert told.settings() == plain.settings()
    assert told.align([["Ana"]], [["Ana"]]) == plain.align([["Ana"]], [["Ana"]])
    with pytest.raises(UsageError, match="takes no language codes; leave out 'spa_Latn'"):
        EmbeddingAligner(_model(folders[family]), layer=2, target_code="spa_Latn").check()


def test_a_language_the_model_does_not_know_is_found_before_it_runs(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    tokenizer = Checkpoint.tokenizer
    monkeypatch.setattr(Checkpoint, "tokenizer", lambda self: loaded.append(self.name) or tokenizer(self))  # type: ignore[func-returns-value]  # append returns None, so the tokenizer follows
    monkeypatch.setattr(Checkpoint, "load", lambda *_: pytest.fail("the weights were loaded"))
    for unknown in ({"source": "eng", "target": "pcm"}, {"source": "eng", "target_code": "pcm_Latn"}):
        with pytest.raises(UsageError, match=r"has no language code for 'pcm.*target_code:"):
            EmbeddingAligner(_model(folders["nllb"]), layer=2, **unknown).check()  # type: ignore[arg-type]  # strings by name
    loaded.clear()
    aligner = EmbeddingAligner(_model(folders["nllb"]), layer=2, source="eng", target="spa")
    for _ in range(3):
        aligner.check()
        aligner.settings()
    assert len(loaded) == 1


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("level", ["subword", "word"])
def test_odd_words_keep_links_in_range(folders: dict[str, Path], family: str, level: str) -> None:
    sources = [["Ana", odd, "Kenya"] for odd in ODD] + [[odd] for odd in ODD] + [list(ODD)]
    targets = [[odd, "Ana", "Kenia"] for odd in ODD] + [["Ana"] for _ in ODD] + [[*ODD, "Ana"]]
    for rule in ("inter", "itermax", "mwmf", "softmax") if level == "subword" else ("itermax",):
        pairs = EmbeddingAligner(_model(folders[family]), rule=rule, level=level, layer=2).align(sources, targets)  # type: ignore[arg-type]  # strings of the parameters
        for source, target, pair in zip(sources, targets, pairs, strict=True):
            links = [link[:2] for link in pair.forward]
            assert links == sorted(set(links))
            assert all(0 <= i < len(source) and 0 <= j < len(target) for i, j in links)
            assert all(0.0 <= weight <= 1.0 for _, _, weight in pair.forward)
        assert all(pair.forward for pair in pairs[: len(ODD)])


def test_empty_sides_and_words_without_subwords_do_not_break_a_batch(folders: dict[str, Path]) -> None:
    model = str(folders["bert"])
    sources = [["Ana", "\u200b", "Kenya"], [], ["🎉", "Ana"], ["Ana"]]
    targets = [["Ana", "Kenia"], ["Ana"], ["Ana"], []]
    for rule in ("inter", "itermax", "mwmf", "softmax"):
        pairs = EmbeddingAligner(Checkpoint(name=model), rule=rule, layer=2).align(sources, targets)  # type: ignore[arg-type]  # strings of the parameters
        assert [bool(pair.forward) for pair in pairs] == [True, False, True, False]
        assert all(0.0 <= w <= 1.0 for pair in pairs for _, _, w in pair.forward)
        assert 1 not in {i for i, _, _ in pairs[0].forward}


def test_softmax_links_are_likely_both_ways() -> None:
    rng = np.random.default_rng(5)
    source, target = rng.normal(size=(4, 8)), rng.normal(size=(6, 8))
    places, weights = both_ways(probabilities(source, target), 0.1)
    mask = np.zeros(weights.shape, dtype=bool)
    mask[places] = True
    for i in range(4):
        for j in range(6):
            forward = softmax([source[i] @ t for t in target])[j]
            backward = softmax([s @ target[j] for s in source])[i]
            assert mask[i, j] == (forward > 0.1 and backward > 0.1)
            assert weights[i, j] == pytest.approx(min(forward, backward))


@pytest.mark.parametrize("rule", ["itermax", "softmax"])
@pytest.mark.parametrize("level", ["subword", "word"])
def test_soft_links_are_the_probabilities_of_both_directions(folders: dict[str, Path], level: str, rule: str) -> None:
    sources, targets = _pairs(12)
    model, tokenizer = Checkpoint(name=str(folders["bert"])).load("encoder")
    aligner = EmbeddingAligner(_model(folders["bert"]), rule=rule, level=level, layer=2)  # type: ignore[arg-type]  # strings of the parameters
    pairs = aligner.align([*sources, []], [*targets, ["Ana"]])
    assert pairs.pop() == AlignedPair([], [], [], [])
    for source, target, pair in zip(sources, targets, pairs, strict=True):
        (rows, of_row), (columns, of_column) = (_plain(model, tokenizer, words, level) for words in (source, target))
        for axis, soft_links in ((1, pair.soft_forward), (0, pair.soft_reverse)):
            best: dict[tuple[int, int], float] = {}
            for (k, i), (n, j) in itertools.product(enumerate(of_row), enumerate(of_column)):
                probability = softmax(rows @ columns.T, axis=axis)[k, n]
                best[i, j] = max(best.get((i, j), 0.0), float(probability))
            assert soft_links is not None
            found = {(i, j): weight for i, j, weight in soft_links}
            assert len(found) == len(soft_links)
            assert found == pytest.approx({place: p for place, p in best.items() if p >= 0.05}, abs=0.001)
            assert all(round(weight, 3) == weight for weight in found.values())


@pytest.mark.parametrize("method", sorted(LINK_RULES))
def test_rules_hold_on_matrices_of_one_row_or_column(method: str) -> None:
    for shape in ((1, 1), (1, 5), (5, 1), (2, 7), (3, 3)):
        rows, columns = LINK_RULES[method](np.random.default_rng(3).random(shape))  # type: ignore[index]  # a string of the parameters
        assert 1 <= len(rows) == len(set(zip(rows, columns, strict=True)))
        assert rows.max() < shape[0]
        assert columns.max() < shape[1]
        if method != "itermax":
            assert len(rows) == len(set(rows)) == len(set(columns))


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
    with pytest.raises(UsageError, match=r"layer 8: .* has layers 0 to 3"):
        SimAlignReference(str(folders["bert"])).check()
    with pytest.raises(
        DataError, match=r"has the word '.*200b', which has no subwords in the model; the simalign package"
    ):
        SimAlignReference(str(folders["bert"]), layer=2).align([["Ana", "b", "\u200b"]], [["Ana"]])
    with pytest.raises(DataError, match="begins 'Ana Ana Ana Ana Ana Ana' has 600 subwords, but the simalign package"):
        SimAlignReference(str(folders["bert"]), layer=2).align([["Ana"], ["Ana"] * 600], [["Ana"], ["Ana"]])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingEngineError, match=r"'torch' is not installed: pip install 'silverner\[neural\]'"):
        EmbeddingAligner(_model(folders["bert"])).check()
