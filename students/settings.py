"""Names and numbers of training. Imports nothing heavy: the command line shows them in its help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Strategy = Literal["transfer", "hard", "soft", "multi", "agree", "denoise", "loop"]
STRATEGIES: tuple[Strategy, ...] = ("transfer", "hard", "soft", "multi", "agree", "denoise", "loop")
Weights = Literal["none", "sentence", "token"]
WEIGHTS: tuple[Weights, ...] = ("none", "sentence", "token")
Similarity = Literal["avg", "sentence", "corpus"]
SIMILARITIES: tuple[Similarity, ...] = ("avg", "sentence", "corpus")
Distance = Literal["mse", "kl"]
DISTANCES: tuple[Distance, ...] = ("mse", "kl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How a student is trained.

    :param epochs: Passes over the data.
    :param rate: Highest learning rate; it rises over the first tenth of all steps and then falls to 0.
    :param batch: Sentences (or windows) a step.
    :param patience: Stop after as many measurements of the held-out loss without a better one; two an epoch are made.
    :param freeze: Lowest layers that stay as they are, with the embeddings; 0 is none.
    :param distance: How a student is compared with its teacher.
    :param temperature: For ``kl``.
    :param seed: Seed of the head, the order of sentences, and dropout.
    """

    epochs: float = 3.0
    rate: float = 5e-5
    batch: int = 32
    patience: int = 4
    freeze: int = 0
    distance: Distance = "mse"
    temperature: float = 1.0
    seed: int = 0
