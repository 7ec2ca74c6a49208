"""The model of a student before training: an encoder with a head for the tags of the corpus."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.labelling.tagset import counterparts
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.spans import tag_names
from silverner.projection.tags.label_map import LabelMap


def load_student(
    checkpoint: Checkpoint, labels: Sequence[str], *, seed: int, label_map: LabelMap = MappingProxyType({})
) -> tuple[Any, Any, list[str]]:
    """Load the model of a student.

    A tagger keeps the rows of its head for tags that the corpus has too, whatever the scheme of the tagger; other tags
    of the corpus get random rows. An encoder gets a random head.

    :param checkpoint: A tagger or an encoder.
    :param labels: The labels of the corpus; tags are numbered by :func:`~silverner.projection.spans.tag_names`.
    :param seed: Seed of the random rows.
    :param label_map: Other names for the tagger's labels.
    :returns: The model, its tokenizer, and the tags whose rows are random.
    :raises SilvernerError: when it cannot be loaded.
    """
    import torch

    tags = tag_names(labels)
    config = checkpoint.config()
    from_tagger = is_tagger(config)
    pretrained, tokenizer = checkpoint.load("tagger" if from_tagger else "encoder")
    pretrained_tags = [str(config.id2label[k]) for k in sorted(config.id2label)] if from_tagger else []
    rows = counterparts(pretrained_tags, tags, label_map)
    config.id2label, config.label2id = dict(enumerate(tags)), {tag: k for k, tag in enumerate(tags)}
    torch.manual_seed(seed)
    model = _random_model(config)
    weights = (
        pretrained.state_dict()
        if from_tagger
        else {f"{model.base_model_prefix}.{k}": v for k, v in pretrained.state_dict().items()}
    )
    heads = _head_weights(config)
    state = model.state_dict()
    missing = sorted(state.keys() - weights.keys() - heads)
    if missing:
        raise UsageError(
            f"{checkpoint.name!r} lacks weights that a student of its kind needs ({missing[0]} and "
            f"{len(missing) - 1} more); start from another encoder or tagger"
        )
    for name in state:
        if name not in heads:
            state[name].copy_(weights[name])
            continue
        for k, row in enumerate(rows):
            if row is not None:
                state[name][k].copy_(weights[name][row])
    fresh = [tag for tag, row in zip(tags, rows, strict=True) if row is None]
    return model.to(checkpoint.torch_device()), tokenizer, fresh


def is_tagger(config: Any) -> bool:
    """Tell whether a model is a tagger, from its configuration.

    :param config: Of ``transformers``.
    :returns: Whether it was saved with a head for tags.
    """
    return any("ForTokenClassification" in name for name in config.architectures or ())


def _head_weights(config: Any) -> set[str]:
    """Name the weights that have one row a tag: their shape changes with the number of tags."""
    import torch

    shapes = []
    for more in (0, 1):
        resized = copy.deepcopy(config)
        resized.num_labels = config.num_labels + more
        with torch.device("meta"):
            model = _random_model(resized)
        shapes.append({name: tuple(value.shape) for name, value in model.state_dict().items()})
    return {name for name, shape in shapes[0].items() if shapes[1][name] != shape}


def _random_model(config: Any) -> Any:
    """Make a tagger with random weights."""
    import torch
    import transformers

    auto: Any = transformers.AutoModelForTokenClassification
    return auto.from_config(config, dtype=torch.float32, trust_remote_code=False)


def freeze(model: Any, layers: int) -> None:
    """Keep the embeddings and the lowest layers as they are (arXiv 2004.12440 freezes 3).

    :param model: A student.
    :param layers: How many layers; 0 freezes nothing, the embeddings included.
    :raises UsageError: when it has fewer layers, or none can be found.
    """
    if not layers:
        return
    import torch

    number = int(getattr(model.config, "num_hidden_layers", 0))
    stacks = (m for m in model.modules() if isinstance(m, torch.nn.ModuleList) and len(m) == number)
    stack = next(stacks, None)
    if stack is None or layers > number:
        raise UsageError(f"--freeze {layers}: the model has {number} layers; freeze 0 to {number} of them")
    freeze_embeddings(model)
    for module in stack[:layers]:
        module.requires_grad_(False)


def freeze_embeddings(model: Any) -> None:
    """Keep the embeddings of subwords and positions as they are.

    :param model: A model with any head.
    """
    getattr(model.base_model, "embeddings", model.get_input_embeddings()).requires_grad_(False)
