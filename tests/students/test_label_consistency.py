from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.encoder import Encoder
from silverner.students.teaching import label_consistency as module
from silverner.students.teaching import neighbours as neighbours_module
from silverner.students.teaching.label_consistency import consistency_weights, label_consistency, neighbour_shares
from silverner.students.teaching.neighbours import neighbour_counts, unit_vectors
from silverner.students.teaching.word_vectors import word_vectors
from tests.tiny import TEXT, write_model

COMPASS = np.array([[1, 0], [0.96, 0.28], [0.8, 0.6], [0.6, 0.8], [0.28, 0.96], [0, 1]], dtype=np.float32)
"""Six vectors from east to north; each is nearest to those beside it."""


@pytest.mark.parametrize(
    ("labels", "neighbours", "counts"),
    [
        ([0, 0, 0, 1, 1, 1], 1, [[1, 0], [1, 0], [0, 1], [1, 0], [0, 1], [0, 1]]),
        ([0, 0, 0, 1, 1, 1], 2, [[2, 0], [2, 0], [1, 1], [1, 1], [0, 2], [0, 2]]),
        ([1, 0, 0, 0, 0, 1], 5, [[4, 1], [3, 2], [3, 2], [3, 2], [3, 2], [4, 1]]),
        ([1, 0, 0, 0, 0, 1], 9, [[4, 1], [3, 2], [3, 2], [3, 2], [3, 2], [4, 1]]),  # there are no more than 5 others
    ],
)
def test_labels_of_the_nearest_are_counted(labels: list[int], neighbours: int, counts: list[list[float]]) -> None:
    found = neighbour_counts(COMPASS, COMPASS, np.array(labels), neighbours=neighbours, classes=2)
    np.testing.assert_allclose(found, counts)


def test_neighbours_equally_near_share_the_places_and_the_same_vector_is_none() -> None:
    west_and_east = unit_vectors(np.array([[1, 1], [-1, 1], [0, 1], [0, 2]], dtype=np.float32))
    found = neighbour_counts(west_and_east, west_and_east, np.array([0, 1, 0, 1]), neighbours=1, classes=2)
    # The last two are one vector: a half of each of the others is their neighbour, and never one of them the other's.
    np.testing.assert_allclose(found, [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    alone = neighbour_counts(west_and_east[2:], west_and_east[2:], np.array([0, 1]), neighbours=3, classes=2)
    np.testing.assert_allclose(alone, 0)


def test_the_search_in_pieces_is_the_search_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    vectors, labels = unit_vectors(rng.normal(size=(50, 4)).astype(np.float32)), rng.integers(0, 3, 50)
    once = neighbour_counts(vectors, vectors, labels, neighbours=7, classes=3)
    monkeypatch.setattr(neighbours_module, "SIMILARITIES", 130)
    sizes: list[int] = []
    count = neighbours_module._counts
    monkeypatch.setattr(neighbours_module, "_counts", lambda s, *rest: sizes.append(s.size) or count(s, *rest))
    np.testing.assert_array_equal(neighbour_counts(vectors, vectors, labels, neighbours=7, classes=3), once)
    assert max(sizes) <= 130


def test_shares_agree_with_a_plain_loop() -> None:
    rng = np.random.default_rng(1)
    vectors, labels = rng.normal(size=(40, 3)).astype(np.float32), rng.integers(0, 3, 40)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    shares = []
    for k in range(40):
        nearest = sorted((j for j in range(40) if j != k), key=lambda j: -float(unit[k] @ unit[j]))[:7]
        shares.append(float(np.mean([labels[j] == labels[k] for j in nearest])))
    np.testing.assert_allclose(neighbour_shares(vectors, labels, neighbours=7), shares, atol=1e-6)


def test_weights_of_a_small_case_by_hand() -> None:
    """Tags O and B-PER; the third word, between the two, is labelled B-PER."""
    # Shares with two neighbours: of O 1/2 and 1/2, which is 1 of the highest; of B-PER 1/2, 1, 1, 1, with the mean 7/8.
    wrong, right = 1 / (1 + math.exp(6 * 3 / 8)), 1 / (1 + math.exp(-6 / 8))
    weights = consistency_weights(COMPASS, np.array([0, 0, 1, 1, 1, 1]), neighbours=2)
    np.testing.assert_allclose(weights, [1, 1, wrong / right, 1, 1, 1], rtol=1e-5)
    assert weights[2] == pytest.approx(0.140389, abs=1e-5)


def test_beginning_and_inside_are_neighbours_but_have_means_of_their_own() -> None:
    as_one = neighbour_shares(COMPASS, np.array([0, 0, 0, 1, 1, 1]), neighbours=2)
    np.testing.assert_allclose(as_one, [1, 1, 0.5, 0.5, 1, 1])
    weights = consistency_weights(COMPASS, np.array([0, 0, 0, 1, 2, 2]), neighbours=2)  # O, B-PER and I-PER
    lowest = 1 / (1 + math.exp(6 / 3)) / (1 / (1 + math.exp(-6 / 6)))
    np.testing.assert_allclose(weights, [1, 1, lowest, 1, 1, 1], rtol=1e-5)


@pytest.mark.parametrize(("tags", "weights"), [([0], [1]), ([], []), ([3, 3], [1, 1])])
def test_where_there_is_nothing_to_compare_all_weigh_the_same(tags: list[int], weights: list[float]) -> None:
    vectors = np.ones((len(tags), 2), dtype=np.float32)
    assert consistency_weights(vectors, np.array(tags, dtype=np.int64)).tolist() == weights


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 12))
def test_weights_are_between_0_and_1_and_the_highest_of_every_tag_is_1(seed: int, words: int, neighbours: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, tags = rng.integers(-3, 4, (words, 3)).astype(np.float32), rng.integers(0, 5, words)
    weights = consistency_weights(vectors, tags, neighbours=neighbours)
    assert ((weights > 0) & (weights <= 1)).all()
    assert all(weights[tags == tag].max() == 1 for tag in np.unique(tags))
    shuffled = rng.permutation(words)
    again = consistency_weights(vectors[shuffled], tags[shuffled], neighbours=neighbours)
    np.testing.assert_allclose(again, weights[shuffled], atol=1e-5)


def test_flipped_labels_weigh_less_than_clean_ones() -> None:
    """Three clusters of words; the labels of a fifth of them are changed."""
    rng = np.random.default_rng(3)
    clean = np.repeat([0, 1, 3], [600, 200, 200])  # O, B-PER, B-LOC
    centres = {0: [1, 0, 0, 0], 1: [0, 1, 0, 0], 3: [0, 0, 1, 0]}
    vectors = np.array([centres[tag] for tag in clean.tolist()]) + rng.normal(0, 0.3, (1000, 4))
    flipped = rng.random(1000) < 0.2
    tags = np.where(flipped, np.array([1, 3, -1, 0])[clean], clean)
    weights = consistency_weights(vectors.astype(np.float32), tags, neighbours=100)
    higher = weights[~flipped][:, None] - weights[flipped][None, :]
    assert ((higher > 0).mean() + (higher == 0).mean() / 2) > 0.97  # the area under the curve


def test_of_a_large_text_some_words_are_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BANK", 3)  # the first, the third and the last
    np.testing.assert_allclose(
        neighbour_shares(COMPASS, np.array([0, 1, 0, 1, 1, 1]), neighbours=1), [1, 0, 1, 0, 1, 0]
    )


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return Checkpoint(name=str(write_model("bert", tmp_path_factory.mktemp("model") / "bert")), device="cpu")


def test_a_word_is_the_mean_of_its_subwords_in_the_last_layers(checkpoint: Checkpoint) -> None:
    sentences = [TEXT[0].split(), [], ["Ana", "", "internationalisation"]]
    found = word_vectors(checkpoint, sentences, layers=2)
    states = [Encoder(checkpoint, layer=layer).encode(sentences) for layer in (2, 3)]
    expected = []
    for low, high in zip(*states, strict=True):
        mean = (low.vectors + high.vectors) / 2
        expected += [mean[low.words == word].mean(axis=0) for word in np.unique(low.words)]
    np.testing.assert_allclose(found.vectors, expected, atol=1e-5)
    assert found.sentences.tolist() == [0] * len(sentences[0]) + [2, 2]
    assert found.words.tolist() == [*range(len(sentences[0])), 0, 2]


def test_a_word_that_a_model_cannot_read_keeps_its_weight(checkpoint: Checkpoint) -> None:
    weights = label_consistency(
        [["Ana", "", "York"], []], [np.array([1, 0, 3]), np.array([], dtype=np.int64)], checkpoint
    )
    assert weights[0][1] == 1
    assert [len(one) for one in weights] == [3, 0]
    assert label_consistency([[], [""]], [np.array([], dtype=np.int64), np.array([0])], checkpoint)[1].tolist() == [1]
