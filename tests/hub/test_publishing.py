from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silverner.dataset_cards.check import check_folder
from tests.corpora import built
from tests.hub.double import Double, Fault, running

ROOT = Path(__file__).parents[2]
TOKEN = "hf_" + "x" * 34  # what a token looks like
KINDS = ("503", "429", "cut", "lost")


class Client:
    """The real client in a process of its own, where the Hub is the double."""

    def __init__(self, hub: Double, home: Path) -> None:
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in {"HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"}},
            "HF_ENDPOINT": hub.url,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_TOKEN": TOKEN,
            "HF_HOME": str(home),
            "PYTHONPATH": str(ROOT),
        }
        self.log = home / "client.log"
        home.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hub.driver"],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
            text=True,
        )

    def publish(self, folder: Path, repo: str, **options: Any) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"folder": str(folder), "repo": repo, **options}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        assert TOKEN not in line
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture(scope="module")
def hub() -> Iterator[Double]:
    with running() as double:
        yield double


@pytest.fixture(scope="module")
def client(hub: Double, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    one = Client(hub, tmp_path_factory.mktemp("home"))
    yield one
    assert one.process.stdin is not None
    one.process.stdin.close()
    assert one.process.wait(timeout=20) == 0
    assert TOKEN not in one.log.read_text()


@pytest.fixture(autouse=True)
def _calm(hub: Double) -> Iterator[None]:
    hub.faults.clear()
    hub.requests.clear()
    yield
    hub.faults.clear()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A major version: a language is gone, and no flag drops a sentence any more."""
    return built(tmp_path_factory.mktemp("second"), version="2.0.0", languages=["spa"], keep={"without": []})


def published(hub: Double, repo: str, revision: str = "main") -> dict[str, bytes]:
    found = hub.repos[repo].find(revision)
    assert found is not None
    return {name: content for name, content in hub.repos[repo].commits[found].items() if name != ".gitattributes"}


def on_disk(folder: Path) -> dict[str, bytes]:
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: content for name, content in files.items() if name != "build.log"}


def test_a_release_is_one_commit_and_a_tag_and_the_next_one_replaces_it(
    hub: Double, client: Client, first: Path, second: Path
) -> None:
    answer = client.publish(first, "me/corpus")
    assert (answer["committed"], answer["tagged"]) == (True, True)
    assert published(hub, "me/corpus", "v1.0.0") == published(hub, "me/corpus") == on_disk(first)
    assert "First release: deu (3 sentences), spa (" in (first / "CHANGELOG.md").read_text()
    assert [r for r in hub.requests if "/commit/" in r] == ["POST /api/datasets/me/corpus/commit/main"]

    again = client.publish(first, "me/corpus")
    assert (again["committed"], again["tagged"], again["commit"]) == (False, False, answer["commit"])
    assert len(hub.repos["me/corpus"].commits) == 2  # the one the Hub makes itself, and ours

    update = client.publish(second, "me/corpus")
    assert any(line.startswith("delete  deu/") for line in update["plan"])
    assert published(hub, "me/corpus", "v2.0.0") == on_disk(second)
    assert published(hub, "me/corpus", "v1.0.0") == on_disk(first), "the old release stays what it was"
    history = (second / "CHANGELOG.md").read_text()
    assert history.index("## 2.0.0 - 2026-01-31") < history.index("## 1.0.0 - 2026-01-31")
    assert "languages removed: deu" in history
    assert f"Bearer {TOKEN}" in hub.tokens


def test_a_version_is_never_published_twice_with_other_content(
    hub: Double, client: Client, first: Path, tmp_path: Path
) -> None:
    client.publish(first, "me/twice")
    other = built(tmp_path, keep={"without": []})
    answer = client.publish(other, "me/twice")
    assert answer["kind"] == "OutputError"
    assert "has v1.0.0 already, with other content" in answer["error"]
    assert "write it under version: in the recipe" in answer["error"]
    assert published(hub, "me/twice") == on_disk(first)


def test_a_branch_does_not_go_back_and_a_version_too_low_is_pointed_out(
    hub: Double, client: Client, first: Path, second: Path, tmp_path: Path
) -> None:
    assert client.publish(first, "me/order")["advice"] is None
    low = built(tmp_path, version="1.0.1", languages=["spa"], keep={"without": []})
    advice = client.publish(low, "me/order", dry=True)["advice"]
    assert advice == "these changes need a major version, 2.0.0 or later, and this is 1.0.1"
    assert client.publish(second, "me/order")["advice"] is None
    answer = client.publish(low, "me/order")
    assert "main holds version 2.0.0, and this folder is the older 1.0.1" in answer["error"]
    assert published(hub, "me/order") == on_disk(second)
    assert "error" not in client.publish(low, "me/order", branch="one")
    assert published(hub, "me/order", "v1.0.1") == on_disk(low)


def test_somebody_who_pushes_meanwhile_is_not_overwritten(hub: Double, client: Client, first: Path) -> None:
    def push() -> None:
        repo = hub.repos["me/busy"]
        repo.add({**repo.commits[repo.branches["main"]], "theirs.txt": b"hello"}, "main")

    hub.before_commit = push
    answer = client.publish(first, "me/busy")
    assert "somebody pushed to main meanwhile" in answer["error"]
    assert "run the same command again" in answer["error"]
    assert hub.repos["me/busy"].tags == {}
    assert published(hub, "me/busy") == {"theirs.txt": b"hello"}


def test_a_repository_of_something_else_is_left_alone(hub: Double, client: Client, first: Path, tmp_path: Path) -> None:
    answer = client.publish(first, "me/busy")
    assert "holds other files (theirs.txt) and no corpus of silverner; choose another --repo-id" in answer["error"]
    client.publish(first, "me/named")
    answer = client.publish(built(tmp_path, name="other", version="3.0.0"), "me/named")
    assert "holds the corpus 'tiny'" in answer["error"] or "holds the corpus" in answer["error"]
    assert published(hub, "me/named") == on_disk(first)


def test_a_dry_run_says_all_and_does_nothing(hub: Double, client: Client, tmp_path: Path) -> None:
    folder = built(tmp_path)
    before = on_disk(folder)
    plan = client.publish(folder, "me/dry", dry=True)["plan"]
    assert [line.split()[1] for line in plan[:-1]] == sorted({*before, "CHANGELOG.md"})
    assert plan[-1].endswith("0 to delete, 0 unchanged; tag v1.0.0")
    assert on_disk(folder) == before
    assert "me/dry" not in hub.repos
    assert {request.split()[0] for request in hub.requests} == {"GET"}


def test_a_branch_of_its_own_leaves_main_alone(hub: Double, client: Client, first: Path, second: Path) -> None:
    client.publish(first, "me/branched", private=True)
    assert hub.repos["me/branched"].private
    client.publish(second, "me/branched", branch="next")
    assert published(hub, "me/branched", "next") == on_disk(second)
    assert published(hub, "me/branched") == on_disk(first)


def run_push(client: Client, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command itself."""
    command = [sys.executable, "push.py", str(folder), *words]
    environment = {**client.environment, "HF_HUB_OFFLINE": "0"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert TOKEN not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_the_command_checks_asks_publishes_and_says_how_to_load(hub: Double, client: Client, tmp_path: Path) -> None:
    folder = built(tmp_path)
    unasked = run_push(client, folder, "--repo-id", "me/command")
    assert (unasked.returncode, unasked.stdout) == (2, "")
    assert "give --yes where nobody can answer the question" in unasked.stderr
    assert not (folder / "CHANGELOG.md").exists()
    assert "me/command" not in hub.repos

    done = run_push(client, folder, "--repo-id", "me/command", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout == 'load_dataset("me/command", "deu", revision="v1.0.0")\n'
    card = published(hub, "me/command")["README.md"].decode()
    assert 'load_dataset("me/command", "deu", revision="v1.0.0")' in card
    assert "[CHANGELOG.md](CHANGELOG.md)" in card
    assert check_folder(folder) == []

    again = run_push(client, folder, "--repo-id", "me/command", "--yes")
    assert again.returncode == 0
    assert "nothing has changed: me/command v1.0.0 holds the same as this folder" in again.stderr

    (next((folder / "spa").iterdir())).write_bytes(b"no Parquet")
    hub.requests.clear()
    refused = run_push(client, folder, "--repo-id", "me/command", "--yes")
    assert (refused.returncode, refused.stdout, hub.requests) == (1, "", [])
    assert "so nothing was published; mend them and check again: silverner check" in refused.stderr
    wrong = run_push(client, folder, "--repo-id", "command")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "--repo-id 'command' does not have the form org/name" in wrong.stderr


@pytest.mark.parametrize(
    ("environment", "words", "message"),
    [
        ({"HF_HUB_OFFLINE": "1"}, [], "is set to work offline; unset HF_HUB_OFFLINE"),
        ({}, ["--endpoint", "nonsense"], "check the address"),
    ],
)
def test_what_no_second_try_can_mend_is_said_at_once(
    hub: Double, client: Client, first: Path, environment: dict[str, str], words: list[str], message: str
) -> None:
    command = [sys.executable, "push.py", str(first), "--repo-id", "me/never", "--yes", *words]
    given = {**client.environment, **environment}
    done = subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert message in done.stderr
    assert " 5 times" not in done.stderr
    assert (done.stdout, hub.requests) == ("", [])


def test_what_people_wrote_on_the_hub_survives(hub: Double, client: Client, first: Path, second: Path) -> None:
    client.publish(first, "me/written")
    repo = hub.repos["me/written"]
    files = repo.commits[repo.branches["main"]]
    card = files["README.md"].decode().replace("## Cite", "## Thanks\n\nTo everybody.\n\n## Cite")
    repo.add({**files, "README.md": card.replace("\nversion:", "\ndoi: 10/abc\nversion:", 1).encode()}, "main")
    assert "error" not in client.publish(second, "me/written")
    after = published(hub, "me/written")["README.md"].decode()
    assert "## Thanks\n\nTo everybody." in after
    assert "\ndoi: 10/abc\n" in after
    assert 'revision="v2.0.0"' in after


def requests_of(hub: Double, client: Client, folder: Path, repo: str) -> list[str]:
    """Return the requests of a push without trouble."""
    hub.requests.clear()
    assert "error" not in client.publish(folder, repo)
    return list(hub.requests)


@pytest.mark.parametrize("kind", KINDS)
def test_trouble_at_any_request_is_survived(hub: Double, client: Client, first: Path, second: Path, kind: str) -> None:
    clean = requests_of(hub, client, first, f"me/clean-{kind}")
    update = requests_of(hub, client, second, f"me/clean-{kind}")
    for number in range(len(clean)):
        repo = f"me/trouble-{kind}-{number}"
        hub.store.clear()
        hub.faults[:] = [Fault(".", kind, nth=number + 1)]
        answer = client.publish(first, repo)
        assert "error" not in answer, (clean[number], answer)
        assert published(hub, repo, "v1.0.0") == on_disk(first)
        assert len(hub.repos[repo].commits) == 2, "exactly one commit, whatever was asked twice"
    for number in range(len(update)):
        hub.faults.clear()
        repo = f"me/update-{kind}-{number}"
        client.publish(first, repo)
        hub.store.clear()
        hub.faults[:] = [Fault(".", kind, nth=number + 1)]
        answer = client.publish(second, repo)
        assert "error" not in answer, (update[number], answer)
        assert published(hub, repo, "v2.0.0") == on_disk(second)
        assert len(hub.repos[repo].commits) == 3


@pytest.mark.parametrize(
    "match", ["GET .*/refs", "GET .*/tree/", "POST .*/commit/", "POST .*/tag/", "PUT /lfs", "preupload"]
)
def test_trouble_that_does_not_end_leaves_the_old_release_and_running_again_goes_on(
    hub: Double, client: Client, first: Path, second: Path, match: str
) -> None:
    repo = "me/down-" + "".join(filter(str.isalpha, match))
    client.publish(first, repo)
    hub.store.clear()
    hub.faults[:] = [Fault(match, "503", times=10_000)]
    answer = client.publish(second, repo)
    assert "run the same command again" in answer["error"]
    assert "the Hub answered 503" in answer["error"]
    assert "v2.0.0" not in hub.repos[repo].tags
    held = published(hub, repo)
    assert held in (on_disk(first), on_disk(second)), "never half of it"
    hub.faults.clear()
    assert "error" not in client.publish(second, repo)
    assert published(hub, repo, "v2.0.0") == on_disk(second)


@pytest.mark.parametrize(("status", "remedy"), [(401, "log in with `hf auth login`"), (403, "the token may not write")])
def test_a_refusal_says_what_to_do(hub: Double, client: Client, first: Path, status: int, remedy: str) -> None:
    hub.faults[:] = [Fault("POST /api/repos/create", str(status), times=10)]
    answer = client.publish(first, f"me/refused-{status}")
    assert remedy in answer["error"]
    assert answer["kind"] == "HubError"


def test_a_published_corpus_loads_by_version_and_as_a_stream(
    hub: Double, client: Client, first: Path, second: Path, tmp_path: Path
) -> None:
    client.publish(first, "me/loaded")
    client.publish(second, "me/loaded")
    script = """
import json, sys
from datasets import load_dataset, concatenate_datasets
def load(code, version, **options):
    return load_dataset("me/loaded", code, revision=version, split="train", **options)
old = load("deu", "v1.0.0")
stream = next(iter(load("spa", "v2.0.0", streaming=True)))["tokens"]
both = len(concatenate_datasets([old, load("spa", "v1.0.0")]))
print(json.dumps({"old": old[0]["tokens"], "version": str(old.info.version), "stream": stream, "both": both}))
"""
    environment = {**client.environment, "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    got = json.loads(done.stdout)
    assert got["version"] == "1.0.0"
    assert got["old"] and got["stream"]
    assert got["both"] > 1
