"""What is installed on this machine: the program, its extras and programs, hardware, and models in the cache."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from silverner.projection.registry import Registry

NAME = "silverner"
EXTRAS = {
    "eflomal": "the statistical aligner `eflomal`; it needs a C compiler",
    "neural": "models of the Hub: translators, taggers, and the aligners `simalign` and `awesome`",
    "ctranslate2": "translation in 8-bit numbers: less memory, and faster on a processor",
    "students": "`silverner train`, `compare` and `adapt`",
    "lora": "`silverner adapt --lora`",
    "focus": "`silverner adapt focus`: a new vocabulary for a language",
    "gliner": "the labeller `gliner`: any label set without training; today it holds transformers below 5.17",
    "spacy": "the labeller `spacy`: pipelines of spaCy",
    "natasha": "the labeller `natasha`: people, places and organisations in Russian",
    "llm": "language models behind an OpenAI-compatible server, as translator, labeller, aligner and judge",
    "ray": "`silverner build --executor ray`: several machines",
    "completion": "`silverner completion`: the Tab key in a shell",
    "thai": "words of Thai",
    "lao": "words of Lao",
    "khmer": "words of Khmer",
    "japanese": "words of Japanese",
    "chinese": "words of Chinese",
    "cantonese": "words of Cantonese",
    "burmese": "words of Burmese",
    "segmenters": "words of all seven languages that write no spaces",
}
"""What every extra gives; those for work on the project itself are left out."""
PROGRAMS = {"apertium": "the translator `apertium`: apt-get install apertium apertium-eng-spa, and so on"}
"""Programs beside Python packages, and what each gives."""


def installation(store: Path) -> dict[str, Any]:
    """Say what is installed, what is missing, and what a missing thing would give.

    :param store: The folder for the results of finished stages.
    :returns: Facts that JSON can hold; sizes in bytes.
    """
    return {
        "silverner": version(NAME),
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "gpus": _gpus(),
        "store": {"folder": str(store), "free": shutil.disk_usage(_existing(store)).free},
        "hub": _hub(),
        "faults": [fault for requirement in _requirements("") if (fault := _fault(requirement)) is not None],
        "extras": [
            {
                "name": name,
                "gives": gives,
                "faults": list(dict.fromkeys(filter(None, map(_fault, _requirements(name))))),
            }
            for name, gives in EXTRAS.items()
        ],
        "programs": [
            {"name": name, "gives": gives, "installed": shutil.which(name) is not None}
            for name, gives in PROGRAMS.items()
        ],
        "additions": list(_additions()),
        "models": _cached_models(),
    }


def _additions() -> Iterator[dict[str, Any]]:
    """List what other packages add, and what is wrong with it; it is imported."""
    from silverner.projection.alignment import ALIGNERS
    from silverner.projection.errors import PluginError
    from silverner.projection.filters import FILTERS
    from silverner.projection.labelling import LABELLERS
    from silverner.projection.translation import TRANSLATORS
    from silverner.projection.translation.glossary import GLOSSARIES
    from silverner.students.strategies import STRATEGIES

    registries: tuple[Registry[Any], ...] = (TRANSLATORS, GLOSSARIES, LABELLERS, ALIGNERS, FILTERS, STRATEGIES)
    for registry in registries:
        for name in registry.names():
            if package := registry.signature(name).get("plugin"):
                fault = None
                try:
                    registry.get(name)
                except PluginError as error:
                    fault = str(error)
                yield {"kind": registry.kind, "name": name, "package": package, "fault": fault}


def _requirements(extra: str) -> Iterator[Requirement]:
    """Return the packages that an extra needs beside the core; those of the core for an empty name."""
    for line in requires(NAME) or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is not None and not marker.evaluate({"extra": extra}):
            continue
        if extra and (marker is None or marker.evaluate({"extra": ""})):
            continue
        if requirement.name == NAME:
            for extra_name in requirement.extras:
                yield from _requirements(extra_name)
        else:
            yield requirement


def _fault(requirement: Requirement) -> str | None:
    """Say that a package is missing, or of another version than is needed; ``None`` where it fits."""
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"{requirement.name} {installed} is not {requirement.specifier}"


def _gpus() -> list[dict[str, Any]] | None:
    """Describe the GPUs that torch can use; ``None`` without torch, which alone could tell."""
    if find_spec("torch") is None:
        return None
    import torch

    devices = map(torch.cuda.get_device_properties, range(torch.cuda.device_count()))
    return [{"name": device.name, "memory": device.total_memory} for device in devices]


def _hub() -> dict[str, Any]:
    """Say how the Hub is used here; of a token only whether there is one."""
    from huggingface_hub import constants, get_token

    return {"offline": constants.HF_HUB_OFFLINE, "token": get_token() is not None, "cache": constants.HF_HUB_CACHE}


def _cached_models() -> list[dict[str, Any]]:
    """List the models in the cache of the Hub."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return []  # nothing was downloaded yet
    models = [repository for repository in repositories if repository.repo_type == "model"]
    return [{"name": model.repo_id, "size": model.size_on_disk} for model in sorted(models, key=lambda m: m.repo_id)]


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
