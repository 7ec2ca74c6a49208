"""Registries: the engines, filters and strategies of this project and of other installed packages, by name.

A registry holds the entries of one kind under the names that recipes use. Entries of this project are lines of a table;
entries of other packages are entry points (``importlib.metadata``). An entry is imported when it is first used. So a
registry costs nothing at start, and a broken package affects only the recipes that use its entries::

    table = {"unlinked": "silverner.projection.filters.translation:Unlinked"}
    FILTERS: Registry[Filter] = Registry("filter", "silverner.filters", table, accepts=filter_of)
    FILTERS.names()             # all names, without importing anything
    FILTERS.get("unlinkd")      # UsageError: unknown filter 'unlinkd'; allowed: unlinked (did you mean unlinked?)
    FILTERS.signature("mine")   # {"plugin": "package 1.0"}, {} for our own: part of the stage's settings

A value of the table is ``"module:attribute"``, or the entry itself. Another package adds an entry in its
``pyproject.toml``::

    [project.entry-points."silverner.filters"]
    mine = "my_package.filters:Mine"
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

from silverner.projection.errors import MissingEngineError, PluginError, UsageError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

LOG = logging.getLogger("silverner")
T = TypeVar("T")


def require_package(package: str, extra: str) -> None:
    """Check that a package of an extra is installed; nothing is imported.

    :param package: Its name, as it is imported.
    :param extra: The extra of this project that installs it.
    :raises MissingEngineError: when it is not installed.
    """
    if importlib.util.find_spec(package) is None:
        raise MissingEngineError(f"the package {package!r} is not installed: pip install 'silverner[{extra}]'")


@cache
def installed_version(package: str) -> str:
    """Return the version of an installed package; reading it takes a millisecond, and every stage of a recipe asks.

    :param package: The name by which it is installed.
    :returns: Its version.

    >>> installed_version("networkx").count(".") >= 1
    True
    """
    from importlib.metadata import version

    return version(package)


def names_on_demand(package: str, names_of_module: Mapping[str, Collection[str]]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package, by which its public names are imported when they are first used.

    So a light module of the package does not load the heavy ones beside it.

    :param package: The ``__name__`` of the package.
    :param names_of_module: The public names that each of its modules defines.
    :returns: A function from a name to the object.
    """
    module_of_name = {name: module for module, names in names_of_module.items() for name in names}

    def get(name: str) -> object:
        if name not in module_of_name:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{module_of_name[name]}"), name)

    return get


def instance_of(kind: type[T]) -> Callable[[object], T]:
    """Return the check for a registry of objects.

    :param kind: The class that every entry must be an instance of.
    :returns: A function that returns its argument, or raises ``TypeError``.
    """

    def check(entry: object) -> T:
        if not isinstance(entry, kind):
            raise TypeError(f"{entry!r:.60} is not a {kind.__name__}")
        return entry

    return check


def subclass_of(kind: type[T]) -> Callable[[object], type[T]]:
    """Return the check for a registry of classes.

    :param kind: The class that every entry must be a subclass of.
    :returns: A function that returns its argument, or raises ``TypeError``.
    """

    def check(entry: object) -> type[T]:
        if not (isinstance(entry, type) and issubclass(entry, kind)):
            raise TypeError(f"{entry!r:.60} is not a subclass of {kind.__name__}")
        return entry

    return check


class Registry(Generic[T]):
    """The entries of one kind, by name.

    :param kind: The word for an entry in messages, such as ``translator``.
    :param group: The group of entry points by which other packages add entries.
    :param builtin: The entries of this project, by name: ``"module:attribute"``, or the entry itself.
    :param accepts: Returns a loaded entry, or raises ``TypeError``: see :func:`instance_of` and :func:`subclass_of`.
    """

    def __init__(
        self, kind: str, group: str, builtin: Mapping[str, str | T], *, accepts: Callable[[object], T]
    ) -> None:
        """Remember the table; nothing is imported."""
        self.kind, self.group = kind, group
        self._builtin, self._accepts = dict(builtin), accepts
        self._loaded: dict[str, T] = {}

    def names(self) -> list[str]:
        """List all names: those of the table in its order, then those of other packages."""
        return [*self._builtin, *self._plugins]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is an entry of this name; it may still fail to load."""
        return name in self._builtin or name in self._plugins

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names."""
        return iter(self.names())

    def get(self, name: str) -> T:
        """Load the entry of a name.

        :param name: The name.
        :returns: The entry; the same object every time.
        :raises UsageError: for an unknown name, with the nearest known one.
        :raises PluginError: when another package adds the entry, and it cannot be loaded or is of another kind.
        """
        if name not in self:
            raise UsageError(f"unknown {self.kind} {name!r}; {nearest(name, self.names())}")
        if name not in self._loaded:
            builtin = name in self._builtin
            self._loaded[name] = self._load_builtin(self._builtin[name]) if builtin else self._load_plugin(name)
        return self._loaded[name]

    def items(self) -> Iterator[tuple[str, T]]:
        """Load all entries, for lists of them; a broken plugin is logged once and left out."""
        for name in self.names():
            try:
                yield name, self.get(name)
            except PluginError as error:
                _warn_once(str(error))

    def signature(self, name: str) -> dict[str, str]:
        """Return the package that adds an entry, for the settings of the stage that uses it.

        :param name: The name.
        :returns: ``{"plugin": "package version"}``; empty for an entry of this project.
        """
        return {} if name in self._builtin else {"plugin": _package(self._plugins[name][0])}

    def _load_builtin(self, entry: str | T) -> T:
        """Import an entry of this project."""
        if not isinstance(entry, str):
            return entry
        module, _, attribute = entry.partition(":")
        return self._accepts(getattr(import_module(module), attribute))

    def _load_plugin(self, name: str) -> T:
        """Import an entry of another package."""
        point, *rivals = self._plugins[name]
        if rivals:
            packages = " and ".join(_package(one) for one in self._plugins[name])
            raise PluginError(
                f"the {self.kind} {name!r} is added by several packages, {packages} (entry points {self.group}); "
                f"keep one of them: pip uninstall {_package(rivals[0]).split()[0]}"
            )
        try:
            return self._accepts(point.load())
        except Exception as error:  # the module of another package may raise any exception
            reason = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"
            raise self._broken(point, reason) from error

    def _broken(self, point: EntryPoint, reason: str) -> PluginError:
        package = _package(point)
        return PluginError(
            f"the package {package} cannot add the {self.kind} {point.name!r} (entry point {self.group}: "
            f"{point.name} = {point.value}): {reason}; repair or update that package, or remove it: "
            f"pip uninstall {package.split()[0]}"
        )

    @cached_property
    def _plugins(self) -> dict[str, list[EntryPoint]]:
        """Find the entries of other packages; entries of this project go first, so that recipes keep their meaning."""
        from importlib.metadata import entry_points  # it takes longer to load than all else here

        plugins: dict[str, list[EntryPoint]] = {}
        for point in sorted(entry_points(group=self.group), key=lambda point: (point.name, _package(point))):
            if point.name in self._builtin:
                _warn_once(str(self._broken(point, "silverner has an entry of this name and uses that one")))
            else:
                plugins.setdefault(point.name, []).append(point)
        return plugins


_warned: set[str] = set()


def _warn_once(message: str) -> None:
    """Log a warning, but each message only once."""
    if message not in _warned:
        _warned.add(message)
        LOG.warning("%s", message)


def _package(point: EntryPoint) -> str:
    """Return name and version of the package of an entry point."""
    return "unknown" if point.dist is None else f"{point.dist.name} {point.dist.version}"
