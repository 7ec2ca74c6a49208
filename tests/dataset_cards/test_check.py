"""Every fault a published folder can have is found, with file, row and remedy."""

from __future__ import annotations

import json
import re
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner import cli
from silverner.dataset_cards.check import check_folder, split_rows
from silverner.projection.errors import MissingFileError
from silverner.projection.text import first_places
from tests.corpora import built

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("sound"), filters={}, keep={})


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of a sound folder, to be spoilt."""
    return Path(shutil.copytree(sound, tmp_path / "corpus"))


def test_a_folder_as_it_was_built_has_no_fault(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_folder(folder) == []
    assert cli.main(["check", str(folder)]) == 0
    assert capsys.readouterr() == ("", f"{folder}: no fault found\n")


def _manifest(change: Callable[[dict[str, Any]], object]) -> Change:
    def act(folder: Path) -> None:
        path = folder / "manifest.json"
        facts = json.loads(path.read_text())
        change(facts)
        path.write_text(json.dumps(facts))

    return act


def _card(pattern: str, text: str) -> Change:
    def act(folder: Path) -> None:
        path = folder / "README.md"
        card, number = re.subn(pattern, text, path.read_text(), count=1)
        assert number == 1
        path.write_text(card)

    return act


def _front(yaml: str) -> Change:
    return lambda folder: (folder / "README.md").write_text(f"---\n{yaml}\n---\n") and None


def _rows(**columns: Callable[[list[Any]], list[Any]]) -> Change:
    """Change columns of Spanish rows, and let the manifest vouch for the file."""

    def act(folder: Path) -> None:
        path = next(folder.glob("spa/*.parquet"))
        table = pq.read_table(path)
        for name, change in columns.items():
            at = table.schema.get_field_index(name)
            values = pa.array(change(table.column(name).to_pylist()), table.schema.field(name).type)
            table = table.set_column(at, table.schema.field(name), values)
        pq.write_table(table, path)

    return act


def _first(change: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    return lambda values: [change(values[0]), *values[1:]]


def _entity(**changes: Any) -> Change:
    return _rows(entities=_first(lambda found: [{**found[0], **changes}, *found[1:]]))


def _spanish(facts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = facts["languages"]["spa"]
    return found


FAULTS: dict[str, tuple[Change, str, str]] = {
    "a word the Hub does not know": (_card("task_ids:\n- named", "task_ids:\n- nammed"), "metadata", "did you mean"),
    "a licence it does not know": (
        _card("license: cc0-1.0", "license: cc0"),
        "metadata",
        "the Hub does not know the word 'cc0'",
    ),
    "a key that is not there": (_card("pretty_name: .*\n", ""), "metadata", "the key 'pretty_name' is missing"),
    "a source of no known form": (_card("extended.other", "other"), "metadata", "allowed: original, extended"),
    "the wrong size": (_card("n<1K", "1K<n<10K"), "size", "'n<1K' is right"),
    "a code nobody registered": (_card("\n- es\n", "\n- qq\n"), "language", "'qq' is no registered code"),
    "a code that YAML takes for false": (
        _card("\n- es\n", "\n- no\n"),
        "language",
        "YAML reads an unquoted 'no' as false",
    ),
    "a config without files": (_card("path: spa/train.*", "path: spa/x.parquet"), "configs", "not 'spa/x.parquet'"),
    "another version": (
        _card("config_name: spa\n  version: 1.0.0", "config_name: spa\n  version: 1.0.1"),
        "version",
        "",
    ),
    "a wrong count": (_card("num_examples: 3", "num_examples: 4"), "counts", "num_examples is 4, and the file has 3"),
    "labels in another order": (
        _card("'1': B-PER\n(.*)'2': I-PER", r"'1': I-PER\n\1'2': B-PER"),
        "features",
        "O, B-PER, I-PER, B-ORG, I-ORG, B-LOC, I-LOC here, and O, I-PER, B-PER",
    ),
    "a number of the card": (_card("3 sentences|6 sentences", "9 sentences"), "card", "by the facts it must be"),
    "a list that is none": (_front("configs: 3"), "damaged", "configs: 3 is not a list, as in [a, b]"),
    "keys of the wrong kind": (_front("license: {a: b}"), "damaged", "license"),
    "no front matter": (lambda folder: (folder / "README.md").write_text("# Hello\n") and None, "damaged", "YAML keys"),
    "no card": (lambda folder: (folder / "README.md").unlink(), "damaged", "it is missing"),
    "a manifest without splits": (_manifest(lambda m: _spanish(m).pop("splits")), "damaged", "spa.splits: it is mis"),
    "a manifest of nothing": (
        _manifest(lambda m: m.update(languages=[1])),
        "damaged",
        "languages: [1] is not a mapping of keys to values",
    ),
    "a manifest that is no JSON": (lambda folder: (folder / "manifest.json").write_text("{") and None, "damaged", ""),
    "a manifest of another layout": (
        _manifest(lambda m: m.update(layout=1)),
        "damaged",
        "the card names that version); build it again into another folder: silverner build ",
    ),
    "a licence that cannot be": (
        _manifest(lambda m: _spanish(m)["recipe"].update(license="x")),
        "facts",
        "the text (x)",
    ),
    "counts of other rows": (
        _manifest(lambda m: _spanish(m)["counts"].update(kept=7)),
        "counts",
        "kept: 7, but the files have 3",
    ),
    "a file that is gone": (lambda folder: next(folder.glob("deu/*")).unlink(), "missing", "but it does not exist"),
    "a picture that is gone": (lambda folder: (folder / "plot.png").unlink(), "missing", "the card links to it"),
    "a file too many": (lambda folder: (folder / "x.parquet").write_bytes(b"") and None, "stray", "no config reads it"),
    "a file that is cut": (
        lambda folder: next(folder.glob("deu/*")).write_bytes(b"PAR1") and None,
        "damaged",
        "Parquet",
    ),
    "an id twice": (_rows(id=lambda ids: [ids[1], *ids[1:]]), "id", "row 0 has the same id; build it again"),
    "no tokens": (_rows(tokens=_first(lambda _: [])), "tokens", "it has no tokens"),
    "too few tags": (_rows(ner_tags=_first(lambda tags: tags[1:])), "tags", "3 tags for 4 tokens"),
    "a tag that is none": (_rows(ner_tags=_first(lambda tags: [99, *tags[1:]])), "tags", "outside 0 to 6"),
    "an inside tag that nothing begins": (_rows(ner_tags=_first(lambda tags: [2, *tags[1:]])), "tags", "token 0"),
    "an entity outside": (_entity(start=2, end=9), "span", "the entity 2-9 is outside its 4 tokens"),
    "a source entity outside": (_entity(source_start=3, source_end=9), "span", "source entity 3-9 is outside its 4"),
    "entities the tags do not have": (_entity(label="LOC"), "span", "the entities are LOC 0-1"),
    "a score that is no number": (_entity(score=float("nan")), "number", "the score of an entity is nan"),
    "a link outside": (
        _rows(alignment=_first(lambda _: "0-9")),
        "link",
        "the link '0-9' is outside its 4 and 4",
    ),
    "changed rows": (_rows(score=_first(lambda _: 0.5)), "hash", "are in the manifest"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_named(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    change, kind, text = FAULTS[name]
    change(folder)
    found = check_folder(folder)
    assert any(f.kind == kind and text in str(f) for f in found), [str(f) for f in found]
    assert all(f.file and f.remedy for f in found)
    assert cli.main(["check", str(folder), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == [f.facts() for f in found]
    assert "Traceback" not in said.err
    assert said.err.startswith(f"silverner: error: {len(found)} fault")


def test_columns_that_are_gone_are_said_once_and_break_nothing(folder: Path) -> None:
    path = next(folder.glob("spa/*.parquet"))
    pq.write_table(pq.read_table(path).drop_columns(["id", "entities"]), path)
    said = [str(f) for f in check_folder(folder)]
    assert sum("the column 'id' is missing here" in line for line in said) == 1


def test_many_faults_of_a_kind_are_counted(tmp_path: Path) -> None:
    folder = built(tmp_path, languages=["spa"], filters={}, keep={})
    path = next(folder.glob("spa/*.parquet"))
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table] * 5), path)
    ids = [f for f in check_folder(folder) if f.kind == "id"]
    assert [f.row is not None for f in ids] == [True] * 6
    assert ids[-1].says.startswith("and 7 more rows like these")


def test_a_sentence_in_two_splits_is_found_in_train(tmp_path: Path) -> None:
    folder = built(tmp_path, languages=["spa"], filters={}, keep={}, **_two_splits(tmp_path))
    overlaps = [f for f in check_folder(folder) if f.kind == "overlap"]
    assert [f.file.partition("-")[0] for f in overlaps] == ["spa/train"]
    assert "filters: {duplicate: 0}" in overlaps[0].remedy
    told = {"filters": {"duplicate": 0}, "keep": {"without": ["duplicate"]}}
    assert check_folder(built(tmp_path / "told", languages=["spa"], **told, **_two_splits(tmp_path / "told"))) == []


def _two_splits(folder: Path) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    (folder / "test.conll").write_text("It\tO\nrains\tO\n")
    (folder / "test.txt").write_text("llueve\n")
    (folder / "test.links").write_text("0-0 1-0\n")
    return {
        "source": {"language": "eng", "format": "conll", "files": {"train": "eng.conll", "test": "test.conll"}},
        "target": {"format": "tokens", "files": {"train": "spa.txt", "test": "test.txt"}},
        "aligner": {"engine": "pharaoh", "forward": {"train": "spa.links", "test": "test.links"}},
    }


def test_gold_that_was_trained_on_is_found_on_either_side(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.conll"
    for sentence, leaks in ("Ana visita Nueva York", 1), ("Ana visits New York", 2), ("Otra frase sin nada", 0):
        gold.write_text("".join(f"{word}\tO\n" for word in sentence.split()))
        found = [f for f in check_folder(folder, gold=[gold]) if f.kind == "leak"]
        assert len(found) == leaks, sentence  # English is the source of both languages
        assert all("a sentence of gold.conll" in f.says and "keep: {without: [leak]}" in f.remedy for f in found)
    with pytest.raises(MissingFileError, match=r"the gold set .* does not exist"):
        check_folder(folder, gold=[tmp_path / "none"])


def test_what_is_no_corpus_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(tmp_path)]) == 1
    assert "holds no manifest.json, so it is no corpus that silverner built" in capsys.readouterr().err


def test_gold_is_read_as_the_options_say(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = tmp_path / "gold.txt"
    gold.write_text("w1 PERSON\nw2 O\nw3 DAY\n")
    check = ["check", str(folder), "--gold", str(gold), "--format", "conll"]
    assert cli.main(check) == 0
    assert cli.main([*check, "--scheme", "plain"]) == 1
    message = f"{gold}, line 1: the labels 'PERSON' (1 entity), 'DAY' (1 entity) are not among"
    assert message in capsys.readouterr().err
    assert cli.main([*check, "--label-map", "PERSON=PER,DAY=O"]) == 0
    assert cli.main([*check[:-1], "conl"]) == 2
    assert "--format 'conl' is unknown; allowed: auto, conll" in capsys.readouterr().err


def test_a_long_corpus_is_checked_with_the_memory_of_a_short_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_places, "MOST_IN_MEMORY", 100)
    monkeypatch.setattr(split_rows, "AT_ONCE", 100)
    (path,) = folder.glob("spa/train-*.parquet")
    table = pq.read_table(path)
    first = table.to_pylist()[0]
    ending = [f"word{place}" for place in range(20)]
    peaks, held = [], 0
    for count in (500, 2000):
        tracemalloc.start()
        try:
            ids = [f"r{number}" for number in range(count - 1)]
            tags = [*first["ner_tags"], *[0] * len(ending)]
            rows = [
                {
                    **first,
                    "id": name,
                    "tokens": [*first["tokens"], *(f"{word}of{name}" for word in ending)],
                    "ner_tags": tags,
                }
                for name in [*ids, "r0"]
            ]
            held = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path, row_group_size=100)
        del rows
        tracemalloc.start()
        try:
            findings = check_folder(folder)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert [finding.row for finding in findings if finding.kind == "id"] == [f"{count - 1} ('r0')"]
    assert peaks[1] - peaks[0] < held / 3
