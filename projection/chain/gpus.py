"""Which GPU a worker uses: several workers on one machine take turns."""

from __future__ import annotations

import os
import sys

VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES"
"""The variable by which CUDA knows which GPUs a process may use."""


def visible_gpus() -> list[str]:
    """Name the GPUs that this program may use, as :data:`VISIBLE_GPUS` names them.

    PyTorch is asked only where it is imported already: an engine that can use a GPU has been asked for its settings
    before workers start, and imported it to look for one.
    """
    torch = sys.modules.get("torch")
    count = torch.cuda.device_count() if torch is not None else 0
    names = os.environ.get(VISIBLE_GPUS)
    return names.split(",")[:count] if names else [str(number) for number in range(count)]


def environment_of_worker(number: int) -> dict[str, str]:
    """Return the environment of a worker, which sees one GPU where there are any.

    :param number: The number of the worker, from 0; worker 2 of a machine with two GPUs uses the first one again.
    """
    gpus = visible_gpus()
    return {**os.environ, **({VISIBLE_GPUS: gpus[number % len(gpus)]} if gpus else {})}
