from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from silverner.projection import registry
from silverner.projection.errors import PluginError, UsageError
from silverner.projection.registry import Registry, instance_of, subclass_of

GROUP = "silverner.numbers"


def write_package(folder: Path, name: str, points: str, code: str = "", version: str = "1.2") -> None:
    """Write a package as pip would install it: a module, and its metadata."""
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(points)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_warned", set())
    return tmp_path


def numbers(**builtin: str | int) -> Registry[int]:
    return Registry("number", GROUP, {"one": 1, "limit": "sys:maxsize", **builtin}, accepts=instance_of(int))


def test_our_own_are_objects_or_places() -> None:
    table = numbers()
    assert table.names() == list(table) == ["one", "limit"]
    assert (table.get("one"), table.get("limit")) == (1, sys.maxsize)
    assert "one" in table and "two" not in table
    assert table.signature("one") == {}


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    message = r"^unknown number 'limt'; allowed: limit, one \(did you mean limit\?\)$"
    with pytest.raises(UsageError, match=message):
        numbers().get("limt")


def test_another_package_adds_one_and_is_part_of_the_signature(site: Path) -> None:
    write_package(site, "added", f"[{GROUP}]\nfive = added:FIVE\n", "FIVE = 5")
    table = numbers()
    assert table.names() == ["one", "limit", "five"]
    assert "added" not in sys.modules, "asking for names imports nothing"
    assert table.get("five") == 5
    assert table.signature("five") == {"plugin": "added 1.2"}


@pytest.mark.parametrize(
    ("package", "code", "reason"),
    [
        ("broken_import", "import nowhere_to_be_seen", "ModuleNotFoundError: No module named 'nowhere_to_be_seen'"),
        ("broken_name", "", "AttributeError: module 'broken_name' has no attribute 'FIVE'"),
        ("broken_type", "FIVE = 'five'", "TypeError: 'five' is not a int"),
        ("broken_code", "1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_broken_package_is_one_line_where_it_is_asked_for(
    site: Path, caplog: pytest.LogCaptureFixture, package: str, code: str, reason: str
) -> None:
    write_package(site, package, f"[{GROUP}]\nfive = {package}:FIVE\n", code)
    table = numbers()
    line = (
        f"the package {package} 1.2 cannot add the number 'five' (entry point {GROUP}: five = {package}:FIVE): "
        f"{reason}; repair or update that package, or remove it: pip uninstall {package}"
    )
    with pytest.raises(PluginError) as caught:
        table.get("five")
    assert str(caught.value) == line
    assert table.get("one") == 1, "others do not suffer"
    with caplog.at_level(logging.WARNING, logger="silverner"):
        assert dict(table.items()) == dict(table.items()) == {"one": 1, "limit": sys.maxsize}
    assert [record.message for record in caplog.records] == [line], "said once"


def test_a_name_of_ours_stays_ours(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_package(site, "grabbing", f"[{GROUP}]\none = grabbing:ONE\n", "ONE = 111")
    with caplog.at_level(logging.WARNING, logger="silverner"):
        assert numbers().get("one") == 1
        assert numbers().names() == ["one", "limit"]
    (record,) = caplog.records
    assert "the package grabbing 1.2 cannot add the number 'one'" in record.message
    assert "silverner has an entry of this name and uses that one" in record.message


def test_a_name_two_packages_add_is_refused_when_asked_for(site: Path) -> None:
    for name in ("first", "second"):
        write_package(site, f"{name}_of_two", f"[{GROUP}]\nfive = {name}_of_two:FIVE\n", "FIVE = 5")
    table = numbers()
    assert table.get("one") == 1
    with pytest.raises(PluginError, match=r"several packages, first_of_two 1.2 and second_of_two 1.2 .*pip uninstall"):
        table.get("five")


def test_classes_are_checked_too() -> None:
    assert subclass_of(Exception)(ValueError) is ValueError
    with pytest.raises(TypeError, match="is not a subclass of Exception"):
        subclass_of(Exception)(3)
