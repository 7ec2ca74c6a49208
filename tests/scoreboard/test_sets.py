from __future__ import annotations

import re
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.projection.errors import DataError, SilvernerError
from silverner.scoreboard.methods import METHODS
from silverner.scoreboard.parallel_set import read_set
from silverner.scoreboard.registry import registered_sets
from tests.scoreboard.toy import CORPUS, ENGLISH, SPANISH, write_toy

LINKS = "forward: f.pharaoh, reverse: r.pharaoh"


@pytest.mark.parametrize("name", registered_sets(None))
def test_every_set_of_the_package_is_described(name: str) -> None:
    entry = registered_sets(None)[name]
    assert all(language.declared is False for language in entry.languages)
    if entry.corpus.embedded:
        parallel_set = read_set(entry)
        assert len(parallel_set.sources) == len(parallel_set.targets) == 193
        assert parallel_set.ceiling.best.f1 > 90
    else:
        assert entry.missing() == "its files are in a folder of yours: silverner benchmark DIR"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_chooses_its_symmetrisation_only_where_directions_differ(name: str) -> None:
    method = METHODS[name]
    assert len(method.projectors(directed=True)) == (5 if method.best_symmetrisation else 1)
    assert list(method.projectors(directed=False)) == ["gdfa"]


def test_a_language_outside_the_table_has_its_code_for_a_name(tmp_path: Path) -> None:
    corpus = CORPUS.replace("es: es.conll", "qaa: es.conll").replace("target: es", "target: qaa")
    entry = registered_sets(write_toy(tmp_path, toy_set_yaml=corpus))["toy.en-qaa"]
    assert [language.name for language in entry.languages] == ["English", "qaa"]


def test_labels_are_mapped_before_anything_is_measured(tmp_path: Path) -> None:
    folder = write_toy(tmp_path, toy_set_yaml=CORPUS + "label_map: {ORG: O, PER: HUMAN}\n")
    parallel_set = read_set(registered_sets(folder)["toy.en-es"])
    assert {span.label for row in parallel_set.gold for span in row} == {"HUMAN", "LOC"}


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ("name: x\n", r"toy.set.yaml: title: it is missing"),
        (CORPUS.replace("name: toy", "name: Toy!"), r"toy.set.yaml: name: 'Toy!' is not of the right form"),
        (CORPUS.replace("target: es", "target: fr"), r"entry 1: files: has no language 'fr'; allowed: en, es"),
        (CORPUS.replace("target: es", "target: en"), r"entry 1: source and target are both 'en'"),
        (CORPUS.replace("forward: f.pharaoh, ", ""), r"entry 1: reverse: needs forward: too"),
        (CORPUS.replace(LINKS, f"{LINKS}, join: id"), r"entry 1: links go by the order of the sentences"),
        (CORPUS.replace(LINKS, "join: name"), r"join: unknown value 'name'; allowed: id, order"),
        (CORPUS.replace("forward", "foward"), r"unknown key 'foward'; allowed: .*did you mean forward"),
        (CORPUS + CORPUS[CORPUS.index("  - ") :], r"entry 2: the pair en-es is here twice"),
        (CORPUS.replace("name: toy", "name: pud"), r"toy.set.yaml: name: 'pud' is the corpus of .*pud.yaml; rename it"),
        (CORPUS + "format: connl\n", r"toy.set.yaml: format: unknown value 'connl'; allowed: .*did you mean conll"),
    ],
)
def test_what_a_file_of_sets_may_not_say(corpus: str, message: str, tmp_path: Path) -> None:
    folder = write_toy(tmp_path, toy_set_yaml=corpus)
    with pytest.raises(SilvernerError, match=message):
        read_set(registered_sets(folder)["toy.en-es"])


@pytest.mark.parametrize(
    ("pairing", "changes", "message"),
    [
        (LINKS, {"es_conll": SPANISH.partition("\n\n")[2]}, r"en.conll has 4 sentences, .*es.conll has 3; .*join: id"),
        (LINKS, {"es_conll": SPANISH.replace("= 1", "= 3", 1)}, r"sentence '3' stands beside '1' of .*join: id"),
        ("join: id", {"es_conll": SPANISH.replace("# sent_id = 2\n", "")}, r"line \d+: the sentence has no id"),
        ("join: id", {"es_conll": SPANISH.replace("= 2", "= 1")}, r"the id '1' stands already at .*make ids unique"),
        ("join: id", {"es_conll": SPANISH.replace("sent_id = ", "sent_id = x")}, r"share no id; join: id"),
        ("join: id", {"en_conll": ENGLISH.replace("I-LOC", "I-LOK")}, r"en.conll, line 5: "),
    ],
)
def test_sides_that_are_not_parallel_are_refused(
    pairing: str, changes: dict[str, str], message: str, tmp_path: Path
) -> None:
    folder = write_toy(tmp_path, toy_set_yaml=CORPUS.replace(LINKS, pairing), **changes)
    entry = registered_sets(folder)["toy.en-es"]
    with pytest.raises(DataError, match=message):
        read_set(entry)


@pytest.mark.parametrize(
    ("predicted", "message"),
    [
        (
            SPANISH.replace("Canta", "canta"),
            r"sentence 4 has other tokens: .*es.conll, line \d+ begins .*score the very same",
        ),
        (SPANISH.partition("\n\n")[0], r"es.conll has 4 sentences, .*mine.conll has 1"),
        (SPANISH.replace("I-PER", "I-LOC"), r"mine.conll, line \d+: "),
        ("Ana\n", r"mine.conll"),
    ],
)
def test_predictions_of_other_sentences_are_refused(
    predicted: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_toy(tmp_path)
    (folder / "mine.conll").write_text(predicted)
    options = ["--sets", "toy", "--predictions", f"m={folder / 'mine.conll'}", "--store", str(folder / "store")]
    assert main(["benchmark", str(folder), *options]) == 1
    captured = capsys.readouterr()
    assert re.search(message, captured.err), captured.err
    assert not captured.out


def test_links_that_do_not_fit_name_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_toy(tmp_path, f_pharaoh="0-0\n0-7\n\n\n")
    options = ["--sets", "toy", "--aligner", "supplied", "--store", str(folder / "store")]
    assert main(["benchmark", str(folder), *options]) == 1
    assert re.search(r"f.pharaoh, line 2: link 0-7 is out of range", capsys.readouterr().err)
