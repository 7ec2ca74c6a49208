from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.teaching.language_similarity import LanguageHead, teacher_weights, weights_from_logits
from tests.tiny import TEXT, write_model


@given(arrays(np.float32, (5, 3), elements=st.floats(-20, 20, width=32)), st.booleans())
def test_weights_add_up_to_one(logits: np.ndarray, each: bool) -> None:
    weights = weights_from_logits(logits, each=each)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert (weights >= 0).all()


def test_languages_that_cannot_be_told_apart_weigh_the_same() -> None:
    np.testing.assert_allclose(weights_from_logits(np.full((4, 3), 2.5), each=True), 1 / 3)


def test_the_temperature_is_the_variance_of_all_logits() -> None:
    logits = np.array([[0.0, 4.0], [2.0, 2.0]])  # variance 2
    likelier = 1 / (1 + np.exp(-4.0 / 2.0))
    np.testing.assert_allclose(weights_from_logits(logits, each=True), [[1 - likelier, likelier], [0.5, 0.5]])
    np.testing.assert_allclose(
        weights_from_logits(logits, each=False), [[0.75 - likelier / 2, 0.25 + likelier / 2]] * 2
    )


def test_small_differences_between_logits_are_not_blown_up() -> None:
    logits = np.array([[0.0, 0.02], [0.01, 0.0]])  # variance 0.00007
    np.testing.assert_allclose(weights_from_logits(logits, each=True), 0.5, atol=0.01)


def test_weights_are_alike_for_every_seed_and_no_teacher_gets_all() -> None:
    """Vectors as those of an encoder: 384 wide, languages well apart, the target text near two of the three."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 1, (3, 384))
    sources = [(centre + rng.normal(0, 1, (100, 384))).astype(np.float32) for centre in centres]
    nearness = rng.uniform(0, 1, (80, 1))
    target = nearness * centres[0] + (1 - nearness) * centres[1] + rng.normal(0, 1, (80, 384))
    first, second = (
        weights_from_logits(LanguageHead(sources, seed=seed).logits(target.astype(np.float32)), each=True)
        for seed in (0, 1)
    )
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.8
    assert max(first.max(), second.max()) < 0.8
    assert (first.mean(axis=0)[:2] > first.mean(axis=0)[2]).all()


def _languages(shift: float) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(0, 1, (50, 8)).astype(np.float32) + np.eye(8, dtype=np.float32)[k] * shift for k in range(2)]


def test_a_sentence_is_like_the_language_it_stands_near() -> None:
    first, second = _languages(6.0)
    head = LanguageHead([first, second], rank=4)
    logits = head.logits(np.concatenate([first, second]))
    assert (logits.argmax(axis=1) == np.repeat([0, 1], 50)).mean() > 0.95
    assert (weights_from_logits(head.logits(second[:10]), each=True)[:, 1] > 0.5).all()
    assert weights_from_logits(head.logits(second[:10]), each=False)[0, 1] > 0.58


def test_the_same_seed_gives_the_same_head_and_the_order_of_nothing_else_matters() -> None:
    parts = _languages(1.0)
    first, second = (LanguageHead(parts, rank=4, seed=3).logits(parts[0]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_more_similar_language_is_listened_to_more(tmp_path: Path) -> None:
    checkpoint = Checkpoint(name=str(write_model("bert", tmp_path / "model")))
    english, spanish = tmp_path / "a.txt", tmp_path / "b.txt"
    english.write_text("\n".join(TEXT[0] for _ in range(6)) + "\n")
    spanish.write_text("\n".join(TEXT[2] for _ in range(6)) + "\n")
    sentences = [TEXT[0].split(), TEXT[2].split(), []]
    weights = teacher_weights(checkpoint, [english, spanish], sentences, each=True, seed=0)
    assert weights.shape == (3, 2)
    assert weights[0, 0] > 0.5 > weights[1, 0]
    whole = teacher_weights(checkpoint, [english, spanish], sentences, each=False, seed=0)
    np.testing.assert_allclose(whole, weights.mean(axis=0)[None].repeat(3, axis=0))
