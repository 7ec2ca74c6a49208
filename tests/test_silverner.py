from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import datasets
import pytest

from silverner import cli
from silverner.builders import progress, quickstart
from silverner.projection import Projector, Span, project_batch
from silverner.projection.matching.choices import MATCHERS
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.scoring.choices import SCORES, Score
from tests.corpora import SOURCE, SPANISH, SPANISH_LINKS, write_corpus


def _files(folder: Path) -> dict[str, str]:
    write_corpus(folder)
    return {name: str(folder / name) for name in ("eng.conll", "spa.txt", "spa.links", "out.conll")}


def _sentences(path: Path) -> list[Sentence]:
    return list(read_corpus(CorpusFiles(files={"train": str(path)}), tagged=True))


def _project(files: dict[str, str], *more: str) -> int:
    required = ["--source", files["eng.conll"], "--target", files["spa.txt"], "--output", files["out.conll"]]
    return cli.main(["project", *required, *(more or ("--alignment", files["spa.links"]))])


UNUSED = {"datasets", "matplotlib", "nervaluate", "networkx", "pandas", "pyarrow", "pydantic", "pydantic_core", "ray"}
UNUSED |= {"sacremoses", "scipy", "torch", "transformers", "yaml"}
"""What most commands need not load."""


@pytest.mark.parametrize("words", [["--help"], *([command, "--help"] for command in cli.COMMANDS)])
def test_help_needs_none_of_the_heavy_libraries(words: list[str]) -> None:
    code = f"import sys\nfrom silverner import cli\ntry:\n cli.main({words})\nexcept SystemExit: pass\n"
    heavy = {"datasets", "numpy", "pyarrow", "pydantic", "scipy", "torch", "transformers", "yaml"}
    check = f"loaded = {heavy} & sys.modules.keys()\nassert not loaded, loaded"
    completed = subprocess.run([sys.executable, "-c", code + check], capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    assert completed.stdout.startswith(f"usage: silverner {words[0] if words[1:] else '[-h]'} ")


@pytest.mark.parametrize("matcher", ["exact", "greedy", "heuristic"])
def test_project_starts_without_libraries_that_it_does_not_use(tmp_path: Path, matcher: str) -> None:
    files = _files(tmp_path)
    sides = ["--source", files["eng.conll"], "--target", files["spa.txt"], "--alignment", files["spa.links"]]
    words = ["project", *sides, "--output", files["out.conll"], "--matcher", matcher]
    code = f"import sys\nfrom silverner import cli\nassert cli.main({words}) == 0\n"
    check = f"loaded = {UNUSED} & sys.modules.keys()\nassert not loaded, loaded"
    completed = subprocess.run([sys.executable, "-c", code + check], capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    assert "0 lost" in completed.stderr


@pytest.mark.parametrize(("tag", "also_unused"), [("B-PER", {"nervaluate"}), ("B-LOC", set())])
def test_evaluate_starts_without_libraries_that_it_does_not_use(
    tmp_path: Path, tag: str, also_unused: set[str]
) -> None:
    gold, predicted = tmp_path / "gold.conll", tmp_path / "predicted.conll"
    gold.write_text("Ana B-PER\n")
    predicted.write_text(f"Ana {tag}\n")
    words = ["evaluate", "--gold", str(gold), "--predicted", str(predicted)]
    code = f"import sys\nfrom silverner import cli\nassert cli.main({words}) == 0\n"
    parts = {f"silverner.projection.{name}" for name in ("alignment", "chain", "matching", "projector", "scoring")}
    unused = UNUSED - {"nervaluate"} | also_unused | parts
    check = f"loaded = {unused} & sys.modules.keys()\nassert not loaded, loaded"
    completed = subprocess.run([sys.executable, "-c", code + check], capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    assert "projection ratio 1.000" in completed.stdout


@pytest.mark.parametrize("score", SCORES)
def test_project_takes_every_matcher_and_gives_what_python_gives(tmp_path: Path, score: Score) -> None:
    corpus = Path(quickstart.__file__).parent
    read = {code: _sentences(corpus / f"{code}.conll") for code in ("eng", "deu")}
    source, target = [[s.tokens or () for s in sentences] for sentences in read.values()]
    # Every word is linked to the words at its place and beside it: enough links are wrong to tell the matchers apart.
    links = [
        [(i, j) for i in range(len(words)) for j in (i - 1, i, i + 1) if 0 <= j < len(target_words)]
        for words, target_words in zip(source, target, strict=True)
    ]
    files = {"eng.conll": str(corpus / "eng.conll")} | {name: str(tmp_path / name) for name in ("spa.txt", "out.conll")}
    Path(files["spa.txt"]).write_text("".join(" ".join(words) + "\n" for words in target))
    (tmp_path / "links").write_text("".join(" ".join(f"{i}-{j}" for i, j in pairs) + "\n" for pairs in links))
    written = {}
    for matcher in MATCHERS:
        options = ["--matcher", matcher, "--score", score]
        assert _project(files, "--alignment", str(tmp_path / "links"), *options) == 0
        written[matcher] = [sentence.spans for sentence in _sentences(Path(files["out.conll"]))]
        projector = Projector(matcher=matcher, score=score)
        expected = project_batch(source, [s.spans or () for s in read["eng"]], target, links, projector=projector)
        assert [list(spans or ()) for spans in written[matcher]] == [
            [Span(span.start, span.end, span.label) for span in projection.spans] for projection in expected
        ]
    assert len({str(spans) for spans in written.values()}) == len(MATCHERS)


def test_project_hears_what_names_are_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    (tmp_path / "spa.links").write_text("0-0 1-1\n0-0\n1-4 2-0\n")
    names = tmp_path / "names.tsv"
    names.write_text("New York\tNueva York\nBern\tBerna\nRed Cross\tCruz Roja\n")
    options = ["--alignment", files["spa.links"], "--glosses", str(names)]
    assert _project(files, *options) == 0
    tags = [line.split("\t")[1] for line in Path(files["out.conll"]).read_text().splitlines() if line]
    assert tags == ["B-PER", "O", "B-LOC", "I-LOC", "O", "O", "B-ORG", "I-ORG", "O", "O", "O", "B-LOC"]
    capsys.readouterr()
    for one in ("--score", "dice"), ("--matcher", "heuristic"):
        assert _project(files, *options, *one) == 2
        assert "cannot use --glosses: only --score fitted and fused use them, with any matcher but heuristic" in (
            output := capsys.readouterr().err
        )
        assert " ".join(one) in output
    names.write_text("New York\n")
    assert _project(files, *options) == 1
    assert "names.tsv, line 1: 1 columns in 'New York'" in capsys.readouterr().err


def test_project_leaves_out_what_scores_too_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    (tmp_path / "eng.conll").write_text("Otto\tB-MISC\nruns\tO\n")
    (tmp_path / "spa.txt").write_text("corre Hans\n")
    (tmp_path / "spa.links").write_text("0-0\n")
    (tmp_path / "none.links").write_text("\n")
    # A stray link of one direction, from a name to a small word, is no name by default.
    one_way = ["--alignment", files["spa.links"], "--reverse", str(tmp_path / "none.links")]
    for more, lost in ([], 1), (["--threshold", "0"], 0), (["--threshold", "2"], 1):
        assert _project(files, *one_way, *more) == 0
        assert f"{1 - lost} entities projected from 1, {lost} lost" in capsys.readouterr().err


def test_project_writes_the_target_with_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    assert _project(files) == 0
    assert Path(files["out.conll"]).read_text() == (
        "Ana\tB-PER\nvisita\tO\nNueva\tB-LOC\nYork\tI-LOC\n\nLlueve\tO\n\n"
        "La\tO\nCruz\tB-ORG\nRoja\tI-ORG\nes\tO\nhonrada\tO\npor\tO\nBerna\tB-LOC\n\n"
    )
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "3 sentences, 4 entities projected from 4, 0 lost (exact, fitted)\n"


def test_project_writes_data_to_stdout_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {**_files(tmp_path), "out.conll": "-"}
    assert _project(files) == 0
    assert capsys.readouterr().out.startswith("Ana\tB-PER\n")


def test_project_keeps_empty_target_sentences(tmp_path: Path) -> None:
    files = _files(tmp_path)
    (tmp_path / "spa.txt").write_text("Ana visita Nueva York\n\nBerna\n")
    (tmp_path / "spa.links").write_text("0-0\n\n0-0\n")
    assert _project(files) == 0
    assert (
        Path(files["out.conll"]).read_text()
        == "Ana\tB-PER\nvisita\tO\nNueva\tB-LOC\nYork\tI-LOC\n\n# text =\n\nBerna\tB-LOC\n\n"
    )


@pytest.mark.parametrize("target", ["conll", "uner"])
def test_project_ignores_the_tags_of_a_column_target(tmp_path: Path, target: str) -> None:
    files = _files(tmp_path)
    lines = []
    for sentence in SPANISH.splitlines():
        for k, token in enumerate(sentence.split(), start=1):
            lines.append(f"{k}\t{token}\tI-NONSENSE\t-\t-" if target == "uner" else f"{token} I-NONSENSE")
        lines.append("")
    path = tmp_path / f"spa.{target}.iob2"
    path.write_text("\n".join(lines))
    assert _project({**files, "spa.txt": str(path)}) == 0
    assert Path(files["out.conll"]).read_text().count("\tB-") == 4


def test_project_symmetrises_two_directions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    (tmp_path / "spa.rev").write_text("0-0\n\n\n")
    both = ["--alignment", files["spa.links"], "--reverse", str(tmp_path / "spa.rev")]
    assert _project(files, *both, "--symmetrise", "intersection", "--score", "dice") == 0
    assert "3 sentences, 1 entities projected from 4, 3 lost (exact, dice, intersection)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"spa.txt": "Ana visita Nueva York\nLlueve\n"}, "eng.conll has 3 sentences, .*spa.txt has 2"),
        (
            {"spa.links": SPANISH_LINKS.replace("3-3", "3-4")},
            "spa.links, line 1: link 3-4 is out of range: the source has 4",
        ),
        ({"spa.links": SPANISH_LINKS.replace("0-0 1-0", "0_0")}, "spa.links, line 2: '0_0' is not a link"),
        ({"spa.links": "0-0\n"}, "1 lines of links for 3 sentence pairs"),
        (
            {"eng.conll": SOURCE.replace("Cross\tI-ORG", "Cross")},
            "eng.conll, line 18: 1 columns where the lines before",
        ),
        ({"eng.conll": SOURCE.replace("Cross\tI-ORG", "Cross\tI-PER")}, r"line 18: tag 'I-PER': .*--repair"),
        ({"eng.conll": ""}, "eng.conll: the file is empty"),
        ({"eng.conll": "\0\1"}, "eng.conll, line 1: this is a binary file"),
        ({"spa.txt": ""}, "spa.txt: the file is empty"),
    ],
)
def test_project_refuses_bad_input_in_one_line_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: dict[str, str], message: str
) -> None:
    files = _files(tmp_path)
    for name, text in damage.items():
        (tmp_path / name).write_text(text)
    assert _project(files) == 1
    output = capsys.readouterr().err
    assert output.startswith("silverner: error: ")
    assert len(output.splitlines()) == 1
    assert re.search(message, output), output
    assert not Path(files["out.conll"]).exists()


def test_project_repairs_tags_on_request(tmp_path: Path) -> None:
    files = _files(tmp_path)
    (tmp_path / "eng.conll").write_text(SOURCE.replace("Cross\tI-ORG", "Cross\tI-PER"))
    assert _project(files, "--alignment", files["spa.links"], "--repair") == 0


@pytest.mark.parametrize(
    ("options", "organisations"),
    [
        ([], []),
        (["--capitals"], ["parlamento"]),
        (["--capitals", "LOC"], ["parlamento"]),
        (["--capitals", "ORG", "PER"], []),
    ],
)
def test_project_holds_the_labels_that_are_named_to_their_capitals(
    tmp_path: Path, options: list[str], organisations: list[str]
) -> None:
    (tmp_path / "en.conll").write_text("Madrid\tB-LOC\nParliament\tB-ORG\nvotes\tO\n")
    (tmp_path / "es.txt").write_text("vota el parlamento de Madrid\n")
    (tmp_path / "links").write_text("0-4 1-2 2-0\n")
    names = {"source": "en.conll", "target": "es.txt", "alignment": "links", "output": "out.conll"}
    files = [word for option, name in names.items() for word in (f"--{option}", str(tmp_path / name))]
    assert cli.main(["project", *files, "--score", "dice", *options]) == 0
    rows = [line.split("\t") for line in (tmp_path / "out.conll").read_text().split("\n") if line]
    assert [token for token, tag in rows if tag == "B-ORG"] == organisations


def test_project_refuses_names_whose_label_no_entity_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    assert _project(files, "--alignment", files["spa.links"], "--capitals", "PERSON") == 2
    assert re.search(r"--capitals PERSON: no entity of .* allowed: PER, LOC, ORG, or --cap", capsys.readouterr().err)
    assert not Path(files["out.conll"]).exists()
    (tmp_path / "eng.conll").write_text(re.sub(r"[BI]-\w+", "O", SOURCE))
    assert _project(files, "--alignment", files["spa.links"], "--capitals", "PERSON") == 0


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["projekt"],
        ["project", "--matcher", "exat"],
        ["build", "nowhere.yaml"],
        ["build", "quickstart", "--lang", "xxx"],
        ["build", "quickstart", "--set", "matcher"],
        ["build", "quickstart", "--limit", "0"],
    ],
)
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    try:
        code = cli.main(words)
    except SystemExit as error:
        code = int(str(error.code))
    assert code == 2


def test_options_that_need_each_other_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    assert _project(files, "--alignment", files["spa.links"], "--symmetrise", "union") == 2
    assert "needs both directions: give --reverse too" in capsys.readouterr().err
    assert _project(files, "--aligner", "eflomal", "--reverse", files["spa.links"]) == 2
    assert "--reverse needs --alignment" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    files["out.conll"] = files["eng.conll"] + "/out.conll"  # below a file, so that root may not write it either
    assert _project(files) == 1
    assert "cannot write" in capsys.readouterr().err


def test_an_output_that_is_a_pipe_is_written_to(tmp_path: Path) -> None:
    files = _files(tmp_path)
    os.mkfifo(files["out.conll"])
    reader = subprocess.Popen(["cat", files["out.conll"]], stdout=subprocess.PIPE, text=True)
    assert _project(files) == 0
    assert reader.communicate()[0].startswith("Ana\tB-PER\n")


def test_closed_streams_are_no_error(tmp_path: Path) -> None:
    files = _files(tmp_path)
    words = (
        f"project --source {files['eng.conll']} --target {files['spa.txt']} --alignment {files['spa.links']} --output -"
    )
    command = f"'{sys.executable}' -m silverner {words} >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0


def test_a_target_token_of_white_space_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = _files(tmp_path)
    (tmp_path / "spa.txt").write_text(SPANISH.replace("Ana visita", "Ana \u00a0 visita"))
    assert _project(files) == 1
    assert "spa.txt, line 1: a token of white space alone" in capsys.readouterr().err


def test_evaluate_prints_a_table_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, predicted = tmp_path / "gold.conll", tmp_path / "predicted.conll"
    gold.write_text("Ana\tB-PER\nin\tO\nBern\tB-LOC\n\nOslo\tB-LOC\n")
    predicted.write_text("Ana\tB-PER\nin\tO\nBern\tB-ORG\n\nOslo\tB-LOC\n")
    words = ["evaluate", "--gold", str(gold), "--predicted", str(predicted)]
    assert cli.main([*words, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert round(facts["f1"], 2) == 66.67
    assert facts["labels"]["LOC"]["recall"] == 50.0
    assert facts["projection_ratio"] == 1.0
    assert cli.main(words) == 0
    assert "all" in capsys.readouterr().out


def test_evaluate_compares_and_shows_the_worst_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "gold": "Ana\tB-PER\nama\tO\nBerna\tB-LOC\n\nOslo\tB-LOC\n",
        "predicted": "Ana\tB-PER\nama\tO\nBerna\tB-ORG\n\nOslo\tB-LOC\n",
        "against": "Ana\tO\nama\tO\nBerna\tO\n\nOslo\tB-LOC\n",
        "source": "Ana\tB-PER\nloves\tO\nBern\tB-LOC\n\nOslo\tB-LOC\n",
        "alignment": "0-0 2-2\n0-0\n",
    }
    words = ["evaluate"]
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        words += [f"--{name}", str(tmp_path / name)]
    assert cli.main([*words, "--errors", "3"]) == 0
    output = capsys.readouterr().out
    assert "strict F1 66.67 (95 % between" in output
    assert "CoNLL F1 66.67" in output
    assert "against 50.00 of the other prediction: +16.67" in output
    assert "every source entity projected     100.00" in output
    assert "  *  2  Berna  B-LOC  B-ORG      Bern/B-LOC" in output
    assert cli.main([*words, "--errors", "3", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [(bad["sentence"], bad["wrong"]) for bad in facts["errors"]] == [(1, 2)]
    assert facts["ceiling"]["best"]["f1"] == 100.0
    assert facts["comparison"]["first"] == 50.0
    (tmp_path / "source").write_text("Ana loves Bern\nOslo\n")
    assert cli.main([*words, "--errors", "3"]) == 0
    assert "one-to-one ceiling" not in capsys.readouterr().out
    assert cli.main(words) == 2
    assert "--alignment is shown with the worst sentences" in capsys.readouterr().err


def test_evaluate_refuses_other_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, predicted = tmp_path / "gold.conll", tmp_path / "predicted.conll"
    gold.write_text("Ana\tB-PER\n\nBern\tB-LOC\n")
    predicted.write_text("Ana\tB-PER\n\nBonn\tB-LOC\n")
    words = ["evaluate", "--gold", str(gold), "--predicted", str(predicted)]
    assert cli.main(words) == 1
    assert "sentence 2 has other tokens" in capsys.readouterr().err


def test_build_and_dry_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SHORT", 0.0)  # the steps of a corpus of three sentences are over in a moment
    path = str(write_corpus(tmp_path))
    options = ["--out", str(tmp_path / "out"), "--store", str(tmp_path / "store")]
    assert cli.main(["build", path, *options, "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert "Spanish (spa), German (deu): parallel" in output
    assert not (tmp_path / "out").exists()
    assert cli.main(["build", path, *options, "--dry-run", "--json", "--lang", "de"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["name"], list(facts["languages"])) == ("little", ["deu"])
    assert facts["languages"]["deu"]["stages"]["source"]["state"] == "to do"
    assert cli.main(["build", path, *options, "--json"]) == 0
    output = capsys.readouterr()
    facts = json.loads(output.out)
    assert facts["languages"]["deu"]["kept"] == 3
    assert "German: project" in output.err
    assert cli.main(["build", path, *options, "--dry-run"]) == 0
    assert "to do" not in capsys.readouterr().out
    assert "kept 3 of 3" in (tmp_path / "out/build.log").read_text()


def test_quickstart_prints_its_facts_as_json(
    tmp_path: Path, quickstart_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    out = str(tmp_path / "corpus")
    assert cli.main(["quickstart", "--out", out, "--store", str(quickstart_store), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["out"], set(facts["languages"])) == (out, {"spa", "deu", "swh"})
    for code, language in facts["languages"].items():
        assert language["kept"] + sum(language["dropped"].values()) == language["input"] >= 150
        assert 50 < language["f1"] < 100
        data = datasets.load_dataset(out, code)
        assert {split: rows.num_rows for split, rows in data.items()} == language["splits"]
        assert sum(len(row["entities"]) for rows in data.values() for row in rows) == language["entities"]


def test_quickstart_shows_languages_and_next_commands(
    tmp_path: Path, quickstart_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    out = str(tmp_path / "corpus")
    assert cli.main(["quickstart", "--out", out, "--store", str(quickstart_store)]) == 0
    output = capsys.readouterr().out
    for name in ("Spanish (spa)", "German (deu)", "Swahili (swh)"):
        assert name in output
    assert output.count("     English  ") == 9
    assert "silverner build" in output


def test_languages_are_listed_with_what_serves_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["languages", "--json"]) == 0
    rows = {row["code"]: row for row in json.loads(capsys.readouterr().out)}
    assert len(rows) > 200
    assert rows["swh"]["masakhaner"] == "swa"
    assert {"quickstart", "masakhaner2", "xtreme-wikiann"} <= set(rows["swh"]["recipes"])
    assert {"nllb", "m2m100"} <= set(rows["swh"]["engines"])
    assert (rows["arb"]["direction"], rows["tha"]["spaced"], rows["bbj"]["nllb"]) == ("rtl", False, None)
    assert cli.main(["languages", "sw", "arb"]) == 0
    output = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in output] == ["code", "swh", "arb"]
    assert cli.main(["languages", "swahily"]) == 2
    assert "'swahily' is not a language of the table; nearest: swh (Swahili)" in capsys.readouterr().err


def test_new_writes_a_recipe_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "swh", "translate-train"]) == 0
    assert "silverner build swh-translate-train.yaml --dry-run" in capsys.readouterr().out
    assert cli.main(["new", "swh", "translate-train"]) == 1
    assert "swh-translate-train.yaml is there already; remove it, or choose another: --out" in capsys.readouterr().err
    assert cli.main(["new", "swh", "translate-tran"]) == 2
    assert "no method 'translate-tran'; allowed: " in capsys.readouterr().err
    assert cli.main(["new", "deu", "marked", "--out", "-"]) == 0
    assert capsys.readouterr().out.startswith(
        "# German: labelled English text with its entities marked, and a machine's German translation"
    )
    assert cli.main(["new", "deu", "marked", "--out", "no/such/folder.yaml"]) == 1
    assert "cannot write no/such/folder.yaml: No such file" in capsys.readouterr().err


def test_a_full_temporary_folder_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("silverner.commands.languages.run", refuse)
    assert cli.main(["languages", "swh"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("silverner: error: cannot keep an index in a temporary file (database or disk is full)")
    assert "TMPDIR" in error
