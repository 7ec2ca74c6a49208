"""Corpora that a language model took part in: built on the command line, killed, resumed and described."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from silverner import cli
from tests.corpora import SPANISH, SPANISH_LINKS, write_corpus
from tests.llm_server import Model, serving, words

SECRET = "sk-0123456789-very-secret"
TRANSLATIONS = dict(
    zip(["Ana visits New York", "It rains", "Bern honours the Red Cross"], SPANISH.splitlines(), strict=True)
)


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Read the rows of a corpus that was built."""
    (file,) = folder.glob("out/spa/*.parquet")
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows


def translate(data: Any, request: Any) -> str:
    return words(translation=TRANSLATIONS[data["text"]])


def translating(folder: Path, server: Model, **settings: Any) -> list[str]:
    """Write a recipe that lets a model translate, and return the command that builds it."""
    section = {"engine": "llm", "model": "tiny", "url": server.url, "retries": 0, **settings}
    recipe = write_corpus(folder, method="translate-train", target=..., translator=section, languages=["spa"])
    (folder / "spa.links").write_text(SPANISH_LINKS)
    return ["build", str(recipe), "--out", str(folder / "out"), "--store", str(folder / "store")]


def test_a_corpus_is_translated_and_its_card_says_by_whom(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("TINY_API_KEY", SECRET)
    with serving(translate) as server:
        command = translating(tmp_path, server, key="TINY_API_KEY", revision="q8")
        assert cli.main([*command, "--dry-run"]) == 0
        assert not server.requests
        assert cli.main(command) == 0
        assert len(server.requests) == 3
        (tmp_path / "out" / "README.md").unlink()
        assert cli.main(command) == 0
        assert len(server.requests) == 3
    host = server.url[7:-3]
    captured = "".join(capfd.readouterr())
    assert f"translator: tiny at q8: licence unknown, asked at {host}" in captured
    estimate = "requests at most, with tokens of requests and answers (estimated): translator 3 with 460"
    assert estimate in captured
    assert f"tiny at {host} is asked, with the key in TINY_API_KEY" in caplog.messages
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())["languages"]["spa"]
    assert "rejected_answers" not in manifest
    assert manifest["models"][0]["host"] == host
    card = (tmp_path / "out" / "README.md").read_text()
    assert f"translator: `tiny`, `q8`, asked at `{host}`; licence unknown" in card
    assert "license: unknown" in card
    assert "A server ran `tiny`. It may give other answers now" in card
    assert "local folders" not in card
    assert [" ".join(row["tokens"]) for row in rows_of(tmp_path)] == SPANISH.splitlines()
    everything = f"{captured}{caplog.text}".encode() + b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )
    assert SECRET.encode() not in everything


def test_answers_that_cannot_be_used_are_counted_in_manifest_and_card(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def lazy(data: Any, request: Any) -> str:
        return "No." if data["text"] == "It rains" else translate(data, request)

    with serving(lazy) as server:
        assert cli.main(translating(tmp_path, server)) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())["languages"]["spa"]
    assert manifest["rejected_answers"] == {"translate": {"malformed": 1}}
    assert manifest["counts"]["dropped"] == {"no-translation": 1}
    assert "were rejected in `translate` (1 malformed)" in (tmp_path / "out" / "README.md").read_text()
    assert "translate: 1 of 3 answers of tiny could not be used (1 malformed)" in capfd.readouterr().err


def test_a_sentence_that_the_server_refuses_is_dropped_with_its_reason_and_stops_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def filtering(data: Any, request: Any) -> Any:
        if data["text"] == "It rains":
            return 400, {"error": {"message": "content filter", "code": "content_filter"}}
        return translate(data, request) if data["text"] else words(translation="")

    with serving(filtering) as server:
        command = translating(tmp_path, server)
        assert cli.main(command) == 0
        number = len(server.requests)
        (tmp_path / "out" / "README.md").unlink()
        assert cli.main(command) == 0
        assert len(server.requests) == number
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())["languages"]["spa"]
    assert manifest["rejected_answers"] == {"translate": {"refused": 1}}
    assert manifest["counts"]["dropped"] == {"no-translation": 1}
    assert manifest["counts"]["input"] == 3
    assert "were rejected in `translate` (1 refused)" in (tmp_path / "out" / "README.md").read_text()
    assert "(1 refused); the server said of a refused one: 400: content filter" in capfd.readouterr().err


def test_wrong_settings_stop_a_build_with_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(lambda data, request: (400, {"error": {"message": "max_tokens is too large"}})) as server:
        assert cli.main(translating(tmp_path, server)) == 1
    error = capfd.readouterr().err
    assert "refuses every request, even one without a text (400: max_tokens is too large); check 'model'" in error
    assert "Traceback" not in error


def test_a_build_that_stops_pays_for_nothing_twice(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(translate) as server:
        assert cli.main(translating(tmp_path, server, max_requests=2)) == 1
        error = capfd.readouterr().err
        assert "the budget is spent: 2 of max_requests: 2" in error
        assert "Traceback" not in error
        assert cli.main(translating(tmp_path, server, max_requests=3)) == 0
        assert len(server.requests) == 3


def test_workers_share_answers_and_give_the_same_rows(tmp_path: Path) -> None:
    with serving(translate) as server:
        command = translating(tmp_path, server)
        assert cli.main([*command, "--workers", "2"]) == 0
        (alone := tmp_path / "alone").mkdir()
        assert cli.main([*translating(alone, server)]) == 0
    first, second = (next(folder.glob("out/spa/*.parquet")).read_bytes() for folder in (tmp_path, alone))
    assert first == second
    assert len(rows_of(tmp_path)) == 3


def test_a_missing_key_is_found_by_the_dry_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TINY_API_KEY", raising=False)
    with serving(translate) as server:
        command = translating(tmp_path, server, key="TINY_API_KEY")
        assert cli.main([*command, "--dry-run"]) == 1
        assert (
            "missing: the environment variable TINY_API_KEY, which holds the key for 127.0.0.1"
            in capfd.readouterr().out
        )
        assert not server.requests


def test_a_labeller_that_invents_entities_is_counted_and_one_without_an_answer_drops_the_sentence(
    tmp_path: Path,
) -> None:
    def inventive(data: Any, request: Any) -> str:
        found = [name for name in ("Ana", "Cruz Roja", "Roma") if name in data["text"] or name == "Roma"]
        return "Llueve." if "Llueve" in data["text"] else words(entities=[{"text": n, "label": "PER"} for n in found])

    with serving(inventive) as server:
        section = {"engine": "llm", "model": "tiny", "url": server.url, "license": "mit"}
        changes = {"source": ..., "aligner": ..., "filters": {}, "keep": {}, "languages": ["spa"]}
        recipe = write_corpus(tmp_path, method="model-transfer", labeller=section, **changes)
        assert cli.main(["build", str(recipe), "--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())["languages"]["spa"]
    assert manifest["rejected_answers"] == {"label": {"malformed": 1, "not-in-text": 2}}
    assert manifest["counts"]["dropped"] == {"no-labelling": 1}
    entities = [[(e["start"], e["end"]) for e in row["entities"]] for row in rows_of(tmp_path)]
    assert entities == [[(0, 1)], [(1, 3)]]


PLACES = {"Ana": "Ana", "New York": "Nueva York", "Bern": "Berna", "Red Cross": "Cruz Roja"}


def locate(data: Any, request: Any) -> str:
    return words(places=[{"number": e["number"], "text": PLACES[e["text"]]} for e in data["entities"]])


@pytest.mark.parametrize("score", ["dice", "fitted"])
@pytest.mark.parametrize("beside", [[], [{"engine": "pharaoh", "forward": "{lang}.links"}]])
def test_a_model_says_where_entities_are_alone_or_beside_an_aligner(
    tmp_path: Path, score: str, beside: list[dict[str, str]]
) -> None:
    with serving(locate) as server:
        aligner = {"engine": "llm", "model": "tiny", "url": server.url, "retries": 0}
        recipe = write_corpus(tmp_path, aligner=[aligner, *beside], score=score, languages=["spa"])
        assert cli.main(["build", str(recipe), "--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]) == 0
        assert len(server.requests) == 2  # a sentence without entities is not asked about
    entities = [[(e["start"], e["end"], e["label"]) for e in row["entities"]] for row in rows_of(tmp_path)]
    assert entities == [[(0, 1, "PER"), (2, 4, "LOC")], [], [(1, 3, "ORG"), (6, 7, "LOC")]]
    card = (tmp_path / "out" / "README.md").read_text()
    assert f"aligner: `tiny`, asked at `{server.url[7:-3]}`" in card


def test_a_pair_without_a_usable_answer_is_dropped(tmp_path: Path) -> None:
    def half(data: Any, request: Any) -> str:
        return locate(data, request) if "Bern" in data["source"] else "In the sentence."

    with serving(half) as server:
        aligner = {"engine": "llm", "model": "tiny", "url": server.url, "retries": 0}
        recipe = write_corpus(tmp_path, aligner=aligner, languages=["spa"])
        assert cli.main(["build", str(recipe), "--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())["languages"]["spa"]
    assert manifest["counts"]["dropped"] == {"no-links": 1}
    assert manifest["rejected_answers"] == {"align": {"malformed": 1}}


def test_a_judge_flags_sentences_and_deletes_none(tmp_path: Path) -> None:
    def strict(data: Any, request: Any) -> str:
        if any(entity["text"] == "Ana" for entity in data["entities"]):
            return "Hm."
        return words(verdicts=[{"number": e["number"], "right": e["text"] != "Berna"} for e in data["entities"]])

    with serving(strict) as server:
        section = {"model": "tiny", "url": server.url, "retries": 0}
        changes = {"filters": {"judged-wrong": None}, "keep": {}, "languages": ["spa"]}
        recipe = write_corpus(tmp_path, judge=section, **changes)
        command = ["build", str(recipe), "--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]
        assert cli.main(command) == 0
        recipe = write_corpus(tmp_path, judge=section, **{**changes, "filters": {"judged-wrong": 0.5}})
        assert [row["flags"] for row in rows_of(tmp_path)] == [["judged-wrong"], [], ["judged-wrong"]]
        assert cli.main(command) == 0
        assert len(server.requests) == 3  # another threshold asks nothing again
        assert [row["flags"] for row in rows_of(tmp_path)] == [["judged-wrong"], [], []]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())["languages"]["spa"]
    assert manifest["rejected_answers"] == {"judge": {"malformed": 1}}
    card = (tmp_path / "out" / "README.md").read_text()
    assert f"judge: `tiny`, asked at `{server.url[7:-3]}`" in card
    assert "Parekh" not in card


@pytest.mark.parametrize("changes", [{"filters": {"judged-wrong": 1}}, {"judge": {"model": "m", "url": "http://h/v1"}}])
def test_the_judge_and_its_filter_need_each_other(
    tmp_path: Path, changes: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    recipe = write_corpus(tmp_path, **{"keep": {}, **changes})
    assert cli.main(["build", str(recipe), "--dry-run"]) == 2
    assert (
        "the filter 'judged-wrong' and the key 'judge' (a language model) need each other; add one"
        in capfd.readouterr().err
    )
