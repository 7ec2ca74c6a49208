"""A new head for masked words, for a model that has none: an encoder that was saved alone, or a tagger.

Its output weights are the embeddings of the subwords, so that only a small layer and a bias are new. The layer begins
at random. The bias begins as the logarithm of how often the subwords stand in the text: with the learning rates of
adaptation it could never grow to that, and the rest of the model would learn to say which subwords are frequent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def tie_head(model: Any) -> None:
    """Make the embeddings of the subwords the output weights of the head.

    :param model: A model with a random head for masked words.
    """
    model.config.tie_word_embeddings = True
    model.tie_weights()


def begin_with_frequencies(model: Any, windows: Sequence[Mapping[str, Any]]) -> None:
    """Let the head begin by saying how frequent every subword is.

    :param model: A model with a new head for masked words.
    :param windows: The windows that are learnt.
    """
    import torch

    bias = model.get_output_embeddings().bias
    if bias is None:
        return
    ids = np.concatenate([window["input_ids"][window["shares"] > 0] for window in windows])
    with torch.no_grad():
        bias.copy_(torch.from_numpy(log_frequencies(ids, len(bias))))


def log_frequencies(ids: Any, size: int) -> Any:
    """Estimate how probable subwords are; those that the text has not share the probability of those it has once.

    :param ids: The subwords of a text.
    :param size: How many subwords there are.
    :returns: Natural logarithms, shape (size,).

    >>> np.exp(log_frequencies(np.array([0, 0, 0, 1]), 4)).round(3).tolist()
    [0.6, 0.2, 0.1, 0.1]
    """
    counts = np.bincount(ids, minlength=size).astype(np.float64)
    missing, once = counts == 0, int(np.count_nonzero(counts == 1))
    if missing.any():
        counts[missing] = max(once, 1) / int(np.count_nonzero(missing))
    return np.log(counts / counts.sum())


def head_parameters(model: Any) -> list[Any]:
    """Return the weights of the head for masked words that are not those of the embeddings.

    :param model: A model with such a head.
    """
    of_encoder = {id(weights) for weights in model.base_model.parameters()}
    return [weights for weights in model.parameters() if id(weights) not in of_encoder]
