from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError, MissingFileError, SilvernerError
from silverner.projection.readers import CorpusFiles, Fields, content_hash, read_corpus
from tests.projection.helpers import read, spans, write

NAMES = ["O", "B-PER", "I-PER", "B-LOC"]
LABELLED = datasets.Features(
    {"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(datasets.ClassLabel(names=NAMES))}
)


def labelled(tokens: list[list[str]], tags: list[Any]) -> datasets.Dataset:
    return datasets.Dataset.from_dict({"tokens": tokens, "ner_tags": tags}, features=LABELLED)


def hub(folder: Path | str, split: str = "train", **rules: Any) -> CorpusFiles:
    return CorpusFiles(format="hub", dataset=str(folder), files={"train": split}, **rules)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("One.\nTwo two.\n", ["One.", "Two two."]),
        ("One.\n\n  Two. \r\n", ["One.", "", "Two."]),
        ("\ufeffOne.", ["One."]),
        ("# not a comment\n", ["# not a comment"]),
    ],
)
def test_text_is_one_sentence_a_line(tmp_path: Path, content: str, texts: list[str]):
    sentences = read(write(tmp_path / "a.txt", content), "text", tagged=False)
    assert [(s.text, s.tokens, s.spans) for s in sentences] == [(text, None, None) for text in texts]
    assert [s.id for s in sentences] == [f"train-{k:06d}" for k in range(1, len(texts) + 1)]


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        ("a b  c\n\n d\n", [("a", "b", "c"), (), ("d",)]),
        ("a\N{NO-BREAK SPACE}b c\r\n", [("a\N{NO-BREAK SPACE}b", "c")]),
    ],
)
def test_tokens_are_split_on_spaces_alone(tmp_path: Path, content: str, tokens: list[tuple[str, ...]]):
    assert [s.tokens for s in read(write(tmp_path / "a.txt", content), "tokens", tagged=False)] == tokens


def test_no_token_is_blank(tmp_path: Path):
    sentences = read(write(tmp_path / "a.txt", "a \t b\n"), "tokens", tagged=False)
    assert all(token.strip() for s in sentences for token in s.tokens or ())


@pytest.mark.parametrize(("format", "title"), [("text", "running text"), ("tokens", "text split into tokens")])
def test_running_text_cannot_be_labelled(tmp_path: Path, format: str, title: str):
    formats = "csv, conllu, germeval, uner, conll, jsonl, json, parquet, hub"
    message = f"a.txt: {title} has no labels; formats with labels: {formats}"
    with pytest.raises(DataError, match=re.escape(message)):
        read(write(tmp_path / "a.txt", "a b\n"), format)


def test_json_lines_hold_tokens_tags_ids_and_documents(tmp_path: Path):
    rows = [
        {"id": 7, "document": "d", "tokens": ["Ana", "runs"], "ner_tags": ["B-PER", "O"]},
        {"tokens": [], "ner_tags": []},
    ]
    path = write(tmp_path / "a.jsonl", "\n\n".join(map(json.dumps, rows)))
    assert [(s.id, s.named, s.document, s.tokens, s.spans, s.where) for s in read(path)] == [
        ("7", True, "d", ("Ana", "runs"), spans((0, 1, "PER")), f"{path}, line 1"),
        ("train-000002", False, "train-000002", (), (), f"{path}, line 3"),
    ]


def test_dots_reach_into_nested_fields(tmp_path: Path):
    row = {"translation": {"en": "Ana runs", "es": "Ana corre"}, "meta": {"id": "x", "doc": "y"}}
    path = write(tmp_path / "a.jsonl", json.dumps(row))
    fields = Fields(text="translation.en", id="meta.id", document="meta.doc")
    assert [(s.id, s.document, s.text) for s in read(path, tagged=False, fields=fields)] == [("x", "y", "Ana runs")]


def test_the_scheme_is_found_from_all_rows(tmp_path: Path):
    rows = [{"tokens": ["a"], "ner_tags": ["I-X"]}, {"tokens": ["a", "b"], "ner_tags": ["I-X", "B-X"]}]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)))
    assert [s.spans for s in read(path)] == [spans((0, 1, "X")), spans((0, 1, "X"), (1, 2, "X"))]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": ', "not JSON: Expecting value at column 10"),
        ("plain text", "not JSON: "),
        ("[" * 100_000, "lists and keys lie more than 50 levels inside each other"),
        ('{"text": "a", "id": ' + "1" * 5000 + "}", "the number 111111111111... of 5000 digits is too large"),
        ('["a"]', "a JSON object is needed, not list"),
        ("3", "a JSON object is needed, not int"),
        ("null", "a JSON object is needed, not NoneType"),
        ('{"words": ["a"], "sentence": "a"}', "neither the field 'tokens' nor 'text'; it has sentence, words"),
        ('{"text": 3}', "the field 'text' must be a string, not 3"),
        ('{"text": ["a"]}', "the field 'text' must be a string, not ['a']"),
        ('{"tokens": "a b"}', "the field 'tokens' must be a list of non-empty strings"),
        ('{"tokens": ["a", 1]}', "the field 'tokens' must be a list of non-empty strings"),
        ('{"tokens": ["a", " "]}', "the field 'tokens' must be a list of non-empty strings"),
        ('{"text": "\\ud800"}', "\\ud800 is half of a character"),
        ('{"tokens": ["\\ud800"]}', "\\ud800 is half of a character"),
    ],
)
def test_a_broken_json_line_is_named(tmp_path: Path, line: str, message: str):
    path = write(tmp_path / "a.jsonl", '{"text": "good"}\n\n' + line + "\n")
    with pytest.raises(DataError, match=re.escape(f"{path}, line 3: ") + ".*" + re.escape(message)):
        read(path, tagged=False)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"tokens": ["a", "b"], "ner_tags": ["O"]}, "1 tags for 2 tokens"),
        ({"tokens": ["a"], "ner_tags": ["O", "O"]}, "2 tags for 1 tokens"),
        ({"text": "a", "ner_tags": ["O"]}, "1 tags for 0 tokens"),
        ({"tokens": ["a"], "ner_tags": "O"}, "the field 'ner_tags' must be a list of tags, not 'O'"),
        ({"tokens": ["a"], "ner_tags": [3]}, "the field 'ner_tags' must be a list of tags, not [3]"),
        ({"tokens": ["a"], "ner_tags": [None]}, "the field 'ner_tags' must be a list of tags, not [None]"),
        ({"tokens": ["a"], "labels": ["O"]}, "labels, tokens"),
        ({"tokens": ["a", "b"], "ner_tags": ["O", "I-X"]}, "token 2: tag 'I-X': in IOB2"),
        ({"tokens": ["a"], "ner_tags": [""]}, "tag"),
    ],
)
def test_a_row_with_broken_labels_is_named(tmp_path: Path, row: dict[str, Any], message: str):
    valid_row = {"tokens": ["a"], "ner_tags": ["B-X"]}
    path = write(tmp_path / "a.jsonl", f"{json.dumps(valid_row)}\n{json.dumps(row)}\n")
    with pytest.raises(DataError, match=re.escape(f"{path}, line 2") + ".*" + re.escape(message)):
        read(path)


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    ("row", "tagged", "advice"),
    [
        ({"tokens": ["a"], "tags": ["O"]}, True, "fields: {tokens: tokens, tags: tags}"),
        ({"words": ["a"], "labels": ["O"]}, True, "fields: {tokens: words, tags: labels}"),
        ({"Words": ["a"], "NER": ["O"]}, True, "fields: {tokens: Words, tags: NER}"),
        ({"words": ["a"], "x": ["O"]}, True, "fields: {tokens: words, tags: NAME}"),
        ({"x": ["a"], "ner_tags": ["O"]}, True, "fields: {tokens: NAME, tags: ner_tags}"),
        ({"sentence": "a b"}, False, "fields: {text: sentence}"),
        ({"words": ["a"], "labels": ["O"]}, False, "fields: {tokens: words}"),
        ({"x": "a b"}, False, "fields: {tokens: NAME}, or fields: {text: NAME}"),
    ],
)
def test_other_names_of_fields_are_refused_with_the_key_to_write(
    tmp_path: Path, kind: str, row: dict[str, Any], tagged: bool, advice: str
):
    path = tmp_path / f"a.{kind}"
    if kind == "jsonl":
        write(path, json.dumps(row))
    else:
        datasets.Dataset.from_list([row]).to_parquet(str(path))
    with pytest.raises(DataError, match=re.escape(str(path)) + ".*; name them: " + re.escape(advice) + "$"):
        read(path, tagged=tagged)


@pytest.mark.parametrize("content", ["\n\n", " \n"])
def test_json_lines_without_rows_hold_no_sentence(tmp_path: Path, content: str):
    path = write(tmp_path / "a.jsonl", content)
    with pytest.raises(DataError, match=re.escape(f"{path}: the split 'train' holds no sentence")):
        read(path)


def test_an_id_given_twice_is_refused(tmp_path: Path):
    path = write(tmp_path / "a.jsonl", '{"id": 1, "text": "a"}\n{"id": "1", "text": "b"}\n')
    message = f"{path}, line 2: the id '1' stands already at {path}, line 1; make ids unique"
    with pytest.raises(DataError, match=re.escape(message)):
        read(path, tagged=False)


@given(
    rows=st.lists(
        st.lists(
            st.tuples(
                st.text(st.characters(blacklist_categories=("Cs",)), min_size=1).filter(str.strip),
                st.sampled_from(["O", "B-PER", "B-LOC"]),
            ),
            max_size=5,
        ),
        min_size=1,
        max_size=5,
    ),
    ascii=st.booleans(),
)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_as_json_is_read_back(tmp_path: Path, rows: list[list[tuple[str, str]]], ascii: bool):
    dumped = [
        json.dumps({"tokens": [t for t, _ in r], "ner_tags": [g for _, g in r]}, ensure_ascii=ascii) for r in rows
    ]
    sentences_read = read(write(tmp_path / "a.jsonl", "\n".join(dumped)))
    assert [s.tokens for s in sentences_read] == [tuple(t for t, _ in row) for row in rows]
    assert [s.spans for s in sentences_read] == [
        spans(*((k, k + 1, g[2:]) for k, (_, g) in enumerate(row) if g != "O")) for row in rows
    ]


def test_parquet_with_class_labels_has_their_names(tmp_path: Path):
    labelled([["Ana", "Li"], ["so"]], [[1, 2], [0]]).to_parquet(str(tmp_path / "a.parquet"))
    assert [(s.id, s.tokens, s.spans) for s in read(tmp_path / "a.parquet")] == [
        ("train-000001", ("Ana", "Li"), spans((0, 2, "PER"))),
        ("train-000002", ("so",), ()),
    ]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_parquet_with_string_tags_is_read(tmp_path: Path, kind: pa.DataType):
    columns = {"tokens": pa.array([["Ana", "Li"]]), "ner_tags": pa.array([["B-PER", "I-PER"]], pa.list_(kind))}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert [(s.tokens, s.spans) for s in read(tmp_path / "a.parquet")] == [(("Ana", "Li"), spans((0, 2, "PER")))]


def test_parquet_with_string_tags_written_by_datasets_is_read(tmp_path: Path):
    data = datasets.Dataset.from_dict({"id": ["x"], "tokens": [["Ana"]], "ner_tags": [["B-PER"]]})
    data.to_parquet(str(tmp_path / "a.parquet"))
    assert [(s.id, s.named, s.spans) for s in read(tmp_path / "a.parquet")] == [("x", True, spans((0, 1, "PER")))]


def test_parquet_with_bare_numbers_for_tags_is_refused(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"tokens": [["a"]], "ner_tags": [[0]]}), path)
    message = f"{path}: the field 'ner_tags' is Value('int64'), not ClassLabel or strings; columns: tokens, ner_tags"
    with pytest.raises(DataError, match=re.escape(message)):
        read(path)
    assert read(path, tagged=False)[0].tokens == ("a",)


@pytest.mark.parametrize("tags", [[-1], None, [None], [-100]])
def test_a_class_label_that_is_missing_is_refused(tmp_path: Path, tags: list[int | None] | None):
    path = tmp_path / "a.parquet"
    features = pa.array([[1], tags], pa.list_(pa.int64()))
    table = pa.table({"tokens": [["b"], ["a"]], "ner_tags": features}).cast(LABELLED.arrow_schema)
    pq.write_table(table, path)
    with pytest.raises(DataError, match=re.escape(f"{path}, row 1: ")):
        read(path)


def test_parquet_may_nest_its_fields(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [{"words": ["Ana"], "ner": ["B-PER"]}]}), path)
    sentences_read = read(path, fields=Fields(tokens="x.words", tags="x.ner"))
    assert [(s.tokens, s.spans) for s in sentences_read] == [(("Ana",), spans((0, 1, "PER")))]


def test_nested_text_of_parquet_is_read(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"translation": [{"en": "Ana runs", "es": "Ana corre"}]}), path)
    assert [s.text for s in read(path, tagged=False, fields=Fields(text="translation.es"))] == ["Ana corre"]


@pytest.mark.parametrize("columns", [{"words": [["a"]], "other": [1]}, {"id": ["1"], "words": [["a"]], "other": [1]}])
@pytest.mark.parametrize("tagged", [True, False])
def test_a_parquet_file_without_the_field_says_what_it_has(tmp_path: Path, columns: dict[str, Any], tagged: bool):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path)
    with pytest.raises(DataError, match=r"(words, other|other, words)"):
        read(path, tagged=tagged)


@pytest.mark.parametrize("content", [b"", b"hello, this is text\n", b"PAR1 and then nothing PAR1"])
def test_what_is_no_parquet_file_is_named(tmp_path: Path, content: bytes):
    path = write(tmp_path / "a.parquet", content)
    with pytest.raises(DataError, match=re.escape(f"{path}: not a Parquet file that can be read: ")):
        read(path)


def test_an_empty_parquet_file_holds_no_sentence(tmp_path: Path):
    labelled([], []).to_parquet(str(tmp_path / "a.parquet"))
    with pytest.raises(DataError, match="the split 'train' holds no sentence"):
        read(tmp_path / "a.parquet")


@pytest.mark.parametrize("wrap", [False, True])
def test_a_folder_saved_to_disk_is_read(tmp_path: Path, wrap: bool):
    data = labelled([["Ana", "Li"]], [[1, 2]])
    (datasets.DatasetDict(train=data) if wrap else data).save_to_disk(str(tmp_path / "saved"))
    sentences_read = list(read_corpus(hub(tmp_path / "saved"), tagged=True))
    assert [(s.split, s.tokens, s.spans) for s in sentences_read] == [("train", ("Ana", "Li"), spans((0, 2, "PER")))]


@pytest.mark.parametrize("wrap", [False, True])
def test_a_split_that_a_saved_folder_does_not_have_is_refused(tmp_path: Path, wrap: bool):
    data = datasets.Dataset.from_dict({"tokens": [["a"]]}, split="train")
    (datasets.DatasetDict(train=data) if wrap else data).save_to_disk(str(tmp_path / "saved"))
    with pytest.raises(MissingFileError, match=r"cannot load dataset .*split test"):
        list(read_corpus(hub(tmp_path / "saved", "test"), tagged=False))


def test_a_local_folder_is_read_as_load_dataset_does(tmp_path: Path):
    write(tmp_path / "local" / "test.jsonl", '{"tokens": ["Ana"], "ner_tags": ["B-PER"]}\n')
    sentences_read = list(read_corpus(hub(tmp_path / "local", "test"), tagged=True))
    assert [(s.split, s.id, s.tokens, s.spans) for s in sentences_read] == [
        ("train", "train-000001", ("Ana",), spans((0, 1, "PER")))
    ]
    with pytest.raises(MissingFileError, match="Unknown split"):
        list(read_corpus(hub(tmp_path / "local", "validation"), tagged=True))


@pytest.mark.parametrize("name", ["train.jsonl", "train.parquet"])
def test_a_local_folder_with_a_broken_file_is_refused(tmp_path: Path, name: str):
    write(tmp_path / "local" / name, '{"tokens": [\n')
    with pytest.raises(SilvernerError, match="cannot load dataset"):
        list(read_corpus(hub(tmp_path / "local"), tagged=True))


def test_a_dataset_that_cannot_be_reached_is_one_clear_error():
    with pytest.raises(MissingFileError) as caught:
        list(read_corpus(hub("no-such-org/no-such-set", config="deu", revision="main"), tagged=True))
    message = str(caught.value)
    assert message.startswith(
        "cannot load dataset 'no-such-org/no-such-set' (config deu, revision main, split train): "
    )
    assert message.endswith(
        "fetch it once while online: hf download no-such-org/no-such-set --repo-type dataset --revision main"
    )
    assert "\n" not in message


def test_the_content_hash_follows_the_content_and_not_the_name(tmp_path: Path):
    one = write(tmp_path / "one.txt", "same\n")
    two = write(tmp_path / "folder" / "two.txt", "same\n")
    changed = write(tmp_path / "other.txt", "same\n\n")

    def digest(**files: Path) -> str:
        return content_hash(CorpusFiles(format="text", files={split: str(path) for split, path in files.items()}))

    assert re.fullmatch(r"[0-9a-f]{64}", digest(train=one))
    assert digest(train=one) == digest(train=two)
    assert digest(train=one) != digest(train=changed)
    assert digest(train=one) != digest(test=one)
    assert digest(train=one, test=changed) != digest(train=changed, test=one)
    with pytest.raises(MissingFileError, match=r"cannot read .*no\.txt: No such file"):
        digest(train=tmp_path / "no.txt")


def test_the_content_hash_of_a_dataset_follows_its_rows_and_labels(tmp_path: Path):
    def digest(name: str, data: datasets.Dataset) -> str:
        data.save_to_disk(str(tmp_path / name))
        return content_hash(hub(tmp_path / name))

    first = digest("a", labelled([["Ana"]], [[1]]))
    assert first == digest("b", labelled([["Ana"]], [[1]]))
    assert first != digest("c", labelled([["Ana"]], [[0]]))
    renamed = datasets.Features({**LABELLED, "ner_tags": datasets.List(datasets.ClassLabel(names=["O", "B-ORG"]))})
    assert first != digest("d", datasets.Dataset.from_dict({"tokens": [["Ana"]], "ner_tags": [[1]]}, features=renamed))
