from __future__ import annotations

import math

import pytest
import torch

from silverner.students.training.losses import cross_entropy, kl_divergence, mixed_loss, squared_error

# softmax of these: (2/3, 1/3) and (1/5, 4/5)
LOGITS = torch.tensor([[math.log(2.0), 0.0], [0.0, math.log(4.0)]], dtype=torch.float64)
SOFT = torch.tensor([[0.5, 0.5], [0.25, 0.75]], dtype=torch.float64)


def test_cross_entropy_is_the_logarithm_of_the_tags_probability() -> None:
    losses = cross_entropy(LOGITS, torch.tensor([0, 0]))
    assert losses.tolist() == pytest.approx([math.log(3 / 2), math.log(5)])


def test_squared_is_the_mean_over_tags_of_the_squared_difference() -> None:
    assert squared_error(LOGITS, SOFT).tolist() == pytest.approx([(1 / 6) ** 2, 0.05**2])


def test_divergence_at_temperature_one_is_that_of_kullback_and_leibler() -> None:
    expected = [
        0.5 * math.log(0.5 / (2 / 3)) + 0.5 * math.log(0.5 / (1 / 3)),
        0.25 * math.log(0.25 / 0.2) + 0.75 * math.log(0.75 / 0.8),
    ]
    assert kl_divergence(LOGITS, SOFT).tolist() == pytest.approx(expected)


def test_divergence_softens_both_sides_and_is_scaled_by_the_square_of_the_temperature() -> None:
    # At temperature 2 probabilities are as the square roots of what they were.
    student = [math.sqrt(2) / (math.sqrt(2) + 1), 1 / (math.sqrt(2) + 1)]
    expected = 4 * sum(0.5 * math.log(0.5 / p) for p in student)
    assert kl_divergence(LOGITS[:1], SOFT[:1], temperature=2.0).item() == pytest.approx(expected)


def test_divergence_of_a_teacher_that_is_certain_is_a_number() -> None:
    assert kl_divergence(LOGITS, torch.eye(2, dtype=torch.float64)).isfinite().all()


@pytest.mark.parametrize("distance", ["mse", "kl"])
def test_a_student_that_says_what_its_teacher_says_has_nothing_to_learn(distance: str) -> None:
    logits = LOGITS.clone().requires_grad_()
    nothing = torch.zeros(2, dtype=torch.float64)
    loss = mixed_loss(
        logits,
        tags=torch.tensor([1, 0]),
        teacher_probabilities=LOGITS.softmax(-1),
        tag_share=nothing,
        weights=nothing + 1,
        distance=distance,
        temperature=1.5,
    )
    loss.backward()
    assert loss.item() == pytest.approx(0, abs=1e-12)
    assert logits.grad is not None
    assert logits.grad.abs().max().item() < 1e-12


def test_words_weigh_what_they_are_given_and_learn_tag_or_teacher() -> None:
    tags, tag_share, weights = (
        torch.tensor([0, 1]),
        torch.tensor([1.0, 0.0]).double(),
        torch.tensor([3.0, 1.0]).double(),
    )
    loss = mixed_loss(
        LOGITS, tags=tags, teacher_probabilities=SOFT, tag_share=tag_share, weights=weights, distance="mse"
    )
    assert loss.item() == pytest.approx((3 * math.log(3 / 2) + 1 * 0.05**2) / 4)


def test_a_word_can_learn_its_tag_and_its_teacher_besides() -> None:
    ones = torch.ones(2).double()
    loss = mixed_loss(
        LOGITS,
        tags=torch.tensor([0, 1]),
        teacher_probabilities=SOFT,
        tag_share=torch.tensor([1.0, 0.0]).double(),
        teacher_share=ones,
        weights=ones,
        distance="mse",
    )
    assert loss.item() == pytest.approx((math.log(3 / 2) + (1 / 6) ** 2 + 0.05**2) / 2)


def test_words_without_weight_teach_nothing() -> None:
    zero = torch.zeros(2).double()
    loss = mixed_loss(
        LOGITS, tags=torch.tensor([0, 1]), teacher_probabilities=SOFT, tag_share=zero, weights=zero, distance="mse"
    )
    assert loss.item() == 0


@pytest.mark.parametrize("distance", ["mse", "kl"])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_gradients_agree_with_finite_differences(distance: str, temperature: float) -> None:
    torch.manual_seed(3)
    logits = torch.randn(4, 5, dtype=torch.float64, requires_grad=True)
    soft = torch.rand(4, 5, dtype=torch.float64).softmax(-1)
    tags, tag_share, weights = torch.tensor([0, 4, 2, 2]), torch.rand(4).double(), torch.rand(4).double()

    def loss(x: torch.Tensor) -> torch.Tensor:
        batch = {"tags": tags, "teacher_probabilities": soft, "tag_share": tag_share, "weights": weights}
        mixed = mixed_loss(x, **batch, distance=distance, temperature=temperature)
        assert isinstance(mixed, torch.Tensor)
        return mixed

    assert torch.autograd.gradcheck(loss, (logits,), eps=1e-6, atol=1e-8)
