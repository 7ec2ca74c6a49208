"""Publishing that is killed at any step, and what it deletes. The repository is one in memory."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from silverner.dataset_cards.check import check_folder
from silverner.dataset_cards.hub.repository import Refs, RemoteFile
from silverner.dataset_cards.publishing import Outcome, prepare, publish
from silverner.dataset_cards.publishing.earlier_files import earlier_files
from tests.corpora import built

publishing = sys.modules["silverner.dataset_cards.publishing.publish"]  # the package gives its function this name
HEX = "0123456789ab"


class Killed(BaseException):
    """What a kill is to the program: nothing catches it."""


class Memory:
    """A repository in memory, which counts its steps and kills the program at one of them."""

    repo, endpoint = "me/corpus", None

    def __init__(self) -> None:
        self.commits: dict[str, dict[str, bytes]] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.steps, self.kill_at = 0, -1

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.kill_at:
            raise Killed

    def add(self, files: dict[str, bytes], branch: str) -> None:
        name = hashlib.sha1(f"{len(self.commits)}".encode()).hexdigest()
        self.commits[name], self.branches[branch] = files, name

    def wait(self, attempt: int) -> None:
        pytest.fail("tried again")

    def refs(self) -> Refs | None:
        return Refs(dict(self.branches), dict(self.tags)) if self.commits else None

    def files(self, revision: str) -> dict[str, RemoteFile]:
        return {n: RemoteFile(len(c), hashlib.sha256(c).hexdigest(), "") for n, c in self.commits[revision].items()}

    def create(self) -> None:
        self.step()
        self.add({".gitattributes": b""}, "main")
        self.step()

    def branch(self, name: str, at: str) -> None:
        self.branches[name] = at

    def commit(
        self, write: Mapping[str, Path], delete: Sequence[str], *, branch: str, parent: str, message: str
    ) -> None:
        self.step()
        assert self.branches[branch] == parent
        files = {name: content for name, content in self.commits[parent].items() if name not in delete}
        self.add(files | {name: path.read_bytes() for name, path in write.items()}, branch)
        self.step()

    def tag(self, name: str, at: str, message: str) -> None:
        self.step()
        self.tags[name] = at
        self.step()

    def read(self, name: str, revision: str) -> bytes:
        return self.commits[revision][name]


def push(folder: Path, hub: Memory, *, prune: bool = False) -> Outcome:
    assert check_folder(folder) == []
    return publish(prepare(folder, hub, branch="main", date="2026-01-31", prune=prune), hub, branch="main")


def on_disk(folder: Path) -> dict[str, bytes]:
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: content for name, content in files.items() if name != "build.log"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("corpus"))


@pytest.mark.parametrize("kill_at", range(1, 13))
@pytest.mark.parametrize("earlier_address", [None, "me/elsewhere"])
def test_a_push_killed_at_any_step_goes_on_when_it_is_run_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int, earlier_address: str | None
) -> None:
    folder, hub = Path(shutil.copytree(corpus, tmp_path / "out")), Memory()
    if earlier_address:
        elsewhere = Memory()
        elsewhere.repo = earlier_address
        push(folder, elsewhere)
    write = publishing.write_text

    def killed_write(path: Path, text: str) -> None:
        hub.step()
        write(path, text)
        hub.step()

    monkeypatch.setattr(publishing, "write_text", killed_write)
    hub.kill_at = kill_at
    with pytest.raises(Killed):
        push(folder, hub)
    hub.kill_at = -1
    outcome = push(folder, hub)
    assert hub.steps >= kill_at
    assert check_folder(folder) == []
    assert hub.tags == {"v1.0.0": outcome.commit} and hub.branches == {"main": outcome.commit}
    assert len(hub.commits) == 2, "the one of a new repository, and ours"
    published = {name: content for name, content in hub.commits[outcome.commit].items() if name != ".gitattributes"}
    assert published == on_disk(folder)
    assert '"repo_id": "me/corpus"' in (folder / "manifest.json").read_text()
    assert 'load_dataset("me/corpus", "deu", revision="v1.0.0")' in (folder / "README.md").read_text()


def test_nothing_of_the_folder_changes_when_publishing_fails(corpus: Path, tmp_path: Path) -> None:
    folder, hub = Path(shutil.copytree(corpus, tmp_path / "out")), Memory()
    before = on_disk(folder)
    hub.kill_at = 3
    with pytest.raises(Killed):
        push(folder, hub)
    assert on_disk(folder) == before


def _two_releases(corpus: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]) -> tuple[Memory, Path]:
    """Publish a corpus, let somebody else commit, and make a folder without one of its languages."""
    hub = Memory()
    push(Path(shutil.copytree(corpus, tmp_path / "first")), hub)
    files = dict(hub.commits[hub.branches["main"]])
    change(files)
    hub.add(files, "main")
    return hub, built(tmp_path / "second", version="2.0.0", languages=["spa"], keep={"without": []})


THEIRS = {"data/gold.conll": b"gold", "deu/notes.txt": b"mine", "deu/train-0123456789ab.parquet": b"not named"}


@pytest.fixture
def local_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison with the release before reads the Hub; here there is none."""
    monkeypatch.setattr(publishing, "_since", lambda *_, **__: None)


@pytest.mark.usefixtures("local_releases")
def test_files_of_other_people_stay_unless_pruned(corpus: Path, tmp_path: Path) -> None:
    hub, second = _two_releases(corpus, tmp_path, lambda files: files.update(THEIRS))
    ours = {name for name in on_disk(tmp_path / "first") if name.endswith((".parquet", ".artefact"))}
    ours -= on_disk(second).keys()
    plan = prepare(second, hub, branch="main", date="2026-01-31").plan
    assert (set(plan.delete), set(plan.foreign)) == (ours, set(THEIRS))
    assert "keep    data/gold.conll  (silverner did not write it; --prune deletes it)" in plan.lines()
    outcome = push(second, hub)
    published = hub.commits[outcome.commit]
    assert {name: published[name] for name in THEIRS} == THEIRS
    assert any(name.startswith("deu/") for name in ours) and not ours & published.keys()

    history = (second / "CHANGELOG.md").read_bytes()
    again = push(second, hub)
    assert (again.committed, again.tagged) == (False, False)
    pruned = push(second, hub, prune=True)
    assert pruned.committed
    assert {n: c for n, c in hub.commits[pruned.commit].items() if n != ".gitattributes"} == on_disk(second)
    assert (second / "CHANGELOG.md").read_bytes() == history
    assert hub.tags["v2.0.0"] == outcome.commit


@pytest.mark.usefixtures("local_releases")
def test_a_manifest_in_the_repository_cannot_make_a_push_delete_other_files(corpus: Path, tmp_path: Path) -> None:
    def claim(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        manifest["languages"]["deu"]["artefacts"] = {"data/gold.conll": "0", "../evil.artefact": "0"}
        manifest["languages"]["deu"]["splits"]["dev"] = {"file": "LICENSE", "rows": 1}
        files |= {"manifest.json": json.dumps(manifest).encode(), "data/gold.conll": b"gold", "LICENSE": b"theirs"}

    hub, second = _two_releases(corpus, tmp_path, claim)
    published = hub.commits[push(second, hub).commit]
    assert (published["data/gold.conll"], published["LICENSE"]) == (b"gold", b"theirs")


@pytest.mark.parametrize(
    ("manifest", "names"),
    [
        (
            {"languages": {"deu": {"splits": {"train": {"file": f"deu/train-{HEX}.parquet"}}, "artefacts": {}}}},
            {f"deu/train-{HEX}.parquet"},
        ),
        (
            {"languages": {"deu": {"artefacts": {"artefacts/align-0a.artefact": "0", "artefacts/x.sh": "0"}}}},
            {"artefacts/align-0a.artefact"},
        ),
        ({"languages": {"deu": {"splits": {"train": {"file": f"../train-{HEX}.parquet"}}}}}, set()),
        ({"languages": {"deu": {"splits": {"train": {"file": f"artefacts/train-{HEX}.parquet"}}}}}, set()),
        ({"languages": {"deu": {"splits": {"train": {"file": f"deu/{HEX}/x-{HEX}.parquet"}}}}}, set()),
        ({"languages": {"deu": {"splits": {"train": {"file": 3}, "dev": []}, "artefacts": ["x"]}}}, set()),
        ({"languages": {"deu": None, "spa": []}}, set()),
        ({"languages": []}, set()),
        ([], set()),
        (None, set()),
    ],
)
def test_only_names_that_silverner_gives_are_removed(manifest: object, names: set[str]) -> None:
    assert earlier_files(json.dumps(manifest).encode()) == names


def test_a_manifest_that_is_no_json_removes_nothing() -> None:
    assert earlier_files(b"[" * 50_000) == earlier_files(b"\xff") == frozenset()
