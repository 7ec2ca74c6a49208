"""Finds a spaCy pipeline, and reads what it is without loading it or running code of it.

A pipeline is a folder of settings (``config.cfg``, ``meta.json``) and of weights as msgpack, which hold no code. Its
settings can name functions and components, and spaCy calls only those of spaCy itself and of installed packages. The
folder of a stranger shall not choose among all of these, so what entities do not need is refused or left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution, entry_points
from pathlib import Path
from typing import Any

from silverner.projection.errors import DataError, MissingEngineError, MissingFileError, UsageError
from silverner.projection.neural.unsafe_model import refuse_foreign_files
from silverner.projection.parsing import read_json

CONFIG, META = "config.cfg", "meta.json"
_RULERS = ("entity_ruler", "span_ruler", "future_entity_ruler")
_FINDS_ENTITIES = ("ner", "beam_ner", *_RULERS)
_TOKEN_CHANGERS = frozenset(("merge_entities", "merge_noun_chunks", "merge_subtokens", "token_splitter", "doc_cleaner"))
"""Factories of components that change tokens, or remove what others found."""
_OTHER_TASKS = _TOKEN_CHANGERS | {
    *("parser", "beam_parser", "senter", "sentencizer", "tagger", "morphologizer", "attribute_ruler", "lemmatizer"),
    *("trainable_lemmatizer", "textcat", "textcat_multilabel", "spancat", "spancat_singlelabel", "entity_linker"),
}
"""Factories of spaCy whose components find no entities. Sentences come from the corpus, and no token may change."""
_CALLBACKS = ("before_creation", "after_creation", "after_pipeline_creation")


@dataclass(frozen=True)
class PipelineFolder:
    """The folder of a spaCy pipeline.

    :param name: What the recipe calls it.
    :param path: The folder with its ``config.cfg``.
    """

    name: str
    path: Path

    @cached_property
    def meta(self) -> Mapping[str, Any]:
        """What the pipeline says of itself: version, licence, labels."""
        meta = read_json(self.path / META, strict=False)
        if not isinstance(meta, dict) or not isinstance(meta.get("labels", {}), dict):
            raise self._broken(f"{META} is no description of a pipeline")
        return meta

    @property
    def licence(self) -> str | None:
        """The licence that the pipeline states, in the spelling of the Hub where that is clear."""
        stated = self.meta.get("license")
        return "-".join(str(stated).casefold().replace("gnu ", "").split()) if stated else None

    @cached_property
    def _config(self) -> Mapping[str, Any]:
        from confection import Config

        try:
            config: Mapping[str, Any] = Config().from_disk(self.path / CONFIG, interpolate=False)
        except (ValueError, OSError) as error:
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise self._broken(f"{CONFIG} cannot be read ({reason:.200})") from error
        names, components = config.get("nlp", {}).get("pipeline"), config.get("components", {})
        if not isinstance(names, list) or not isinstance(components, dict) or not set(names) <= components.keys():
            raise self._broken(f"{CONFIG} does not describe all components of its pipeline")
        return config

    @property
    def components(self) -> Mapping[str, str]:
        """The factories of all components that the pipeline runs, by their names, in order."""
        settings = self._config["components"]
        off = self._config["nlp"].get("disabled") or ()
        return {name: str(settings[name].get("factory")) for name in self._config["nlp"]["pipeline"] if name not in off}

    @property
    def excluded(self) -> list[str]:
        """The names of components that are not loaded, because entities do not need them.

        A ruler can read what any component says of the tokens, so beside one all stay that leave the tokens alone.
        """
        running, settings = self.components, self._config["components"]
        unneeded = _TOKEN_CHANGERS if set(running.values()) & set(_RULERS) else _OTHER_TASKS
        needed = {name for name, factory in running.items() if factory not in unneeded}
        if not any("Listener" in str(settings[name]) for name in needed):
            needed -= {name for name in needed if running[name] == "tok2vec"}
        return [name for name in settings if name not in needed]

    @property
    def labels(self) -> list[str]:
        """The labels of the entities that the pipeline finds."""
        listed = self.meta.get("labels", {})
        return sorted({str(label) for name in self._entity_components() for label in listed.get(name, ())})

    def check(self) -> None:
        """Refuse a pipeline that finds no entities, and one whose folder asks for more than its own components.

        :raises SilvernerError: saying what is refused, and what to do.
        """
        refuse_foreign_files(self.name, self.path)
        for key in _CALLBACKS:
            if self._config["nlp"].get(key) is not None:
                raise DataError(
                    f"cannot load the spaCy pipeline {self.name!r}: {key} in its {CONFIG} calls a function of its own "
                    "choice, and silverner runs no code that a model names; set it to null"
                )
        self._check_factories()
        if not self._entity_components():
            names = ", ".join(self.components) or "none"
            raise UsageError(
                f"the spaCy pipeline {self.name!r} has no component that finds entities, such as ner or entity_ruler "
                f"(its components: {names}); choose another one"
            )

    def _check_factories(self) -> None:
        """Refuse components that are copied from elsewhere, and those whose package is not installed."""
        installed = {entry.name for entry in entry_points(group="spacy_factories")}
        for name, factory in self.components.items():
            if name in self.excluded:
                continue
            if "source" in self._config["components"][name]:
                raise DataError(
                    f"cannot load the spaCy pipeline {self.name!r}: its component {name!r} is to be copied from "
                    f"another pipeline (source in {CONFIG}); save the pipeline with nlp.to_disk"
                )
            if factory not in {"tok2vec", *_FINDS_ENTITIES, *_OTHER_TASKS, *installed}:
                raise MissingEngineError(
                    f"the spaCy pipeline {self.name!r} needs a package that is not installed: spaCy itself has no "
                    f"{factory!r}, which its component {name!r} is made by; install the package that the page of the "
                    "pipeline names: pip install PACKAGE"
                )

    def _entity_components(self) -> list[str]:
        return [
            name
            for name, factory in self.components.items()
            if factory in _FINDS_ENTITIES and name not in self.excluded
        ]

    def _broken(self, why: str) -> MissingFileError:
        return MissingFileError(f"cannot load the spaCy pipeline {self.name!r}: {why}; get it again, or save it again")


def find_pipeline(name: str, base: Path) -> PipelineFolder:
    """Find a pipeline: a folder, or an installed package, of which nothing is imported.

    :param name: Path of the folder, or name of the package, such as ``fr_core_news_sm``.
    :param base: The folder that paths are relative to.
    :returns: The pipeline.
    :raises MissingEngineError: when there is neither.
    """
    folder = base / name
    if folder.is_dir():
        inner = [folder, *sorted(path.parent for path in folder.glob(f"*/{CONFIG}"))]
        return _only_pipeline(name, [path for path in inner if (path / CONFIG).is_file()])
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            package = None
        if package is not None:
            files = [Path(str(package.locate_file(file))) for file in package.files or () if file.name == CONFIG]
            return _only_pipeline(name, [file.parent for file in files])
    raise MissingEngineError(
        f"no spaCy pipeline {name!r}: there is no folder of this name beside the recipe, and no such package is "
        f"installed; name a folder, or install it: pip install {name.replace('_', '-')}"
    )


def _only_pipeline(name: str, folders: Sequence[Path]) -> PipelineFolder:
    """Take the folder that has the settings of a pipeline."""
    pipelines = [folder for folder in folders if (folder / META).is_file()]
    if not pipelines:
        raise MissingFileError(f"{name!r} is no spaCy pipeline: it has no {CONFIG} with a {META} beside it")
    return PipelineFolder(name, pipelines[0])
