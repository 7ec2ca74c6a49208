"""How long an epoch of masked words takes on this machine: a few steps are trained and timed, and then forgotten."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from silverner.students.adapt.masked_loss import MaskedLoss
from silverner.students.adapt.masked_model import MaskedModel
from silverner.students.adapt.masking import MaskableText, Masking
from silverner.students.adapt.settings import AdaptationSettings
from silverner.students.corpus import Row
from silverner.students.training.model import freeze, freeze_embeddings


def minutes_an_epoch(masked: MaskedModel, rows: Sequence[Row], settings: AdaptationSettings) -> float | None:
    """Time three steps of short, middle and long sentences, after one that does not count.

    :param masked: The model; its weights are changed.
    :param rows: The text.
    :param settings: How it would be trained.
    :returns: Minutes for the whole text; ``None`` when the model can read no word of it.
    """
    freeze(masked.model, settings.freeze)
    if settings.freeze_embeddings:
        freeze_embeddings(masked.model)
    windows = MaskableText(masked.tokenizer, masked.model.config, settings).windows(rows)
    if not windows:
        return None
    windows.sort(key=lambda window: len(window["input_ids"]))
    size = min(settings.at_once or settings.batch, len(windows))
    starts = [round((len(windows) - size) * place) for place in (0.5, 1 / 6, 0.5, 5 / 6)]
    loss = MaskedLoss(Masking(masked.tokenizer, seed=settings.seed), settings, has_fresh_head=masked.has_fresh_head)
    seconds = _seconds_of_steps(masked, loss, [windows[start : start + size] for start in starts])[1:]
    return sum(seconds) / len(seconds) / size * len(windows) / 60


def _seconds_of_steps(
    masked: MaskedModel, loss: MaskedLoss, batches: Sequence[Sequence[dict[str, Any]]]
) -> list[float]:
    """Train a step with every batch; on a CPU other programs take time too, which does not count."""
    import torch

    def clock() -> float:
        return time.process_time() / torch.get_num_threads() if on_cpu else time.perf_counter()

    on_cpu = masked.model.device.type == "cpu"
    optimiser, pad = loss.optimiser(masked.model), masked.tokenizer.pad_token_id or 0
    masked.model.train()
    seconds = []
    for windows in batches:
        begin = clock()
        batch = loss.collate([loss.example(window, k, 0) for k, window in enumerate(windows)], pad)
        batch = {name: tensor.to(masked.model.device) for name, tensor in batch.items()}
        value = loss.loss(masked.model, batch)
        value.backward()
        optimiser.step()
        optimiser.zero_grad()
        value.item()  # waits for a GPU
        seconds.append(clock() - begin)
    return seconds
