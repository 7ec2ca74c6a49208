"""A model that is adapted: an encoder with a head for masked words, and the head that it had before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.students.adapt.fresh_head import tie_head
from silverner.students.student_folder import save_model
from silverner.students.training.model import is_tagger

MAY_START_AS = "an encoder that reads in both directions, such as mBERT or XLM-R, or a tagger made from one"


@dataclass(frozen=True, slots=True)
class TaggingHead:
    """What makes a tagger of an encoder.

    :param config: The configuration of the tagger.
    :param weights: The weights that its encoder has not, by their names.
    """

    config: Any
    weights: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class MaskedModel:
    """A model with a head for masked words, and its tokenizer.

    :param name: Folder or id of the model.
    :param model: The model.
    :param tokenizer: Its tokenizer; a method may put another in its place.
    :param has_fresh_head: Whether the checkpoint had no head for masked words.
    :param tagging_head: The head of a tagger, which takes it back when it is saved.
    """

    name: str
    model: Any
    tokenizer: Any
    has_fresh_head: bool
    tagging_head: TaggingHead | None

    def save(self, path: Path) -> None:
        """Write a model of the kind that came in: a tagger, or an encoder with a head for masked words.

        :param path: A folder for it alone; what lies there is removed.
        """
        model = self.model if self.tagging_head is None else self._tagger(self.tagging_head)
        save_model(model, self.tokenizer, path)

    def _tagger(self, head: TaggingHead) -> Any:
        """Put the encoder under the head again; both share their weights with the tagger."""
        import torch
        import transformers

        config, prefix = head.config, self.model.base_model_prefix
        config.vocab_size = self.model.config.vocab_size
        auto: Any = transformers.AutoModelForTokenClassification
        with torch.device("meta"):
            tagger = auto.from_config(config, dtype=torch.float32, trust_remote_code=False)
        encoder = {f"{prefix}.{name}": value for name, value in self.model.base_model.state_dict().items()}
        tagger.load_state_dict(encoder | head.weights, assign=True)
        return tagger


def load_masked_model(name: str, *, device: str = "auto", seed: int = 0) -> MaskedModel:
    """Load a model to adapt it.

    :param name: A folder, or an id on the Hub.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :param seed: Seed of a head that the model lacks.
    :returns: The model.
    :raises SilvernerError: when it cannot be loaded, or cannot be trained on masked words.
    """
    import torch

    checkpoint = Checkpoint(name=name, device=device)  # type: ignore[arg-type]
    config = checkpoint.config()
    _refuse_other_kinds(name, config)
    tagging_head = _tagging_head(checkpoint) if is_tagger(config) else None
    torch.manual_seed(seed)
    model, tokenizer, missing = checkpoint.load_with_masked_word_head()
    if tokenizer.mask_token_id is None:
        raise UsageError(
            f"the tokenizer of {name!r} has no mask token, so the model was not trained on masked words; adapt "
            f"{MAY_START_AS}"
        )
    if missing:
        tie_head(model)
    return MaskedModel(
        name=name, model=model, tokenizer=tokenizer, has_fresh_head=bool(missing), tagging_head=tagging_head
    )


def _tagging_head(checkpoint: Checkpoint) -> TaggingHead:
    tagger, _ = checkpoint.load("tagger")
    prefix = f"{tagger.base_model_prefix}."
    weights = {name: value.cpu() for name, value in tagger.state_dict().items() if not name.startswith(prefix)}
    return TaggingHead(config=tagger.config, weights=weights)


def _refuse_other_kinds(name: str, config: Any) -> None:
    """Refuse models that have no head for masked words."""
    import transformers

    if config.is_encoder_decoder:
        raise UsageError(
            f"{name!r} is an encoder-decoder ({config.model_type}), which is not trained on masked words; adapt "
            f"{MAY_START_AS}"
        )
    if type(config) not in transformers.MODEL_FOR_MASKED_LM_MAPPING:
        raise UsageError(
            f"{name!r} is a {config.model_type} model, which is not trained on masked words; adapt {MAY_START_AS}"
        )
