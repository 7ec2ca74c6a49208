"""Describes the models of a recipe: their role, size, licence and exact commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.dataset_cards.vocabulary import LICENCES
from silverner.projection.chain.files import file_hash
from silverner.projection.errors import SilvernerError
from silverner.projection.labelling.natasha import NatashaSettings, weight_files
from silverner.projection.labelling.spacy import SpacyModelSettings
from silverner.projection.labelling.spacy_folder import find_pipeline
from silverner.projection.llm.settings import LlmSettings
from silverner.projection.neural.model_files import count_parameters, model_signature, tokenizer_signature
from silverner.projection.neural.settings import AdapterSection, ModelSettings
from silverner.projection.neural.unsafe_model import ADAPTER
from silverner.projection.programs.settings import ProgramSettings
from silverner.projection.registry import installed_version

_CATALOGUE = Path(__file__).with_name("models.yaml")
ONLY_TOKENIZER = "only its tokenizer is used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model, and its role in the recipe.

    :param role: The section of the recipe that names it.
    :param name: Id on the Hub, or name of a folder.
    :param revision: Branch, tag or commit asked for; ``None`` for a folder.
    :param commit: Commit of the snapshot in the cache, or hash of the folder; ``None`` if it is not on this machine.
    :param licence: Its licence; ``None`` if it is unknown.
    :param parameters: Millions of parameters, where known.
    :param says: A short description, or a remark about its use.
    :param host: The server that runs it; ``None`` for weights on this machine.
    :param program: Whether it is a program instead of a model: the commit is the hash of its file.
    """

    role: str
    name: str
    revision: str | None
    commit: str | None
    licence: str | None
    parameters: int | None
    says: str | None
    host: str | None = None
    program: bool | None = None

    @property
    def pinned(self) -> bool:
        """Whether the recipe fixes the weights: those of a folder, or of one commit. Nobody knows those of a server."""
        return self.host is None and self.revision in {None, self.commit}

    def describe(self) -> str:
        """Describe it in one line: its size, its licence, and whether it is on this machine."""
        size = f"{self.parameters * 4 / 1000:.1f} GB in float32" if self.parameters else "size unknown"
        if self.program or self.says == ONLY_TOKENIZER:
            size = self.says or ""
        licence = self.licence or "licence unknown"
        noncommercial = ", no commercial use" if "-nc" in licence else ""
        revision = f" at {self.revision}" if self.revision else ""
        if self.host is not None:
            return f"{self.role}: {self.name}{revision}: {licence}{noncommercial}, asked at {self.host}"
        where = "not here yet" if self.commit is None else f"here ({self.commit[:12]})"
        return f"{self.role}: {self.name}{revision}: {size}, {licence}{noncommercial}, {where}"


def models_of(recipe: LanguageRecipe, base: Path, *, allow_commands: bool = False) -> list[Model]:
    """List the models a recipe of one language names.

    :param recipe: The recipe.
    :param base: The folder its paths are relative to.
    :param allow_commands: Whether programs may be asked for their versions.
    :returns: The models in the order they run; none is loaded or downloaded.
    """
    models = [model for role, section in recipe.engines for model in _models(role, section, base, allow_commands)]
    return list(dict.fromkeys(models))


def _models(role: str, section: object, base: Path, allow_commands: bool) -> Iterator[Model]:
    """Describe the models of a section; there is none where the engine has none."""
    if isinstance(section, LlmSettings):
        yield _asked_model(role, section)
    if isinstance(section, SpacyModelSettings):
        yield _pipeline(role, section, base)
    if isinstance(section, NatashaSettings):
        yield _natasha(role)
    if isinstance(section, ProgramSettings):
        yield from _programs(role, section, base, allowed=allow_commands)
    if isinstance(section, ModelSettings):
        yield _checkpoint(role, section, base)
        if section.tokenizer is not None and section.tokenizer.model is not None:
            yield _tokenizer(role, section, section.tokenizer.model, base)
        adapter = getattr(section, "adapter", None)
        if adapter is not None:
            yield _adapter(role, adapter, base)


def _asked_model(role: str, section: LlmSettings) -> Model:
    """Describe a model that runs on a server."""
    return Model(
        role=role,
        name=section.model,
        revision=section.revision,
        commit=None,
        licence=section.license,
        parameters=None,
        says=None,
        host=section.host,
    )


def _programs(role: str, section: ProgramSettings, base: Path, *, allowed: bool) -> Iterator[Model]:
    """Describe the programs of a section: one, or one for each direction of an aligner."""
    for run in (section.run, getattr(section, "reverse", None)):
        if run is None:
            continue
        program = section.program_at(base, allowed=allowed, run=run)
        commit, says = None, "a program"
        with suppress(SilvernerError):  # it is missing; its stage says so
            commit = program.program_hash()
            files = [f"{name} {digest[:12]}" for name, digest in program.hashed_files()]
            version = program.stated_version() if allowed else None
            says = "; ".join(["a program", *([f"version {version}"] if version else []), *files])
        yield Model(
            role=role,
            name=program.name,
            revision=None,
            commit=commit,
            licence=section.license,
            parameters=None,
            says=says,
            program=True,
        )


def _pipeline(role: str, section: SpacyModelSettings, base: Path) -> Model:
    """Describe a pipeline of spaCy, whose folder says its licence and version."""
    try:
        pipeline = find_pipeline(section.model, base)
        stated, version = pipeline.licence, pipeline.meta.get("version")
        commit = model_signature(str(pipeline.path))
    except SilvernerError:  # it is missing or broken; its stage says so
        stated, version, commit = None, None, None
    licence = section.license or (stated if stated in LICENCES else None)
    says = f"a pipeline of spaCy, version {version}" if version else None
    name = Path(section.model).name
    return Model(role=role, name=name, revision=None, commit=commit, licence=licence, parameters=None, says=says)


def _natasha(role: str) -> Model:
    """Describe the tagger of natasha, whose weights come with the package, under its licence."""
    says, commit = None, None
    with suppress(SilvernerError):  # it is missing; its stage says so
        commit = file_hash(weight_files()[0])
        says = f"a tagger for Russian news, version {installed_version('natasha')}"
    return Model(role=role, name="natasha", revision=None, commit=commit, licence="mit", parameters=None, says=says)


def _checkpoint(role: str, section: ModelSettings, base: Path) -> Model:
    listed = _catalogue().get(section.model, {})
    is_folder = (base / section.model).is_dir()
    return Model(
        role=role,
        name=Path(section.model).name if is_folder else section.model,
        revision=None if is_folder else section.revision or "main",
        commit=_commit(section.checkpoint(base).name, section.revision),
        licence=section.license or listed.get("licence"),
        parameters=millions_of_parameters(section, base),
        says=listed.get("says"),
    )


def _tokenizer(role: str, section: ModelSettings, name: str, base: Path) -> Model:
    """Describe the other model whose tokenizer a model uses."""
    choice = section.checkpoint(base).tokenizer_choice
    assert choice is not None
    is_folder = Path(choice.name).is_dir()
    return Model(
        role=f"tokenizer of {role}",
        name=Path(name).name if is_folder else name,
        revision=None if is_folder else choice.revision or "main",
        commit=tokenizer_signature(choice.name) if is_folder else _commit(choice.name, choice.revision),
        licence=catalogued_licence(name) or section.license,
        parameters=None,
        says=ONLY_TOKENIZER,
    )


def _adapter(role: str, section: AdapterSection, base: Path) -> Model:
    """Describe what is added to the weights of a model."""
    is_folder = (base / section.model).is_dir()
    return Model(
        role=f"adapter of {role}",
        name=Path(section.model).name if is_folder else section.model,
        revision=None if is_folder else section.revision or "main",
        commit=_commit(section.adapter(base).name, section.revision),
        licence=section.license,
        parameters=None,
        says="matrices of LoRA",
    )


def catalogued_licence(name: str) -> str | None:
    """Return the licence of a model that shipped recipes use.

    :param name: Its id on the Hub.
    :returns: The licence; ``None`` for other models, and where the model's page names none.
    """
    licence: str | None = _catalogue().get(name, {}).get("licence")
    return licence


def millions_of_parameters(section: ModelSettings, base: Path) -> int | None:
    """Return how large a model is, if a shipped recipe uses it or if it is on this machine.

    :param section: The section of the recipe that names it.
    :param base: The folder its paths are relative to.
    :returns: Millions of parameters; ``None`` where nobody knows, and for less than half a million.
    """
    listed: int | None = _catalogue().get(section.model, {}).get("parameters")
    if listed is not None:
        return listed
    try:
        count = count_parameters(section.checkpoint(base).name, revision=section.revision)
    except (SilvernerError, ImportError):  # it is broken, or a package is missing; its stage says so
        return None
    return round((count or 0) / 1e6) or None


def _commit(name: str, revision: str | None) -> str | None:
    """Find the commit of a model on this machine, without a request to the Hub."""
    if Path(name).is_dir():
        return model_signature(name)
    from huggingface_hub import try_to_load_from_cache

    for file in ("config.json", "tokenizer_config.json", ADAPTER):  # of a tokenizer or an adapter, only its own
        try:
            path = try_to_load_from_cache(name, file, revision=revision)
        except (SilvernerError, ValueError):
            return None
        if isinstance(path, str):
            return Path(path).parent.name
    return None


@cache
def _catalogue() -> Mapping[str, Mapping[str, Any]]:
    """Read the catalogue of models that shipped recipes use."""
    with _CATALOGUE.open(encoding="utf-8") as file:
        catalogue: Mapping[str, Mapping[str, Any]] = yaml.safe_load(file)
    return catalogue
