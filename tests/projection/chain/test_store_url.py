"""Where a store is, and that nobody sees its password."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from silverner.cli import main
from silverner.projection.chain import ShardStore
from silverner.projection.chain.store_url import StoreUrl, cache_folder, default_store, read_store_place
from silverner.projection.errors import MissingEngineError, UsageError


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("store", "store"),
        ("/data/store", "/data/store"),
        ("file:///data/store", "/data/store"),
        ("local:///data/store", "/data/store"),
        ("a:b/c", "a:b/c"),
        ("what?", "what?"),
    ],
)
def test_a_folder_stays_a_folder(text: str, folder: str):
    assert read_store_place(text) == Path(folder)


@pytest.mark.parametrize(
    ("text", "shown", "digest"),
    [
        ("s3://bucket/store", "s3://bucket/store", "1ac35ceba1169c41"),
        ("s3://bucket/a@b", "s3://bucket/a@b", None),
        ("sftp://me:secret@host:22/store", "sftp://me:***@host:22/store", None),
        ("sftp://me:sec:r@et/@host/store", "sftp://me:***@host/store", None),
        ("sftp://:secret@host/store", "sftp://:***@host/store", None),
        ("sftp://me@host/store", "sftp://me@host/store", None),
        ("sftp://me:sec?ret@host/store", "sftp://me:***@host/store", None),
        ("s3://bucket/x?sig=secret:a@b", "s3://bucket/x", None),
        ("sftp://u?x:secret@host", "sftp://u", None),
    ],
)
def test_a_url_is_shown_without_secrets(text: str, shown: str, digest: str | None):
    url = StoreUrl(text)
    assert (str(url), f"{url}", "secret" in repr(url)) == (shown, shown, False)
    assert pickle.loads(pickle.dumps(url)).full == text
    if digest is not None:
        assert url.digest == digest


def test_another_password_is_the_same_place():
    assert StoreUrl("sftp://me:one@host/store").digest == StoreUrl("sftp://me:two@host/store").digest


@pytest.mark.parametrize(
    ("url", "text", "shown"),
    [
        ("sftp://me:a%40b@host/x", "no 'a@b' and no a%40b", "no '***' and no ***"),
        ("s3://bucket/x?key=one&token=two", "GET /x?key=one&token=two, two", "GET /x?***, ***"),
        ("s3://bucket/x", "bucket", "bucket"),
    ],
)
def test_secrets_are_hidden_in_what_a_file_system_says(url: str, text: str, shown: str):
    assert StoreUrl(url).hide_secrets(text) == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("s3:/bucket/x", "s3:/bucket/x is no place for a store: it names no place; write s3://BUCKET/FOLDER"),
        ("s3://", "s3:// is no place for a store: it names no place; write s3://BUCKET/FOLDER"),
        (
            "s3://b/x?token=secret",
            "s3://b/x is no place for a store: it has a '?'; give settings and passwords in",
        ),
        ("simplecache::s3://b/x", "simplecache::s3://b/x is no place for a store: it names two file systems"),
        ("s3://b/x::sftp://me:secret@h/", "it names two file systems (::); a store lies in one"),
        ("file://store", "file://store is no place for a store: the path of a folder begins with '/'"),
        ("gopher://me:secret@b/x", "gopher://me:***@b/x is no place for a store: allowed: file, gs, hdfs, s3, sftp"),
    ],
)
def test_what_is_no_place_is_wrong_usage(
    tmp_path: Path, text: str, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        place = read_store_place(text)
        assert isinstance(place, StoreUrl)
        ShardStore(place)
    assert message in str(caught.value)
    try:
        code = main(["build", "quickstart", "--store", text])
    except SystemExit as end:
        code = int(str(end.code))
    error = capsys.readouterr().err
    assert (code, "Traceback" in error, "secret" in error) == (2, False, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "package", "message"),
    [
        ("s3://bucket/x", "s3fs", "the package for s3:// is not installed: pip install s3fs"),
        ("gs://bucket/x", "gcsfs", "the package for gs:// is not installed: pip install gcsfs"),
        ("sftp://me:secret@host/x", "paramiko", "the package for sftp:// is not installed: pip install paramiko"),
    ],
)
def test_a_missing_package_is_named(text: str, package: str, message: str, monkeypatch: pytest.MonkeyPatch):
    import fsspec

    monkeypatch.setattr(sys.modules[f"{fsspec.__name__}.registry"], "registry", {})  # it forgets what it imported
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    with pytest.raises(MissingEngineError) as caught:
        ShardStore(StoreUrl(text))
    assert str(caught.value) == message


def test_a_url_can_be_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("SILVERNER_CACHE", "sftp://me:secret@host/x")
    assert str(default_store()) == "sftp://me:***@host/x"
    assert cache_folder() == tmp_path / "silverner"
    with pytest.raises(SystemExit):
        main(["build", "--help"])
    shown = "".join(capsys.readouterr().out.split())
    assert ("secret" in shown, "(default:sftp://me:***@host/x)" in shown) == (False, True)
    monkeypatch.setenv("SILVERNER_CACHE", "s3://bucket?token=secret")
    with pytest.raises(SystemExit):
        main(["build", "--help"])
    error = capsys.readouterr().err
    assert ("SILVERNER_CACHE: s3://bucket is no place" in error, "secret" in error) == (True, False)
    monkeypatch.setenv("SILVERNER_CACHE", str(tmp_path / "mine"))
    assert default_store() == cache_folder() == tmp_path / "mine"
