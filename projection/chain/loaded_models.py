"""The models in memory: engines that need one model share it, and a chain keeps it for its next stages.

Loading takes a minute for large weights, and a build asks for the same model once a language. Outside of chains nothing
is kept: a model is freed when the last engine that uses it releases it.
"""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar
from weakref import WeakValueDictionary

LOG = logging.getLogger("silverner")
Model = TypeVar("Model")
_Key: TypeAlias = tuple[str, Hashable]

_IN_USE: WeakValueDictionary[_Key, Any] = WeakValueDictionary()
_KEPT: dict[_Key, Any] = {}
_USERS = [0]
"""How many contexts of :func:`keeping_models` are open."""


def load_once(model: str, how: Hashable, load: Callable[[], Model], *, name: str) -> Model:
    """Return a model that is in memory already, or load it.

    :param model: Its name, as :func:`model_of` gives it.
    :param how: Everything else in which two loaded models can differ, such as device and precision.
    :param load: Loads it.
    :param name: What to call it in the log, such as ``the model X``.
    :returns: The model; engines share it, so none may change how it works for another.
    """
    key = (model, how)
    loaded = _IN_USE.get(key)
    if loaded is None:
        start = time.perf_counter()
        loaded = _IN_USE[key] = load()
        LOG.info("loaded %s in %.1f s", name, time.perf_counter() - start)
    if _USERS[0]:
        _KEPT[key] = loaded
    result: Model = loaded
    return result


@contextmanager
def keeping_models() -> Iterator[None]:
    """Keep every model that is loaded meanwhile, until :func:`keep_only` or the end frees it."""
    _USERS[0] += 1
    try:
        yield
    finally:
        _USERS[0] -= 1
        if not _USERS[0]:
            keep_only(())


def keep_only(models: Collection[str]) -> None:
    """Free the kept models, except some; a model that an engine still uses is freed when the engine releases it.

    :param models: Models to keep, named as for :func:`load_once`.
    """
    unneeded = [key for key in list(_KEPT) if key[0] not in models]  # another thread may load one meanwhile
    for key in unneeded:
        del _KEPT[key]
    if unneeded:
        free_memory()


def free_memory() -> None:
    """Give the memory of what is no longer used back to the machine, and to the GPU."""
    gc.collect()
    torch = sys.modules.get("torch")  # CTranslate2 runs without it
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def model_of(engine: str, weights: str) -> str:
    """Name a model: engines of several kinds load different parts of the same weights.

    :param engine: Name of the engine.
    :param weights: Their signature.
    """
    return f"{engine} {weights}"


def models_of(settings: object) -> frozenset[str]:
    """Name the models that the settings of a stage describe, at any depth.

    :param settings: As ``settings()`` returns them. The settings of a checkpoint have the keys ``model`` and
        ``precision``.

    >>> sorted(models_of({"teachers": [{"engine": "tagger", "model": "9f", "precision": "float32"}, {"model": 3}]}))
    ['tagger 9f']
    """
    if isinstance(settings, Mapping):
        model = settings.get("model")
        is_model = isinstance(model, str) and "precision" in settings
        described = {model_of(str(settings.get("engine")), str(model))} if is_model else set()
        return frozenset(described).union(*map(models_of, settings.values()))
    if isinstance(settings, Sequence) and not isinstance(settings, str):
        return frozenset[str]().union(*map(models_of, settings))
    return frozenset()
