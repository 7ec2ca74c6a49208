from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.spans import Span
from silverner.students.corpus import Row
from silverner.students.strategies.consistency import Consistency
from silverner.students.student import train_student
from silverner.students.targets import tag_target
from silverner.students.training.consistency import (
    ConsistencyObjective,
    span_distributions,
    symmetric_divergence,
    translated_entities,
)
from silverner.students.training.encoding import Encoding
from silverner.students.training.examples import collate_batch, training_examples
from silverner.students.training.model import load_student
from silverner.students.training_config import TrainerSettings
from tests.students.corpora import LABELS, quick, same_weights, write_corpus, write_gold
from tests.tiny import write_model

ROW = Row(
    id="a",
    tokens=("Ana", "visits", "New", "York"),
    spans=(Span(0, 1, "PER"), Span(2, 4, "LOC")),
    source_tokens=("York", "visits", "Ana"),
    source_spans=(Span(0, 1, "LOC"), Span(2, 3, "PER")),
    links="0-2 0-3 1-1 2-0",
)


def test_an_entity_is_paired_with_the_source_entity_of_its_label_that_most_links_join_it_with() -> None:
    assert translated_entities(ROW) == [(Span(0, 1, "PER"), Span(2, 3, "PER")), (Span(2, 4, "LOC"), Span(0, 1, "LOC"))]
    two = Row(
        id="b",
        tokens=("New", "York"),
        spans=(Span(0, 2, "LOC"),),
        source_tokens=("Ana", "York", "New", "York"),
        source_spans=(Span(0, 1, "PER"), Span(1, 2, "LOC"), Span(2, 4, "LOC")),
        links="0-0 1-1 2-0 3-1",
    )
    assert translated_entities(two) == [(Span(0, 2, "LOC"), Span(2, 4, "LOC"))]
    assert translated_entities(Row(**{**_fields(two), "links": "0-0"})) == []


def _fields(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Row.__dataclass_fields__}


def test_a_span_is_an_entity_of_a_label_by_the_product_of_its_tags() -> None:
    # O, B-PER, I-PER, B-LOC, I-LOC
    tags = torch.tensor([[0.1, 0.5, 0.1, 0.2, 0.1], [0.2, 0.1, 0.4, 0.1, 0.2], [0.6, 0.1, 0.1, 0.1, 0.1]]).double()
    said = span_distributions(tags.log(), torch.tensor([[0, 1], [2, -1]])).exp()
    assert said[0].tolist() == pytest.approx([1 - 0.5 * 0.4 - 0.2 * 0.2, 0.5 * 0.4, 0.2 * 0.2])
    assert said[1].tolist() == pytest.approx([0.8, 0.1, 0.1])


def test_divergence_is_half_of_each_direction_and_a_mean_over_rows() -> None:
    first, second = torch.tensor([[0.5, 0.5], [0.2, 0.8]]).double(), torch.tensor([[0.9, 0.1], [0.2, 0.8]]).double()
    forward = 0.5 * math.log(0.5 / 0.9) + 0.5 * math.log(0.5 / 0.1)
    backward = 0.9 * math.log(0.9 / 0.5) + 0.1 * math.log(0.1 / 0.5)
    assert symmetric_divergence(first.log(), second.log()).item() == pytest.approx((forward + backward) / 2 / 2)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("consistency")
    write_corpus(folder / "corpus", parallel=True)
    write_corpus(folder / "plain")
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    return folder


def _batch(home: Path, *, translation: float, dropout: float) -> tuple[Any, Any, dict[str, Any]]:
    """Make a student, an objective, and the batch of a row with a source and one without."""
    model, tokenizer, _ = load_student(Checkpoint(name=str(home / "encoder"), device="cpu"), LABELS, seed=0)
    encoding = Encoding(tokenizer, model.config)
    strategy = Consistency(translation_weight=translation, dropout_weight=dropout)
    weights = {"translation": translation, "dropout": dropout}
    objective = ConsistencyObjective(strategy, TrainerSettings(), encoding, **weights)
    rows = [Row(id="0", tokens=("visits",), spans=()), ROW]
    targets = [tag_target(torch.tensor(tags).numpy()) for tags in ([0], [1, 0, 3, 4])]
    examples = training_examples(rows, encoding.encode([row.tokens for row in rows]), targets, 5, objective)
    return model, objective, collate_batch(examples, 0) | objective.tensors(examples, 0)


class Scripted:
    """Stands for a model whose passes return given logits."""

    def __init__(self, *logits: Any) -> None:
        self.logits, self.training = list(logits), True

    def __call__(self, **batch: Any) -> Any:
        return SimpleNamespace(logits=self.logits.pop(0))


def test_the_loss_is_the_labels_of_both_passes_and_both_divergences(home: Path) -> None:
    _, objective, batch = _batch(home, translation=0.25, dropout=0.75)
    torch.manual_seed(1)
    first, second = torch.randn(2, *batch["input_ids"].shape, 5)
    source = torch.randn(*batch["source_ids"].shape, 5)
    assert batch["source_ids"].shape[0] == 1

    def words(logits: torch.Tensor) -> torch.Tensor:
        return logits.flatten(0, 1)[batch["positions"]].softmax(-1)

    def kl(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
        return (p * (p / q).log()).sum(-1)

    p, q, s = words(first), words(second), source[0].softmax(-1)
    tags = torch.tensor([0, 1, 0, 3, 4])
    labels = sum(-one[torch.arange(5), tags].log().mean() for one in (p, q)) / 2
    dropout = ((kl(p, q) + kl(q, p)) / 2).mean()
    # words 1 to 4 of the batch are Ana visits New York; York visits Ana stand behind [CLS], York of one subword or more
    york, ana = batch["source_spans"][1, 0], batch["source_spans"][0, 0]

    def distribution(per: torch.Tensor, loc: torch.Tensor) -> torch.Tensor:
        return torch.stack([1 - per - loc, per, loc])

    pairs = [
        (distribution(p[1, 1], p[1, 3]), distribution(s[ana, 1], s[ana, 3])),
        (distribution(p[3, 1] * p[4, 2], p[3, 3] * p[4, 4]), distribution(s[york, 1], s[york, 3])),
    ]
    translation = sum((kl(a, b) + kl(b, a)) / 2 for a, b in pairs) / 2
    loss = objective.loss(Scripted(first, second, source), batch)
    assert loss.item() == pytest.approx(float(labels + 0.75 * dropout + 0.25 * translation), rel=1e-5)


@pytest.mark.parametrize(("translation", "dropout", "passes"), [(0.5, 0.5, 3), (0.5, 0, 2), (0, 0.5, 2), (0, 0, 1)])
def test_gradients_flow_and_held_out_rows_are_measured_by_labels(
    translation: float, dropout: float, passes: int, home: Path
) -> None:
    model, objective, batch = _batch(home, translation=translation, dropout=dropout)
    calls: list[Any] = []
    model.register_forward_hook(lambda *one: calls.append(one))
    model.train()
    objective.loss(model, batch).backward()
    assert len(calls) == passes
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)
    assert model.classifier.weight.grad.abs().sum() > 0
    model.eval()
    measured = objective.loss(model, batch)
    assert len(calls) == passes + 1
    _, labels, plain = _batch(home, translation=0, dropout=0)
    assert measured.item() == pytest.approx(labels.loss(model, plain).item())


def test_the_source_gets_a_gradient_too(home: Path) -> None:
    _, objective, batch = _batch(home, translation=1, dropout=0)
    source = torch.zeros(*batch["source_ids"].shape, 5, requires_grad=True)
    objective.loss(Scripted(torch.randn(*batch["input_ids"].shape, 5), source), batch).backward()
    assert source.grad is not None
    assert source.grad.abs().sum() > 0


def test_a_killed_student_goes_on_to_the_same_weights(home: Path, tmp_path: Path) -> None:
    config = quick("consistency", home / "encoder", home / "corpus", test=home / "gold.conll")
    results = train_student(config, tmp_path / "whole")
    assert (results["translation_weight"], results["dropout_weight"]) == (0.5, 0.5)

    def kill(step: int, total: int, loss: float) -> None:
        if step == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_student(config, tmp_path / "cut", progress=kill)
    train_student(config, tmp_path / "cut")
    assert same_weights(tmp_path / "whole", tmp_path / "cut")


def test_a_corpus_without_translations_and_a_weight_that_cannot_be_are_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"plain/swh has no labelled source sentences .* or --translation-weight 0"):
        train_student(quick("consistency", home / "encoder", home / "plain"), tmp_path / "out")
    with pytest.raises(UsageError, match="--dropout-weight -1 cannot be; it must be a number from 0"):
        Consistency(dropout_weight=-1)
    with pytest.raises(UsageError, match="--translation-weight nan cannot be"):
        Consistency(translation_weight=float("nan"))
