"""A store on a local S3 server: the same bytes as in a folder after a kill, and what can be wrong with a server."""

from __future__ import annotations

import importlib.util
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from silverner.cli import main
from silverner.projection.chain import Chain, ShardStore
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.chain.store_url import StoreUrl
from silverner.projection.errors import OutputError
from tests.corpora import write_corpus
from tests.projection.chain_stages import Add, Numbers, Total

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("moto") is None or importlib.util.find_spec("s3fs") is None,
    reason="needs a local S3 server: pip install 'moto[server]' s3fs",
)
SECRET = "very-secret-key"
URL = "s3://bucket/store"


class Server:
    """An S3 server in this process, which keeps its objects while it is stopped."""

    def __init__(self) -> None:
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        self._server.start()
        self.host, self.port = self._server.get_host_and_port()

    def start(self) -> None:
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer("127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def empty(self) -> None:
        from moto.s3.models import s3_backends

        s3_backends.bucket_accounts.clear()
        self._backend().buckets.clear()
        self._backend().create_bucket("bucket", "us-east-1")

    def buckets(self) -> list[str]:
        return list(self._backend().buckets)

    def objects(self) -> dict[str, bytes]:
        keys = self._backend().buckets["bucket"].keys
        return {name.removeprefix("store/"): keys[name].value for name in sorted(keys)}

    def _backend(self) -> Any:
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.s3.models import s3_backends

        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server()
    settings = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{server.host}:{server.port}",
        "AWS_MAX_ATTEMPTS": "1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        yield server
    server.stop()


@pytest.fixture
def server(running: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("SILVERNER_CACHE", str(tmp_path / "cache"))
    running.empty()
    return running


class Calls(Add):
    """Adds, after it has called a function."""

    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__("z", ("t",), "z", 10)
        self._call = call

    def apply(self, batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        self._call()
        return super().apply(batch)


def chain_of(place: Path | StoreUrl, last: Add | None = None) -> Chain:
    stages = [Add("a", ("n",), "a"), Total("total", ("a",), "t"), last or Add("z", ("t",), "z", 10)]
    return Chain(Numbers(2500), stages, ShardStore(place))


def files(folder: Path, suffix: str = "") -> dict[str, bytes]:
    paths = sorted(folder.rglob(f"*{suffix}"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.is_file()}


def finished(objects: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out counts of shards: the artefact beside them adds them up, and a remote store removes nothing."""
    fitted = {name.rpartition("/")[0] for name in objects if "/artefact-" in name}
    return {
        name: content
        for name, content in objects.items()
        if not (name.endswith(".shard") and name.rpartition("/")[0] in fitted)
    }


def build_locally(recipe: str, folder: Path) -> None:
    words = ["build", recipe, "--lang", "spa", "--store", str(folder / "store"), "--out", str(folder / "local")]
    assert main(words) == 0


_KILLED_AT_PUT = """
import os, signal, sys
from silverner import cli
from silverner.projection.chain.remote_files import RemoteFiles

put, puts = RemoteFiles._put, []

def kill(files, path, how):
    puts.append(path)
    if len(puts) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    put(files, path, how)

RemoteFiles._put = kill
cli.main(sys.argv[2:])
"""


def test_a_build_that_was_killed_goes_on_and_has_the_bytes_of_a_local_one(tmp_path: Path, server: Server):
    recipe = str(write_corpus(tmp_path / "texts"))
    build_locally(recipe, tmp_path)
    command = ["build", recipe, "--lang", "spa", "--store", URL, "--out", str(tmp_path / "remote")]
    words = [sys.executable, "-c", _KILLED_AT_PUT, "5", *command]
    assert subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode == -signal.SIGKILL
    assert 4 == len(server.objects()) < len(files(tmp_path / "store"))
    assert main(command) == 0
    assert finished(server.objects()) == finished(files(tmp_path / "store"))
    assert files(tmp_path / "remote", ".parquet") == files(tmp_path / "local", ".parquet") != {}
    logged = (tmp_path / "remote/build.log").read_text() + (tmp_path / "remote/manifest.json").read_text()
    assert SECRET not in logged


def test_two_builds_at_a_time_leave_the_bytes_of_one(tmp_path: Path, server: Server):
    recipe = str(write_corpus(tmp_path / "texts"))
    build_locally(recipe, tmp_path)
    builds = []
    for number in (1, 2):  # each with a folder of its own, as on two machines: neither sees the claims of the other
        code = f"import os; os.environ['SILVERNER_CACHE'] = {str(tmp_path / f'cache-{number}')!r}\n"
        code += "import sys; from silverner import cli; sys.exit(cli.main(sys.argv[1:]))"
        words = ["build", recipe, "--lang", "spa", "--store", URL, "--out", str(tmp_path / f"out-{number}")]
        program = [sys.executable, "-c", code, *words]
        builds.append(subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    assert [build.wait() for build in builds] == [0, 0]
    assert finished(server.objects()) == finished(files(tmp_path / "store"))
    for number in (1, 2):
        assert files(tmp_path / f"out-{number}", ".parquet") == files(tmp_path / "local", ".parquet")


def test_worker_processes_open_the_store_themselves(tmp_path: Path, server: Server):
    chain_of(tmp_path / "store").run()
    with ProcessPool(2) as pool:
        chain_of(StoreUrl(URL)).run(pool)
    assert server.objects() == files(tmp_path / "store")


def test_a_server_that_stops_is_one_line_and_the_build_goes_on_later(tmp_path: Path, server: Server):
    chain_of(tmp_path / "store").run()
    with pytest.raises(OutputError) as caught:
        chain_of(StoreUrl(URL), Calls(server.stop)).run()
    try:
        message = r"cannot write s3://bucket/store/v2/z-\w+/000000.shard: Could not connect .*; what was finished"
        assert re.match(message, str(caught.value))
        with pytest.raises(OutputError, match=re.escape("cannot list s3://bucket/store: Could not connect")):
            ShardStore(StoreUrl(URL)).check()
    finally:
        server.start()
    last = Add("z", ("t",), "z", 10)
    chain = chain_of(StoreUrl(URL), last)
    assert [(state.name, state.cached) for state in chain.plan()][-2:] == [("total", True), ("z", False)]
    chain.run()
    assert (last.calls, server.objects()) == ([1000, 1000, 500], files(tmp_path / "store"))


@pytest.mark.parametrize(("call", "verb"), [("put_object", "write"), ("get_object", "read"), ("list_objects", "list")])
def test_what_the_keys_do_not_allow_is_said_and_is_no_damage(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    call: str,
    verb: str,
):
    from moto.s3.exceptions import S3AccessDeniedError
    from moto.s3.models import S3Backend

    recipe = str(write_corpus(tmp_path / "texts"))
    command = ["build", recipe, "--lang", "spa", "--store", URL, "--out", str(tmp_path / "out")]

    def refuse(*args: object, **options: object) -> None:
        raise S3AccessDeniedError

    with monkeypatch.context() as patch:
        patch.setattr(S3Backend, call, refuse)
        assert main(command) == 1
    error = capsys.readouterr().err
    assert re.search(rf"^silverner: error: cannot {verb} s3://bucket/store\S*: Access Denied; what was", error, re.M)
    assert ("Traceback" in error, SECRET in error, server.objects()) == (False, False, {})
    assert main(command) == 0


def test_a_bucket_with_a_wrong_name_is_never_made(server: Server):
    store = ShardStore(StoreUrl("s3://buckte/store"))
    store.check()
    with pytest.raises(
        OutputError, match=re.escape("cannot write s3://buckte/store/v2/a-s/rows: The specified bucket")
    ):
        store.write_rows("a", "s", 3)
    assert server.buckets() == ["bucket"]
