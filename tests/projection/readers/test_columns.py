from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.readers import CorpusFiles, detect_text_format, read_corpus
from silverner.projection.spans import Span
from tests.projection.helpers import encode, read, spans, write

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("Ana B-PER\nruns O\n", [("Ana", "runs")], id="two columns, spaces"),
        pytest.param("Ana\tB-PER\nruns\tO\n", [("Ana", "runs")], id="two columns, tabs"),
        pytest.param("Ana   B-PER\nruns  O\n", [("Ana", "runs")], id="several spaces"),
        pytest.param("Ana NNP B-PER\nruns VB O\n", [("Ana", "runs")], id="three columns"),
        pytest.param("Ana NNP B-NP B-PER\nruns VB B-VP O\n", [("Ana", "runs")], id="four columns"),
        pytest.param("Ana\tx\ty\tz\tB-PER\nruns\tx\ty\tz\tO\n", [("Ana", "runs")], id="five columns"),
        pytest.param("Ana B-PER\r\nruns O\r\n\r\nso O\r\n", [("Ana", "runs"), ("so",)], id="CRLF"),
        pytest.param("\ufeffAna B-PER\nruns O\n", [("Ana", "runs")], id="BOM"),
        pytest.param("\ufeff-DOCSTART- O\n\nAna B-PER\nruns O\n", [("Ana", "runs")], id="BOM before DOCSTART"),
        pytest.param("Ana B-PER\nruns O", [("Ana", "runs")], id="no newline at the end"),
        pytest.param("\n\n\nAna B-PER\n\n\n\nruns O\n\n\n", [("Ana",), ("runs",)], id="several blank lines"),
        pytest.param("Ana B-PER\n   \nruns O\n \n", [("Ana",), ("runs",)], id="lines of spaces"),
        pytest.param("Ana\tB-PER\n\t\nruns\tO\n", [("Ana",), ("runs",)], id="lines of tabs"),
        pytest.param(f"Ana{NBSP}Li B-PER\nruns O\n", [(f"Ana{NBSP}Li", "runs")], id="NBSP in a token, spaces"),
        pytest.param(f"Ana{NBSP}Li\tB-PER\nruns\tO\n", [(f"Ana{NBSP}Li", "runs")], id="NBSP in a token, tabs"),
        pytest.param("Ana Li\tB-PER\nruns\tO\n", [("Ana Li", "runs")], id="space in a token, tabs"),
        pytest.param("x O\n# O\n1 O\n", [("x", "#", "1")], id="hash as a token, spaces"),
        pytest.param("x\tO\n#\tO\n1\tO\n", [("x", "#", "1")], id="hash as a token, tabs"),
        pytest.param("x\tO\n#1\tB-MISC\n", [("x", "#1")], id="hashtag"),
        pytest.param("x O\n#0= O\n1 O\n", [("x", "#0=", "1")], id="hash and equals sign in a token, spaces"),
        pytest.param("x\tO\n#0=\tO\n1\tO\n", [("x", "#0=", "1")], id="hash and equals sign in a token, tabs"),
        pytest.param("x O\n#text= O\n#key=O\n1 O\n", [("x", "1")], id="keys of comments before values like tags"),
        pytest.param("x a O\n# b B-X\n", [("x", "#")], id="hash as a token, three columns"),
        pytest.param("x O\n\n# O\n", [("x",), ("#",)], id="hash begins the second sentence"),
        pytest.param("#\tO\nx\tO\n", [("#", "x")], id="hash begins the file, tabs"),
        pytest.param("# O\nx O\n", [("#", "x")], id="hash begins the file, spaces"),
        pytest.param("# a comment\nx O\n# another\ny O\n", [("x", "y")], id="comments"),
        pytest.param("# one two\nx O\n", [("x",)], id="comment before the first row"),
        pytest.param("a O\n-DOCSTART- O\nb O\n", [("a",), ("b",)], id="DOCSTART without blank line"),
        pytest.param("a O\u2028\nb O\n", [("a", "b")], id="line separator in a column"),
    ],
)
def test_tokens_are_those_of_the_file(tmp_path: Path, content: str, expected: list[tuple[str, ...]]):
    sentences = read(write(tmp_path / "x.conll", content), "conll", repair=True)
    assert [s.tokens for s in sentences] == expected


def test_hash_is_a_token_where_labels_have_no_prefix(tmp_path: Path):
    path = write(tmp_path / "x.conll", "C\tPROD\n#\tPROD\nis\tO\n")
    assert [(s.tokens, s.spans) for s in read(path, "conll")] == [(("C", "#", "is"), spans((0, 2, "PROD")))]


def test_hash_is_a_token_where_the_last_column_is_no_tag(tmp_path: Path):
    path = write(tmp_path / "x.conll", "C\tNN\n#\tSYM\nis\tVB\n")
    assert read(path, "conll", tagged=False)[0].tokens == ("C", "#", "is")


@pytest.mark.parametrize("content", ["Ana\n\nruns\nfar\n", "Ana\n\nruns\nfar"])
def test_one_column_is_enough_without_labels(tmp_path: Path, content: str):
    sentences = read(write(tmp_path / "x.conll", content), "conll", tagged=False)
    assert [(s.tokens, s.spans, s.text) for s in sentences] == [(("Ana",), None, None), (("runs", "far"), None, None)]


def test_hash_is_a_token_of_a_file_with_one_column(tmp_path: Path):
    assert read(write(tmp_path / "x.conll", "a\n#\n#b\n"), "conll", tagged=False)[0].tokens == ("a", "#", "#b")


def test_the_tag_column_is_not_looked_at_without_labels(tmp_path: Path):
    sentences = read(write(tmp_path / "x.conll", "Ana\tI-X\nruns\tnonsense\nfar\t\n"), "conll", tagged=False)
    assert [(s.tokens, s.spans) for s in sentences] == [(("Ana", "runs", "far"), None)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a O\n\nb O\n", [("train-000001", "train-000001", False), ("train-000002", "train-000002", False)]),
        ("# sent_id = s 1\na O\n\nb O\n", [("s 1", "s 1", True), ("train-000002", "train-000002", False)]),
        ("#sent_id=s1\na O\n", [("s1", "s1", True)]),
        (
            "-DOCSTART- O\n\na O\n\nb O\n\n-DOCSTART- O\n\nc O\n",
            [
                ("train-000001", "train-1", False),
                ("train-000002", "train-1", False),
                ("train-000003", "train-2", False),
            ],
        ),
        (
            "# newdoc id = d1\n# sent_id = 1\na O\n\n# newdoc\nb O\n",
            [("1", "d1", True), ("train-000002", "train-2", False)],
        ),
        ("a O\n\n# newdoc id = d\nb O\n", [("train-000001", "train-000001", False), ("train-000002", "d", False)]),
    ],
)
def test_ids_and_documents_come_from_comments(tmp_path: Path, content: str, expected: list[tuple[str, str, bool]]):
    sentences = read(write(tmp_path / "x.conll", content), "conll")
    assert [(s.id, s.document, s.named) for s in sentences] == expected


@pytest.mark.parametrize("name", ["doc1-s2", "S-2", "B-1", "O", "U-7"])
@pytest.mark.parametrize("columns", ["O", "x O", "x y O", "x y z O"])
def test_an_id_comment_is_never_a_row(tmp_path: Path, name: str, columns: str):
    content = f"a {columns}\n\n# sent_id = {name}\nb {columns}\n"
    sentences = read(write(tmp_path / "x.conll", content), "conll")
    assert [(s.id, s.tokens) for s in sentences] == [("train-000001", ("a",)), (name, ("b",))]


UNER = """# newdoc id = d1
# sent_id = s1
# text = Vámonos al mar de Ana
1-2\tVámonos\t_\t-\t-
1\tVamos\tO\t-\tx
2\tnos\tO\t-\tx
3-4\tal\t_\t-\t-
3\ta\tO\t-\tx
4\tel\tB-LOC\t-\tx
5\tmar\tI-LOC\t-\tx
5.1\tnada\t_\t-\t-
6\tde\tO\t-\tx
7\tAna Li\tB-PER\t-\tx

# sent_id = s2
1\t#\tO\t-\tx
"""


def test_uner_leaves_out_multiword_rows_and_empty_nodes(tmp_path: Path):
    sentences = read(write(tmp_path / "x.iob2", UNER))
    assert [(s.id, s.document, s.tokens, s.spans) for s in sentences] == [
        ("s1", "d1", ("Vamos", "nos", "a", "el", "mar", "de", "Ana Li"), spans((3, 5, "LOC"), (6, 7, "PER"))),
        ("s2", "d1", ("#",), ()),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1\ta\tO\nx\tb\tO\n", "line 2: 'x' is not a word number; is this a UNER file?"),
        ("1\ta\n", "line 1: 2 columns; a line of UNER columns has 3 to 10"),
        ("1\ta\tO\n2\tb\tO\tx\n", "line 2: 4 columns where the lines before have 3: '2 b O x'"),
        ("1\ta\tO\n2\t\tO\n", "line 2: empty column"),
        ("1\ta\tO\n2\tb\t\n", "line 2: empty column"),
        ("1\ta\tO\n2\tb\tI-PER\n", "line 2: tag 'I-PER': in IOB2 an I- tag continues an entity of the same label"),
        ("1\ta\tO\n2-3\tbc\t_\n2\tb\tO\n3\tc\tI-PER\n", "line 4: tag 'I-PER'"),
        ("1\ta\tO\n1.1\tx\t_\n2\tb\tI-PER\n", "line 3: tag 'I-PER'"),
    ],
)
def test_a_broken_uner_line_is_named(tmp_path: Path, content: str, message: str):
    path = write(tmp_path / "x.iob2", content)
    with pytest.raises(DataError, match=re.escape(f"{path}, {message}")):
        read(path, "uner", scheme="iob2")


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("I-PER I-PER B-PER O I-LOC", "auto"),
        ("B-PER I-PER B-PER O B-LOC", "auto"),
        ("B-PER E-PER S-PER O S-LOC", "auto"),
        ("B-PER L-PER U-PER O U-LOC", "auto"),
        ("I-PER I-PER B-PER O I-LOC", "iob1"),
        ("B-PER I-PER B-PER O B-LOC", "iob2"),
        ("B-PER L-PER U-PER O U-LOC", "bioes"),
    ],
)
def test_every_scheme_gives_the_same_spans(tmp_path: Path, tags: str, scheme: str):
    content = "".join(f"w{k} {tag}\n" for k, tag in enumerate(tags.split()))
    sentences = read(write(tmp_path / "x.conll", content), "conll", scheme=scheme)
    assert sentences[0].spans == spans((0, 2, "PER"), (2, 3, "PER"), (4, 5, "LOC"))


def test_the_scheme_is_found_from_the_whole_file(tmp_path: Path):
    path = write(tmp_path / "x.conll", "a I-PER\nb I-PER\n\nc I-LOC\nd B-LOC\n")
    assert [s.spans for s in read(path, "conll")] == [spans((0, 2, "PER")), spans((0, 1, "LOC"), (1, 2, "LOC"))]


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        ("a O\nb O\n\nc B-PER\nd I-LOC\n\ne I-X\nf B-X\n", 5, "in IOB2 an I- tag continues"),
        ("a S-PER\nb B-PER\nc O\n", 3, "in BIOES an entity runs from B- to E-"),
        ("a S-PER\n\nb O\nc B-PER\n\nd O\n", 4, "in BIOES an entity runs from B- to E-"),
        ("a B-PER\nb what\n", 2, "not a tag of the scheme iob2"),
        ("\n\n# x\na B-PER\n# a comment inside\nb I-LOC\n", 6, "in IOB2 an I- tag continues"),
    ],
)
def test_a_broken_tag_is_refused_by_file_and_line(tmp_path: Path, content: str, line: int, rule: str):
    path = write(tmp_path / "x.conll", content)
    with pytest.raises(DataError, match=re.escape(f"{path}, line {line}: tag ") + ".*" + re.escape(rule)) as caught:
        read(path, "conll")
    assert ("--repair" in str(caught.value)) == ("not a tag" not in rule), "a repair mends sequences, not tags"


@pytest.mark.parametrize("repair", [False, True])
def test_repair_is_not_offered_for_what_is_no_tag(tmp_path: Path, repair: bool):
    path = write(tmp_path / "x.conll", "Ana B-PER\nSilva B-\n\nBo B-PER\n")
    with pytest.raises(DataError, match=r"line 2: tag 'B-': not a tag.*; correct it$"):
        read(path, "conll", scheme="iob2", repair=repair)


def test_broken_tags_are_repaired_as_the_scorer_reads_them(tmp_path: Path):
    path = write(tmp_path / "x.conll", "a O\nb I-PER\nc I-LOC\nd I-LOC\n\ne B-PER\nf I-LOC\n")
    assert [s.spans for s in read(path, "conll", scheme="iob2", repair=True)] == [
        spans((1, 2, "PER"), (2, 4, "LOC")),
        spans((0, 1, "PER"), (1, 2, "LOC")),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": the file is empty"),
        ("\n \n\t\n", ": the file holds no sentence"),
        ("# only = this\n", ": the file holds no sentence"),
        ("-DOCSTART- O\n\n", ": the file holds no sentence"),
        ("a b O\nc O\n", ", line 2: 2 columns where the lines before have 3: 'c O'"),
        ("a O\n\nb c O\n", ", line 3: 3 columns where the lines before have 2: 'b c O'"),
        ("a b c d e O\n", ", line 1: 6 columns; a line of CoNLL columns has 1 to 5"),
        ("a\nb\n", ", line 1: one column, so no labels; a tag column is needed"),
        ("a\tO\n\tO\n", ", line 2: empty column"),
        ("a\tO\nb\t\n", ", line 2: empty column"),
        (b"a O\nb\0c O\n", ", line 2: this is a binary file, not text"),
        (
            b"a O\ncaf\xe9 O\n",
            ", line 2: 0xe9 at byte 4 is not UTF-8; convert the file first; where it is Latin-1: iconv -f LATIN1 "
            "-t UTF-8 OLD > NEW",
        ),
        (b"\xef\xbb\xbfcaf\xe9 O\n", ", line 1: 0xe9 at byte 7 is not UTF-8"),
        ("a O\n".encode("utf-16-le"), ", line 1: "),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, content: str | bytes, message: str):
    path = write(tmp_path / "x.conll", content)
    with pytest.raises(DataError, match=re.escape(f"{path}{message}")):
        read(path, "conll")


@pytest.mark.parametrize("format", ["auto", "conll", "uner", "text", "tokens", "jsonl", "parquet"])
def test_a_missing_file_is_named(tmp_path: Path, format: str):
    with pytest.raises(MissingFileError, match=re.escape(f"cannot read {tmp_path / 'no'}: ")):
        read(tmp_path / "no", format, tagged=format not in {"text", "tokens"})


def test_a_folder_without_files_is_no_file(tmp_path: Path):
    with pytest.raises(MissingFileError, match="no file is there"):
        read(tmp_path, "conll")


def test_an_id_given_twice_is_refused_with_both_places(tmp_path: Path):
    path = write(tmp_path / "x.conll", "# sent_id = s\na O\n\n# sent_id = s\nb O\n")
    message = f"{path}, line 5: the id 's' stands already at {path}, line 2"
    with pytest.raises(DataError, match=re.escape(message)):
        read(path, "conll")


def test_splits_are_read_in_the_order_named_and_may_repeat_ids(tmp_path: Path):
    one = write(tmp_path / "1.conll", "# sent_id = s\na O\n")
    two = write(tmp_path / "2.conll", "# sent_id = s\nb O\n\nc O\n")
    corpus = CorpusFiles(format="conll", files={"test": str(two), "dev": str(one)})
    assert [(s.split, s.id, s.tokens) for s in read_corpus(corpus, tagged=True)] == [
        ("test", "s", ("b",)),
        ("test", "test-000002", ("c",)),
        ("dev", "s", ("a",)),
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.conll", "Ana B-PER\n", "conll"),
        ("a.tsv", "Ana\tPER\n", "conll"),
        ("a.bio", "# c\nAna\tB-PER\n", "conll"),
        ("a.iob2", UNER, "uner"),
        ("a", UNER, "uner"),
        ("a.iob2", "Ana\tB-PER\nruns\tO\n", "conll"),
        ("a.conll", "1\tAna\tB-PER\n2\truns\tO\n", "uner"),
        ("a", "Ana NNP B-PER\nruns VB O\n\n. . O\n", "conll"),
        ("a", "\ufeffAna\tB-PER\r\nruns\tO\r\n", "conll"),
        ("a", "x O\n# O\n", "conll"),
        ("a", "-DOCSTART- -X- O O\n\nAna NNP B-NP B-PER\n", "conll"),
        ("a", "-DOCSTART-\n\nAna B-PER\n", "conll"),
        ("a", "# sent_id = 1\nAna B-PER\n", "conll"),
        ("a.txt", "Ana B-PER\n", "conll"),
        ("a.txt", "Ana lives\n", "text"),
        ("a", "He runs\nShe has a dog\nIt is\n", "text"),
        ("a", "Vitamin B-12\nIt helps\n", "text"),
        ("a", "Call me O\nnow please\nO my O\n", "text"),
        ("a", "one\ntwo\n", "text"),
        ("a", "# one two\n# three\n", "text"),
        ("a", "a b c d e f O\n", "text"),
        ("a", "\n\n", "text"),
        ("a", "1 2 3\n4 5 6\n", "text"),
    ],
)
def test_the_kinds_of_text_file_are_told_apart(tmp_path: Path, name: str, content: str, expected: str):
    assert detect_text_format(write(tmp_path / name, content)) == expected


def test_auto_reads_running_text_as_tokens_where_no_labels_are_wanted(tmp_path: Path):
    path = write(tmp_path / "a", "He runs\nShe has a dog\n")
    assert [s.tokens for s in read(path, tagged=False)] == [("He", "runs"), ("She", "has", "a", "dog")]
    with pytest.raises(DataError, match="running text has no labels; formats with labels: csv, conllu, germeval, "):
        read(path)


@st.composite
def corpora(draw: st.DrawFn) -> list[tuple[list[str], list[Span]]]:
    letter = st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Zl", "Zp"))
    word = st.one_of(
        st.text(letter, min_size=1, max_size=4), st.sampled_from(["#", "#a", "#0=", f"a{NBSP}b", "O", "1"])
    )
    corpus = []
    for tokens in draw(st.lists(st.lists(word, min_size=1, max_size=6), min_size=1, max_size=4)):
        entities, start = [], 0
        while start < len(tokens):
            end = draw(st.integers(start + 1, len(tokens)))
            if draw(st.booleans()):
                entities.append(Span(start, end, draw(st.sampled_from(["PER", "B-LOC", "ORG"]))))
            start = end
        corpus.append((tokens, entities))
    return corpus


@pytest.mark.parametrize("separator", ["\t", " "])
@pytest.mark.parametrize("scheme", ["iob1", "iob2", "bioes", "bilou"])
@given(corpus=corpora(), width=st.integers(2, 5), ending=st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(
    tmp_path: Path,
    corpus: list[tuple[list[str], list[Span]]],
    width: int,
    ending: str,
    scheme: str,
    separator: str,
):
    blocks = [["first" + f"{separator}_" * (width - 2) + f"{separator}O"]]
    for tokens, entities in corpus:
        tags = encode(entities, len(tokens), scheme)
        blocks.append([separator.join([t, *["_"] * (width - 2), g]) for t, g in zip(tokens, tags, strict=True)])
    path = write(tmp_path / "x.conll", (ending * 2).join(ending.join(block) for block in blocks))
    sentences_read = [(list(s.tokens or ()), list(s.spans or ())) for s in read(path, "conll")]
    assert sentences_read == [(["first"], []), *corpus]


def test_a_comment_without_text_is_a_sentence_without_tokens(tmp_path: Path):
    content = "# sent_id = a\nAna B-PER\n\n# sent_id = b\n# text =\n\nBern B-LOC\n\n# text = \n\n\n"
    content += "# text =\nKim B-PER\n\n#text="
    sentences = read(write(tmp_path / "x.conll", content), "conll")
    assert [(s.tokens, s.spans) for s in sentences] == [
        (("Ana",), spans((0, 1, "PER"))),
        ((), ()),
        (("Bern",), spans((0, 1, "LOC"))),
        ((), ()),
        (("Kim",), spans((0, 1, "PER"))),
        ((), ()),
    ]
    assert [s.id for s in sentences[:3]] == ["a", "b", "train-000003"]
    assert [s.where.rpartition("line ")[2] for s in sentences] == ["2", "5", "7", "9", "13", "15"]


def test_a_file_of_sentences_without_tokens_is_read(tmp_path: Path):
    path = write(tmp_path / "x.conll", "# text =\n\n# text =\n\n")
    assert [(s.tokens, s.spans) for s in read(path, "conll")] == [((), ()), ((), ())]
    assert [s.tokens for s in read(path, tagged=False)] == [(), ()]


def test_a_no_break_space_behind_a_tag_is_no_part_of_its_label(tmp_path: Path) -> None:
    file = tmp_path / "train.conll"
    file.write_text("Ana\tB-PER\u00a0\nsaw\tO\n", encoding="utf-8")
    (sentence,) = read_corpus(CorpusFiles(files={"train": str(file)}), tagged=True)
    assert sentence.spans == (Span(0, 1, "PER"),)
