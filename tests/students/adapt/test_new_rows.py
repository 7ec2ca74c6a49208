"""New rows of an embedding learn at a rate of their own, also where all other rows are frozen."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import AutoModelForMaskedLM

from silverner.students.adapt.new_rows import NewRows, new_row_parameters
from silverner.students.training.model import freeze
from tests.tiny import FAMILIES

NEW = (9, 30, 17)
IDS = torch.tensor([[1, 9, 12, 17, 17, 2], [1, 30, 9, 14, 40, 2]])
"""Two sentences with new and old pieces."""
GOALS = torch.tensor([9, 14, 30])
"""What stands at positions 1, 3 and 4 of the first sentence: two new pieces, one old."""


def model_of(family: str, **options: Any) -> Any:
    torch.manual_seed(3)
    config = FAMILIES[family]()[0].config
    config.update(options)
    return AutoModelForMaskedLM.from_config(config).eval()


def loss_of(model: Any) -> Any:
    return torch.nn.functional.cross_entropy(model(input_ids=IDS).logits[0, [1, 3, 4]], GOALS)


def one_step(model: Any, *, rate: float, rate_new: float) -> None:
    new = new_row_parameters(model)
    learnt = [weights for weights in model.parameters() if weights.requires_grad]
    old = [weights for weights in learnt if all(weights is not parameter for parameter in new)]
    optimiser = torch.optim.Adam([{"params": old, "lr": rate}, {"params": new, "lr": rate_new}])
    loss_of(model).backward()
    optimiser.step()


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "roberta"])
def test_the_model_answers_as_before(family: str) -> None:
    model = model_of(family)
    before = model(input_ids=IDS).logits
    parameters = {name for name, _ in model.named_parameters()}
    rows = NewRows(model, NEW)
    # A product with the new rows alone may round otherwise than one with all rows, on some processors.
    torch.testing.assert_close(model(input_ids=IDS).logits, before, rtol=0, atol=1e-6)
    assert {name for name, _ in model.named_parameters()} == parameters | {"new_rows.rows"}
    rows.fold(model)
    assert torch.equal(model(input_ids=IDS).logits, before)
    assert {name for name, _ in model.named_parameters()} == parameters == {*model.state_dict()} & parameters


@pytest.mark.parametrize("family", ["bert", "xlm-roberta"])
def test_two_rates_act_in_one_step_of_adam(family: str) -> None:
    model = model_of(family)
    before = model.get_input_embeddings().weight.detach().clone()
    rows = NewRows(model, NEW)
    one_step(model, rate=2e-5, rate_new=1e-4)
    rows.fold(model)
    change = (model.get_input_embeddings().weight.detach() - before).abs()
    # The first step of Adam is as long as its rate, whatever the gradient, unless that is nearly 0.
    old = [k for k in range(len(before)) if k not in NEW]
    assert change[list(NEW)].median().item() == pytest.approx(1e-4, rel=0.02)
    assert change[list(NEW)].max().item() == pytest.approx(1e-4, rel=0.02)
    assert change[[12, 14, 40]].median().item() == pytest.approx(2e-5, rel=0.02)
    assert change[old].max().item() == pytest.approx(2e-5, rel=0.02)


def test_old_rows_stay_where_the_embeddings_are_frozen() -> None:
    model = model_of("bert")
    before = {name: weights.detach().clone() for name, weights in model.named_parameters()}
    freeze(model, 1)
    rows = NewRows(model, NEW)
    losses = []
    for _ in range(3):
        losses.append(loss_of(model).item())
        one_step(model, rate=1e-3, rate_new=1e-2)
    assert losses == sorted(losses, reverse=True)
    assert losses[2] < losses[0]
    assert model.get_input_embeddings().weight.grad is None
    rows.fold(model)
    name = "bert.embeddings.word_embeddings.weight"
    after = dict(model.named_parameters())
    old = [k for k in range(len(before[name])) if k not in NEW]
    assert torch.equal(after[name][old], before[name][old])
    assert (after[name][list(NEW)] != before[name][list(NEW)]).all()
    changed = {parameter for parameter in before if not torch.equal(after[parameter], before[parameter])}
    assert name in changed
    assert not any("embeddings.position" in parameter or "layer.0." in parameter for parameter in changed)
    assert any("layer.1." in parameter for parameter in changed)


def fold_other_rows(model: Any) -> None:
    """Change the new rows and fold them; the model says the same before and after."""
    rows = NewRows(model, NEW)
    with torch.no_grad():
        rows.rows.mul_(3)
        attached = model(input_ids=IDS).logits
        rows.fold(model)
        assert torch.allclose(model(input_ids=IDS).logits, attached, atol=1e-6)


def test_a_tied_head_scores_by_the_new_rows() -> None:
    model = model_of("bert")
    fold_other_rows(model)
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight


def test_a_head_that_is_not_tied_keeps_its_rows() -> None:
    model = model_of("bert", tie_word_embeddings=False)
    assert model.get_output_embeddings().weight is not model.get_input_embeddings().weight
    head = model.get_output_embeddings().weight.detach().clone()
    fold_other_rows(model)
    assert torch.equal(model.get_output_embeddings().weight, head)


def test_a_checkpoint_of_the_state_brings_the_rows_back() -> None:
    model, again = model_of("bert"), model_of("bert")
    NewRows(model, NEW)
    one_step(model, rate=1e-3, rate_new=1e-2)
    rows = NewRows(again, NEW)
    again.load_state_dict(model.state_dict())
    assert torch.equal(again(input_ids=IDS).logits, model(input_ids=IDS).logits)
    assert torch.equal(rows.rows, new_row_parameters(model)[0])


def test_a_model_without_new_rows_has_no_parameters_of_them() -> None:
    assert new_row_parameters(model_of("bert")) == []
