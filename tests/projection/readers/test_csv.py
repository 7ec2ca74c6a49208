"""Tables: one token a row or one text a row, with a header or without."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import datasets
import pytest

from silverner.builders.recipe.sections import TextSection
from silverner.projection.errors import DataError
from silverner.projection.readers import Fields
from tests.projection.helpers import read, spans, write

EXPECTED = [("Ana", "Li", ","), ("so", "Rome")]
ENTITIES = [spans((0, 2, "PER")), spans((1, 2, "LOC"))]
KAGGLE = 'Sentence #,Word,POS,Tag\nSentence: 1,Ana,N,B-PER\n,Li,N,I-PER\n,",",",",O\nS 2,so,R,O\n,Rome,N,B-LOC\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", KAGGLE, id="first row of a sentence is numbered"),
        pytest.param("a.txt", KAGGLE, id="the header tells the format"),
        pytest.param("a.csv", KAGGLE.replace('",",","', "X").replace(",", ";").replace("X", ",;,"), id="semicolons"),
        pytest.param("a.tsv", KAGGLE.replace('",",","', "X").replace(",", "\t").replace("X", ",\t,"), id="tabs"),
        pytest.param(
            "a.csv",
            'sentence_id,token,ner_tags\n1,Ana,B-PER\n1,Li,I-PER\n1,",",O\n2,so,O\n2,Rome,B-LOC\n',
            id="every row is numbered",
        ),
        pytest.param("a.csv", 'Word,Tag\nAna,B-PER\nLi,I-PER\n",",O\n\nso,O\nRome,B-LOC\n', id="blank lines"),
        pytest.param("a.csv", 'word,label\nAna,PER\nLi,PER\n",",O\n,\nso,O\nRome,LOC\n', id="blank cells"),
    ],
)
def test_tokens_of_a_table_are_grouped_into_sentences(tmp_path: Path, name: str, content: str):
    sentences = read(write(tmp_path / name, content))
    assert [(s.tokens, s.spans) for s in sentences] == list(zip(EXPECTED, ENTITIES, strict=True))


def test_columns_without_a_header_are_named_by_their_numbers(tmp_path: Path):
    path = write(tmp_path / "a.csv", '1,x,Ana,B-PER\n1,x,Li,I-PER\n1,x,",",O\n2,y,so,O\n2,y,Rome,B-LOC\n')
    section = TextSection.model_validate(
        {"files": "a.csv", "fields": {"sentence": 1, "document": 2, "tokens": 3, "tags": 4}}
    )
    sentences = read(path, fields=Fields(**section.fields.model_dump()))
    assert [(s.id, s.document, s.tokens) for s in sentences] == [("1", "x", EXPECTED[0]), ("2", "y", EXPECTED[1])]


def test_texts_of_a_table_are_sentences(tmp_path: Path):
    path = write(tmp_path / "a.csv", 'id,text\n1,"Hi, you."\n2,"So\nlong."\n')
    assert [(s.id, s.text, s.where) for s in read(path, tagged=False)] == [
        ("1", "Hi, you.", f"{path}, line 2"),
        ("2", "So\nlong.", f"{path}, line 4"),
    ]
    numbered = write(tmp_path / "b.txt", "1\tHello you.\n2\tBye now.\n")
    sentences = read(numbered, "csv", tagged=False, fields=Fields(text="2"))
    assert [s.text for s in sentences] == ["Hello you.", "Bye now."]


def test_a_quotation_mark_between_tabs_is_a_token(tmp_path: Path):
    path = write(tmp_path / "a.tsv", 'token\ttag\n"\tO\nAna\tB-PER\n"\tO\n')
    assert [s.tokens for s in read(path)] == [('"', "Ana", '"')]


@pytest.mark.parametrize(
    ("content", "fields", "message"),
    [
        ("word,tag\nAna,B-PER\nLi\n", {}, "line 3: 1 columns where the first row has 2: ['Li']"),
        ("word,tag\nAna,B-PER\nLi,I-LOC\n", {}, "line 3: tag 'I-LOC'"),
        ("word,pos\nAna,N\n", {}, "no column of tags; name it: fields: {tags: NAME}"),
        ("a,b\nAna,N\n", {}, "line 1: no column of tokens or texts among a, b; name columns by their headers, or by"),
        (
            "word,tag\nAna,O\n",
            {"tokens": "wort"},
            "line 1: no column 'wort' for tokens; allowed: tag, word (did",
        ),
        ("Ana,O\n", {"tokens": "1", "tags": "3"}, "line 1: no column '3' for tags"),
        ("word,tag\n,O\n", {}, "line 2: the token is empty; leave such tokens out with repair: true"),
        ('word,tag\n"a"b,O\n', {}, "line 2: not a row of a table: "),
        ("text\nHi.\n", {}, "line 1: a table of texts has no labels; labels need one token a row"),
        (
            "word,tag\n" + "a,O\n" * 501,
            {},
            "nothing tells where sentences end; name the column: ",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path, content: str, fields: dict[str, str], message: str):
    path = write(tmp_path / "a.csv", content)
    with pytest.raises(DataError, match=re.escape(str(path)) + ".*" + re.escape(message)):
        read(path, fields=Fields(**fields))


PANDAS = """tokens,ner_tags\n"['Ana', 'lives']","['B-PER', 'O']"\n"""


@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize(
    ("content", "cell"),
    [
        pytest.param(PANDAS, "\"['Ana', 'lives']\"", id="lists"),
        pytest.param("tokens;ner_tags\n['Ana', 'lives'];['B-PER', 'O']\n", "\"['Ana', 'lives']\"", id="semicolons"),
        pytest.param(PANDAS.replace(", ", " "), "\"['Ana' 'lives']\"", id="arrays"),
        pytest.param(PANDAS.replace(", ", "\n "), "\"['Ana'\\n 'lives']\"", id="arrays of several lines"),
        pytest.param("tokens,ner_tags\nAna lives,B-PER O\n", "'B-PER O'", id="tags with spaces"),
        pytest.param('tokens,ner_tags\n"Ana lives","B-PER,O"\n', "'B-PER,O'", id="tags with commas"),
        pytest.param('tokens,ner_tags\nAna lives,"[1, 0]"\n', "'[1, 0]'", id="numbers of tags"),
    ],
)
def test_a_list_in_a_cell_is_not_one_token(tmp_path: Path, content: str, cell: str, tagged: bool):
    path = write(tmp_path / "a.csv", content)
    with pytest.raises(DataError, match=rf"a\.csv, line \d: the cell {re.escape(cell)} holds a whole list; .*to_json"):
        read(path, tagged=tagged)


def test_a_list_in_a_cell_is_no_text(tmp_path: Path):
    path = write(tmp_path / "a.csv", "id,text\n1,\"['Ana', 'lives']\"\n")
    with pytest.raises(DataError, match=r"a\.csv, line 2: the cell .* holds a whole list; "):
        read(path, tagged=False)


def test_brackets_that_are_tokens_are_no_list(tmp_path: Path):
    path = write(tmp_path / "a.csv", "word,tag\n[,O\n[1],O\n['],O\nAna,B-PER\n],O\n")
    assert [s.tokens for s in read(path)] == [("[", "[1]", "[']", "Ana", "]")]


def rows(folder: Path, kind: str, tokens: list[str], tags: list[str]) -> Path:
    if kind == "jsonl":
        return write(folder / "a.jsonl", json.dumps({"tokens": tokens, "ner_tags": tags}))
    if kind == "csv":
        lines = [f"{token},{tag}\n" for token, tag in zip(tokens, tags, strict=True)]
        return write(folder / "a.csv", "token,tag\n" + "".join(lines))
    datasets.Dataset.from_dict({"tokens": [tokens], "ner_tags": [tags]}).to_parquet(str(folder / "a.parquet"))
    return folder / "a.parquet"


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv"])
@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["B-PER", "I-PER", "I-PER", "O"], spans((0, 1, "PER"))),
        (["O", "B-PER", "I-PER", "B-LOC"], spans((0, 1, "PER"), (1, 2, "LOC"))),
        (["B-LOC", "O", "B-LOC", "O"], ()),
    ],
)
def test_empty_tokens_are_refused_or_left_out(tmp_path: Path, kind: str, tags: list[str], expected: Any):
    path = rows(tmp_path, kind, ["", "Ana", " ", "Li"], tags)
    with pytest.raises(DataError, match=r"empty; leave (out )?such tokens (out )?with repair: true"):
        read(path)
    assert [(s.tokens, s.spans) for s in read(path, repair=True)] == [(("Ana", "Li"), expected)]
    assert [s.tokens for s in read(path, repair=True, tagged=False)] == [("Ana", "Li")]
