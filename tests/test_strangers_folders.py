"""A folder that somebody else made is read by every command without leaving it, and without a traceback."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from silverner import cli
from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.publishing.plan import local_files
from silverner.projection.errors import DataError
from silverner.projection.readers.hub import open_dataset
from tests.corpora import built
from tests.taggers import write_tagger

Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two languages, its recipe, a tagger to train, and a file of the user beside them."""
    home = tmp_path_factory.mktemp("home")
    built(home, filters={}, keep={})
    shutil.rmtree(home / "store")
    write_tagger("bert", home / "tagger")
    (home / "victim.txt").write_text("mine")
    return home


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep rows that a test put under the name of other rows out of the cache of other tests."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[..., str]]:
    """Runs a command line with the exit code it must have, and returns what it wrote on standard error."""

    def run(code: int, *words: str) -> str:
        assert cli.main([word.replace("HOME", str(home)) for word in words]) == code
        return str(capfd.readouterr().err)

    yield run
    assert (home / "victim.txt").read_text() == "mine"


BUILD = ("build", "HOME/recipe.yaml", "--out", "HOME/out", "--store", "HOME/store", "--set", "matcher=greedy")
TRAIN = (
    "train",
    "hard",
    "--model",
    "HOME/tagger",
    "--data",
    "HOME/out",
    "--lang",
    "spa",
    "--epochs",
    "1",
    "--out",
    "HOME/student",
)
PUSH = ("push", "HOME/out", "--repo-id", "org/little", "--dry-run")


def _facts(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change the facts of Spanish in the manifest."""

    def act(home: Path) -> None:
        file = home / "out/manifest.json"
        manifest = json.loads(file.read_text())
        change(manifest["languages"]["spa"])
        file.write_text(json.dumps(manifest))

    return act


def _file(name: str) -> Change:
    return _facts(lambda spanish: spanish["splits"]["train"].update(file=name))


NAMES = ["../victim.txt", "/etc/hostname", "spa/../../victim.txt", "..\\victim.txt", "a\0b", "\x1b[2J", ".git/config"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("of", ["split", "artefact"])
def test_a_name_that_leaves_the_folder_is_refused_by_every_command(
    home: Path, run: Callable[..., str], name: str, of: str
) -> None:
    _file(name)(home) if of == "split" else _facts(lambda spanish: spanish["artefacts"].update({name: "0"}))(home)
    before = (home / "out/manifest.json").read_bytes()
    for command in (("check", "HOME/out"), PUSH):
        assert "1 fault" in run(1, *command)
    assert "cannot be the name of a file in this folder" in str(check_folder(home / "out")[0])
    if of == "split":
        assert "cannot be the name of a file in this folder" in run(1, "diff", "HOME/out", "HOME/out")
    assert "cannot be the name of a file in this folder" in run(1, *BUILD, "--lang", "deu")
    assert (home / "out/manifest.json").read_bytes() == before
    run(0, *BUILD, "--lang", "spa")  # the damaged language is built again, and nothing else is removed
    assert check_folder(home / "out") == [] or of == "split"


@pytest.mark.parametrize("name", ["README.md", "manifest.json", "recipe.yaml", "deu/train-{deu}.parquet", "notes.txt"])
def test_a_build_removes_no_file_that_a_build_of_the_language_does_not_write(
    home: Path, run: Callable[..., str], name: str
) -> None:
    (home / "out/notes.txt").write_text("mine")
    german = next((home / "out/deu").iterdir())
    name = name.replace("train-{deu}.parquet", german.name)
    _file(name)(home)
    assert f"configs, spa, train: the file is '{name}'" in run(1, *PUSH)
    run(0, *BUILD, "--lang", "spa")
    assert (home / "out" / name).is_file()
    assert german.is_file()


@pytest.mark.parametrize("name", ["train.parquet", "manifest.json", "x"])
@pytest.mark.parametrize("place", ["link", "folder"])
def test_a_build_writes_through_no_hidden_link(home: Path, run: Callable[..., str], name: str, place: str) -> None:
    for folder in (home / "out", home / "out/spa"):
        hidden = folder / f".silverner-tmp.{name}"
        hidden.symlink_to(home / "victim.txt") if place == "link" else hidden.mkdir()
    run(0, *BUILD, "--lang", "spa")
    assert not any(path.is_symlink() for path in (home / "out").rglob("[!.]*"))


def test_a_log_that_is_another_file_too_is_not_written(home: Path, run: Callable[..., str]) -> None:
    (home / "out/build.log").unlink(missing_ok=True)
    (home / "out/build.log").hardlink_to(home / "victim.txt")
    assert "has a second name elsewhere (a hard link)" in run(1, *BUILD, "--lang", "spa")


@pytest.mark.parametrize("key", ["score", "matcher"])
def test_a_manifest_without_a_key_of_the_card_is_one_finding(home: Path, run: Callable[..., str], key: str) -> None:
    _facts(lambda spanish: spanish["recipe"].pop(key))(home)
    assert "1 fault" in run(1, "check", "HOME/out")
    assert "1 fault" in run(1, *PUSH)


def _link(name: str) -> Change:
    def act(home: Path) -> None:
        path = home / "out" / name.replace("SPA", next((home / "out/spa").iterdir()).name)
        path.unlink(missing_ok=True)
        path.symlink_to(home / "victim.txt")

    return act


def _pipe(name: str) -> Change:
    def act(home: Path) -> None:
        path = home / "out" / name.replace("SPA", next((home / "out/spa").iterdir()).name)
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    return act


def _folder_link(home: Path) -> None:
    shutil.move(home / "out/spa", home / "elsewhere")
    (home / "out/spa").symlink_to(home / "elsewhere")


def _socket(home: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(home / "out")
        server.bind("s")


def _loop(home: Path) -> None:
    (home / "out/README.md").unlink()
    (home / "out/README.md").symlink_to(home / "out/README.md")


def _endless(home: Path) -> None:
    (home / "out/plot.png").unlink()
    (home / "out/plot.png").symlink_to("/dev/zero")


OWN = ("manifest.json", "README.md", "recipe.yaml", "plot.png", "CHANGELOG.md", "build.log", "report.html", "spa/SPA")
ENTRIES: dict[str, Change] = {
    **{f"{name} is a link": _link(name) for name in (*OWN, "notes.md", "spa/x.parquet")},
    **{f"{name} is a pipe": _pipe(name) for name in (*OWN, "notes.md", "spa/x.parquet")},
    "the folder of a language is a link": _folder_link,
    "a link to itself": _loop,
    "a link to an endless device": _endless,
    "a socket": _socket,
}


@pytest.mark.parametrize("name", ENTRIES)
def test_links_pipes_and_devices_are_found_and_never_read(
    home: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(home)
    ENTRIES[name](home)
    findings = [str(finding) for finding in check_folder(home / "out")]
    assert any(re.search(r"is a (link|pipe|socket)", finding) for finding in findings), findings
    assert "so nothing was published" in run(1, *PUSH)
    assert re.search("is a (link|pipe|socket)", run(1, *TRAIN))
    if name.startswith(("notes", "a socket")):
        run(0, *BUILD)
    else:
        assert re.search("is a (link|pipe)", run(1, *BUILD))
    if not name.startswith(("build.log", "report.html")):  # which are never published
        with pytest.raises(DataError, match=r"is a (link|pipe|socket)"):
            local_files(home / "out")


@pytest.mark.parametrize("name", ["manifest.json is a link", "spa/SPA is a pipe", "the folder of a language is a link"])
def test_a_release_is_not_compared_through_a_link(home: Path, run: Callable[..., str], name: str) -> None:
    shutil.copytree(home / "out", home / "older")
    _facts(lambda spanish: spanish["splits"]["train"].update(sha256="0"))(home)
    ENTRIES[name](home)
    assert re.search("is a (link|pipe)", run(1, "diff", "HOME/older", "HOME/out"))


CARDS = {
    "a file outside": "data_files: [{split: train, path: ../victim.txt}]",
    "a file by its whole path": "data_files: /etc/hostname",
    "an address": "data_files: 'https://example.org/a.parquet'",
    "an archive behind an address": "data_files: 'zip://a.csv::https://example.org/a.zip'",
    "a list outside": "data_files: [{split: train, path: ['spa/*', '../*.txt']}]",
    "a folder outside": "data_dir: ..",
}


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("file", ["README.md", ".huggingface.yaml"])
def test_training_reads_nothing_outside_the_folder(home: Path, run: Callable[..., str], name: str, file: str) -> None:
    text = f"configs:\n- config_name: spa\n  {CARDS[name]}\n"
    (home / "out" / file).write_text(f"---\n{text}---\n" if file == "README.md" else text)
    assert "a dataset is read from its own folder only" in run(1, *TRAIN)
    assert "a dataset is read from its own folder only" in run(
        1, *BUILD, "--set", "source={language: eng, format: hub, dataset: HOME/out, config: spa, files: train}"
    )


@pytest.mark.parametrize("file", ["README.md", ".huggingface.yaml"])
def test_training_does_not_read_an_endless_card(home: Path, run: Callable[..., str], file: str) -> None:
    with (home / "out" / file).open("wb") as card:
        card.truncate(3 << 30)
    assert f"{file} has more than 16 MB, too much for a file of its kind" in run(1, *TRAIN)


def test_a_saved_dataset_names_no_file_outside_its_folder(home: Path, run: Callable[..., str]) -> None:
    folder = home / "out/train"
    folder.mkdir()
    (home / "out/dataset_dict.json").write_text('{"splits": ["train"]}')
    (folder / "state.json").write_text('{"_data_files": [{"filename": "../../victim.txt"}]}')
    assert "state.json names the data file '../../victim.txt'" in run(1, *TRAIN)
    (home / "out/dataset_dict.json").write_text('{"splits": ["../.."]}')
    assert "dataset_dict.json names the data file '../..'" in run(1, *TRAIN)


def _column(name: str, values: list[Any], kind: Any = None) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        return table.set_column(at, name, pa.array(values, kind or table.schema.field(name).type))

    return change


ROWS: dict[str, tuple[Callable[[pa.Table], pa.Table], str]] = {
    "words that are numbers": (
        _column("tokens", [1, 2, 3], pa.int64()),
        "'tokens' holds int64, and not a list of wo",
    ),
    "words without a value": (_column("tokens", [None, ["a"], ["b"]]), "'tokens' has rows without a value"),
    "a word without a value": (_column("tokens", [["a", None], ["a"], ["b"]]), "'tokens' has rows without a value"),
    "entities as text": (_column("entities", ["x"] * 3, pa.string()), "'entities' holds string, and not a list of ent"),
    "tags as text": (_column("ner_tags", ["x"] * 3, pa.string()), "'ner_tags' holds string, and not a list of tag"),
    "tags that do not exist": (_column("ner_tags", [[-1], [99], [0]]), "a tag number outside 0 to 6"),
    "a link of many digits": (_column("alignment", ["0-" + "9" * 5000] * 3), "the link '0-9999"),
    "a description that is no JSON": (
        lambda table: table.replace_schema_metadata({"huggingface": "{"}),
        "its description of the columns cannot be read",
    ),
    "a description of something else": (
        lambda table: table.replace_schema_metadata({"huggingface": '{"info": {"features": 3}}'}),
        "its description of the columns cannot be read",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_another_kind_are_said_in_one_line(home: Path, run: Callable[..., str], name: str) -> None:
    shutil.copytree(home / "out", home / "older")
    _facts(lambda spanish: spanish["splits"]["train"].update(sha256="0"))(home)
    path = next((home / "out/spa").iterdir())
    change, says = ROWS[name]
    pq.write_table(change(pq.read_table(path)), path)
    assert any(says in str(finding) for finding in check_folder(home / "out"))
    assert "so nothing was published" in run(1, *PUSH)
    if name.startswith(("words", "a word", "tags")):
        assert says in run(1, "diff", "HOME/older", "HOME/out")
    if not name.startswith(("a link", "a description")):  # the words and tags of these are sound
        assert "silverner: error: " in run(1, *TRAIN)


def test_columns_that_open_files_or_addresses_are_not_read(home: Path) -> None:
    features = datasets.Features(
        {"tokens": datasets.List(datasets.Value("string")), "x": datasets.List(datasets.Image())}
    )
    data = datasets.Dataset.from_dict({"tokens": [["Ana"]], "x": [[{"bytes": None, "path": "/etc/hostname"}]]})
    (home / "pictures").mkdir()
    data.cast(features).to_parquet(str(home / "pictures/train.parquet"))
    opened = open_dataset(str(home / "pictures"), config=None, revision=None, split="train")
    assert list(opened) == [{"tokens": ["Ana"]}]
