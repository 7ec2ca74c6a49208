"""What a model says of subwords, however they were batched and cut, is what it says of the plain sentence."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from silverner.projection.neural import encoder as encoder_module
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import Encoder
from silverner.projection.neural.windows import SHORT_WINDOW, WindowReader
from tests.tiny import FAMILIES, TEXT, write_model

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split()})
ODD = [
    "🎉",
    "\u200b",
    "\u00ad",
    "\ufe0f",
    "[CLS]",
    "</s>",
    "<pad>",
    "<unk>",
    "__en__",
    "ทดสอบ",
    "東京",
    "x" * 300,
    "a b",
]
TOLERANCE = 1e-5
"""In float32: a sentence's vectors depend on its batch in the last bits."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {family: write_model(family, root / family) for family in FAMILIES}


def _sentences(count: int, longest: int = 14) -> list[list[str]]:
    draw = random.Random(count)
    return [draw.choices(WORDS, k=draw.randint(1, longest)) for _ in range(count)]


def _encoder(folder: Path, layer: int = 2, batch_size: int = 64) -> Encoder:
    return Encoder(Checkpoint(name=str(folder)), layer=layer, batch_size=batch_size)


def _reader(folder: Path, batch_size: int = 64, answer: Any = None) -> WindowReader:
    def last(model: Any, ids: Any, mask: Any) -> Any:
        return model(input_ids=ids, attention_mask=mask).last_hidden_state

    return WindowReader(
        Checkpoint(name=str(folder)), "encoder", answer or last, width="hidden_size", batch_size=batch_size
    )


def _plain(model: Any, tokenizer: Any, words: list[str], layer: int) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Read one sentence with transformers alone: its subword vectors, and the word of each."""
    if tokenizer.is_fast:
        inputs = tokenizer(words, is_split_into_words=True)
        inner = [(k, word) for k, word in enumerate(inputs.word_ids()) if word is not None]
    else:  # running text, of which every subword that begins a word says so
        inputs, inner = tokenizer(" ".join(words)), []
        for k, piece in enumerate(tokenizer.convert_ids_to_tokens(inputs["input_ids"])):
            if piece not in {"</s>", tokenizer.unk_token} and not piece.startswith("__"):
                inner.append((k, (inner[-1][1] if inner else -1) + piece.startswith("▁")))
    with torch.inference_mode():
        ids, mask = (torch.tensor([inputs[key]]) for key in ("input_ids", "attention_mask"))
        hidden = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[layer][0]
    return hidden[[k for k, _ in inner]].numpy(), [word for _, word in inner]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_vectors_are_those_of_the_plain_model(folders: dict[str, Path], family: str) -> None:
    model, tokenizer = Checkpoint(name=str(folders[family])).load("encoder")
    unknown = tokenizer.unk_token_id
    splittable = {w for w in WORDS if unknown not in tokenizer.convert_tokens_to_ids(tokenizer.tokenize(w))}
    assert len(splittable) > 10
    sentences = [[word for word in sentence if word in splittable] or ["Ana"] for sentence in _sentences(10)]
    for layer in (2, 3):
        encoded = _encoder(folders[family], layer).encode(sentences)
        for sentence, rows in zip(sentences, encoded, strict=True):
            vectors, words = _plain(model, tokenizer, sentence, layer)
            assert rows.words.tolist() == words
            assert rows.vectors.dtype == np.float32
            np.testing.assert_allclose(rows.vectors, vectors, atol=TOLERANCE)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_vectors_do_not_depend_on_the_batch(folders: dict[str, Path], family: str) -> None:
    sentences = [*_sentences(12), [], *_sentences(3, longest=40)]
    together = _encoder(folders[family]).encode(sentences)
    alone = _encoder(folders[family], batch_size=1)
    for sentence, rows in zip(sentences, together, strict=True):
        single = alone.encode([sentence])[0]
        assert rows.words.tolist() == single.words.tolist()
        np.testing.assert_allclose(rows.vectors, single.vectors, atol=TOLERANCE)
        assert set(rows.words.tolist()) == set(range(len(sentence)))


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_stopping_early_changes_no_bit(folders: dict[str, Path], family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = _sentences(8)
    early = {layer: _encoder(folders[family], layer) for layer in (0, 1, 3)}
    assert [encoder.stops_early for encoder in early.values()] == [True, True, False]
    monkeypatch.setattr(Encoder, "_try_to_stop", lambda self, layers: False)
    for layer, encoder in early.items():
        whole = _encoder(folders[family], layer)
        assert not whole.stops_early
        for a, b in zip(encoder.encode(sentences), whole.encode(sentences), strict=True):
            assert np.array_equal(a.vectors, b.vectors)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_layers_that_are_not_needed_do_not_run(folders: dict[str, Path], family: str) -> None:
    encoder, ran = _encoder(folders[family], 1), []
    stacks = (m for m in encoder._reader.model.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == 3)
    for k, layer in enumerate(next(stacks)):
        layer.register_forward_hook(lambda *_, k=k: ran.append(k))
    encoder.encode([["Ana"]])
    assert ran == [0]


def test_a_model_that_would_answer_differently_is_run_to_its_end(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _encoder(folders["bert"]).encode([["Ana", "visits"]])[0].vectors

    def wrong(_: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        raise encoder_module._LayerReached(arguments[0] + 1e-3)

    monkeypatch.setattr(encoder_module, "_raise_layer_input", wrong)
    encoder = _encoder(folders["bert"])
    assert not encoder.stops_early
    assert np.array_equal(encoder.encode([["Ana", "visits"]])[0].vectors, expected)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_sentence_longer_than_the_model_is_read_to_its_end(folders: dict[str, Path], family: str) -> None:
    long = random.Random(1).choices(WORDS, k=700)
    reader = _reader(folders[family])
    rows, short = reader.read([long, ["Ana"]])
    assert set(rows.words.tolist()) == set(range(700))
    assert len(short.words)
    head, tail = reader._frame(None)
    ids, room = reader._subwords([long])[0][0], reader._window - len(head) - len(tail)
    assert len(ids) > 1.3 * room
    assert reader._window in {510, 512} or family in {"xlm-roberta", "roberta"}
    starts = range(0, len(ids) - 64, room - 64)
    with torch.inference_mode():
        windows = [torch.tensor([[*head, *ids[k : k + room], *tail]]) for k in starts]
        states = [reader._forward(reader.model, window, torch.ones_like(window))[0].numpy() for window in windows]
    for k in range(len(ids)):
        context = [min(k - s, min(s + room, len(ids)) - 1 - k) for s in starts]
        best = context.index(max(context))
        np.testing.assert_allclose(rows.vectors[k], states[best][len(head) + k - starts[best]], atol=TOLERANCE)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_word_is_split_as_within_its_sentence(folders: dict[str, Path], family: str) -> None:
    reader = _reader(folders[family])
    tokenizer = reader.tokenizer
    special = {*tokenizer.all_special_ids} - {tokenizer.unk_token_id}

    def plain(k: int) -> int:
        return tokenizer.unk_token_id if k in special else k

    for sentence in [*_sentences(10), [*ODD, "Ana", *reversed(ODD)]]:
        ids, owner = reader._subwords([sentence])[0]
        if tokenizer.is_fast:
            whole = tokenizer(sentence, is_split_into_words=True, add_special_tokens=False, split_special_tokens=True)
            assert (ids, owner.tolist()) == ([plain(k) for k in whole["input_ids"]], whole.word_ids())
        else:
            spelt = (tokenizer.tokenize(word, split_special_tokens=True) for word in sentence)
            pieces = [tokenizer.convert_tokens_to_ids(word) for word in spelt]
            assert ids == [plain(k) for piece in pieces for k in piece]
            assert owner.tolist() == [n for n, piece in enumerate(pieces) for _ in piece]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_odd_words_and_empty_sentences_keep_their_places(folders: dict[str, Path], family: str) -> None:
    sentences = [["Ana", odd, "Kenya"] for odd in ODD] + [[odd] for odd in ODD] + [[], list(ODD)]
    encoded = _encoder(folders[family]).encode(sentences)
    assert len(encoded) == len(sentences)
    for sentence, rows in zip(sentences, encoded, strict=True):
        assert rows.vectors.shape == (len(rows.words), 32)
        assert np.isfinite(rows.vectors).all()
        assert all(0 <= word < len(sentence) for word in rows.words)
        assert (np.diff(rows.words) >= 0).all()
    for rows in encoded[: len(ODD)]:
        assert {0, 2} <= set(rows.words.tolist())
    assert len(encoded[2 * len(ODD)].words) == 0
    assert [len(rows.words) for rows in _encoder(folders[family]).encode([[], []])] == [0, 0]
    assert _encoder(folders[family]).encode([]) == []


@pytest.mark.parametrize(("family", "spanish"), [("nllb", "spa_Latn"), ("m2m100", "es")])
def test_the_language_of_one_text_does_not_reach_the_next(folders: dict[str, Path], family: str, spanish: str) -> None:
    sentences = [["Ana", "visita", "Kenia"]]
    reader = _reader(folders[family])
    english = reader.tokenizer.src_lang
    before = reader.read(sentences)[0].vectors
    spanish_vectors = reader.read(sentences, code=spanish)[0].vectors
    assert np.array_equal(reader.read(sentences)[0].vectors, before)
    assert np.array_equal(reader.read(sentences, code=english)[0].vectors, before)
    assert np.array_equal(reader.read(sentences, code=spanish)[0].vectors, spanish_vectors)
    assert np.abs(before - spanish_vectors).max() > 1e-3
    model, tokenizer = Checkpoint(name=str(folders[family])).load("encoder")
    tokenizer.src_lang = spanish
    inputs = tokenizer(" ".join(sentences[0]), return_tensors="pt")
    with torch.inference_mode():
        expected = model(**inputs).last_hidden_state[0, 1:-1].numpy()
    np.testing.assert_allclose(spanish_vectors, expected, atol=TOLERANCE)


def test_batches_are_larger_where_windows_are_short_and_depend_on_the_text_alone(folders: dict[str, Path]) -> None:
    shapes: list[tuple[int, ...]] = []

    def answer(model: Any, ids: Any, mask: Any) -> Any:
        shapes.append(tuple(ids.shape))
        return torch.zeros(*ids.shape, 32)

    reader = _reader(folders["bert"], batch_size=4, answer=answer)
    sentences = [["Ana"] * 70] * 6 + [["Ana"] * 10] * 30
    reader.read(sentences)
    per_word = (len(reader._subwords([["Ana"]])[0][0]), 2)
    lengths = [70 * per_word[0] + 2, 10 * per_word[0] + 2]
    assert shapes[0] == (4, lengths[0])
    # The batch in which the long ones end is as small as theirs; the short ones then share larger batches.
    assert shapes[1] == (4, lengths[0])
    assert shapes[2] == (4 * (SHORT_WINDOW // lengths[1]), lengths[1])
    assert sum(shape[0] for shape in shapes) == 36
    first = list(shapes)
    shapes.clear()
    reader.read(sentences)
    assert shapes == first
