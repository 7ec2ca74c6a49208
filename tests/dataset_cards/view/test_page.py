"""The page of a corpus: what it holds, what it refuses, and that nothing of a corpus becomes code."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner.cli import main
from silverner.dataset_cards.dropped import DroppedSentence, dropped_text
from silverner.dataset_cards.measure import meaning
from silverner.dataset_cards.publishing.plan import local_files
from silverner.dataset_cards.view.corpus import ViewedCorpus
from silverner.dataset_cards.view.report import write_report
from silverner.dataset_cards.view.rows import shown_rows
from tests.corpora import write_corpus
from tests.dataset_cards.view.corpora import ROWS, SCHEMA, blocks_of, entity, row, write_folder


def view(*words: str | Path) -> int:
    return main(["view", *map(str, words)])


def test_a_page_holds_rows_and_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path / "c")
    assert view(folder) == 0
    out, err = capsys.readouterr()
    assert out == f"{folder}/report.html\n"
    assert err == "3 sentences, 0.1 MB; open it in a browser:\n"
    blocks = blocks_of(folder / "report.html")
    assert list(blocks) == ["rows-0-0", "index-0", "facts"]
    assert blocks["rows-0-0"][0] == [
        {
            "entities": [entity(0, 1, "PER", 0.98), entity(2, 4, "LOC", 0.7)],
            "id": "a-1",
            "split": "train",
            "tokens": ["Ana", "visita", "Nueva", "York"],
            "score": 1.0,
            "links": "0-0 1-1 2-2 3-3",
            "source": {
                "tokens": ["Ana", "visits", "New", "York"],
                "entities": [{"start": 0, "end": 1, "label": "PER"}, {"start": 2, "end": 4, "label": "LOC"}],
            },
        }
    ]
    assert blocks["index-0"] == {
        "rows": 3,
        "labels": ["LOC", "PER"],
        "flags": ["weak-entity"],
        "splits": ["train"],
        "columns": {
            "labels": [[0, 1], [], [0]],
            "flags": [[], [], [0]],
            "people": ["", "", ""],
            "gold": ["", "", ""],
            "split": [0, 0, 0],
            "confidence": [0.7, None, 0.3],
            "score": [1.0, 1.0, 1.0],
        },
    }
    spanish = blocks["facts"]["languages"][0]
    assert spanish["corpora"][0]["dropped"] == {"duplicate": 4, "empty-target": 1}
    assert spanish["reasons"]["weak-entity"] == "the lowest score of a projected entity is below 0.4"


def test_examples_of_dropped_sentences_are_shown_with_their_reason(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "c")
    lines = [
        DroppedSentence(reason="duplicate", id="a-7", tokens=["Ana", "</script>"], source_tokens=["Ana"]),
        DroppedSentence(reason="empty-target", id="a-8", tokens=[], source_tokens=["Rains"]),
        DroppedSentence(reason="of an older build", id="a-9", tokens=["x"], source_tokens=[]),
    ]
    (folder / "dropped").mkdir()
    (folder / "dropped/spa.jsonl").write_text(dropped_text(lines))
    assert view(folder) == 0
    assert blocks_of(folder / "report.html")["facts"]["languages"][0]["corpora"][0]["examples"] == {
        "duplicate": [{"id": "a-7", "tokens": ["Ana", "</script>"], "source": ["Ana"]}],
        "empty-target": [{"id": "a-8", "tokens": [], "source": ["Rains"]}],
    }
    assert not [name for name in local_files(folder) if name.startswith("dropped")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "line 1"),
        ('{"reason": "duplicate", "id": 3, "tokens": [], "source_tokens": []}', "line 1, id: "),
        ('{"reason": "duplicate", "id": "3", "tokens": [], "source_tokens": null}', "line 1, source_tokens: "),
        ("{", "line 1"),
    ],
)
def test_damaged_examples_are_refused(
    tmp_path: Path, line: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path / "c")
    (folder / "dropped").mkdir()
    (folder / "dropped/spa.jsonl").write_text(line)
    assert view(folder) == 1
    error = capsys.readouterr().err
    assert f"dropped/spa.jsonl, {message}" in error and "Traceback" not in error
    assert not (folder / "report.html").exists()


GOLD = "# sent_id = a-1\nAna\tB-PER\nvisita\tO\nNueva\tB-LOC\nYork\tI-LOC\n\n# sent_id = x\nLlueve\tB-LOC\n\nNieva\tO\n"


def test_gold_stands_beside_the_rows_with_the_same_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, gold = write_folder(tmp_path / "c"), tmp_path / "gold.conll"
    gold.write_text(GOLD)
    assert view(folder, "--gold", gold) == 0
    assert "little, spa: 2 sentences have gold labels, and the entities of 1 differ; strict F1 80.0\n" in (
        capsys.readouterr().err
    )
    blocks = blocks_of(folder / "report.html")
    rows = [sides[0] for sides in blocks["rows-0-0"]]
    assert [one.get("gold") for one in rows] == [
        [{"start": 0, "end": 1, "label": "PER"}, {"start": 2, "end": 4, "label": "LOC"}],
        [{"start": 0, "end": 1, "label": "LOC"}],
        None,
    ]
    assert blocks["index-0"]["columns"]["gold"] == ["same", "differs", ""]
    counts = {"sentences": 2, "differing": 1, "both": 2, "only_corpus": 0, "only_gold": 1, "f1": 80.0}
    assert blocks["facts"]["languages"][0]["corpora"][0]["gold"] == counts


def test_gold_of_another_text_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, gold = write_folder(tmp_path / "c"), tmp_path / "gold.conll"
    gold.write_text("Nieva\tO\n")
    assert view(folder, "--gold", gold) == 1
    assert f"no sentence of the gold labels is in {folder} with the same words" in capsys.readouterr().err
    gold.write_text("Ana\tI-PER\n")
    assert view(folder, "--gold", gold, "--scheme", "iob2") == 1
    assert f"{gold}, line 1" in capsys.readouterr().err
    assert view(folder, "--gold", tmp_path / "no.conll") == 1
    assert not (folder / "report.html").exists()


def test_equal_sentences_take_the_gold_of_their_id(tmp_path: Path) -> None:
    rows = [row(name, "Llueve", "Rains") for name in ("a", "b", "c")]
    folder, gold = write_folder(tmp_path / "c", {"spa": rows}), tmp_path / "gold.conll"
    gold.write_text("# sent_id = z\nLlueve\tB-PER\n\n# sent_id = b\nLlueve\tO\n")
    assert view(folder, "--gold", gold) == 0
    assert blocks_of(folder / "report.html")["index-0"]["columns"]["gold"] == ["differs", "same", "differs"]


def test_figures_count_every_row_whichever_the_page_holds(tmp_path: Path) -> None:
    rows = [row(f"r-{k}", "Ana ve a Luis", "Ana sees Luis", [entity(0, 1, "PER", k / 1000)]) for k in range(1000)]
    folder = write_folder(tmp_path / "c", {"spa": rows})
    assert view(folder, "--rows", "10") == 0
    blocks = blocks_of(folder / "report.html")
    facts = blocks["facts"]["languages"][0]
    assert (len(blocks["rows-0-0"]), facts["total"]) == (10, 1000)
    assert facts["corpora"][0]["figures"] == {
        "sentences": 1000,
        "tokens": 4000,
        "labelled": 1000,
        "splits": {"train": 1000},
        "flags": {},
        "labels": {"PER": 1000, "ORG": 0, "LOC": 0},
        "calibration": None,
        "source_labels": {"PER": 1000, "ORG": 0, "LOC": 0},
        "lengths": {"step": 5, "counts": [1000] + [0] * 15},
        "confidence": {
            "name": "confidence",
            "meaning": meaning("confidence"),
            "bins": [100] * 10,
        },
    }


def test_a_table_none_of_whose_rows_is_drawn_gives_none(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "c", {"spa": [row("r-1", "Ana ve a Luis", "Ana sees Luis", [])]})
    corpus = ViewedCorpus.of_folder(folder)
    assert [position for position, _ in shown_rows(corpus, "spa", frozenset({0}))] == [0]
    assert list(shown_rows(corpus, "spa", frozenset({1}))) == []


def test_a_page_is_the_same_every_time(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "c")
    pages = []
    for name in ("one.html", "two.html"):
        assert view(folder, "--out", tmp_path / name, "--rows", "2") == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_languages_share_the_rows_of_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path / "c", {"spa": ROWS, "deu": ROWS[:1], "swh": ROWS})
    assert view(folder, "--rows", "4") == 0
    assert capsys.readouterr().err.startswith("4 of 7 sentences (--rows N for more)")
    blocks = blocks_of(folder / "report.html")
    assert [len(blocks[f"rows-{k}-0"]) for k in range(3)] == [1, 1, 2]
    assert view(folder, "--lang", "deu", "--lang", "swh") == 0
    assert [one["code"] for one in blocks_of(folder / "report.html")["facts"]["languages"]] == ["deu", "swh"]


def test_nothing_of_a_corpus_becomes_code(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>"
    rows = [row(evil, f"{evil} <img/src=x/onerror=alert(1)> \u2028 \u202e ]]> <!--", "a b c d e f", flags=[evil])]
    folder = write_folder(tmp_path / "c", {"spa": rows}, recipe={"labels": ["PER", evil, "LOC"]})
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"little"', '"<b>&amp; \\u202e</title>"'))
    assert view(folder) == 0
    page = (folder / "report.html").read_text()
    assert "alert(1)" not in page and "<b>" not in page and "\u202e" not in page and "\u2028" not in page
    assert "<title>&lt;b&gt;&amp;amp; \\u202e&lt;/title&gt; · silverner</title>" in page
    assert page.count("</script>") == page.count("<script")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert re.sub(r"sha256-[\w+/]{43}=", "HASH", policy[1]) == (
        "default-src 'none'; script-src 'HASH'; style-src 'HASH'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert blocks_of(folder / "report.html")["rows-0-0"][0][0]["tokens"] == rows[0]["tokens"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"entities": [entity(0, 9, "PER", source_end=1)]},
            "c, spa, row 'x': the entity 0-9 is outside its 2 tokens; run silverner check",
        ),
        ({"source_ner_tags": [0]}, "source: 1 tags for 2 tokens, or an unknown tag; run silverner check"),
        ({"source_ner_tags": [0, 99]}, "source: 2 tags for 2 tokens, or an unknown tag; run silverner check"),
        ({"source_ner_tags": [0, 2]}, "source token 1: "),
        ({"score": float("nan")}, "the score is nan; run silverner check"),
        ({"entities": [entity(0, 1, "PER", float("inf"))]}, "the confidence is inf; run silverner check"),
        ({"tokens": None}, "the column 'tokens' has rows without a value; run silverner check"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], message: str
) -> None:
    folder = write_folder(tmp_path / "c", {"spa": [{**row("x", "a b", "a b"), **change}]})
    assert view(folder) == 1
    assert message in capsys.readouterr().err
    assert not (folder / "report.html").exists()


def test_text_that_is_no_text_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_folder(tmp_path / "c")
    table = pa.Table.from_pylist(ROWS, schema=SCHEMA)
    broken = pa.array([b"a", b"\xff", b"\xed\xa0\x80"]).view(pa.string())
    pq.write_table(table.set_column(0, "id", broken), folder / "spa/train-0.parquet")
    assert view(folder) == 1
    assert "train-0.parquet cannot be read (" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nowhere"], 2, "'nowhere' is neither a folder nor a dataset on the Hub, such as org/name@v1.0.0"),
        (["c", "--lang", "xyz"], 2, "c has no language 'xyz'; allowed: spa"),
        (["c", "--rows", "0"], 2, "'0' is not a whole number above 0"),
        (["c", "--out", "c"], 1, "c is a folder; name a file with --out, such as c/report.html"),
        (
            ["c", "--out", "notes.html"],
            1,
            "notes.html exists and is no page of silverner view; choose another file with --out",
        ),
        (["c", "--out", "pipe"], 1, "pipe is no plain file, and a page needs one; choose another with --out"),
        (["empty"], 1, "empty is no silverner corpus: there is no manifest.json in it; silverner build makes one"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_folder(Path("c"))
    Path("empty").mkdir()
    Path("notes.html").write_text("mine")
    os.mkfifo("pipe")
    try:
        answer = view(*words)
    except SystemExit as end:
        answer = int(end.code or 0)
    assert answer == code
    assert message in capsys.readouterr().err
    assert Path("notes.html").read_text() == "mine"


def test_what_people_said_stands_beside_the_program(tmp_path: Path) -> None:
    ana, madrid = entity(0, 1, "PER", 0.85), entity(2, 3, "LOC", 0.15)
    by_people = [{"start": 0, "end": 1, "label": "PER"}]
    rows = [
        row("confirmed", "Ana sueña", "Ana dreams", [ana], human_entities=by_people),
        row("corrected", "Ana visita Madrid", "Ana visits Madrid", [ana, madrid], human_entities=by_people),
        row(
            "emptied", "Ana visita Madrid hoy", "Ana visits Madrid now", [entity(2, 3, "LOC", 0.25)], human_entities=[]
        ),
        row("not looked at", "Ana duerme", "Ana sleeps", [ana]),
    ]
    folder = write_folder(tmp_path / "c", {"spa": rows})
    assert view(folder) == 0
    blocks = blocks_of(folder / "report.html")
    assert blocks["index-0"]["columns"]["people"] == ["confirmed", "corrected", "corrected", ""]
    assert [sides[0].get("human") for sides in blocks["rows-0-0"]] == [by_people, by_people, [], None]
    figures = blocks["facts"]["languages"][0]["corpora"][0]["figures"]
    assert figures["calibration"] == [
        {"entities": 1, "right": 0, "mean": 0.15},
        {"entities": 1, "right": 0, "mean": 0.25},
        {"entities": 2, "right": 2, "mean": 0.85},
    ]
    assert figures["labelled"] == 3


def test_a_build_writes_a_page_that_is_not_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe, out = write_corpus(tmp_path), tmp_path / "out"
    build = ["build", str(recipe), "--out", str(out), "--store", str(tmp_path / "store")]
    assert main(build) == 0
    assert f"\nLook at it in a browser: {out}/report.html\n" in capsys.readouterr().out
    assert [one["code"] for one in blocks_of(out / "report.html")["facts"]["languages"]] == ["deu", "spa"]
    assert main(["check", str(out)]) == 0
    assert "report.html" not in local_files(out)
    # A file of somebody else stays, and the build does not fail for it.
    (out / "report.html").write_text("mine")
    assert main(build) == 0
    output = capsys.readouterr()
    assert "note: no page shows this corpus: " in output.err and "exists and is no page of silverner view" in output.err
    assert (out / "report.html").read_text() == "mine"


def test_the_page_of_a_build_is_small(tmp_path: Path) -> None:
    rows = [row(f"r-{k}", "Ana ve a Luis", "Ana sees Luis", [entity(0, 1, "PER")]) for k in range(2500)]
    page = write_report(write_folder(tmp_path / "c", {"spa": rows, "deu": rows[:10]}))
    index = [blocks_of(page)[f"index-{k}"]["rows"] for k in range(2)]
    assert index == [1990, 10]
