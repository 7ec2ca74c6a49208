"""The commands that know the installation: doctor, completion, and silverner without a command."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import subprocess
from pathlib import Path

import pytest

from silverner import installation
from silverner.cli import COMMANDS, main

VERSIONS = importlib.metadata.version


def test_every_extra_for_users_is_explained() -> None:
    extras = set(importlib.metadata.metadata("silverner").get_all("Provides-Extra") or [])
    assert set(installation.EXTRAS) == extras - {"browser", "docs", "lint", "test"}


def test_what_is_missing_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def version(name: str) -> str:
        if name == "peft":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.1" if name == "pythainlp" else VERSIONS(name)

    monkeypatch.setattr(installation, "version", version)
    assert main(["doctor", "--store", str(tmp_path / "not" / "yet")]) == 0
    shown = capsys.readouterr().out
    assert "missing   lora " in shown
    assert "peft is missing: pip install 'silverner[lora]'\n" in shown
    assert "pythainlp 0.1 is not >=5.4: pip install 'silverner[thai]'\n" in shown
    assert f"store     {tmp_path}/not/yet, " in shown
    assert f"silverner {VERSIONS('silverner')}, Python 3." in shown


def test_a_damaged_core_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(installation, "version", lambda name: "0.1" if name == "pyarrow" else VERSIONS(name))
    assert main(["doctor", "--store", str(tmp_path), "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["faults"] == ["pyarrow 0.1 is not >=21"]
    assert "error: the installation is damaged: pyarrow 0.1 is not >=21; install it again: pip install" in shown.err


def test_models_of_the_cache_are_listed_and_a_token_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blobs = tmp_path / "models--someone--tagger" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / "abc").write_bytes(bytes(2_500_000))
    snapshot = tmp_path / "models--someone--tagger" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (snapshot / "model.safetensors").symlink_to(blobs / "abc")
    monkeypatch.setattr("huggingface_hub.utils._cache_manager.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert main(["doctor", "--store", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert "   2.5 MB someone/tagger\n" in shown.out
    assert "a token is there" in shown.out
    assert "hf_secret" not in shown.out + shown.err


def test_a_shell_completes_commands_and_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)
    for words, expected in (("silverner ''", set(COMMANDS)), ("silverner build --exec", {"--executor"})):
        line = (
            f'COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _shtab_silverner; echo "${{COMPREPLY[@]}}"'
        )
        run = ["bash", "-c", f"source {script}; {line}"]
        completed = subprocess.run(run, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
        assert set(completed.stdout.split()) == expected


def test_the_missing_package_of_completion_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "shtab" else find(name))
    assert main(["completion", "zsh"]) == 1
    assert "the package 'shtab' is not installed: pip install 'silverner[completion]'" in capsys.readouterr().err


def test_without_a_command_it_says_what_to_do_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "silverner quickstart " in shown.err
