"""Tiny token-classification models with the real classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForTokenClassification

from tests.tiny import FAMILIES, TEXT

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-MISC", "I-MISC")


NAMES = {"Ana": 1, "New": 3, "Nueva": 3, "York": 4, "Kenya": 3, "Kenia": 3, "Bern": 3, "Cross": 5, "Cruz": 5}
"""What a tagger that has learnt calls the words it knows, as positions in :data:`TAGS`."""


TWINS: dict[str, tuple[str, tuple[str, str, str]]] = {
    "iob1, as XLM-R for CoNLL-2003": ("B-LOC I-LOC I-MISC I-PER O", ("I-", "I-", "I-")),
    "iob2 in another order": ("I-LOC B-MISC O B-LOC I-MISC B-PER I-PER", ("B-", "I-", "B-")),
    "bioes": ("O B-PER I-PER E-PER S-PER B-LOC I-LOC E-LOC S-LOC S-MISC", ("B-", "E-", "S-")),
    "bilou": ("O B-PER I-PER L-PER U-PER B-LOC I-LOC L-LOC U-LOC U-MISC", ("B-", "L-", "U-")),
    "bmes with an underscore": ("B_LOC M_LOC E_LOC S_LOC B_PER M_PER E_PER S_PER S_MISC O", ("B_", "E_", "S_")),
    "plain": ("LOC MISC O PER", ("", "", "")),
}
"""Models that say what one with :data:`TAGS` says: their tags, and how they mark first, last and single words."""


def twin_names(twin: str) -> dict[str, int]:
    """Return :data:`NAMES` as positions in the tags of a twin; York is the last of two words, where it stands."""
    tags, (first, last, single) = TWINS[twin]
    marks = {"New": first, "Nueva": first, "York": last}
    return {word: tags.split().index(marks.get(word, single) + TAGS[k].partition("-")[2]) for word, k in NAMES.items()}


def write_tagger(
    family: str,
    folder: Path,
    tags: Sequence[str] = TAGS,
    *,
    learn: bool = False,
    names: Mapping[str, int] = NAMES,
) -> Path:
    """Write a tiny tagger of a family, always the same weights, random or taught ``names``; return its folder."""
    torch.manual_seed(11)
    base, tokenizer = FAMILIES[family]()
    config = base.config
    config.id2label = dict(enumerate(tags))
    config.label2id = {tag: k for k, tag in enumerate(tags)}
    model = AutoModelForTokenClassification.from_config(config)
    if learn:
        _learn(model, tokenizer, names)
    else:
        with torch.no_grad():
            model.classifier.weight.mul_(40)  # random weights of the usual size say almost the same of every word
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _learn(model: Any, tokenizer: Any, names: Mapping[str, int], *, steps: int = 60) -> None:
    """Teach a tagger the words it shall know, and that all others are none."""
    lines = [line.split()[k : k + n] for line in TEXT[:3] for n in (2, 4, 8) for k in range(0, 14, 2)]
    rows = tokenizer(lines, is_split_into_words=True, padding=True, return_tensors="pt")
    outside = next(k for k, tag in model.config.id2label.items() if tag == "O")
    goal = torch.full(rows["input_ids"].shape, -100)
    for number, line in enumerate(lines):
        owners = rows.word_ids(number)
        for word in range(len(line)):
            goal[number, owners.index(word)] = names.get(line[word], outside)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(steps):
        optimiser.zero_grad()
        model(input_ids=rows["input_ids"], attention_mask=rows["attention_mask"], labels=goal).loss.backward()
        optimiser.step()
    model.eval()
