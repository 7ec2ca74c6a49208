"""A Hub for tests: datasets, commits, branches, tags and large files on the loopback, and faults on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

LARGE = (".parquet", ".png", ".artefact")
"""Files that go to large-file storage, by their end."""


@dataclass
class Fault:
    """What goes wrong: at the ``nth`` request whose method and path match."""

    match: str
    kind: str  # a status such as "503", "cut" before acting, "lost" after acting
    nth: int = 1
    times: int = 1
    seen: int = 0

    def strikes(self, request: str) -> bool:
        if not re.search(self.match, request):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass
class Repo:
    """A repository: commits by id, each with its files; where branches and tags point."""

    private: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def add(self, files: dict[str, bytes], branch: str) -> str:
        seed = f"{len(self.commits)}{branch}{sorted((n, _git(c)) for n, c in files.items())}"
        commit = hashlib.sha1(seed.encode()).hexdigest()
        self.commits[commit] = files
        self.branches[branch] = commit
        return commit

    def find(self, revision: str) -> str | None:
        found = self.branches.get(revision) or self.tags.get(revision)
        return found or (revision if revision in self.commits else None)


class Double:
    """The state of the Hub, and what it was asked."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.store: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.tokens: set[str] = set()
        self.faults: list[Fault] = []
        self.before_commit: Callable[[], None] | None = None
        self.url = ""
        self.lock = threading.Lock()


def _git(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits for an acknowledgement
    hub: Double

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._handle()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the server's names

    def _handle(self) -> None:
        url = urlparse(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = f"{self.command} {unquote(url.path)}"
        with self.hub.lock:
            self.hub.requests.append(request)
            self.hub.tokens.add(self.headers.get("Authorization", ""))
            fault = next((f for f in self.hub.faults if f.strikes(request)), None)
            if fault is not None and fault.kind == "cut":
                return self._drop()
            if fault is not None and fault.kind.isdigit():
                return self._send(int(fault.kind), {"error": "a fault"})
            answer = self._answer(unquote(url.path), parse_qs(url.query), body)
        if fault is not None and fault.kind == "lost":
            return self._drop()
        if fault is not None and fault.kind == "slow":
            time.sleep(0.2)
        return self._send(*answer)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _send(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", (headers or {}).get("X-Length", str(len(data))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _answer(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[Any, ...]:
        for pattern, method in ROUTES:
            match = re.fullmatch(pattern, f"{self.command} {path}")
            if match:
                return method(self, body=body, query=query, **match.groupdict())
        return 404, {"error": f"no route for {self.command} {path}"}

    # -- routes --------------------------------------------------------------------------------------------------

    def create(self, body: bytes, **_: Any) -> tuple[Any, ...]:
        asked = json.loads(body)
        name = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else asked["name"]
        if name in self.hub.repos:
            error = "You already created this dataset repo"
            return 409, {"error": error, "url": f"{self.hub.url}/datasets/{name}", "name": name, "id": name}
        repo = self.hub.repos[name] = Repo(private=asked.get("private") or asked.get("visibility") == "private")
        repo.add({".gitattributes": b"*.parquet filter=lfs\n"}, "main")
        return 200, {"url": f"{self.hub.url}/datasets/{name}", "name": name, "id": name}

    def validate(self, **_: Any) -> tuple[Any, ...]:
        return 200, {"errors": [], "warnings": []}

    def refs(self, repo: str, **_: Any) -> tuple[Any, ...]:
        found = self.hub.repos.get(repo)
        if found is None:
            return self._missing()
        lists = {
            kind: [{"name": n, "ref": f"refs/{kind}/{n}", "targetCommit": c} for n, c in refs.items()]
            for kind, refs in (("heads", found.branches), ("tags", found.tags))
        }
        return 200, {"branches": lists["heads"], "tags": lists["tags"], "converts": [], "pullRequests": []}

    def _missing(self, code: str = "RepoNotFound") -> tuple[Any, ...]:
        return 404, {"error": "not found"}, {"X-Error-Code": code, "X-Error-Message": "not found"}

    def _at(self, repo: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
        found = self.hub.repos.get(repo)
        commit = found.find(revision) if found else None
        return (commit, found.commits[commit]) if found and commit else None

    def info(self, repo: str, revision: str | None = None, **_: Any) -> tuple[Any, ...]:
        at = self._at(repo, revision or "main")
        if at is None:
            return self._missing("RepoNotFound" if repo not in self.hub.repos else "RevisionNotFound")
        names = [{"rfilename": name} for name in sorted(at[1])]
        return 200, {
            "id": repo, "sha": at[0], "private": self.hub.repos[repo].private, "siblings": names, "tags": [],
            "lastModified": "2026-01-01T00:00:00.000Z", "disabled": False, "gated": False, "downloads": 0, "likes": 0,
        }  # fmt: skip

    def _entry(self, name: str, content: bytes) -> dict[str, Any]:
        entry: dict[str, Any] = {"type": "file", "path": name, "size": len(content), "oid": _git(content)}
        if name.endswith(LARGE):
            digest = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"oid": digest, "size": len(content), "pointerSize": 130}
        return entry

    def tree(self, repo: str, revision: str, under: str | None = None, **_: Any) -> tuple[Any, ...]:
        at = self._at(repo, revision)
        if at is None:
            return self._missing("RevisionNotFound")
        under = (under or "").strip("/")
        files = [n for n in sorted(at[1]) if not under or n.startswith(f"{under}/")]
        if under and not files:
            return self._missing("EntryNotFound")
        folders = {str(folder) for n in files for folder in PurePosixPath(n).parents}
        inside = [f for f in sorted(folders) if f != "." and (not under or f.startswith(f"{under}/"))]
        listed = [{"type": "directory", "path": f, "oid": "0" * 40, "size": 0} for f in inside]
        return 200, [*listed, *(self._entry(n, at[1][n]) for n in files)]

    def paths_info(self, repo: str, revision: str, body: bytes, **_: Any) -> tuple[Any, ...]:
        at = self._at(repo, revision)
        if at is None:
            return self._missing("RevisionNotFound")
        asked = json.loads(body)["paths"] if body[:1] == b"{" else parse_qs(body.decode()).get("paths", [])
        return 200, [self._entry(n, at[1][n]) for n in asked if n in at[1]]

    def preupload(self, body: bytes, **_: Any) -> tuple[Any, ...]:
        files = json.loads(body)["files"]
        modes = [
            {"path": f["path"], "uploadMode": "lfs" if f["path"].endswith(LARGE) else "regular", "shouldIgnore": False}
            for f in files
        ]
        return 200, {"files": modes}

    def batch(self, body: bytes, **_: Any) -> tuple[Any, ...]:
        objects = []
        for one in json.loads(body)["objects"]:
            entry = {"oid": one["oid"], "size": one["size"]}
            if one["oid"] not in self.hub.store:
                entry["actions"] = {
                    "upload": {"href": f"{self.hub.url}/lfs/{one['oid']}"},
                    "verify": {"href": f"{self.hub.url}/verify/{one['oid']}"},
                }
            objects.append(entry)
        return 200, {"transfer": "basic", "objects": objects}, {"Content-Type": "application/vnd.git-lfs+json"}

    def put(self, oid: str, body: bytes, **_: Any) -> tuple[Any, ...]:
        if hashlib.sha256(body).hexdigest() != oid:
            return 400, {"error": "half a file"}
        self.hub.store[oid] = body
        return 200, {}

    def verify(self, oid: str, **_: Any) -> tuple[Any, ...]:
        return (200, {}) if oid in self.hub.store else (404, {"error": "never uploaded"})

    def commit(self, repo: str, revision: str, body: bytes, **_: Any) -> tuple[Any, ...]:
        if self.hub.before_commit is not None:
            act, self.hub.before_commit = self.hub.before_commit, None
            act()
        found = self.hub.repos.get(repo)
        if found is None or revision not in found.branches:
            return self._missing("RevisionNotFound")
        head = found.branches[revision]
        files = dict(found.commits[head])
        for line in body.splitlines():
            item = json.loads(line)
            value = item["value"]
            if item["key"] == "header":
                if value.get("parentCommit") not in (None, head):
                    return 412, {"error": "A commit has happened since. Please refresh and try again."}
            elif item["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif item["key"] == "lfsFile":
                files[value["path"]] = self.hub.store[value["oid"]]
            elif item["key"] == "deletedFile":
                del files[value["path"]]
        commit = found.add(files, revision)
        return 200, {
            "success": True,
            "commitOid": commit,
            "commitUrl": f"{self.hub.url}/datasets/{repo}/commit/{commit}",
        }

    def tag(self, repo: str, revision: str, body: bytes, **_: Any) -> tuple[Any, ...]:
        found, name = self.hub.repos[repo], json.loads(body)["tag"]
        if name in found.tags:
            return 409, {"error": "Tag reference exists already"}
        commit = found.find(revision)
        if commit is None:
            return self._missing("RevisionNotFound")
        found.tags[name] = commit
        return 200, {}

    def branch(self, repo: str, branch: str, body: bytes, **_: Any) -> tuple[Any, ...]:
        found = self.hub.repos[repo]
        if branch in found.branches:
            return 409, {"error": "Reference already exists"}
        start = json.loads(body or b"{}").get("startingPoint", "main")
        found.branches[branch] = found.find(start) or found.branches["main"]
        return 200, {}

    def resolve(self, repo: str, revision: str, name: str, **_: Any) -> tuple[Any, ...]:
        at = self._at(repo, revision)
        if at is None:
            return self._missing("RepoNotFound" if repo not in self.hub.repos else "RevisionNotFound")
        if name not in at[1]:
            return 404, {"error": "no such file"}, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": at[0]}
        content = at[1][name]
        large = name.endswith(LARGE)
        etag = hashlib.sha256(content).hexdigest() if large else _git(content)
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": at[0], "Accept-Ranges": "bytes"}
        if large:
            headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(content))}
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if span and self.command == "GET":
            first, last = int(span[1]), int(span[2] or len(content) - 1)
            headers["Content-Range"] = f"bytes {first}-{min(last, len(content) - 1)}/{len(content)}"
            return 206, content[first : last + 1], headers
        return 200, content, headers | {"X-Length": str(len(content))}


_REPO = r"(?P<repo>[^/]+/[^/]+)"
_REV = r"(?P<revision>refs/convert/parquet|[^/]+)"
ROUTES: list[tuple[str, Callable[..., tuple[Any, ...]]]] = [
    ("POST /api/repos/create", _Handler.create),
    ("POST /api/validate-yaml", _Handler.validate),
    (f"GET /api/datasets/{_REPO}/refs", _Handler.refs),
    (f"GET /api/datasets/{_REPO}/tree/{_REV}(?P<under>/.*)?", _Handler.tree),
    (f"POST /api/datasets/{_REPO}/paths-info/{_REV}", _Handler.paths_info),
    (f"POST /api/datasets/{_REPO}/preupload/{_REV}", _Handler.preupload),
    (f"POST /api/datasets/{_REPO}/commit/{_REV}", _Handler.commit),
    (f"POST /api/datasets/{_REPO}/tag/{_REV}", _Handler.tag),
    (f"POST /api/datasets/{_REPO}/branch/(?P<branch>.+)", _Handler.branch),
    (f"GET /api/datasets/{_REPO}(/revision/{_REV})?", _Handler.info),
    (f"POST /datasets/{_REPO}.git/info/lfs/objects/batch", _Handler.batch),
    ("PUT /lfs/(?P<oid>[0-9a-f]+)", _Handler.put),
    ("POST /verify/(?P<oid>[0-9a-f]+)", _Handler.verify),
    (f"(GET|HEAD) /datasets/{_REPO}/resolve/{_REV}/(?P<name>.+)", _Handler.resolve),
]


@contextmanager
def running() -> Iterator[Double]:
    """Serve an empty Hub on a free port."""
    hub = Double()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
