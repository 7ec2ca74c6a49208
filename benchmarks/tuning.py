"""Tunes an encoder on sentence pairs without gold links, by the objectives of Dou and Neubig 2021 (section 2.2)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, gelu

from silverner.projection.alignment.similarity import cosine, inter, itermax
from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.subwords import Subwords

OBJECTIVES = ("self", "translation", "parallel")
LINKS = ("softmax", "inter", "itermax", "agreed")
BATCH = 8
"""Sentence pairs of a step; in awesome-align, too."""
POOL = 8
"""Batches that share a pool of pairs, sorted by length, so that a batch has little padding."""
LONGEST = 150
"""Subwords of a side that are read."""
THRESHOLD = 1e-3
MASKED = 0.15
HEAD_RATE = 1e-3
"""Learning rate of the heads, which start from random weights."""
WIDE_LAYERS = ["intermediate.dense", "output.dense"]
"""Beside these layers TransAlign's adapters for LaBSE and mBERT have matrices; those of attention are among them."""


class SubwordPair(NamedTuple):
    """The subwords of both sides, the word of each, and the pairs of words whose link is given (or ``None``)."""

    source: list[int]
    source_words: list[int]
    target: list[int]
    target_words: list[int]
    links: frozenset[tuple[int, int]] | None = None


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """How an encoder is tuned.

    :param layer: The hidden state whose vectors are compared; only layers below it are trained, and no embeddings.
    :param objectives: Some of :data:`OBJECTIVES`; their losses are added up.
    :param links: Which pairs the self-training makes more probable: those that the encoder links itself, by a rule, or
        links that are given (``agreed``).
    :param rate: Learning rate at the first step; it falls to 0 on a line.
    :param epochs: How often every pair is read.
    :param seed: Of order, dropout, masks and heads.
    :param lora: Rank of matrices of LoRA that learn in place of the layers; 0 trains the layers themselves.
    """

    layer: int
    objectives: Sequence[str] = ("self",)
    links: str = "softmax"
    rate: float = 2e-5
    epochs: int = 1
    seed: int = 0
    lora: int = 0


class Heads(torch.nn.Module):
    """The heads that an encoder without a masked-language-model head lacks.

    A masked subword is recognised by a new layer and the (frozen) embeddings of the subwords of the corpus; a pair of
    sentences by a new layer on the vector of the first special token.
    """

    def __init__(self, embeddings: Any, vocabulary: Sequence[int]) -> None:
        """Make heads with random weights."""
        super().__init__()
        width = embeddings.embedding_dim
        self.ids = torch.tensor(vocabulary)
        self.place = {subword: place for place, subword in enumerate(vocabulary)}
        table = embeddings.weight.detach()[self.ids].float()
        self.table = table / table.norm(dim=1).mean()
        self.dense, self.norm = torch.nn.Linear(width, width), torch.nn.LayerNorm(width)
        self.bias = torch.nn.Parameter(torch.zeros(len(vocabulary)))
        self.parallel = torch.nn.Linear(width, 1)

    def subword_scores(self, hidden: Any) -> Any:
        """Score every subword of the corpus at masked places."""
        return self.norm(gelu(self.dense(hidden))) @ self.table.T + self.bias


class Tuner:
    """An encoder whose lower layers are trained."""

    def __init__(self, checkpoint: Checkpoint, tuning: Tuning) -> None:
        """Load an encoder.

        :raises UsageError: when it is not of BERT's build.
        """
        torch.use_deterministic_algorithms(True)
        torch.manual_seed(tuning.seed)
        self._tuning = tuning
        self.model, self.tokenizer = checkpoint.load("encoder")
        if not hasattr(getattr(self.model, "encoder", None), "layer"):
            raise UsageError(
                f"{checkpoint.name!r} is a {self.model.config.model_type} model; name a BERT or XLM-R model"
            )
        self.model.embeddings.requires_grad_(False)
        self.lora = _with_lora(self.model, tuning) if tuning.lora else None
        self._subwords = Subwords(self.tokenizer)
        self._before, self._after = self._subwords.special_tokens_around()
        self._special = torch.tensor(self.tokenizer.all_special_ids)
        self._generator = torch.Generator().manual_seed(tuning.seed)

    def pair(self, source: Sequence[str], target: Sequence[str], links: frozenset[tuple[int, int]] | None) -> Any:
        """Split both sides of a pair into subwords."""
        sides: list[list[int]] = []
        for words in (source, target):
            split = [(piece, k) for k, pieces in enumerate(self._subwords.of_words(words)) for piece in pieces]
            sides += [[piece for piece, _ in split[:LONGEST]], [k for _, k in split[:LONGEST]]]
        return SubwordPair(*sides, links)

    def trained_weights(self) -> list[Any]:
        """Return the weights that are trained: those of the lower layers, or the matrices beside them."""
        layers = self.model.encoder.layer[: self._tuning.layer]
        return [weights for weights in layers.parameters() if weights.requires_grad]

    def save(self, folder: Path) -> None:
        """Write the encoder, or only its adapter."""
        if self.lora is not None:
            self.lora.save_pretrained(folder)
        else:
            self.model.save_pretrained(folder)
            self.tokenizer.save_pretrained(folder)

    def train(self, pairs: Sequence[SubwordPair]) -> list[float]:
        """Train; return the loss of every step."""
        tuning, whole = self._tuning, self.model.encoder.layer
        self.model.encoder.layer = whole[: tuning.layer]
        usable = [pair for pair in pairs if pair.source and pair.target]
        vocabulary = sorted({piece for pair in usable for piece in pair.source + pair.target})
        heads = Heads(self.model.get_input_embeddings(), vocabulary)
        layers = self.trained_weights()
        rates = [{"params": layers, "lr": tuning.rate}, {"params": list(heads.parameters()), "lr": HEAD_RATE}]
        optimizer = torch.optim.AdamW(rates, weight_decay=0.0)
        total = tuning.epochs * -(-len(usable) // BATCH)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / total))
        self.model.train()
        losses = []
        for epoch in range(tuning.epochs):
            batches = _batches(usable, random.Random(f"{tuning.seed} {epoch}"))  # noqa: S311
            for batch in batches:
                optimizer.zero_grad()
                loss = self._loss(batch, heads)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(layers, 1.0)
                optimizer.step()
                schedule.step()
                losses.append(float(loss.detach()))
        self.model.encoder.layer = whole
        self.model.eval()
        return losses

    def _loss(self, batch: Sequence[SubwordPair], heads: Heads) -> Any:
        objectives = self._tuning.objectives
        parts = []
        if "self" in objectives:
            parts.append(self._self_training(batch))
        if "translation" in objectives:
            parts.append(self._translation(batch, heads))
        if "parallel" in objectives:
            parts.append(self._parallel(batch, heads))
        return sum(parts)

    def _self_training(self, batch: Sequence[SubwordPair]) -> Any:
        """Make links more probable in both directions."""
        hidden = self._hidden([pair.source for pair in batch] + [pair.target for pair in batch])
        loss = 0.0
        for k, pair in enumerate(batch):
            source = hidden[k, len(self._before) :][: len(pair.source)]
            target = hidden[len(batch) + k, len(self._before) :][: len(pair.target)]
            scores = source @ target.T
            forward, backward = scores.softmax(1), scores.softmax(0)
            links = self._links(pair, source.detach(), target.detach(), torch.minimum(forward, backward).detach())
            loss = loss - (links * (forward / len(source) + backward / len(target))).sum() / 2
        return loss / len(batch)

    def _links(self, pair: SubwordPair, source: Any, target: Any, least: Any) -> Any:
        """Return a matrix of 0 and 1: which subwords are linked."""
        rule = self._tuning.links
        if rule == "softmax":
            return (least > THRESHOLD).float()
        linked = torch.zeros(least.shape)
        if rule == "agreed":
            for i, word in enumerate(pair.source_words):
                for j, other in enumerate(pair.target_words):
                    linked[i, j] = float((word, other) in (pair.links or ()))
            return linked
        linked[{"inter": inter, "itermax": itermax}[rule](cosine(source.numpy(), target.numpy()))] = 1.0
        return linked

    def _translation(self, batch: Sequence[SubwordPair], heads: Heads) -> Any:
        """Recognise masked subwords in a sentence and its translation."""
        ids, mask = self._padded([self._joined(pair, pair) for pair in batch])
        masked = (torch.rand(ids.shape, generator=self._generator) < MASKED) & ~torch.isin(ids, self._special)
        if not masked.any():
            return 0.0
        truth = torch.tensor([heads.place[subword] for subword in ids[masked].tolist()])
        dice = torch.rand(ids.shape, generator=self._generator)
        others = heads.ids[torch.randint(len(heads.ids), ids.shape, generator=self._generator)]
        ids = torch.where(masked & (dice < 0.8), self.tokenizer.mask_token_id, ids)
        ids = torch.where(masked & (dice >= 0.9), others, ids)
        hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state[masked]
        return cross_entropy(heads.subword_scores(hidden), truth)

    def _parallel(self, batch: Sequence[SubwordPair], heads: Heads) -> Any:
        """Tell translations from sentences of another pair."""
        joined = [self._joined(pair, pair) for pair in batch]
        joined += [self._joined(pair, other) for pair, other in zip(batch, [*batch[1:], batch[0]], strict=True)]
        ids, mask = self._padded(joined)
        scores = heads.parallel(self.model(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0])[:, 0]
        return binary_cross_entropy_with_logits(scores, torch.tensor([1.0] * len(batch) + [0.0] * len(batch)))

    def _joined(self, one: SubwordPair, other: SubwordPair) -> list[int]:
        """Put two sentences behind each other, as a tokenizer of RoBERTa's kind does."""
        return one.source + self._after + self._after + other.target

    def _hidden(self, sentences: Sequence[list[int]]) -> Any:
        ids, mask = self._padded(sentences)
        return self.model(input_ids=ids, attention_mask=mask).last_hidden_state

    def _padded(self, sentences: Sequence[list[int]]) -> tuple[Any, Any]:
        rows = [[*self._before, *ids, *self._after] for ids in sentences]
        longest = max(map(len, rows))
        ids = torch.tensor([row + [self.tokenizer.pad_token_id] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        return ids, mask


def _with_lora(model: Any, tuning: Tuning) -> Any:
    """Put matrices of LoRA beside the layers, as TransAlign does; only they are trained."""
    from peft import LoraConfig, get_peft_model

    return get_peft_model(
        model,
        LoraConfig(
            r=tuning.lora,
            lora_alpha=4 * tuning.lora,
            lora_dropout=0.1,
            target_modules=WIDE_LAYERS,
            layers_to_transform=list(range(tuning.layer)),
            layers_pattern="layer",
        ),
    )


def _batches(pairs: Sequence[SubwordPair], order: random.Random) -> list[list[SubwordPair]]:
    """Shuffle pairs and cut them into batches of similar length."""
    shuffled = order.sample(pairs, len(pairs))
    batches = []
    for start in range(0, len(shuffled), BATCH * POOL):
        pool = sorted(shuffled[start : start + BATCH * POOL], key=lambda pair: len(pair.source))
        batches += [pool[k : k + BATCH] for k in range(0, len(pool), BATCH)]
    return order.sample(batches, len(batches))
