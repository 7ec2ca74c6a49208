"""``lapt``: language-adaptive pretraining, which goes on with masked words (arXiv 2106.09063)."""

from __future__ import annotations

from dataclasses import dataclass

from silverner.students.adapt.method import AdaptationMethod


@dataclass(frozen=True, kw_only=True)
class Lapt(AdaptationMethod):
    """Trains the model as it is."""

    name = "lapt"
    summary = "train on the masked words of the text; vocabulary and tokenizer stay"
