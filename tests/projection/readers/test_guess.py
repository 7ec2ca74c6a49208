"""What ``auto`` reads, what it refuses, and what it says of it."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from silverner.projection.errors import DataError
from silverner.projection.readers import CorpusFiles, Fields, format_of, read_corpus
from silverner.projection.readers.reading_log import OncePerFile
from tests.projection.helpers import read, spans, write

ONE = "Ana B-PER\nvisita O\nNueva B-LOC\nYork I-LOC\n. O\n\n"
BROKEN = ONE + ONE.replace("Nueva ", "Nueva") + ONE * 2


def guess(path: Path, *, tagged: bool = False) -> str:
    return format_of(CorpusFiles(files={"train": str(path)}), split="train", tagged=tagged).format


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(BROKEN, "conll", id="a space is missing in one line"),
        pytest.param(
            "Hospital B-ORG\nDoctors I-ORG\n. O\n248 '\n248 \"\n\nHi O\n", "conll", id="two lines without tag"
        ),
        pytest.param(
            "the\tO\nFilm\tart-film\nParis\tlocation-GPE\n\nhe\tO\nAnn\tperson-actor\n", "conll", id="Few-NERD"
        ),
        pytest.param("Test\tO\n\nLoad\tO\n\nData\tO\n\nHi\tO\nJohn\tNAME\n", "conll", id="plain labels"),
        pytest.param("Ana PER\nvisita O\nNueva LOC\nYork LOC\n. O\n", "conll", id="plain labels, spaces"),
        pytest.param("Ana\tPER\nvisita\t0\nNueva\tLOC\nYork\tLOC\n.\t0\n", "conll", id="0 for O"),
        pytest.param("an b-per\nbo i-per\nso o\n", "conll", id="lower case"),
        pytest.param("Ann\tPER-B\nLee\tPER-I\nso\tO\n", "conll", id="prefix behind the label"),
        pytest.param("Ann B_PER\nLee I_PER\nso O\n", "conll", id="underscore"),
        pytest.param("Ann\tB\nLee\tI\nso\tO\n", "conll", id="bare B, I, O"),
        pytest.param("华 B-PER\n小 M-PER\n明 E-PER\n来 O\n京 S-LOC\n", "conll", id="BMES"),
        pytest.param("# id a1\tdomain=en\nparis _ _ B-LOC\n\n# id a2\tdomain=en\nhi _ _ O\n", "conll", id="MultiCoNER"),
        pytest.param("He runs\nShe sings\nThey sleep\nWe eat\n", "tokens", id="two words a line"),
        pytest.param("Ana Silva\nBob Lee\nCal Ito\nDee Ruiz\nAna Lee\n", "tokens", id="names"),
        pytest.param("Old oak\nyoung oak\n\nGreen leaf\nred leaf\n\nOh no\nOh yes\n", "tokens", id="poem in stanzas"),
        pytest.param("BREAKING NEWS\nBIG STORM\nBIG RAIN\nBIG STORM\nMORE RAIN\n", "tokens", id="headlines"),
        pytest.param("Plan B\nGrade A\nVitamin C\nVitamin D\n", "tokens", id="single letters at the end"),
        pytest.param("Vitamin B-12\nVitamin B-6\nIt helps\n", "tokens", id="vitamins"),
        pytest.param(
            "He scored 0\nShe scored 0\nThey scored 0\nand one more line\n", "tokens", id="numbers at the end"
        ),
        pytest.param("1 2 3\n4 5 6\n7 8 0\n", "tokens", id="numbers"),
        pytest.param("床前明月光\n疑是地上霜\n\n举头望明月\n低头思故乡\n", "tokens", id="Chinese poem"),
        pytest.param("他 来 了\n我 去 了\n你 看 了\n", "tokens", id="Chinese, three words a line"),
        pytest.param("ไปไหน\n\nไปบ้าน\nไม่ไป\n", "tokens", id="Thai lines"),
        pytest.param("one\ntwo\n\nthree\nfour\n", "tokens", id="a word a line without punctuation"),
        pytest.param("a\tb\nc\td\te\nf\ng\th\ti\tj\n", "tokens", id="tokens between tabs"),
        pytest.param("see and/or not\nhe/she came\n", "tokens", id="slashes in words"),
        pytest.param("The B-52 flew\nover the I-95 and the E-40\nat noon\n", "tokens", id="roads and planes"),
    ],
)
def test_a_layout_in_use_is_recognised_and_running_text_stays_text(tmp_path: Path, content: str, expected: str):
    assert guess(write(tmp_path / "a.txt", content)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("dog\tperro\ncat\tgato\n", "line 1: .* all lines have 2 columns with tabs", id="glossary"),
        pytest.param("Hello you\tBonjour toi\nBye\tAu revoir\n", "line 1: .*2 columns with tabs", id="two languages"),
        pytest.param("1\tHello you.\n2\tBye now.\n", "line 1: .*2 columns with tabs", id="numbered sentences"),
        pytest.param(
            "Ana\tPER\nvisita\tO\nNuevaLOC\nYork\tLOC\n.\tO\n",
            "line 3: .* this one 'NuevaLOC'",
            id="plain, tab missing",
        ),
        pytest.param(
            "Ana PER\nvisita O\nNuevaLOC\nYork LOC\n. O\n", "line 3: .*2 of 5 lines end in a tag", id="plain, space"
        ),
        pytest.param("Ana NOUN\nvisita VERB\nNueva NOUN\nYork NOUN\n", "line 1: .*the last like a label", id="POS"),
        pytest.param(
            "Ana B-PER\nLi I-PER\na long line of running text\nand one more line\nand more\n",
            "line 3: .*2 of 5 lines end in a tag",
            id="tags in part of the file",
        ),
        pytest.param("a b c d e f O\n" * 3, "line 1: .*of their 7 columns CoNLL has 5", id="seven columns"),
        pytest.param("Ana\nruns\n.\n\nBo\nsits\n.\n", r"line 3: .*'\.' stands alone", id="one token a line, no tags"),
        pytest.param("Ana/B-PER Li/I-PER runs/O\nso/O\n", "line 1: .*words carry a tag, as 'Ana/B-PER'", id="slashes"),
        pytest.param('<?xml version="1.0"?>\n<tmx>\n', "line 1: .*begins as XML", id="XML"),
        pytest.param(
            "1\tAna\tx\tB-PER\n2\truns\ty\tO\n3\t.\tz\tO\n",
            "line 1: .*4 columns with tabs",
            id="numbered words",
        ),
    ],
)
def test_columns_are_never_taken_for_running_text(tmp_path: Path, content: str, message: str):
    path = write(tmp_path / "a.txt", content)
    with pytest.raises(DataError, match=re.escape(f"{path}, ") + message) as caught:
        read(path, tagged=False)
    assert "format: conll" in str(caught.value) and "format: text" in str(caught.value)


TSV_TEXT = "1\tAna vive en Oslo .\n2\tDuerme .\n"


@pytest.mark.parametrize("ending", ["tsv", "conll", "bio", "iob2", "tsv.gz"])
@pytest.mark.parametrize(
    ("content", "line", "advice"),
    [
        pytest.param(TSV_TEXT, 1, "format: csv, fields: {text: 2}", id="numbered sentences"),
        pytest.param("id\tsentence\n" + TSV_TEXT, 1, "format: csv, fields: {text: sentence}", id="header sentence"),
        pytest.param("id\ttext\n" + TSV_TEXT, 1, "format: csv, fields: {text: text}", id="header text"),
        pytest.param("1\teng\tAna lives.\n7\teng\tBob sleeps.\n", 1, "format: csv, fields: {text: 3}", id="Tatoeba"),
        pytest.param("Ana lives.\tAna vive.\nHi.\tHola.\n", 1, "format: csv, fields: {text: 2}", id="two languages"),
        pytest.param("Ana lives.\n", 1, "format: text", id="one line of text"),
        pytest.param("Ana lives in Oslo.\nBob sleeps.\n", 1, "format: text", id="running text"),
        pytest.param("sentence\tlabel\na good film\t1\na bad film\t0\n" * 2, 1, "format: csv", id="classes"),
        pytest.param("I like it\tPOS\nI hate it\tNEG\nso good\tPOS\nso bad\tNEG\n", 1, "format: csv", id="moods"),
        pytest.param("Spain\tES\nPeru\tPE\nChile\tCL\nCuba\tCU\n", 1, "format: csv", id="codes"),
        pytest.param("dog\tperro\ncat\tgato\n", 1, "format: csv, fields: {text: 2}", id="glossary"),
        pytest.param("Ana\tB-PER\nvive\nen\nOslo\n", 2, "format: conll", id="tags in one line"),
    ],
)
def test_an_ending_never_makes_tokens_of_text(tmp_path: Path, ending: str, content: str, line: int, advice: str):
    path = write(tmp_path / f"a.{ending}", content)
    for tagged in (False, True):
        with pytest.raises(DataError, match=re.escape(f"{path}, line {line}: cannot tell the format: ")) as caught:
            read(path, tagged=tagged)
        assert advice in str(caught.value)


def test_text_without_spaces_is_no_column_of_tokens(tmp_path: Path):
    path = write(tmp_path / "a.tsv", "床前明月光\n疑是地上霜\n")
    with pytest.raises(
        DataError, match=r"line 1: .*its name ends in \.tsv, and this line ends in no tag: '床前明月光'"
    ):
        read(path, tagged=False)


def test_the_advice_for_a_table_of_text_reads_it(tmp_path: Path):
    path = write(tmp_path / "a.tsv", TSV_TEXT)
    assert [s.text for s in read(path, "csv", fields=Fields(text="2"), tagged=False)] == [
        "Ana vive en Oslo .",
        "Duerme .",
    ]
    path = write(tmp_path / "b.tsv", "id\tsentence\n" + TSV_TEXT)
    sentences = read(path, "csv", fields=Fields(text="sentence"), tagged=False)
    assert [s.text for s in sentences] == ["Ana vive en Oslo .", "Duerme ."]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("Ana\tPER\n", [("Ana",)], id="one label"),
        pytest.param("Ana\tPER\nLi\tPER\nOslo\tLOC\nBern\tLOC\n", [("Ana", "Li", "Oslo", "Bern")], id="labels, no O"),
        pytest.param(
            "Ana NOUN\nruns VERB\nBo NOUN\nsits VERB\n", [("Ana", "runs", "Bo", "sits")], id="parts of speech"
        ),
        pytest.param(
            "Ana NN\nruns VB\n. .\nBo NN\nsits VB\n. .\n", [("Ana", "runs", ".", "Bo", "sits", ".")], id="marks"
        ),
        pytest.param("Ana\t0\nruns\t0\n", [("Ana", "runs")], id="0 for O, and no name"),
        pytest.param("Ana\nruns\n.\n\nBo\n", [("Ana", "runs", "."), ("Bo",)], id="tokens alone"),
    ],
)
def test_an_ending_alone_is_reported_as_a_warning(
    tmp_path: Path, content: str, expected: list[tuple[str, ...]], caplog: pytest.LogCaptureFixture
):
    path = write(tmp_path / "a.conll", content)
    assert [s.tokens for s in read(path, tagged=False)] == expected
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", f"{path}: read as CoNLL columns: its name ends in .conll, though no tags are seen")
    ]


def test_a_labelled_file_with_a_broken_line_is_refused_at_that_line(tmp_path: Path):
    path = write(tmp_path / "a.txt", BROKEN)
    for tagged in (False, True):
        with pytest.raises(DataError) as caught:
            read(path, tagged=tagged)
        assert str(caught.value) == (
            f"{path}, line 9: 1 columns where the lines before have 2: 'NuevaB-LOC' (read as CoNLL columns: 19 of 20 "
            "lines end in a tag; format: text would read it as running text)"
        )


def test_the_tag_that_is_none_is_named_even_where_it_hides_the_format(tmp_path: Path):
    path = write(tmp_path / "a.txt", "Hospital B-ORG\nDoctors I-ORG\n. O\n248 '\n248 \"\n\nHi O\n")
    with pytest.raises(DataError, match=re.escape(f'{path}, line 4: tag "\'": ') + ".*4 of 6 lines end in a tag"):
        read(path)


def test_lines_of_multiconer_are_comments_and_tokens(tmp_path: Path):
    content = "# id 5a-b\tdomain=en\nparis _ _ B-LOC\n\n# id 5a-c\tdomain=en\nhi _ _ O\nann _ _ B-PER\nlee _ _ I-PER\n"
    assert [(s.tokens, s.spans) for s in read(write(tmp_path / "a.txt", content))] == [
        (("paris",), spans((0, 1, "LOC"))),
        (("hi", "ann", "lee"), spans((1, 3, "PER"))),
    ]


def test_labels_may_have_a_dash_as_in_few_nerd(tmp_path: Path):
    path = write(tmp_path / "a.txt", "the\tO\nFilm\tart-film\nParis\tlocation-GPE\n\nhe\tO\nAnn\tperson-actor\n")
    assert [s.spans for s in read(path)] == [
        spans((1, 2, "art-film"), (2, 3, "location-GPE")),
        spans((1, 2, "person-actor")),
    ]


def test_a_guess_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "silverner")
    certain = write(tmp_path / "a.conll", "Ana B-PER\n")
    by_lines = write(tmp_path / "a.txt", "Ana B-PER\n")
    text = write(tmp_path / "b.txt", "Ana runs far.\nSo.\n")
    for path in (certain, by_lines, text):
        read(path, tagged=False)
        read(path, "text", tagged=False)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", f"{certain}: read as CoNLL columns: all lines end in a tag"),
        ("WARNING", f"{by_lines}: read as CoNLL columns: all lines end in a tag"),
        (
            "WARNING",
            f"{text}: read as text split into tokens: its lines have neither columns nor tags; format: text splits "
            "punctuation from words",
        ),
    ]


def test_what_is_said_of_a_file_is_said_once():
    once = OncePerFile()

    def passes(name: str, message: str) -> bool:
        return bool(once.filter(logging.LogRecord(name, logging.INFO, "", 0, message, None, None)))

    assert [passes("silverner.readers", "a"), passes("silverner.readers", "a"), passes("silverner.readers", "b")] == [
        True,
        False,
        True,
    ]
    assert passes("silverner", "a") and passes("silverner", "a")


def test_text_without_labels_says_why_it_is_read_as_text(tmp_path: Path):
    path = write(tmp_path / "a.txt", "Ana runs far.\nSo.\n")
    with pytest.raises(DataError, match=r"running text has no labels; .*\(its lines have neither columns nor tags; if"):
        list(read_corpus(CorpusFiles(files={"train": str(path)}), tagged=True))
