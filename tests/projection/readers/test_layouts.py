"""The layouts of columns that corpora come in: GermEval, CoNLL-U, WikiAnn and chosen columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from silverner.builders.recipe.sections import TextSection
from silverner.builders.sources.reading import corpus_files
from silverner.projection.errors import DataError
from silverner.projection.languages import language_of
from tests.projection.helpers import read, spans, write

GERMEVAL = """#\thttp://example.org/wiki/A\t[2009-10-17]
1\tIn\tO\tO
2\tBonn\tB-LOC\tO
3\tspielt\tO\tO
4\tFC\tB-ORG\tO
5\tKoeln\tI-ORG\tB-LOC

#\thttp://example.org/wiki/B\t[2009-10-18]
1\tEr\tO\tO
2\t#\tO\tO
3\tRom\tB-LOC\tO
"""


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (None, [spans((1, 2, "LOC"), (3, 5, "ORG")), spans((2, 3, "LOC"))]),
        ("outer", [spans((1, 2, "LOC"), (3, 5, "ORG")), spans((2, 3, "LOC"))]),
        ("inner", [spans((4, 5, "LOC")), ()]),
    ],
)
@pytest.mark.parametrize("format", ["auto", "germeval"])
def test_germeval_has_two_layers(tmp_path: Path, layer: str | None, expected: list[object], format: str):
    sentences = read(write(tmp_path / "germ.tsv", GERMEVAL), format, layer=layer)
    assert [s.tokens for s in sentences] == [("In", "Bonn", "spielt", "FC", "Koeln"), ("Er", "#", "Rom")]
    assert [s.spans for s in sentences] == expected


def test_a_broken_germeval_line_is_named(tmp_path: Path):
    path = write(tmp_path / "germ.txt", GERMEVAL.replace("3\tspielt\tO\tO", "3\tspielt O\tO"))
    with pytest.raises(DataError, match=re.escape(f"{path}, line 4: 3 columns where the lines before have 4: '3 spi")):
        read(path)


def word(number: str, form: str, misc: str = "_", *, xpos: str = "_") -> str:
    return "\t".join([number, form, form.lower(), "X", xpos, "_", "0", "root", "_", misc]) + "\n"


CONLLU = (
    "# newdoc id = d\n# sent_id = s1\n"
    + word("1", "Ana", "NER=B-PER|SpaceAfter=No", xpos="B-PER")
    + word("2-3", "vámonos")
    + word("2", "vamos", "SpaceAfter=No", xpos="O")
    + word("3", "nos", "NER=O", xpos="_")
    + word("3.1", "nada")
    + word("4", "Roma", "SpaceAfter=No|NER=B-LOC", xpos="B-ORG")
    + "\n# sent_id = s2\n"
    + word("1", "so", xpos="O")
)


@pytest.mark.parametrize("name", ["ner", "NER", "NE", "Entity", "entity"])
def test_tags_of_conllu_stand_in_its_last_column(tmp_path: Path, name: str):
    sentences = read(write(tmp_path / "a", CONLLU.replace("NER=", f"{name}=")))
    assert [(s.id, s.document, s.tokens, s.spans) for s in sentences] == [
        ("s1", "d", ("Ana", "vamos", "nos", "Roma"), spans((0, 1, "PER"), (3, 4, "LOC"))),
        ("s2", "d", ("so",), ()),
    ]


def test_tags_of_conllu_may_stand_in_another_column_or_attribute(tmp_path: Path):
    path = write(tmp_path / "a.conllu", CONLLU.replace("NER=", "Name="))
    assert [s.spans for s in read(path, column=5)] == [spans((0, 1, "PER"), (3, 4, "ORG")), ()]
    section = TextSection.model_validate({"files": "a.conllu", "fields": {"tags": "name"}})
    fields = corpus_files(section, tmp_path, language_of("spa")).fields
    assert read(path, fields=fields)[0].spans == spans((0, 1, "PER"), (3, 4, "LOC"))


def test_conllu_without_tags_has_tokens_and_says_where_tags_may_be(tmp_path: Path):
    path = write(tmp_path / "a.conllu", CONLLU.replace("NER=", "Gloss="))
    assert [s.tokens for s in read(path, tagged=False)] == [("Ana", "vamos", "nos", "Roma"), ("so",)]
    message = "line 3: no word has NER= or NE= or ENTITY= in its last column, so no labels; say where "
    with pytest.raises(DataError, match=re.escape(f"{path}, {message}")):
        read(path)


def test_treebanks_without_lemmas_are_conllu(tmp_path: Path):
    rows = "".join(line.replace("\tana\t", "\t_\t").replace("\troma\t", "\t_\t") for line in CONLLU.splitlines(True))
    assert [len(s.tokens or ()) for s in read(write(tmp_path / "a", rows), tagged=False)] == [4, 1]


@pytest.mark.parametrize("separator", [" ", "\t"])
def test_the_language_before_all_tokens_of_wikiann_is_left_out(tmp_path: Path, separator: str):
    content = "en:Barack B-PER\nen:Obama I-PER\nen:: O\n\nen:www.x.org:80 O\n".replace(" ", separator)
    assert [(s.tokens, s.spans) for s in read(write(tmp_path / "train", content))] == [
        (("Barack", "Obama", ":"), spans((0, 2, "PER"))),
        (("www.x.org:80",), ()),
    ]


@pytest.mark.parametrize("prefix", ["simple:", "zh-yue:", "be-x-old:", "nds:"])
def test_all_languages_of_wikiann_are_left_out(tmp_path: Path, prefix: str):
    path = write(tmp_path / "train", f"{prefix}Ana B-PER\n{prefix}runs O\n")
    assert [(s.tokens, s.spans) for s in read(path)] == [(("Ana", "runs"), spans((0, 1, "PER")))]


@pytest.mark.parametrize("odd", ["runs", "de:runs", "en:", "enruns"])
def test_a_token_without_the_language_of_the_others_is_named(tmp_path: Path, odd: str):
    path = write(tmp_path / "train", f"en:Ana B-PER\nen:Li I-PER\n\n{odd} O\nen:far O\n")
    message = f"{path}, line 4: 3 of 4 tokens begin with 'en:', as in WikiAnn, and this one does not: {odd!r}"
    for tagged in (False, True):
        with pytest.raises(DataError, match=re.escape(message)):
            read(path, tagged=tagged)


@pytest.mark.parametrize(
    "tokens", [("en:a", "de:b"), ("en:a", "b"), ("en:", "en:a"), ("a:b", "a:c"), ("http://x", "http://y", "z")]
)
def test_other_colons_belong_to_tokens(tmp_path: Path, tokens: tuple[str, ...]):
    path = write(tmp_path / "a.conll", "".join(f"{token}\tO\n" for token in tokens))
    assert [s.tokens for s in read(path)] == [tokens]


def test_the_column_of_the_tags_may_be_chosen(tmp_path: Path):
    path = write(tmp_path / "a.conll", "Ana B-PER x NN\nruns O y VB\n")
    assert [s.spans for s in read(path, "conll", column=2)] == [spans((0, 1, "PER"))]
    with pytest.raises(DataError, match=r"a\.conll, line 1: there is no column 6; the line has 4 columns"):
        read(path, "conll", column=6)


@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize(
    ("content", "columns", "outer", "inner"),
    [
        pytest.param(
            "at O O\nSony B-ORG B-PRO\nX I-ORG O\n",
            (2, 3),
            spans((1, 3, "ORG")),
            spans((1, 2, "PRO")),
            id="both",
        ),
        pytest.param("Bonn B-PER O\nruns O O\n", (2, 3), spans((0, 1, "PER")), (), id="inner empty"),
        pytest.param(
            "Bonn NE B-ORG B-LOC\nFC NE I-ORG O\n", (3, 4), spans((0, 2, "ORG")), spans((0, 1, "LOC")), id="POS"
        ),
    ],
)
def test_two_layers_of_tags_need_a_choice(
    tmp_path: Path, separator: str, content: str, columns: tuple[int, int], outer: object, inner: object
):
    path = write(tmp_path / "a.conll", content.replace(" ", separator))
    one, two = columns
    message = f"{path}, line 1: columns {one} and {two} both hold tags, as in "
    for format in ("auto", "conll"):
        with pytest.raises(DataError, match=re.escape(message) + f".*column: {one} or column: {two}"):
            read(path, format)
    assert [read(path, column=column)[0].spans for column in columns] == [outer, inner]
    assert len(read(path, tagged=False)) == 1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Ana NNP B-NP B-PER\nruns VB B-VP O\nat IN B-PP O\n. . O O\n", id="CoNLL-2003"),
        pytest.param("Ana NNP I-NP I-PER\nruns VB I-VP O\n", id="CoNLL-2003 in IOB1"),
        pytest.param("Ana Ana NE I-NC I-PER\nruns run VV I-VC O\n", id="German"),
        pytest.param("Ana B-NP B-PER\nruns B-VP O\n", id="chunks without POS"),
        pytest.param("Ana _ _ B-PER\nruns _ _ O\n", id="columns without content"),
        pytest.param("Ana O B-PER\nruns O O\n", id="no tag in the other column"),
        pytest.param("Ana B-52 B-PER\nruns run O\n", id="a lemma like a tag"),
    ],
)
def test_chunks_are_no_layer_of_tags(tmp_path: Path, content: str):
    assert [s.spans for s in read(write(tmp_path / "a.conll", content))] == [spans((0, 1, "PER"))]
