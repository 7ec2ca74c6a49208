"""Corpora whose links come from several aligners."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets
import pytest

from silverner.builders.build import BuildOptions, build, plan
from silverner.builders.recipe.load import load_recipe
from silverner.cli import main
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.facts import LanguageFacts, read_manifest
from silverner.projection.alignment import ALIGNERS, AlignedPair, AlignerSettings
from silverner.projection.chain import ShardStore
from silverner.projection.chain.engine import EngineContext
from silverner.projection.errors import RecipeError
from silverner.projection.scoring.evidence import SentenceEvidence, read_evidence
from silverner.projection.stages import project
from tests.corpora import SPANISH_LINKS, write_corpus
from tests.tiny import write_model

FILES = {"engine": "pharaoh", "forward": "{lang}.links"}


class Chances:
    """Gives other links in every run, as eflomal does."""

    learns = True
    runs = 0

    def settings(self) -> Mapping[str, object]:
        return {"engine": "chances"}

    def check(self) -> None:
        pass

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        Chances.runs += 1
        links = [[(0, j, 1.0) for j in range(min(len(target), Chances.runs))] for target in targets]
        return [AlignedPair(one, one) for one in links]


class ChancesSettings(AlignerSettings):
    """Links that change."""

    licence = "MIT"
    citation = "Nobody 2026: On Chances."

    def build(self, context: EngineContext) -> Chances:
        return Chances()


@pytest.fixture
def encoder(tmp_path: Path) -> dict[str, Any]:
    write_model("bert", tmp_path / "encoder")
    return {"engine": "simalign", "model": str(tmp_path / "encoder"), "layer": 2, "license": "mit"}


def _work(folder: Path, store: str = "store") -> BuildOptions:
    return BuildOptions(out=folder / "out", store=ShardStore(folder / store))


def _build(path: Path, *, store: str = "store", changes: Sequence[str] = ()) -> LanguageFacts:
    return build(load_recipe(str(path), changes=changes), ["spa"], _work(path.parent, store))["spa"]


def _rows(folder: Path) -> list[dict[str, Any]]:
    return list(datasets.load_dataset(str(folder / "out"), "spa", split="train"))


def test_the_links_of_a_corpus_are_those_that_enough_aligners_have(tmp_path: Path) -> None:
    (tmp_path / "more.links").write_text("0-0 1-1\n0-0\n0-6 1-4 2-0 3-2\n")
    (tmp_path / "most.links").write_text("0-0 2-3\n0-0\n0-6 1-4 2-5\n")
    more, most = ({"engine": "pharaoh", "forward": name} for name in ("more.links", "most.links"))
    _build(write_corpus(tmp_path, aligner=[FILES, more, most], keep=...))
    assert [row["alignment"] for row in _rows(tmp_path)] == ["0-0 1-1", "0-0", "0-6 1-4 2-0 3-2"]


def test_a_change_of_one_aligner_aligns_nothing_again_with_the_other(tmp_path: Path, encoder: dict[str, Any]) -> None:
    path = write_corpus(tmp_path, aligner=[FILES, encoder], keep=...)
    _build(path)
    changed = write_corpus(tmp_path, aligner=[FILES, {**encoder, "layer": 1}], keep=...)
    states = {state.name: state.cached for state in plan(load_recipe(str(changed)), ["spa"], _work(tmp_path))["spa"]}
    assert states == {
        "source": True,
        "align.pharaoh": True,
        "align.simalign": False,
        "combine-links": False,
        "truecase": True,
        "project": False,
        "flag": False,
    }
    path = write_corpus(tmp_path, aligner=[FILES, encoder], keep=...)
    (tmp_path / "spa.links").write_text(SPANISH_LINKS.replace(" 4-1", ""))
    states = {state.name: state.cached for state in plan(load_recipe(str(path)), ["spa"], _work(tmp_path))["spa"]}
    assert (states["align.pharaoh"], states["align.simalign"]) == (False, True)


def test_the_order_of_the_aligners_changes_no_row(tmp_path: Path, encoder: dict[str, Any]) -> None:
    _build(write_corpus(tmp_path, aligner=[FILES, encoder], keep=...))
    one = _rows(tmp_path)
    _build(write_corpus(tmp_path, aligner=[encoder, FILES], keep=...))
    assert _rows(tmp_path) == one


def test_two_layers_of_one_encoder_are_two_aligners(tmp_path: Path, encoder: dict[str, Any]) -> None:
    facts = _build(write_corpus(tmp_path, aligner=[encoder, {**encoder, "layer": 1}], keep=...))
    assert {"align.simalign", "align.simalign-2", "combine-links"} < set(facts.stages)
    assert [(model.role, model.name) for model in facts.models] == [("aligner", "encoder")]


def test_a_list_of_one_aligner_is_that_aligner(tmp_path: Path) -> None:
    one, listed = (load_recipe(str(write_corpus(tmp_path, aligner=value))) for value in (FILES, [FILES]))
    assert one.languages == listed.languages


def test_card_and_manifest_name_every_aligner(
    tmp_path: Path, encoder: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALIGNERS._builtin, "chances", ChancesSettings)
    _build(write_corpus(tmp_path, aligner=["chances", encoder], keep=...))
    assert check_folder(tmp_path / "out") == []
    facts = read_manifest(tmp_path / "out").languages["spa"]
    assert facts.engines == [("aligner", "chances"), ("aligner", "simalign")]
    assert [section["model"] for section in facts.recipe["aligner"][1:]] == ["encoder"]
    assert [(model.name, model.licence) for model in facts.models] == [("encoder", "mit")]
    for file in ("README.md", "manifest.json", "recipe.yaml"):
        assert str(tmp_path) not in (tmp_path / "out" / file).read_text()
    card = (tmp_path / "out" / "README.md").read_text()
    assert "- `spa`: parallel, chances, simalign (`encoder`, layer 2), fitted score, exact matching" in card
    assert "| aligner `encoder` | mit |" in card
    assert "- Nobody 2026&#58; On Chances." in card
    assert "- Jalili Sabet, Dufter, Yvon and Schütze 2020&#58; SimAlign" in card
    again = load_recipe(str(tmp_path / "out" / "recipe.yaml")).languages["spa"].aligner
    assert [section.engine for section in again] == ["chances", "simalign"]


def test_links_that_cannot_be_made_again_are_published_and_used(
    tmp_path: Path, encoder: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALIGNERS._builtin, "chances", ChancesSettings)
    monkeypatch.setattr(Chances, "runs", 0)
    path = write_corpus(tmp_path, aligner=["chances", encoder], keep=...)
    facts = _build(path)
    (artefact,) = facts.artefacts
    assert artefact.startswith("artefacts/align.chances-")
    before = _rows(tmp_path)
    assert _build(path, store="another-store").artefacts == facts.artefacts
    assert (Chances.runs, _rows(tmp_path)) == (1, before)


def test_in_characters_links_of_words_and_of_tokens_become_links_of_tokens(
    tmp_path: Path, encoder: dict[str, Any]
) -> None:
    target = {"files": "zho.conll", "format": "conll"}
    path = write_corpus(tmp_path, aligner=[FILES, encoder], target=target, languages=["zho"], keep=...)
    rows = ("安娜在纽约。", "下雨了", "红十字会在伯尔尼")
    (tmp_path / "zho.conll").write_text("\n".join("".join(f"{char} O\n" for char in row) for row in rows))
    (tmp_path / "zho.links").write_text("0-0 0-1 2-3 3-4\n1-0\n0-5 0-6 0-7\n")
    options = _work(tmp_path)
    states = [state.name for state in plan(load_recipe(str(path)), ["zho"], options)["zho"]]
    assert {"group-tokens", "align.pharaoh", "align.simalign", "combine-links"} < set(states)
    build(load_recipe(str(path)), ["zho"], options)
    (row, *_) = datasets.load_dataset(str(tmp_path / "out"), "zho", split="train")
    assert row["tokens"] == list("安娜在纽约。")
    assert {"0-0", "0-1"} <= set(row["alignment"].split())


def test_a_voter_can_have_several_aligners(tmp_path: Path) -> None:
    (tmp_path / "more.links").write_text("0-0 1-1\n0-0\n0-6 1-4 2-0 3-2\n")
    more = {"engine": "pharaoh", "forward": "more.links"}
    voters = {
        "both": {"method": "parallel", "aligner": [FILES, more]},
        "one": {"method": "parallel", "aligner": more},
    }
    path = write_corpus(tmp_path, method="vote", voters=voters, vote="agreement", aligner=..., filters=..., keep=...)
    facts = _build(path)
    assert {"both.align.pharaoh", "both.align.pharaoh-2", "both.combine-links", "one.align"} < set(facts.stages)
    assert facts.engines == [("aligner", "pharaoh")]


@pytest.mark.parametrize(
    ("aligner", "message"),
    [
        ([], r"line \d+: aligner: the list of aligners is empty; name one or more"),
        (["eflomal", ["eflomal"]], r"line \d+: aligner\.1: an engine is a word"),
        (["eflomal", {"engine": "eflomal"}], r"line \d+: aligner: entries 1 and 2 .* are equal \(eflomal\)"),
        (["eflomal", "eflomol"], r"line \d+: aligner\.1: unknown engine 'eflomol'; .*did you mean eflomal"),
        (["eflomal", {"engine": "simalign"}], r"line \d+: the key 'aligner\.1\.model' is missing"),
        (
            ["eflomal", {"engine": "pharaoh", "forward": "x", "symmetrise": "union"}],
            r"line \d+: aligner: symmetrise: the aligner 'pharaoh' stands in a list",
        ),
        (
            ["eflomal", {"engine": "pharaoh", "forward": {"train": "a", "dev": "b"}}],
            r"line \d+: the links are for the splits train, dev, but the source has train",
        ),
    ],
)
def test_a_wrong_list_is_refused_with_its_place(tmp_path: Path, aligner: list[Any], message: str) -> None:
    path = write_corpus(tmp_path, aligner=aligner)
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(path))


def test_set_takes_the_whole_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_corpus(tmp_path))
    aligner = load_recipe(path, changes=["aligner=[eflomal, {engine: eflomal, model: 1}]"]).languages["spa"].aligner
    assert [section.model for section in aligner] == [3, 1]
    changes = ["--set", "aligner=[eflomal, {engine: eflomal, model: 1}]", "--set", "aligner.model=2"]
    assert main(["build", path, "--dry-run", *changes]) == 2
    assert "aligner is a list; write the whole list, as in --set 'aligner=[..., ...]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("aligners", "soft_links"), [(["encoder"], True), (["encoder", "files"], True), (["files"], False)]
)
def test_the_soft_links_of_an_encoder_reach_the_projection(
    tmp_path: Path,
    encoder: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    aligners: list[str],
    soft_links: bool,
) -> None:
    columns: list[dict[str, Any]] = []

    def watched(batch: dict[str, Any], *more: Any) -> list[SentenceEvidence]:
        columns.append(batch)
        return read_evidence(batch, *more)

    monkeypatch.setattr(project, "read_evidence", watched)
    sections = [{"encoder": encoder, "files": FILES}[name] for name in aligners]
    _build(write_corpus(tmp_path, aligner=sections if len(sections) > 1 else sections[0]))
    soft = [line for batch in columns for line in batch.get("links.soft_forward", ())]
    assert columns
    assert bool(soft) == soft_links
    assert all(re.fullmatch(r"\d+-\d+(:0\.\d+)?( \d+-\d+(:0\.\d+)?)*", line) for line in soft)
