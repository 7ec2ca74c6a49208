"""What a student is made from: model, corpus and teachers, with their licences, as far as this machine knows them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from silverner.builders.models import catalogued_licence
from silverner.dataset_cards.card.front_matter import split_card
from silverner.dataset_cards.card.licensing import licence_of
from silverner.dataset_cards.facts.manifest import MANIFEST, read_manifest
from silverner.dataset_cards.licence import Part, derive
from silverner.dataset_cards.vocabulary import LICENCES
from silverner.projection.errors import RecipeError, SilvernerError, UsageError
from silverner.projection.languages import find_language
from silverner.projection.parsing import parse_yaml, read_text
from silverner.students.training_config import TrainingConfig

LOG = logging.getLogger("silverner")
_CARD, _LARGEST_CARD = "README.md", 16 << 20


def provenance(config: TrainingConfig, adapted_to: Sequence[Part] = ()) -> dict[str, Any]:
    """Say what a student is made from; nothing is asked of the Hub.

    :param config: What is to be trained.
    :param adapted_to: The text that its model was adapted to before.
    :returns: ``language``, ``base_model`` and ``datasets`` as the Hub names them, where it knows them; ``license``, and
        the ``parts`` from which it follows.
    """
    parts = list(dict.fromkeys([*_parts(config), *adapted_to]))
    return {
        "language": short_language(config.language),
        "base_model": base_model(config.model),
        "datasets": _datasets(config) if config.is_trained else [],
        "license": strictest_licence(parts, "the student"),
        "parts": [asdict(part) for part in parts],
    }


def _parts(config: TrainingConfig) -> Iterator[Part]:
    """List the parts; the text comes first, since without its licence nothing is known."""
    model = Part(role="model", name=short_name(config.model), licence=model_licence(config.model))
    text = config.strategy.text_file
    if text is not None:
        yield Part(role="text", name=text.name, licence=None)
    if config.strategy.learns_corpus and config.data is not None:
        for licence in corpus_licences(config.data, config.language):
            yield Part(role="corpus", name=short_name(config.data), licence=licence)
    if config.source is not None:
        yield Part(role="source text", name=config.source.name, licence=None)
    yield model
    for name, declared in config.strategy.options().items():
        if declared.holds == "model":
            value = getattr(config.strategy, name)
            for teacher in value if declared.repeatable else [value]:
                yield Part(role="teacher", name=short_name(teacher), licence=model_licence(teacher))


def strictest_licence(parts: list[Part], what: str) -> str:
    """Return the licence that follows from the parts; ``other`` where they exclude each other, which the log says.

    :param parts: The parts.
    :param what: What is made from them, for the log.
    """
    try:
        return derive(parts).name
    except RecipeError as error:
        LOG.warning("the licences of what %s is made from exclude each other: %s", what, error)
        return "other"


def short_name(name: str | Path) -> str:
    """Name a file or folder by its last part, which tells nothing of the machine.

    :param name: A file or folder, or an id on the Hub, which is its own name.
    """
    return Path(name).name if Path(name).exists() else str(name)


def short_language(code: str) -> str | None:
    """Return the code of a language as the Hub has it; ``None`` for a configuration that is named otherwise.

    :param code: The configuration.
    """
    try:
        return find_language(code).short
    except UsageError:
        return None  # such as "default"


def base_model(name: str) -> str | None:
    """Name a model on the Hub; of a folder, the one its card says it was made from.

    :param name: A folder, or an id on the Hub.
    """
    if not Path(name).exists():
        return name
    base = _front_matter(name, "model").get("base_model")
    return base if isinstance(base, str) else None


def _datasets(config: TrainingConfig) -> list[str]:
    """Name the corpus on the Hub; a folder knows its name if it was published."""
    if not config.strategy.learns_corpus or config.data is None:
        return []
    if not Path(config.data).exists():
        return [config.data]
    published = _manifest_facts(config.data)
    return [published.repo_id] if published is not None and published.repo_id else []


def model_licence(name: str) -> str | None:
    """Return the licence of a model, as far as this machine knows it.

    :param name: A folder, or an id on the Hub.
    """
    licences = _licences_of(_front_matter(name, "model"))
    return licences[0] if len(licences) == 1 and licences[0] else catalogued_licence(name)


def corpus_licences(data: str, language: str) -> list[str | None]:
    """Return the licence of a corpus, that of the language where its manifest says it.

    :param data: A folder, or an id on the Hub.
    :param language: Its configuration.
    """
    facts = _manifest_facts(data)
    if facts is not None and language in facts.languages:
        try:
            return [licence_of(facts.languages[language]).name]
        except RecipeError as error:
            LOG.warning("%s: its licence is not known: %s", short_name(data), error)
            return [None]
    return _licences_of(_front_matter(data, "dataset"))


def _licences_of(front: Mapping[str, Any]) -> list[str | None]:
    """Return the licences of a card; ``None`` for one that the Hub does not know."""
    named = front.get("license")
    every = named if isinstance(named, list) else [named]
    return [name if isinstance(name, str) and name in LICENCES else None for name in every] or [None]


def _manifest_facts(data: str) -> Any:
    if not (Path(data) / MANIFEST).is_file():
        return None
    try:
        return read_manifest(Path(data))
    except SilvernerError as error:
        LOG.warning("%s: its licence is not known: %s", short_name(data), error)
        return None


def _front_matter(name: str, kind: Literal["model", "dataset"]) -> Mapping[str, Any]:
    """Read the front matter of the card in a folder, or in the Hub's cache; nothing where there is none."""
    card = _card_of(name, kind)
    if card is None:
        return {}
    try:
        yaml, _ = split_card(read_text(card, largest=_LARGEST_CARD))
        front = parse_yaml(yaml or "", where=str(card))
    except SilvernerError as error:
        LOG.warning("%s: its licence is not known: %s", short_name(name), error)
        return {}
    return front if isinstance(front, dict) else {}


def _card_of(name: str, kind: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    path = Path(name)
    if path.exists():
        return path / _CARD if (path / _CARD).is_file() else None
    try:
        cached = try_to_load_from_cache(name, _CARD, repo_type=kind)
    except HFValidationError:
        return None
    return Path(cached) if isinstance(cached, str) else None
