"""Numbers of words and sentences in the first column are never taken for tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from silverner.projection.errors import DataError
from silverner.projection.readers import Fields
from tests.projection.helpers import read, spans, write

COUNTED = "1 Ana NNP B-PER\n2 runs VB O\n\n1 Bo NNP B-PER\n2 sits VB O\n"
FROM_ZERO = "0 Ana NNP B-PER\n1 runs VB O\n2 . . O\n"
OF_SENTENCES = "3 Ana NNP B-PER\n3 runs VB O\n4 Bo NNP B-PER\n4 sits VB O\n"
LONG = "".join(f"{k} w{k} NN O\n" for k in range(40, 0, -2)) + "x y NN B-PER\n"


@pytest.mark.parametrize("name", ["a.tsv", "a.conll", "a.txt", "a"])
@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize(
    ("content", "fields"),
    [
        pytest.param(FROM_ZERO, "{tokens: 2, tags: 4}", id="from zero"),
        pytest.param(OF_SENTENCES, "{tokens: 2, tags: 4, sentence: 1}", id="of sentences"),
        pytest.param(LONG, "{tokens: 2, tags: 4}", id="nearly all"),
        pytest.param("0 Ana x y B-PER\n1 runs x y O\n", "{tokens: 2, tags: 5}", id="five columns"),
        pytest.param("0 12 Ana B-PER\n1 15 runs O\n", "{tokens: 3, tags: 4}", id="offsets"),
        pytest.param("1. Ana NNP B-PER\n2. runs VB O\n", "{tokens: 2, tags: 4}", id="dots"),
        pytest.param("1-1 Ana NNP B-PER\n1-2 runs VB O\n", "{tokens: 2, tags: 4} ", id="pairs"),
    ],
)
def test_numbers_are_no_tokens(tmp_path: Path, name: str, separator: str, content: str, fields: str):
    path = write(tmp_path / name, content.replace(" ", separator))
    first = content.split("\n")[0]
    for tagged in (False, True):
        with pytest.raises(DataError, match=re.escape(f"{path}, line 1: the first column holds numbers")) as caught:
            read(path, tagged=tagged)
        assert repr(first) in str(caught.value) and f"format: csv, fields: {fields}" in str(caught.value)


@pytest.mark.parametrize("name", ["a.tsv", "a.conll"])
@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("content", [COUNTED, "1 Hi UH O\n\n1 Yes UH O\n\n1 I PRP O\n2 run VB O\n"])
def test_words_counted_from_one_are_no_tokens(tmp_path: Path, name: str, separator: str, content: str):
    path = write(tmp_path / name, content.replace(" ", separator))
    for format in ("auto", "conll"):
        with pytest.raises(DataError, match=re.escape("format: csv, fields: {tokens: 2, tags: 4} ")):
            read(path, format)


def test_the_advice_reads_the_file(tmp_path: Path):
    path = write(tmp_path / "a.tsv", COUNTED.replace(" ", "\t"))
    expected = [(("Ana", "runs"), spans((0, 1, "PER"))), (("Bo", "sits"), spans((0, 1, "PER")))]
    assert [(s.tokens, s.spans) for s in read(path, "csv", fields=Fields(tokens="2", tags="4"))] == expected
    path = write(tmp_path / "b.tsv", OF_SENTENCES.replace(" ", "\t"))
    fields = Fields(tokens="2", tags="4", sentence="1")
    assert [(s.tokens, s.spans) for s in read(path, "csv", fields=fields)] == expected


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        pytest.param("1 O\n2 O\n3 O\n", ("1", "2", "3"), id="no other column"),
        pytest.param("1 CD O\n2 CD O\n3 CD O\n", ("1", "2", "3"), id="a part of speech"),
        pytest.param("1 1 NUM O\n2 2 NUM O\n", ("1", "2"), id="lemmas that are numbers"),
        pytest.param("1 _ _ O\n2 _ _ O\n", ("1", "2"), id="columns without content"),
        pytest.param("1939 year NN O\n1945 year NN O\n", ("1939", "1945"), id="years"),
        pytest.param("12 twelve NUM O\n", ("12",), id="one line"),
        pytest.param("1 one NUM O\n2 two NUM O\nx x X O\n", ("1", "2", "x"), id="few numbers"),
    ],
)
def test_tokens_may_be_numbers(tmp_path: Path, content: str, tokens: tuple[str, ...]):
    assert [s.tokens for s in read(write(tmp_path / "a.conll", content), "conll")] == [tokens]


@pytest.mark.parametrize(
    ("content", "line", "tags"),
    [
        pytest.param("3\tAna\tB-PER\n3\truns\tO\n4\tBo\tO\n", 2, 3, id="UNER, numbers of sentences"),
        pytest.param("1\tAna\tB-PER\n2\truns\tO\n1\tBo\tO\n", 3, 3, id="UNER, no empty line"),
        pytest.param("1\tAna\tB-PER\tO\n1\truns\tO\tO\n", 2, 3, id="GermEval"),
    ],
)
def test_word_numbers_rise_within_a_sentence(tmp_path: Path, content: str, line: int, tags: int):
    path = write(tmp_path / "a.tsv", content)
    with pytest.raises(DataError, match=re.escape(f"{path}, line {line}: word number ")) as caught:
        read(path)
    assert f"fields: {{tokens: 2, tags: {tags}, sentence: 1}}" in str(caught.value)
