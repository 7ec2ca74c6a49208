"""How a model is trained on the masked words of a text. Imports nothing heavy, as the command line reads it."""

from __future__ import annotations

from dataclasses import dataclass

from silverner.projection.errors import UsageError
from silverner.students.training_config import LearningSettings

DEFAULT_HELD_OUT = 0.1
"""Share of sentences that are held out."""
DEFAULT_SPLIT = "train"
"""Split of a corpus whose target side is the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationSettings(LearningSettings):
    """How a model is adapted; its held-out loss is measured once an epoch, and the best epoch is kept.

    Rates, length, share of masked subwords and number of epochs are those of arXiv 2106.09063.

    :param epochs: Passes over the text; with 0 only the method's change is made.
    :param rate_new: Highest learning rate of what is new: rows of new subwords, and a head that the model lacked.
    :param length: Subwords of the longest window, special tokens included.
    :param mask: Share of subwords that are masked.
    :param mask_names: Share of the subwords of projected entities that are masked; ``None`` is that of all.
    :param lora: Rank of small matrices that learn in place of the encoder, at ``rate_new``; ``None`` is none.
    :param freeze_embeddings: Keep the embeddings as they are; much faster where the vocabulary is large.
    """

    epochs: float = 20.0
    rate: float = 2e-5
    patience: int = 3
    rate_new: float = 1e-4
    length: int = 128
    mask: float = 0.15
    mask_names: float | None = None
    freeze_embeddings: bool = False
    lora: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        :raises UsageError: naming the option and what is allowed.
        """
        LearningSettings.__post_init__(self)
        if not 0 <= self.epochs < float("inf"):
            raise UsageError(f"--epochs {self.epochs:g} cannot be; it must be 0 or above")
        if self.lora is not None and self.freeze:
            raise UsageError("--lora keeps all layers as they are; leave --freeze out")
        if self.length < SHORTEST:
            raise UsageError(f"--length {self.length} is too short; it must be at least {SHORTEST} subwords")
        for flag, share in (("--mask", self.mask), ("--mask-names", self.mask_names)):
            if share is not None and not 0 < share < 1:
                raise UsageError(
                    f"{flag} {share:g} is no share of the subwords; allowed: between 0 and 1, such as 0.15"
                )

    def _positive(self) -> dict[str, float]:
        positive = LearningSettings._positive(self)
        del positive["--epochs"]
        return positive

    def _rates(self) -> dict[str, float]:
        return LearningSettings._rates(self) | {"--rate-new": self.rate_new}


SHORTEST = 8
"""Least length of a window: special tokens, and a few subwords around one that is masked."""
