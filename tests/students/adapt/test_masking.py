from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.spans import Span
from silverner.students.adapt.fresh_head import begin_with_frequencies, head_parameters
from silverner.students.adapt.masked_loss import MaskedLoss, masked_logits
from silverner.students.adapt.masked_model import MaskedModel, load_masked_model
from silverner.students.adapt.masking import MaskableText, Masking
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.corpus import Row
from tests.tiny import write_model

WORDS = ("Ana", "visits", "New", "York", "with", "the", "Red", "Cross")
ROW = Row(id="1", tokens=WORDS, spans=(Span(2, 4, "LOC"),))


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> MaskedModel:
    return load_masked_model(str(write_model("bert", tmp_path_factory.mktemp("bert") / "model")), device="cpu")


def _windows(masked: MaskedModel, row: Row = ROW, **settings: Any) -> list[dict[str, Any]]:
    return MaskableText(masked.tokenizer, masked.model.config, AdaptationSettings(**settings)).windows([row])


def test_special_and_unknown_tokens_are_never_guessed(masked: MaskedModel) -> None:
    tokenizer = masked.tokenizer
    (window,) = _windows(masked, Row(id="1", tokens=("Ana", "中"), spans=()))
    unguessed = window["input_ids"][window["shares"] == 0].tolist()
    assert unguessed == [tokenizer.cls_token_id, tokenizer.unk_token_id, tokenizer.sep_token_id]
    assert _windows(masked, Row(id="1", tokens=("中", "文"), spans=())) == []


def test_subwords_of_entities_have_a_share_of_their_own(masked: MaskedModel) -> None:
    (window,) = _windows(masked, mask_names=0.5)
    of_names = tuple(masked.tokenizer(["New", "York"], is_split_into_words=True, add_special_tokens=False)["input_ids"])
    assert tuple(window["input_ids"][window["shares"] == np.float32(0.5)]) == of_names


def test_long_sentences_are_cut_into_windows_that_hold_every_subword_once(masked: MaskedModel) -> None:
    whole, cut = _windows(masked), _windows(masked, length=8)
    assert all(len(window["input_ids"]) <= 8 for window in cut)
    assert [k for window in cut for k in window["input_ids"][1:-1]] == list(whole[0]["input_ids"][1:-1])


@given(seed=st.integers(0, 99), index=st.integers(0, 9), epoch=st.one_of(st.none(), st.integers(0, 9)))
def test_masks_follow_from_seed_number_and_epoch(masked: MaskedModel, seed: int, index: int, epoch: int | None) -> None:
    (window,) = _windows(masked)
    first, again = (Masking(masked.tokenizer, seed=seed).of_window(window, index, epoch) for _ in range(2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert len(first["positions"]) >= 1
    assert np.array_equal(window["input_ids"][first["positions"]], first["goals"])
    others = np.setdiff1d(np.arange(len(window["input_ids"])), first["positions"])
    assert np.array_equal(first["input_ids"][others], window["input_ids"][others])


def test_masks_differ_between_epochs_and_have_the_shares_of_bert(masked: MaskedModel) -> None:
    (window,) = _windows(masked, Row(id="1", tokens=WORDS * 3, spans=()))
    masking, guessable = Masking(masked.tokenizer, seed=0), np.count_nonzero(window["shares"])
    examples = [masking.of_window(window, 0, epoch) for epoch in range(400)]
    chosen = sum(len(one["positions"]) for one in examples)
    now = np.concatenate([one["input_ids"][one["positions"]] for one in examples])
    goals = np.concatenate([one["goals"] for one in examples])
    assert chosen / (400 * guessable) == pytest.approx(0.15, abs=0.01)
    assert (now == masked.tokenizer.mask_token_id).mean() == pytest.approx(0.8, abs=0.02)
    assert (now == goals).mean() == pytest.approx(0.1, abs=0.02)
    assert len({tuple(one["positions"]) for one in examples}) > 300


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_only_masked_positions_are_scored_with_the_numbers_of_the_whole_model(family: str, tmp_path: Path) -> None:
    masked = load_masked_model(str(write_model(family, tmp_path / "model")), device="cpu")
    loss = MaskedLoss(Masking(masked.tokenizer, seed=0), AdaptationSettings(), has_fresh_head=True)
    rows = [ROW, Row(id="2", tokens=WORDS[:3], spans=())]
    windows = [window for row in rows for window in _windows(masked, row)]
    batch = loss.collate(
        [loss.example(window, k, 0) for k, window in enumerate(windows)], masked.tokenizer.pad_token_id
    )
    with torch.no_grad():
        scores = masked_logits(masked.model, batch)
        whole = masked.model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
        labels = torch.full(batch["input_ids"].shape, -100).flatten()
        labels[batch["positions"]] = batch["goals"]
        expected = torch.nn.functional.cross_entropy(whole.flatten(0, 1), labels)
    assert torch.allclose(scores, whole.flatten(0, 1)[batch["positions"]], atol=1e-6)
    assert loss.loss(masked.model, batch).item() == pytest.approx(expected.item(), abs=1e-5)


def test_a_new_head_begins_with_the_frequencies_of_the_text(tmp_path: Path) -> None:
    masked = load_masked_model(str(write_model("bert", tmp_path / "model")), device="cpu")
    (window,) = _windows(masked, Row(id="1", tokens=("the", "the", "the", "with"), spans=()))
    begin_with_frequencies(masked.model, [window])
    chances = masked.model.get_output_embeddings().bias.exp()
    ids = masked.tokenizer.convert_tokens_to_ids
    assert chances.sum().item() == pytest.approx(1, abs=1e-5)
    assert (chances[ids("the")] / chances[ids("with")]).item() == pytest.approx(3, abs=1e-4)


def test_two_rates_act_on_a_new_head_and_on_the_rest(tmp_path: Path) -> None:
    masked = load_masked_model(str(write_model("bert", tmp_path / "model")), device="cpu")
    settings = AdaptationSettings(rate=1e-4, rate_new=1e-2)
    loss = MaskedLoss(Masking(masked.tokenizer, seed=0), settings, has_fresh_head=masked.has_fresh_head)
    head, encoder = head_parameters(masked.model)[-1], masked.model.bert.encoder.layer[0].output.dense.bias
    before = [weights.detach().clone() for weights in (head, encoder)]
    optimiser = loss.optimiser(masked.model)
    loss.loss(masked.model, loss.collate([loss.example(*_windows(masked), 0, 0)], 0)).backward()
    optimiser.step()
    moved = [(now.detach() - old).abs().max().item() for now, old in zip((head, encoder), before, strict=True)]
    assert moved == pytest.approx([1e-2, 1e-4], rel=0.01)  # the first step of Adam is as long as the rate
