from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silverner.builders.recipe.load import load_recipe
from silverner.builders.sources import ParallelText, SourceText
from silverner.projection.errors import DataError
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from tests.corpora import SOURCE, write_corpus


def _source(path: Path, **options: Any) -> ParallelText:
    recipe = load_recipe(str(path))
    return ParallelText(recipe.languages["spa"], path.parent, language="spa", **options)


def test_both_sides_arrive_sentence_by_sentence(tmp_path: Path) -> None:
    rows = list(_source(write_corpus(tmp_path)).rows())
    assert [row["id"] for row in rows] == ["a-1", "a-2", "b-1"]
    assert rows[2]["target.tokens"] == ["La", "Cruz", "Roja", "es", "honrada", "por", "Berna"]
    assert rows[0]["source.entities"] == [
        {"start": 0, "end": 1, "label": "PER"},
        {"start": 2, "end": 4, "label": "LOC"},
    ]


def test_running_text_is_split_into_tokens(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, target={"format": "text", "files": "{lang}.txt"})
    (tmp_path / "spa.txt").write_text("¿Ana visita Nueva York?\nLlueve.\nBerna, sí.\n")
    assert [row["target.tokens"] for row in _source(path).rows()] == [
        ["¿", "Ana", "visita", "Nueva", "York", "?"],
        ["Llueve", "."],
        ["Berna", ",", "sí", "."],
    ]


def test_an_empty_target_line_is_dropped_with_a_reason(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "spa.txt").write_text("Ana visita Nueva York\n\nBerna\n")
    assert [row["drop"] for row in _source(path).rows()] == [None, "empty-target", None]


def test_different_counts_are_refused_naming_both_ends(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "spa.txt").write_text("Ana\nLlueve\n")
    with pytest.raises(DataError, match=r"3 source and 2 target sentences.*eng.conll, line 14.*spa.txt, line 2"):
        list(_source(path).rows())


def test_sides_in_another_order_are_refused(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, target={"format": "conll", "files": "other.conll"})
    swapped = SOURCE.replace("a-1", "x").replace("a-2", "a-1").replace("x", "a-2")
    (tmp_path / "other.conll").write_text(swapped)
    with pytest.raises(DataError, match=r"sentence 'a-2' stands beside 'a-1'"):
        list(_source(path).rows())


def test_labels_are_mapped_before_anything_is_matched(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, labels=["PER", "PLACE"], label_map={"LOC": "PLACE", "ORG": None})
    labels = [[span["label"] for span in row["source.entities"]] for row in _source(path).rows()]
    assert labels == [["PER", "PLACE"], [], ["PLACE"]]


def test_a_label_the_schema_lacks_is_named_with_its_place(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, labels=["PER", "LOC"])
    with pytest.raises(DataError, match=r"eng.conll, line 14, sentence 'b-1': the label 'ORG' .*label_map: {ORG: O}"):
        list(_source(path).rows())


def test_a_document_never_ends_in_two_splits(tmp_path: Path) -> None:
    shares = {"train": 0.5, "test": 0.5}
    path = write_corpus(tmp_path, splits=shares)
    blocks = [f"# newdoc id = d{d}\n" + "".join(f"w{s}\tO\n\n" for s in range(3)) for d in range(40)]
    (tmp_path / "eng.conll").write_text("".join(blocks))
    recipe = load_recipe(str(path)).languages["spa"]
    splits = [row["split"] for row in SourceText(recipe, tmp_path).rows()]
    assert all(len(set(splits[k : k + 3])) == 1 for k in range(0, 120, 3))
    assert 10 < splits.count("train") / 3 < 30


def test_splits_are_inherited_and_ids_must_differ_between_them(tmp_path: Path) -> None:
    files = {"train": "eng.conll", "test": "more.conll"}
    path = write_corpus(tmp_path, source={"language": "eng", "files": files})
    recipe = load_recipe(str(path)).languages["spa"]
    (tmp_path / "more.conll").write_text("Oslo\tB-LOC\n")
    rows = list(SourceText(recipe, tmp_path).rows())
    assert [(row["split"], row["id"]) for row in rows][2:] == [("train", "b-1"), ("test", "test-000001")]
    (tmp_path / "more.conll").write_text("# sent_id = a-1\nOslo\tB-LOC\n")
    with pytest.raises(DataError, match=r"more.conll, line 2: the id 'a-1' stands already at .*eng.conll, line 3"):
        list(SourceText(recipe, tmp_path).rows())


def test_splits_may_count_their_sentences_from_the_same_number(tmp_path: Path) -> None:
    files = {"train": "train.jsonl", "validation": "dev.jsonl", "test": "test.jsonl"}
    path = write_corpus(tmp_path, source={"language": "eng", "files": files})
    for name in files.values():
        rows = "".join(f'{{"id": "{k}", "tokens": ["Oslo"], "ner_tags": ["B-LOC"]}}\n' for k in range(2))
        (tmp_path / name).write_text(rows)
    source = SourceText(load_recipe(str(path)).languages["spa"], tmp_path)
    assert list(source.ids()) == ["0", "1", "validation-0", "validation-1", "test-0", "test-1"]
    (tmp_path / "dev.jsonl").write_text('{"id": "test-0", "tokens": ["Oslo"], "ner_tags": ["B-LOC"]}\n')
    with pytest.raises(DataError, match=r"test.jsonl, line 1: the id 'test-0' stands already at .*dev.jsonl, line 1"):
        list(source.ids())


def test_settings_follow_content_and_not_place(tmp_path: Path) -> None:
    one, two = _source(write_corpus(tmp_path / "one")), _source(write_corpus(tmp_path / "two"))
    assert one.settings() == two.settings()
    (tmp_path / "two" / "spa.txt").write_text("Ana\nLlueve\nBerna\n")
    assert one.settings() != _source(tmp_path / "two" / "recipe.yaml").settings()
    assert one.settings() != _source(tmp_path / "one" / "recipe.yaml", limit=2).settings()


def _count_readings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each file is read."""
    readings: Counter[str] = Counter()

    def read_counted(corpus: CorpusFiles, *, tagged: bool) -> Iterator[Sentence]:
        readings.update(Path(name).name for name in corpus.files.values())
        return read_corpus(corpus, tagged=tagged)

    monkeypatch.setattr("silverner.builders.sources.corpus_text.read_corpus", read_counted)
    return readings


@pytest.mark.parametrize("limit", [None, 2])
def test_every_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int | None) -> None:
    path = write_corpus(tmp_path)
    readings = _count_readings(monkeypatch)
    assert len(list(_source(path, limit=limit).rows())) == (limit or 3)
    assert readings == {"eng.conll": 1, "spa.txt": 1}
    recipe = load_recipe(str(path)).languages["spa"]
    assert len(list(SourceText(recipe, tmp_path, limit=limit).rows())) == (limit or 3)
    assert readings == {"eng.conll": 2, "spa.txt": 1}


def test_all_unknown_labels_are_named_although_reading_stops_at_the_first(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, labels=["MISC"])
    expected = (
        r"eng.conll, line 3, sentence 'a-1': the labels 'LOC' \(2 entities\), 'PER' \(1 entity\), 'ORG' \(1 entity\) "
        "are not among MISC"
    )
    recipe = load_recipe(str(path)).languages["spa"]
    for text in (_source(path), SourceText(recipe, tmp_path)):
        with pytest.raises(DataError, match=expected):
            list(text.rows())


def test_a_fault_of_the_source_is_named_before_one_of_the_target(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, labels=["PER", "LOC"])
    (tmp_path / "spa.txt").write_bytes(b"Ana \xff\nLlueve\n")
    with pytest.raises(DataError, match=r"eng.conll, line 14, sentence 'b-1': the label 'ORG'"):
        list(_source(path).rows())


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("Ana\nLlueve\n", r"3 source and 2 target sentences"),
        ("Ana\nLlueve\nBerna\nBerna\n", r"3 source and 4 target sentences"),
        (b"Ana\nLlueve\nBern\xff\n", r"spa.txt, line 3: 0xff"),
    ],
)
def test_a_fault_behind_the_limit_is_one_too(tmp_path: Path, target: str | bytes, message: str) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "spa.txt").write_bytes(target if isinstance(target, bytes) else target.encode())
    with pytest.raises(DataError, match=message):
        list(_source(path, limit=1).rows())


def test_ids_that_differ_on_both_sides_are_no_fault_unless_they_show_another_order(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, target={"format": "conll", "files": "other.conll"})
    (tmp_path / "other.conll").write_text(SOURCE.replace("a-1", "x-1").replace("a-2", "x-2").replace("b-1", "x-3"))
    assert [row["id"] for row in _source(path).rows()] == ["a-1", "a-2", "b-1"]
