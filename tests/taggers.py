"""Tiny token-classification models with the real classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForTokenClassification

from tests.tiny import FAMILIES, TEXT

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-MISC", "I-MISC")


NAMES = {"Ana": 1, "New": 3, "Nueva": 3, "York": 4, "Kenya": 3, "Kenia": 3, "Bern": 3, "Cross": 5, "Cruz": 5}
"""What a tagger that has learnt calls the words it knows, as positions in :data:`TAGS`."""


def write_tagger(family: str, folder: Path, tags: Sequence[str] = TAGS, *, learn: bool = False) -> Path:
    """Write a tiny tagger of a family, always the same weights, random or taught :data:`NAMES`; return its folder."""
    torch.manual_seed(11)
    base, tokenizer = FAMILIES[family]()
    config = base.config
    config.id2label = dict(enumerate(tags))
    config.label2id = {tag: k for k, tag in enumerate(tags)}
    model = AutoModelForTokenClassification.from_config(config)
    if learn:
        _learn(model, tokenizer)
    else:
        with torch.no_grad():
            model.classifier.weight.mul_(40)  # random weights of the usual size say almost the same of every word
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _learn(model: Any, tokenizer: Any, *, steps: int = 60) -> None:
    """Teach a tagger the words it shall know, and that all others are none."""
    lines = [line.split()[k : k + n] for line in TEXT[:3] for n in (2, 4, 8) for k in range(0, 14, 2)]
    rows = tokenizer(lines, is_split_into_words=True, padding=True, return_tensors="pt")
    goal = torch.full(rows["input_ids"].shape, -100)
    for number, line in enumerate(lines):
        owners = rows.word_ids(number)
        for word in range(len(line)):
            goal[number, owners.index(word)] = NAMES.get(line[word], 0)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(steps):
        optimiser.zero_grad()
        model(input_ids=rows["input_ids"], attention_mask=rows["attention_mask"], labels=goal).loss.backward()
        optimiser.step()
    model.eval()
