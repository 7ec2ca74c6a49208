"""What every engine of ours promises: one table knows it, and its settings class says all there is to say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from silverner.projection.alignment import ALIGNERS
from silverner.projection.chain.engine import EngineSettings, PluginEngine, signed
from silverner.projection.labelling import LABELLERS
from silverner.projection.languages import find_language
from silverner.projection.translation import TRANSLATORS
from silverner.projection.translation.glossary import GLOSSARIES

EXTRAS = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["optional-dependencies"]
ENGINES = [
    pytest.param(settings, id=f"{registry.kind} {name}")
    for registry in (TRANSLATORS, ALIGNERS, LABELLERS, GLOSSARIES)
    for name, settings in registry.items()
]


@pytest.mark.parametrize("settings", ENGINES)
def test_settings_describe_themselves(settings: type[EngineSettings]) -> None:
    for name, field in settings.model_fields.items():
        assert field.description, name
        assert not field.description.endswith("."), name
    assert settings.__doc__ and settings.__doc__.endswith(".")
    assert settings.licence
    assert settings.extra is None or settings.extra in EXTRAS
    assert "build" in vars(settings)


def test_every_kind_of_engine_suggests_something_for_every_language() -> None:
    sides = {"source": find_language("eng"), "target": find_language("que")}
    for registry in (TRANSLATORS, ALIGNERS, LABELLERS, GLOSSARIES):
        assert any(settings.suggestion(**sides) for _, settings in registry.items())


class Echo:
    def settings(self) -> dict[str, object]:
        return {"engine": "echo", "version": "7"}

    def release(self) -> str:
        return "released"


def test_the_package_of_an_engine_is_part_of_its_settings() -> None:
    echo = Echo()
    assert signed(echo, {}) is echo
    wrapped = signed(echo, {"plugin": "echoes 1.0"})
    assert isinstance(wrapped, PluginEngine)
    assert wrapped.settings() == {"engine": "echo", "version": "7", "plugin": "echoes 1.0"}
    assert wrapped.release() == "released"
    assert not hasattr(wrapped, "learns")
