"""Registries: the engines, filters and strategies there are, those of other installed packages included.

One registry holds one kind of thing under names that recipes use. It knows its own things by a line in a table, and
finds those of other packages by their entry points (``importlib.metadata``). Nothing is imported before it is asked
for by name, so a registry costs nothing at start, and a broken package harms only the recipes that name its things::

    table = {"unlinked": "silverner.projection.filters.translation:Unlinked"}
    FILTERS: Registry[Filter] = Registry("filter", "silverner.filters", table, accepts=filter_of)
    FILTERS.names()             # all names, without importing anything
    FILTERS.get("unlinkd")      # UsageError: unknown filter 'unlinkd'; allowed: unlinked (did you mean unlinked?)
    FILTERS.signature("mine")   # {"plugin": "package 1.0"}; {} for our own: merge it into the settings of the stage

The values of the table are ``"module:attribute"``, or the things themselves where they are at hand. A package adds one
in its ``pyproject.toml``::

    [project.entry-points."silverner.filters"]
    mine = "my_package.filters:Mine"
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from silverner.projection.errors import PluginError, UsageError, nearest

LOG = logging.getLogger("silverner")
T = TypeVar("T")


def instance_of(kind: type[T]) -> Callable[[object], T]:
    """Make the check of a registry of objects.

    :param kind: The class they must be instances of.
    :returns: A function that returns its argument, or raises ``TypeError``.
    """

    def check(entry: object) -> T:
        if not isinstance(entry, kind):
            raise TypeError(f"{entry!r:.60} is not a {kind.__name__}")
        return entry

    return check


def subclass_of(kind: type[T]) -> Callable[[object], type[T]]:
    """Make the check of a registry of classes.

    :param kind: The class they must be subclasses of.
    :returns: A function that returns its argument, or raises ``TypeError``.
    """

    def check(entry: object) -> type[T]:
        if not (isinstance(entry, type) and issubclass(entry, kind)):
            raise TypeError(f"{entry!r:.60} is not a subclass of {kind.__name__}")
        return entry

    return check


class Registry(Generic[T]):
    """The things of one kind, by name.

    :param kind: What one of them is called in messages, such as ``translator``.
    :param group: The group of entry points by which other packages add more.
    :param builtin: Our own, by name: ``"module:attribute"``, or the thing itself.
    :param accepts: Returns what was loaded, or raises ``TypeError``: see :func:`instance_of` and :func:`subclass_of`.
    """

    def __init__(
        self, kind: str, group: str, builtin: Mapping[str, str | T], *, accepts: Callable[[object], T]
    ) -> None:
        """Remember the table; nothing is imported."""
        self.kind, self.group = kind, group
        self._builtin, self._accepts = dict(builtin), accepts
        self._loaded: dict[str, T] = {}

    def names(self) -> list[str]:
        """List all names: our own in the order of the table, then those of other packages."""
        return [*self._builtin, *self._plugins]

    def __contains__(self, name: object) -> bool:
        """Tell whether a name is there; what it names may still be broken."""
        return name in self._builtin or name in self._plugins

    def __iter__(self) -> Iterator[str]:
        """Go through all names."""
        return iter(self.names())

    def get(self, name: str) -> T:
        """Load what a name stands for.

        :param name: The name.
        :returns: The thing; the same one every time.
        :raises UsageError: for a name that is not there, with the nearest one that is.
        :raises PluginError: when another package adds it, and it cannot be loaded or is something else.
        """
        if name not in self:
            raise UsageError(f"unknown {self.kind} {name!r}; {nearest(name, self.names())}")
        if name not in self._loaded:
            self._loaded[name] = self._own(self._builtin[name]) if name in self._builtin else self._foreign(name)
        return self._loaded[name]

    def items(self) -> Iterator[tuple[str, T]]:
        """Load all that can be loaded, for lists of what there is; a broken plugin is logged once and left out."""
        for name in self.names():
            try:
                yield name, self.get(name)
            except PluginError as error:
                _warn_once(str(error))

    def signature(self, name: str) -> dict[str, str]:
        """Name the package that adds a thing, for the settings of the stage that uses it.

        :param name: The name.
        :returns: ``{"plugin": "package version"}``; nothing for our own.
        """
        return {} if name in self._builtin else {"plugin": _package(self._plugins[name][0])}

    def _own(self, place: str | T) -> T:
        """Import one of our own."""
        if not isinstance(place, str):
            return place
        module, _, attribute = place.partition(":")
        return self._accepts(getattr(import_module(module), attribute))

    def _foreign(self, name: str) -> T:
        """Import what another package adds."""
        point, *rivals = self._plugins[name]
        if rivals:
            packages = " and ".join(_package(one) for one in self._plugins[name])
            raise PluginError(
                f"the {self.kind} {name!r} is added by several packages, {packages} (entry points {self.group}); "
                f"keep one of them: pip uninstall {_package(rivals[0]).split()[0]}"
            )
        try:
            return self._accepts(point.load())
        except Exception as error:  # the module of another package raises whatever it likes
            reason = f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}"
            raise self._broken(point, reason) from error

    def _broken(self, point: EntryPoint, reason: str) -> PluginError:
        package = _package(point)
        return PluginError(
            f"the package {package} cannot add the {self.kind} {point.name!r} (entry point {self.group}: "
            f"{point.name} = {point.value}): {reason}; mend or update that package, or remove it: "
            f"pip uninstall {package.split()[0]}"
        )

    @cached_property
    def _plugins(self) -> dict[str, list[EntryPoint]]:
        """Find what other packages add; a name of our own stays ours, so that recipes keep their meaning."""
        plugins: dict[str, list[EntryPoint]] = {}
        for point in sorted(entry_points(group=self.group), key=lambda point: (point.name, _package(point))):
            if point.name in self._builtin:
                _warn_once(str(self._broken(point, "silverner has one of this name, which is used")))
            else:
                plugins.setdefault(point.name, []).append(point)
        return plugins


_warned: set[str] = set()


def _warn_once(message: str) -> None:
    """Log a warning the first time it is given."""
    if message not in _warned:
        _warned.add(message)
        LOG.warning("%s", message)


def _package(point: EntryPoint) -> str:
    """Name the package of an entry point, and its version."""
    return "unknown" if point.dist is None else f"{point.dist.name} {point.dist.version}"
