from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings

from silverner.cli import main
from silverner.projection.errors import DataError
from silverner.projection.spans import Scheme, Span
from silverner.projection.tags.spelling import SpellingError, standard_tags
from tests.projection.helpers import encode, read, spans, write
from tests.projection.oracles import sentences_with_spans


def _standard(tags: str, scheme: Scheme = "auto") -> str:
    mapping = standard_tags(tags.split(), scheme=scheme)
    return " ".join(mapping.get(tag, tag) for tag in tags.split())


@pytest.mark.parametrize(
    ("spelt", "standard"),
    [
        ("O B-PER I-PER", "O B-PER I-PER"),
        ("O B-GPE-LOC I-GPE-LOC", "O B-GPE-LOC I-GPE-LOC"),
        ("O B-ORG_INC", "O B-ORG_INC"),
        ("O B_ORG I_ORG", "O B-ORG I-ORG"),
        ("O B_ORG_INC I_ORG_INC", "O B-ORG_INC I-ORG_INC"),
        ("O B/ORG I/ORG", "O B-ORG I-ORG"),
        ("O B:ORG I:ORG", "O B-ORG I-ORG"),
        ("O ORG-B ORG-I PER-B", "O B-ORG I-ORG B-PER"),
        ("O ORG_B ORG_I", "O B-ORG I-ORG"),
        ("O GPE-LOC-B GPE-LOC-I", "O B-GPE-LOC I-GPE-LOC"),
        ("o b-org i-org", "O B-org I-org"),
        ("O b-org i-org", "O B-org I-org"),
        ("o b_org i_org", "O B-org I-org"),
        ("o org-b org-i", "O B-org I-org"),
        ("o B-ORG I-ORG", "O B-ORG I-ORG"),
        ("0 B-ORG I-ORG", "O B-ORG I-ORG"),
        ("0 ORG PER", "O ORG PER"),
        ("o org per", "O org per"),
        ("0", "O"),
        ("o", "O"),
        ("O B-PER M-PER E-PER S-LOC", "O B-PER I-PER E-PER S-LOC"),
        ("O B-PER M-PER E-PER W-LOC", "O B-PER I-PER E-PER S-LOC"),
        ("O B_PER M_PER E_PER S_LOC", "O B-PER I-PER E-PER S-LOC"),
        ("O PER-B PER-L LOC-U", "O B-PER L-PER U-LOC"),
        ("O B I", "O B-ENTITY I-ENTITY"),
        ("o b i", "O B-ENTITY I-ENTITY"),
        ("0 I", "O I-ENTITY"),
        ("O B M E S", "O B-ENTITY I-ENTITY E-ENTITY S-ENTITY"),
        ("O person-actor art-film location-GPE", "O person-actor art-film location-GPE"),
        ("O ORG_INC person other-e", "O ORG_INC person other-e"),
        ("O P L", "O P L"),
        ("O L", "O L"),
        ("O PER b-PER B-PER", "O PER b-PER B-PER"),  # a mixture, which the scheme refuses with its line
    ],
)
def test_all_tags_of_a_file_decide_how_they_are_spelt(spelt: str, standard: str) -> None:
    assert _standard(spelt) == standard


@pytest.mark.parametrize(
    ("spelt", "scheme", "standard"),
    [
        ("O e-mail", "plain", "O e-mail"),
        ("O B_PER", "plain", "O B_PER"),
        ("0 PER", "plain", "O PER"),
        ("O S_PER", "bioes", "O S-PER"),
        ("O B_PER I_PER", "iob2", "O B-PER I-PER"),
        ("O B I", "iob1", "O B-ENTITY I-ENTITY"),
    ],
)
def test_a_scheme_that_is_named_makes_a_spelling_certain(spelt: str, scheme: Scheme, standard: str) -> None:
    assert _standard(spelt, scheme) == standard


@pytest.mark.parametrize(
    ("spelt", "tag", "message"),
    [
        (
            "O e-mail",
            "e-mail",
            r"may be the prefix e and the label mail \(scheme: bioes\), or one label; .*--scheme plain",
        ),
        ("O S_PER", "S_PER", r"may be the prefix S and the label PER"),
        ("O M-16", "M-16", "may be the prefix M and the label 16"),
        ("O B_PER PER-I", "B_PER", "the other tags are spelled otherwise; .*scheme: plain in a recipe"),
        ("O PER hepatitis-B", "hepatitis-B", "the other tags are spelled otherwise"),
        ("O o PER", "o", "other words outside entities are tagged O"),
        ("O 0 B-PER", "0", "other words outside entities are tagged O"),
        ("o 0 PER", "0", "other words outside entities are tagged o"),
        ("O B I PER", "B", "a prefix without a label"),
        ("O PER i", "i", "a prefix without a label"),
        ("O B- I-", "B-", "a prefix without a label; write a label behind it, such as B-PER"),
        ("O B_ I_", "B_", "a prefix without a label"),
        ("O -B -I", "-B", "a prefix without a label"),
        ("O b- i-", "b-", "a prefix without a label"),
        ("O PER S-", "S-", "a prefix without a label"),
        ("O- B- I-", "B-", "a prefix without a label"),
        ("O PER 3", "3", "a number and no label"),
        ("0 1 2", "1", "a number and no label"),
        ("O PER '", "'", "not a tag, such as O or B-PER, and not a label"),
        ("O PER _", "_", "not a tag, such as O or B-PER, and not a label"),
        ("O (PER* PER", "(PER*", "brackets in a file that has other tags"),
    ],
)
def test_a_file_of_two_spellings_is_refused(spelt: str, tag: str, message: str) -> None:
    with pytest.raises(SpellingError, match=message) as caught:
        _standard(spelt)
    assert caught.value.tag == tag
    assert pickle.loads(pickle.dumps(caught.value)).tag == tag


def test_a_prefix_is_no_label_in_the_plain_scheme_either() -> None:
    with pytest.raises(SpellingError, match="tag 'B': a prefix without a label"):
        _standard("O B I", "plain")


SPELLINGS = {
    "B_PER": lambda prefix, label: f"{prefix}_{label}",
    "PER-B": lambda prefix, label: f"{label}-{prefix}",
    "PER_B": lambda prefix, label: f"{label}_{prefix}",
    "b-PER": lambda prefix, label: f"{prefix.lower()}-{label}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("scheme", ["iob1", "iob2", "bioes", "bilou"])
@settings(deadline=None, max_examples=40)
@given(drawn=sentences_with_spans())
def test_every_spelling_of_every_scheme_gives_back_the_entities(
    spelling: str, scheme: str, drawn: tuple[list[Span], int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    entities, length = drawn
    tags = ["B-X", "I-X", "O"] if scheme == "iob2" else ["I-X", "B-X", "O"] if scheme == "iob1" else ["O", "S-X", "B-X"]
    tags += ["E-X", "O"] if scheme == "bioes" else ["L-X", "O"] if scheme == "bilou" else []
    head = len(tags)  # so that the file has a prefix B
    tags = [tag.replace("S-X", "U-X") if scheme == "bilou" else tag for tag in tags] + encode(entities, length, scheme)
    spelt = [tag if tag == "O" else SPELLINGS[spelling](*tag.split("-", 1)) for tag in tags]
    folder = tmp_path_factory.mktemp("spelling")
    path = write(folder / "x.conll", "".join(f"w\t{tag}\n" for tag in spelt))
    sentence = read(path, "conll")[0]
    assert [(s.start - head, s.end - head, s.label) for s in sentence.spans or () if s.start >= head] == [
        (s.start, s.end, s.label) for s in sorted(entities)
    ]


GOLD = [["O", "B-ORG", "I-ORG", "I-ORG"], ["O", "B-PER", "I-PER"]]
PREDICTED = [["O", "B-ORG", "I-ORG", "O"], ["O", "B-PER", "I-PER"]]


@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda tag: tag[0], id="bare"),
        pytest.param(lambda tag: tag.replace("-", "_"), id="underscore"),
        pytest.param(lambda tag: "-".join(reversed(tag.split("-"))), id="suffix"),
        pytest.param(str.lower, id="lower case"),
        pytest.param(lambda tag: tag.replace("I-", "M-").lower(), id="BMES in lower case"),
    ],
)
def test_evaluate_scores_every_spelling_alike(
    spell: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, side in (("gold", GOLD), ("predicted", PREDICTED)):
        rows = ("".join(f"w\t{spell(tag)}\n" for tag in tags) for tags in side)  # type: ignore[operator]
        write(tmp_path / f"{name}.conll", "\n".join(rows))
    files = ["--gold", str(tmp_path / "gold.conll"), "--predicted", str(tmp_path / "predicted.conll")]
    assert main(["evaluate", *files, "--resamples", "5"]) == 0
    table = capsys.readouterr().out
    assert "strict F1 50.00" in table
    assert table.splitlines()[1].split() == ["all", "50.00", "50.00", "50.00", "1", "2", "2"]


def test_a_zero_stands_for_no_entity_in_a_file_that_has_no_other_tag(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write(tmp_path / "gold.conll", "the 0\nNew ORG\nYork ORG\n\nHi 0\nAnn PER\n")
    predicted = write(tmp_path / "predicted.conll", "the 0\nNew 0\nYork 0\n\nHi 0\nAnn 0\n")
    assert main(["evaluate", "--gold", str(gold), "--predicted", str(predicted), "--resamples", "5"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["all", *["0.00"] * 3, "0", "0", "2"]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("a B_PER\nb O\n\nc PER-I\n", 1, "tag 'B_PER': the other tags are spelled otherwise"),
        ("a O\nb PER\n\nc O\nd 0\n", 5, "tag '0': other words outside entities are tagged O"),
        ("a O\nb PER\n\n248 '\n", 4, 'tag "\'": not a tag'),
        ("a O\nb B-PER\n\n248 '\n", 4, 'tag "\'": not a tag of the scheme iob2'),
        ("a O\nb B-PER\nc i_PER\n", 3, "tag 'i_PER': .*; write I-PER, as the other tags are spelled"),
        ("a o\nb B-PER\nc PER-I\n", 3, "tag 'PER-I': .*; write I-PER, as the other tags are spelled"),
        ("a O\nb B-\nc I-\n", 2, "tag 'B-': a prefix without a label; write a label behind it, such as B-PER"),
        ("a O\nb [PER\n", 2, r"tag '\[PER': brackets, quotation marks and bars are no part of a label"),
        ("a O\nb B-PER\nc PER]\n", 3, r"tag 'PER\]': brackets"),
        ("a O\nb PER|B-ORG\n", 2, r"tag 'PER\|B-ORG': brackets"),
        ("a O\nb B-PER|B-ORG\n", 2, r"tag 'B-PER\|B-ORG': brackets"),
        ("a O\nb 'B-PER'\n", 2, "tag \"'B-PER'\": brackets"),
        ("a O\nb B-PER',\n", 2, 'tag "B-PER\',": brackets'),
        ("a O\nb B-PER\nc I\n", 3, "tag 'I': not a tag of the scheme iob2; correct it$"),
        ("a *\nb (PER*\n\nc *)\n", 2, r"tag '\(PER\*': the entity is not closed in its sentence; correct it$"),
        ("a *\nb *)\n", 2, r"tag '\*\)': it closes an entity that nothing opens"),
        ("a (PER*\nb (LOC)\nc *)\n", 2, r"tag '\(LOC\)': an entity inside another \(PER\)"),
    ],
)
def test_a_tag_that_cannot_be_read_is_refused_with_its_line(
    content: str, line: int, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=rf"x\.conll, line {line}: {message}"):
        read(write(tmp_path / "x.conll", content), "conll")


@pytest.mark.parametrize("scheme", ["auto", "plain"])
def test_a_list_written_as_one_tag_is_refused(tmp_path: Path, scheme: Scheme) -> None:
    path = write(tmp_path / "x.jsonl", '{"tokens": ["a", "b"], "ner_tags": ["O", "[\'B-PER\', \'O\']"]}\n')
    with pytest.raises(
        DataError, match=r"line 1, token 2: tag \"\['B-PER', 'O'\]\": brackets, quotation marks and bars"
    ):
        read(path, scheme=scheme)


@pytest.mark.parametrize(
    "label",
    [
        "PER",
        "GPE-LOC",
        "WORK_OF_ART",
        "B-DNA",
        "G#protein",
        "person-artist/author",
        "/person/actor",
        "œuvre_d'art",
        "LOC.city",
        "E:x",
        "R&D",
        "A+",
        "人名",
        "event-attack/battle/war/militaryconflict",
        "ORG(GPE)",
        "T016",
    ],
)
def test_names_of_labels_in_use_are_not_refused(label: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.conll", f"a O\nb B-{label}\nc I-{label}\n")
    assert [s.spans for s in read(path, "conll")] == [spans((1, 3, label))]


def test_a_tag_of_a_row_is_refused_with_its_token(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", '{"tokens": ["a", "b"], "ner_tags": ["PER", "_"]}\n')
    with pytest.raises(DataError, match=r"line 1, token 2: tag '_': not a tag"):
        read(path)


def test_brackets_are_entities(tmp_path: Path) -> None:
    path = write(tmp_path / "x.conll", "Ana (PER*\nLee *)\nsees *\nBern (LOC)\n\nHi *\n\nKim (PER*)\n")
    assert [s.spans for s in read(path, "conll")] == [
        spans((0, 2, "PER"), (3, 4, "LOC")),
        (),
        spans((0, 1, "PER")),
    ]
