"""Corpora that voters decide on: from recipe to rows."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import datasets
import pytest
import torch

from silverner.builders.build import BuildOptions, build, plan
from silverner.builders.recipe.load import load_recipe
from silverner.dataset_cards.facts import LanguageFacts
from silverner.projection.chain import ShardStore, runner
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.errors import RecipeError
from silverner.projection.stages import Vote
from tests.corpora import write_corpus
from tests.taggers import write_tagger

torch.set_num_threads(1)

BAD_LINKS = "0-0 1-1 2-2\n0-0 1-0\n0-6 1-4 2-0 3-1 4-1\n"  # loses York, and takes the cross for its colour
GOOD = {"method": "parallel", "aligner": {"engine": "pharaoh", "forward": "spa.links"}}
BAD = {"method": "parallel", "aligner": {"engine": "pharaoh", "forward": "bad.links"}, "score": "dice"}
VOTERS: dict[str, Any] = {"good": GOOD, "bad": BAD, "dice": {**GOOD, "score": "dice"}}
VOTING: dict[str, Any] = {
    "languages": ["spa"],
    "method": "vote",
    "aligner": ...,
    "filters": {},
    "keep": {},
    "voters": VOTERS,
    "vote": "agreement",
}


def _recipe(folder: Path, **changes: Any) -> Path:
    path = write_corpus(folder, **{**VOTING, **changes})
    (folder / "bad.links").write_text(BAD_LINKS)
    return path


def _build(path: Path, *, store: Path | None = None, **options: Any) -> tuple[LanguageFacts, list[dict[str, Any]]]:
    work = BuildOptions(out=path.parent / "out", store=ShardStore(store or path.parent / "store"), **options)
    facts = build(load_recipe(str(path)), None, work)["spa"]
    return facts, datasets.load_dataset(str(work.out), "spa", split="train").to_list()


def _found(row: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(" ".join(row["tokens"][e["start"] : e["end"]]), e["label"], e["votes"]) for e in row["entities"]]


def _parquet(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted((path.parent / "out").rglob("*.parquet"))]


def test_what_voters_agree_on_is_published_with_their_names(tmp_path: Path) -> None:
    facts, rows = _build(_recipe(tmp_path))
    assert _found(rows[0]) == [("Ana", "PER", ["bad", "dice", "good"]), ("Nueva York", "LOC", ["dice", "good"])]
    assert _found(rows[1]) == []
    assert [e["score"] for e in rows[0]["entities"]] == [1.0, pytest.approx(2 / 3)]
    counts = facts.counts
    assert (counts.input, counts.kept, counts.dropped) == (3, 3, {})
    assert sum(counts.entities.values()) == sum(len(row["entities"]) for row in rows)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())["languages"]["spa"]
    assert list(manifest["recipe"]["voters"]) == list(VOTERS)
    card = (tmp_path / "out/README.md").read_text()
    assert "Several methods labelled text of each language below and voted on its entities." in card
    assert "vote, good by parallel, bad by parallel, dice by parallel" in card


def test_weights_decide_between_two(tmp_path: Path) -> None:
    two = {name: VOTERS[name] for name in ("good", "bad")}
    rule = {"rule": "weighted", "weights": {"bad": 3}, "least": 0.2}
    _, rows = _build(_recipe(tmp_path / "a", voters=two, vote=rule))
    _, other = _build(_recipe(tmp_path / "b", voters=two, vote={**rule, "weights": {"bad": 0.3}}))
    assert _found(rows[0])[-1] == ("Nueva", "LOC", ["bad"])
    assert _found(other[0])[-1] == ("Nueva York", "LOC", ["good"])


def test_what_two_voters_share_is_done_once(tmp_path: Path) -> None:
    path = _recipe(tmp_path)
    work = BuildOptions(out=tmp_path / "out", store=ShardStore(tmp_path / "store"))
    names = [state.name for state in plan(load_recipe(str(path)), None, work)["spa"]]
    assert "good.align" in names
    assert "bad.align" in names
    assert "dice.align" not in names  # the same links as good
    assert {"good.project", "bad.project", "dice.project"} <= set(names)


def test_neither_workers_nor_a_run_cut_short_change_a_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SHARD_ROWS", 1)
    paths = [_recipe(tmp_path / name) for name in ("plain", "workers", "again")]
    _build(paths[0])
    _build(paths[1], executor=partial(ProcessPool, 2))
    real, calls = Vote.apply, []

    def dying(self: Vote, batch: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, batch)

    monkeypatch.setattr(Vote, "apply", dying)
    with pytest.raises(KeyboardInterrupt):
        _build(paths[2])
    _build(paths[2])
    assert len(calls) == 4  # one shard was done; the second died, and it and the third were done afterwards
    assert _parquet(paths[0]) == _parquet(paths[1]) == _parquet(paths[2])


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tagger("bert", tmp_path_factory.mktemp("voted") / "tagger", learn=True)


def test_a_tagger_votes_with_its_distribution_and_the_mixture_is_published(tmp_path: Path, tagger: Path) -> None:
    own = {"engine": "tagger", "model": str(tagger), "distribution": True}
    voters = {"good": GOOD, "tagger": {"method": "model-transfer", "labeller": own}}
    _, rows = _build(_recipe(tmp_path, voters=voters, vote="soft", label_map={"MISC": "O"}))
    assert {"distribution", "entities", "tokens", "ner_tags"} <= set(rows[0])
    assert "source_tokens" not in rows[0]
    for row in rows:
        assert len(row["distribution"]) == len(row["tokens"])
        assert all(len(word) == 7 and sum(word) == pytest.approx(1, abs=0.01) for word in row["distribution"])
    assert ("Ana", "PER", ["good", "tagger"]) in _found(rows[0])


def test_translators_vote_where_the_target_text_stays_as_it_is(tmp_path: Path, tagger: Path) -> None:
    texts = {
        "en1": "Ana visits New York\n\nKenya honours the Red Cross\n",
        "en2": "Ana visits New York\n\nthe Red Cross begins\n",
    }
    links = {"en1": "0-0 1-1 2-2 3-3\n\n0-6 3-2 4-1\n", "en2": "0-0 1-1 2-2 3-3\n\n0-0 1-2 2-1\n"}
    voters = {
        name: {
            "method": "translate-test",
            "translator": {"engine": "pretranslated", "path": name},
            "labeller": {"engine": "tagger", "model": str(tagger)},
            "aligner": {"engine": "pharaoh", "forward": f"{name}.links"},
        }
        for name in texts
    }
    path = _recipe(tmp_path, source={"language": "eng"}, label_map={"MISC": "O"}, voters=voters)
    for name in texts:
        (tmp_path / name).write_text(texts[name])
        (tmp_path / f"{name}.links").write_text(links[name])
    facts, rows = _build(path)
    assert facts.counts.dropped == {"no-translation": 1}  # a sentence one of them cannot speak of
    assert [row["tokens"][0] for row in rows] == ["Ana", "La"]
    assert ("Ana", "PER", ["en1", "en2"]) in _found(rows[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"voters": {"a": GOOD}}, "voters: this recipe has 1; a vote needs two or more"),
        ({"voters": ...}, "method: vote needs the key 'voters'"),
        ({"voters": {**VOTERS, "A": GOOD}}, "'A' cannot name a voter; use small letters"),
        (
            {"voters": {**VOTERS, "a": {**GOOD, "labels": ["PER"]}}},
            "voters.a: 'labels' belongs to the whole corpus; write it outside",
        ),
        (
            {"voters": {**VOTERS, "a": {**GOOD, "filters": {}}}},
            "voters.a: 'filters' belongs to the whole corpus; write it outside",
        ),
        (
            {"voters": {**VOTERS, "a": {**GOOD, "matcher": "exat"}}},
            "matcher: unknown value 'exat'; allowed: .*did you mean exact",
        ),
        ({"voters": {**VOTERS, "a": {"method": "parallel"}}}, "method: parallel needs the key 'aligner'"),
        ({"voters": {**VOTERS, "a": {"method": "model-transfer"}}}, "model-transfer needs the key 'labeller'"),
        (
            {"voters": {**VOTERS, "a": {"method": "marked", "translator": "apertium"}}},
            "voters.a: the method 'marked' does not label an existing text",
        ),
        ({"vote": "weigthed"}, "weigthed"),
        ({"vote": {"rule": "weighted", "weights": {"god": 1}}}, r"weights names 'god'.*did you mean good"),
        ({"vote": {"rule": "weighted", "weights": {"good": 0}}}, "greater than 0"),
        ({"vote": {"rule": "agreement", "least": 4}}, "less than or equal to 1"),
        ({"filters": {"lost-entity": 0}}, "method: vote does not have what the filter 'lost-entity' needs: source"),
    ],
)
def test_a_vote_that_cannot_be_held_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(_recipe(tmp_path, **changes)))


def test_a_voter_is_reached_by_set(tmp_path: Path) -> None:
    changed = load_recipe(str(_recipe(tmp_path)), changes=["voters.bad.matcher=greedy", "vote.least=1"])
    ballots = changed.languages["spa"].ballots
    assert [one.matcher for one in ballots.values()] == ["exact", "greedy", "exact"]
